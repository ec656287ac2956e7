"""The criteria set of a venue is that of its province and of the day; without a level no colour."""

import json
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session, sessionmaker

from assessments.criteria import criteria_set_for, load_criteria_sets
from assessments.levels import VenueLevel
from data.clock import VIETNAM
from data.errors import ConflictError, NotFoundError
from data.ingest.assessment_rows import AssessmentColumns
from data.ingest.assessments import import_assessments
from data.queries.owner_venues import read_owner_venue
from data.queries.provinces import read_province_code
from data.services.assessing.rescoring import rescore
from data.services.assessing.submissions import Submission, submit
from tests.level_data import add_area, add_edition, add_venue, write_ndjson

SETS = load_criteria_sets()


def best(set_id: str) -> dict[str, Any]:
    found = SETS[set_id]
    lower = found.rule.is_lower_safer
    return {
        one.id: "pass" if one.answer == "pass_fail" else one.all_points[0 if lower else -1]
        for one in found.criteria
    }


def at(day: str) -> datetime:
    return datetime.combine(date.fromisoformat(day), datetime.min.time(), VIETNAM).replace(hour=9)


def send(
    sessions: sessionmaker[Session],
    venue_id: str,
    answers: dict[str, Any],
    day: str,
    **options: str,
) -> Submission:
    return submit(
        sessions,
        venue_id=venue_id,
        answers=answers,
        submitted_at=at(day),
        source="test",
        **options,  # type: ignore[arg-type]  # keywords of one helper for many calls
    )


@pytest.fixture
def areas(sessions: sessionmaker[Session]) -> dict[str, int]:
    """Hà Nội and TP. Hồ Chí Minh with a ward each, in the active and in another edition."""
    ids: dict[str, int] = {}
    with sessions.begin() as session:
        add_edition(session, "now", is_active=True)
        add_edition(session, "then")
        for code in ("01", "79"):
            top = add_area(session, "now", code, 1)
            middle = add_area(session, "now", f"{code}1", 2, parent=top)
            ids[code] = add_area(session, "now", f"{code}111", 3, parent=middle)
        other = add_area(session, "then", "30", 1)
        ids["then"] = add_area(session, "then", "30111", 3, parent=other)
    return ids


def venue_in(
    sessions: sessionmaker[Session], *areas: int, venue_type: str, opened_on: str = "2020-01-01"
) -> str:
    with sessions.begin() as session:
        return add_venue(
            session, *areas, venue_type=venue_type, opened_on=date.fromisoformat(opened_on)
        )[1]


def test_province_is_the_top_of_the_active_edition(
    sessions: sessionmaker[Session], areas: dict[str, int]
) -> None:
    inside = venue_in(sessions, areas["79"], areas["then"], venue_type="office")
    only_then = venue_in(sessions, areas["then"], venue_type="office")
    nowhere = venue_in(sessions, venue_type="office")
    with sessions() as session:
        codes = [read_owner_venue(session, one).province_code for one in (inside, only_then)]
        assert codes == ["79", None]
        assert read_owner_venue(session, nowhere).province_code is None
        pks = dict(session.execute(text("SELECT venue_id, venue_pk FROM venue")).all())
        assert read_province_code(session, pks[inside]) == "79"


@pytest.mark.parametrize(
    ("province", "day", "set_id"),
    [
        ("79", "2021-10-14", "school-hcm-1371"),
        ("79", "2021-10-15", "school-hcm-3588-general"),
        ("79", "2022-04-21", "general-hcm-1303"),
        ("01", "2021-10-28", "school-1467"),
        ("01", "2021-10-29", "school-hanoi-16"),
        ("then", "2021-10-29", "school-1467"),
    ],
)
def test_submission_is_scored_by_the_set_of_its_province_and_day(
    sessions: sessionmaker[Session], areas: dict[str, int], province: str, day: str, set_id: str
) -> None:
    venue = venue_in(sessions, areas[province], venue_type="school.primary")
    stored = send(sessions, venue, best(set_id), day)
    assert (stored.set_id, stored.level) == (set_id, VenueLevel.SAFE)


def test_set_that_is_named_must_hold_there_and_then(
    sessions: sessionmaker[Session], areas: dict[str, int]
) -> None:
    hanoi = venue_in(sessions, areas["01"], venue_type="school.primary")
    city = venue_in(sessions, areas["79"], venue_type="school.primary")
    market = venue_in(sessions, areas["79"], venue_type="market")
    answers = best("school-hcm-3588-general")
    for venue, day, set_id, words in (
        (hanoi, "2021-11-01", "school-hcm-3588-general", "does not hold in the venue's province"),
        (city, "2021-10-14", "school-hcm-3588-general", "not in force on 2021-10-14"),
        (city, "2022-04-21", "school-hcm-3588-general", "not in force on 2022-04-21"),
        (city, "2021-11-01", "hospital-3088", "not for venues of type school.primary"),
        (market, "2021-11-01", "service-area-2225", "are not known, so it cannot be filled"),
    ):
        with pytest.raises(ConflictError, match=words):
            send(sessions, venue, answers, day, set_id=set_id)
    with pytest.raises(NotFoundError):
        send(sessions, city, answers, "2021-11-01", set_id="school-hcm-9999")
    # A national set holds in a province too that has a set of its own.
    stored = send(sessions, city, best("school-1467"), "2021-11-01", set_id="school-1467")
    assert stored.set_id == "school-1467"
    with sessions() as session:
        assert session.scalar(text("SELECT count(*) FROM assessment")) == 1


def test_result_without_a_level_is_stored_and_colours_no_day(
    sessions: sessionmaker[Session], areas: dict[str, int]
) -> None:
    hotel = venue_in(sessions, areas["01"], venue_type="hotel")
    answers = best("lodging-national-4159") | {"3": "fail"}
    stored = send(sessions, hotel, answers, "2021-11-01", submission_key="lodging-key-1")
    assert (stored.level, stored.set_level) == (VenueLevel.NOT_ASSESSED, "recorded")
    assert (stored.score, stored.safety_tenths) == (5, None)
    assert stored.valid_until == date(2021, 11, 7)
    again = send(sessions, hotel, answers, "2021-11-01", submission_key="lodging-key-1")
    assert (again.is_new, again.level, again.safety_tenths) == (
        False, VenueLevel.NOT_ASSESSED, None,
    )  # fmt: skip
    with sessions() as session:
        row = session.execute(text("SELECT level, safety_tenths FROM assessment_result")).one()
        assert tuple(row) == ("not_assessed", None)
        assert session.scalar(text("SELECT count(*) FROM venue_level_span")) == 0


def test_deadline_is_stored_where_the_level_has_one(
    sessions: sessionmaker[Session], areas: dict[str, int]
) -> None:
    school = venue_in(sessions, areas["79"], venue_type="school.primary")
    answers = best("school-hcm-3588-general")
    assert send(sessions, school, answers, "2021-11-01").remedy_due is None
    answers |= dict.fromkeys(("TP1", "TP2", "TP3"), "fail")
    stored = send(sessions, school, answers, "2021-11-02", submission_key="deadline-1")
    assert (stored.set_level, stored.remedy_due) == ("safe", date(2021, 11, 4))
    again = send(sessions, school, answers, "2021-11-02", submission_key="deadline-1")
    assert again.remedy_due == date(2021, 11, 4)


def test_import_chooses_like_a_submission(
    sessions: sessionmaker[Session], areas: dict[str, int], tmp_path: Path
) -> None:
    city = venue_in(sessions, areas["79"], venue_type="bus")
    hanoi = venue_in(sessions, areas["01"], venue_type="bus")
    hotel = venue_in(sessions, areas["01"], venue_type="hotel")
    three = {"TP8": 0, "TP9": 0, "TP10": 0}
    rows = [
        (city, "2021-09-14", best("transport-hcm-1368") | three),
        (city, "2021-09-15", best("transport-hcm-3324") | three | {"TP7": 5}),
        (hanoi, "2021-09-15", best("transport-hcm-3324")),
        (hotel, "2021-09-15", best("lodging-national-4159")),
    ]  # fmt: skip
    path = write_ndjson(
        tmp_path / "rows.ndjson",
        [
            {"venue_id": one, "submitted_at": at(day).isoformat(), "answers": json.dumps(answers)}
            for one, day, answers in rows
        ],
    )
    columns = AssessmentColumns(set_id=None, answers="answers")
    report = import_assessments(sessions, path, columns=columns, source="list")
    assert (report.loaded, report.rejected) == (3, 1)
    assert list(report.reasons) == ["there is no criteria set for venues of type bus yet"]
    with sessions() as session:
        stored = session.execute(
            text(
                "SELECT set_id, set_level, safety_tenths, remedy_due FROM assessment"
                " JOIN assessment_result USING (assessment_pk) ORDER BY set_id"
            )
        ).all()
        spans = session.scalar(text("SELECT count(*) FROM venue_level_span"))
    assert [tuple(row) for row in stored] == [
        ("lodging-national-4159", "recorded", None, None),
        ("transport-hcm-1368", "fix", 700, None),
        ("transport-hcm-3324", "fix", 650, date(2021, 9, 17)),
    ]
    assert spans == 2


def test_scoring_again_finds_only_what_was_altered(
    sessions: sessionmaker[Session], areas: dict[str, int]
) -> None:
    day = "2021-11-01"
    kinds = ("factory", "hotel", "kindergarten", "market", "hospital.public", "clinic")
    sent = []
    for province in ("79", "01"):
        for kind in kinds:
            found = criteria_set_for(kind, date.fromisoformat(day), province)
            if found is not None:
                venue = venue_in(sessions, areas[province], venue_type=kind)
                sent.append(send(sessions, venue, best(found.id), day))
    report = rescore(sessions)
    assert (report.read, report.same, report.differences) == (len(sent), len(sent), [])
    assert rescore(sessions, set_id="hospital-3088").read == 2
    with sessions.begin() as session:
        alter = "UPDATE assessment_result SET {} WHERE assessment_pk = :pk"
        for number, change in enumerate((
            "score = score + 1",
            "safety_tenths = safety_tenths - 1, set_level = 'x'",
            "valid_until = valid_until + 1",
            "points = points || '{\"x\": 1}'",
        )):  # fmt: skip
            session.execute(text(alter.format(change)), {"pk": sent[number].assessment_pk})
        session.execute(
            text("UPDATE assessment SET answers = '{}' WHERE assessment_pk = :pk"),
            {"pk": sent[4].assessment_pk},
        )
        session.execute(
            text("UPDATE assessment SET set_version = '1999-01-01.1' WHERE assessment_pk = :pk"),
            {"pk": sent[5].assessment_pk},
        )
    report = rescore(sessions)
    assert (report.unknown, report.same) == (1, len(sent) - 6)
    found = {one.assessment_pk: one.what for one in report.differences}
    assert [found[one.assessment_pk] for one in sent[:4]] == [
        ("score",), ("safety_tenths", "set_level"), ("valid_until",), ("points",),
    ]  # fmt: skip
    assert found[sent[4].assessment_pk][0].startswith("answers: ")

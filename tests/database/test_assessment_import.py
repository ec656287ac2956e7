import csv
import json
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session, sessionmaker

from assessments.answers import PASS
from assessments.criteria import load_criteria_sets
from data.clock import now, today
from data.ingest.assessment_rows import AssessmentColumns
from data.ingest.assessments import AssessmentReport, import_assessments
from data.services.assessing.submissions import submit
from data.services.counting.aggregation import aggregate
from tests.level_data import add_tree, add_venue, at_noon, counts_of, write_ndjson

SET = load_criteria_sets()["workplace-2194"]
SAFE = {one.id: PASS if one.answer == "pass_fail" else 0 for one in SET.criteria}
BAD = {one.id: PASS if one.answer == "pass_fail" else one.max_points for one in SET.criteria}
JSON_ANSWERS = AssessmentColumns(set_id=None, answers="answers")


def load(
    sessions: sessionmaker[Session],
    path: Path,
    columns: AssessmentColumns = JSON_ANSWERS,
    **options: bool,
) -> AssessmentReport:
    return import_assessments(sessions, path, columns=columns, source="list", **options)


@pytest.fixture
def venues(sessions: sessionmaker[Session]) -> list[str]:
    with sessions.begin() as session:
        tree = add_tree(session)
        return [
            add_venue(session, tree[ward], source="list", external_id=f"X{i}")[1]
            for i, ward in enumerate(("00001", "00004", "498"))
        ]


def spans_of(sessions: sessionmaker[Session]) -> list[tuple[object, ...]]:
    with sessions() as session:
        rows = session.execute(
            text("SELECT v.venue_id, s.first_day, s.last_day, s.level, s.safety_tenths,"
                 " s.footfall_per_day FROM venue_level_span s JOIN venue v USING (venue_pk)"
                 " ORDER BY 1, 2")
        )  # fmt: skip
        return [tuple(row) for row in rows]


def test_import_in_any_order_gives_what_submitting_one_by_one_gives(
    sessions: sessionmaker[Session], venues: list[str], tmp_path: Path
) -> None:
    days = [0, 3, 12, 12, 5, 40, 1]
    sent = [
        (venues[i % 2], SAFE if i % 3 else BAD, at_noon(today() - timedelta(days=day, hours=0))
         - timedelta(hours=12 if day == 0 else 0, minutes=i))
        for i, day in enumerate(days)
    ]  # fmt: skip
    aggregate(sessions, first_day=today() - timedelta(days=45), last_day=today())
    with sessions() as session, session.begin_nested() as trial:
        for venue_id, answers, moment in sent:
            submit(sessions, venue_id=venue_id, answers=answers, submitted_at=moment, source="one")
        wanted_spans, wanted_counts = spans_of(sessions), counts_of(sessions)
        trial.rollback()
    with sessions.begin() as session:
        session.execute(text("TRUNCATE assessment CASCADE"))
    aggregate(sessions, first_day=today() - timedelta(days=45), last_day=today())
    assert spans_of(sessions) == []

    path = write_ndjson(
        tmp_path / "a.ndjson",
        [
            {"venue_id": venue_id, "submitted_at": moment.isoformat(), "answers": answers}
            for venue_id, answers, moment in reversed(sent)
        ],
    )
    report = load(sessions, path)
    assert (report.read, report.loaded, report.rejected) == (7, 7, 0)
    assert spans_of(sessions) == wanted_spans
    assert counts_of(sessions) == wanted_counts
    again = load(sessions, path)
    assert (again.loaded, again.unchanged) == (0, 7)
    assert spans_of(sessions) == wanted_spans


def test_answers_in_columns_and_venues_by_external_id(
    sessions: sessionmaker[Session], venues: list[str], tmp_path: Path
) -> None:
    path = tmp_path / "a.csv"
    with path.open("w", encoding="utf-8", newline="") as stream:
        lines = csv.writer(stream)
        lines.writerow(["code", "set", "submitted_at", "note", *SAFE])
        lines.writerow(["X2", SET.id, now().isoformat(), "kept out", *SAFE.values()])
        lines.writerow(["X9", SET.id, now().isoformat(), "", *SAFE.values()])
    columns = AssessmentColumns(venue=None, external_id="code", set_id="set", answers=None)
    report = load(sessions, path, columns)
    assert (report.loaded, report.rejected) == (1, 1)
    with (tmp_path / "a.csv.rejected.csv").open(encoding="utf-8-sig", newline="") as stream:
        (row,) = csv.DictReader(stream)
    assert row["line"] == "3"
    assert row["reason"].startswith("names no known venue: 'X9'")
    assert [span[0] for span in spans_of(sessions)] == [venues[2]]


def test_wrong_rows_are_listed_and_the_right_ones_loaded(
    sessions: sessionmaker[Session], venues: list[str], tmp_path: Path
) -> None:
    with sessions.begin() as session:
        closed = add_venue(session, closed_on=today() - timedelta(days=5))[1]
        cafe = add_venue(session, venue_type="cafe")[1]
    moment = now().isoformat()
    first = next(iter(SAFE))
    good = {"venue_id": venues[0], "submitted_at": moment, "answers": SAFE}
    wrong: list[tuple[dict[str, object], str]] = [
        ({**good, "venue_id": closed}, "closed since"),
        ({**good, "venue_id": cafe}, "no criteria set for venues of type cafe"),
        ({**good, "submitted_at": "20/11/2021"}, "write a moment as"),
        ({**good, "submitted_at": "2021-11-20T08:15:00"}, "no time zone"),
        ({**good, "submitted_at": (now() + timedelta(days=1)).isoformat()}, "future"),
        ({**good, "answers": "no"}, "has no JSON"),
        ({**good, "answers": [1]}, "no JSON object"),
        ({**good, "answers": {**SAFE, first: 99}}, first),
        ({**good, "answers": {}}, first),
        (dict(good), "is the same submission as line 1"),
    ]
    path = write_ndjson(tmp_path / "a.ndjson", [good, *(row for row, _ in wrong)])
    report = load(sessions, path)
    assert (report.read, report.loaded, report.rejected) == (11, 1, 10)
    rejected_path = tmp_path / "a.ndjson.rejected.csv"
    with rejected_path.open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert [row["line"] for row in rows] == [str(i) for i in range(2, 12)]
    for row, (_, reason) in zip(rows, wrong, strict=True):
        assert reason in row["reason"]


def test_dry_run_stores_nothing(
    sessions: sessionmaker[Session], venues: list[str], tmp_path: Path
) -> None:
    path = write_ndjson(
        tmp_path / "a.ndjson",
        [{"venue_id": venues[0], "submitted_at": now().isoformat(), "answers": json.dumps(SAFE)}],
    )
    assert load(sessions, path, is_dry_run=True).loaded == 1
    assert spans_of(sessions) == []

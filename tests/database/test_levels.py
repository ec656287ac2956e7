from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import numpy as np
import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session, sessionmaker

from assessments.criteria import load_criteria_sets
from assessments.levels import AreaLevel
from data.clock import today
from data.errors import InputError, NotFoundError
from data.jobs import build_app, count_missing_days
from data.services.assessing.submissions import submit
from data.services.counting.aggregation import aggregate, ensure_day, forget_days
from data.services.counting.levels import (
    FutureDayError,
    level_days,
    read_area_summary,
    read_generation,
    read_levels,
    read_trend,
)
from data.sql_files import read_sql
from geo.levels import AdminLevel
from tests.level_data import add_edition, add_span, add_tree, add_venue, at_noon, counts_of

DAY = date(2021, 11, 20)


@pytest.fixture
def tree(sessions: sessionmaker[Session]) -> dict[str, int]:
    """Ward 00001 has 4 assessed venues of 5, ward 00004 one that is not, 498 an unsafe one."""
    with sessions.begin() as session:
        ids = add_tree(session)
        for level in ("safe", "safe", "at_risk", "unsafe", None):
            venue_pk, _ = add_venue(session, ids["00001"])
            if level:
                add_span(session, venue_pk, DAY - timedelta(days=3), DAY, level)
        add_venue(session, ids["00004"], venue_type="factory")
        lone, _ = add_venue(session, ids["498"])
        add_span(session, lone, DAY, DAY, "unsafe", safety_tenths=100)
        add_venue(session)  # lies outside every area
        return ids


def test_every_area_of_a_level_is_listed_in_code_order(
    sessions: sessionmaker[Session], tree: dict[str, int]
) -> None:
    table = read_levels(
        sessions, edition_code="e3", level=AdminLevel.WARD, parent_code=None, day=DAY
    )
    # The district without wards stands among the wards.
    assert table.codes == ("00001", "00004", "00006", "498")
    assert table.counts.venues.tolist() == [5, 1, 0, 1]
    assert table.not_assessed.tolist() == [1, 1, 0, 0]
    assert table.classes.words() == [
        AreaLevel.AT_RISK,
        AreaLevel.NOT_ENOUGH_DATA,
        AreaLevel.NOT_ENOUGH_DATA,
        AreaLevel.NOT_ENOUGH_DATA,
    ]
    assert np.isnan(table.classes.index[1:3]).all()


def test_parent_may_be_any_area_above(
    sessions: sessionmaker[Session], tree: dict[str, int]
) -> None:
    for parent in ("01", "001"):
        table = read_levels(
            sessions, edition_code="e3", level=AdminLevel.WARD, parent_code=parent, day=DAY
        )
        assert table.codes == ("00001", "00004", "00006")
    leaf_province = read_levels(
        sessions, edition_code="e3", level=AdminLevel.DISTRICT, parent_code="48", day=DAY
    )
    assert leaf_province.codes == ("498",)
    assert leaf_province.counts.unsafe.tolist() == [1]
    nothing = read_levels(
        sessions, edition_code="e3", level=AdminLevel.PROVINCE, parent_code="001", day=DAY
    )
    assert nothing.codes == ()


def test_sums_of_the_top_hold_the_leaf_district_and_not_the_venue_outside(
    sessions: sessionmaker[Session], tree: dict[str, int]
) -> None:
    table = read_levels(
        sessions, edition_code="e3", level=AdminLevel.PROVINCE, parent_code=None, day=DAY
    )
    assert table.counts.venues.tolist() == [6, 1]


def test_what_is_not_there_is_refused_by_name(
    sessions: sessionmaker[Session], tree: dict[str, int]
) -> None:
    with pytest.raises(NotFoundError, match="edition 'nowhere'"):
        read_levels(
            sessions, edition_code="nowhere", level=AdminLevel.WARD, parent_code=None, day=DAY
        )
    with pytest.raises(NotFoundError, match="area '99'"):
        read_levels(sessions, edition_code="e3", level=AdminLevel.WARD, parent_code="99", day=DAY)
    with pytest.raises(NotFoundError, match="area '99'"):
        read_trend(sessions, edition_code="e3", area_code="99", last_day=DAY)
    with pytest.raises(FutureDayError, match="in the future"):
        read_levels(
            sessions,
            edition_code="e3",
            level=AdminLevel.WARD,
            parent_code=None,
            day=today() + timedelta(days=1),
        )
    with pytest.raises(InputError, match="before the first day"):
        aggregate(sessions, first_day=DAY, last_day=DAY - timedelta(days=1))
    with pytest.raises(NotFoundError, match="edition 'nowhere'"):
        aggregate(sessions, edition_code="nowhere", first_day=DAY, last_day=DAY)


def test_day_before_all_venues_is_empty_and_stores_nothing(
    sessions: sessionmaker[Session], tree: dict[str, int]
) -> None:
    table = read_levels(
        sessions,
        edition_code="e3",
        level=AdminLevel.WARD,
        parent_code=None,
        day=date(1990, 1, 1),
    )
    assert table.generation == 0
    assert table.counts.venues.tolist() == [0, 0, 0, 0]
    with sessions() as session:
        assert session.scalar(text("SELECT count(*) FROM level_generation")) == 0


@pytest.mark.parametrize("has_job_run", [False, True])
def test_venue_is_coloured_on_its_last_day_and_grey_the_day_after(
    sessions: sessionmaker[Session],
    tree: dict[str, int],
    monkeypatch: pytest.MonkeyPatch,
    has_job_run: bool,
) -> None:
    for day, assessed in ((DAY, 4), (DAY + timedelta(days=1), 0)):
        monkeypatch.setattr("data.jobs.today", lambda day=day: day)
        if has_job_run:
            # The first run counts its own day too, every run the day after.
            assert count_missing_days(sessions) == (2 if day == DAY else 1)
        with sessions() as session:
            assert (read_generation(session, "e3", day) > 0) is has_job_run
        table = read_levels(
            sessions,
            edition_code="e3",
            level=AdminLevel.WARD,
            parent_code=None,
            day=day,
            today=day,
        )
        assert table.assessed.tolist()[:3] == [assessed, 0, 0]
        assert table.counts.venues.tolist() == [5, 1, 0, 1]


def test_job_counts_days_that_were_missed(
    sessions: sessionmaker[Session], tree: dict[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    aggregate(sessions, first_day=DAY, last_day=DAY)
    monkeypatch.setattr("data.jobs.today", lambda: DAY + timedelta(days=4))
    assert count_missing_days(sessions) == 5
    assert count_missing_days(sessions) == 0


def test_a_day_is_counted_before_it_begins_and_knows_what_happened_since(
    sessions: sessionmaker[Session], tree: dict[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    yesterday = today() - timedelta(days=1)
    with sessions.begin() as session:
        _, venue_id = add_venue(session, tree["00006"])
    monkeypatch.setattr("data.jobs.today", lambda: yesterday)
    count_missing_days(sessions)
    submit(
        sessions,
        venue_id=venue_id,
        answers={item.id: 0 for item in load_criteria_sets()["workplace-2194"].criteria},
        submitted_at=at_noon(yesterday),
        source="test",
        set_id="workplace-2194",
    )
    # The first reader after midnight counts nothing.
    monkeypatch.setattr("data.services.counting.aggregation.count_days", None)
    found = read_area_summary(sessions, edition_code="e3", area_code="00006", day=today())
    assert found.counts.venues.tolist() == [1]
    assert found.counts.safe.tolist() == [1]


def test_queue_runs_its_nightly_task(committing_sessions: sessionmaker[Session]) -> None:
    with committing_sessions.begin() as session:
        ids = add_tree(session)
        add_venue(session, ids["00001"])
    app = build_app(committing_sessions)
    crons = {task.task.name: task.cron for task in app.periodic_registry.periodic_tasks.values()}
    assert crons["count_new_day"] == "0 17 * * * 30"  # midnight in Việt Nam
    with app.open():
        app.tasks["count_new_day"].defer(timestamp=0)
    app.run_worker(wait=False, listen_notify=False, install_signal_handlers=False)
    with committing_sessions() as session:
        assert read_generation(session, "e3", today()) > 0


def test_missing_days_of_a_trend_are_unknown(
    sessions: sessionmaker[Session], tree: dict[str, int]
) -> None:
    aggregate(sessions, first_day=DAY - timedelta(days=5), last_day=DAY - timedelta(days=4))
    trend = read_trend(sessions, edition_code="e3", area_code="001", last_day=DAY, days=7)
    assert trend.days == tuple(DAY - timedelta(days=i) for i in range(6, -1, -1))
    assert trend.is_counted.tolist() == [False, True, True, False, False, False, True]
    assert trend.counts.venues.tolist() == [0, 6, 6, 0, 0, 0, 6]
    country = read_trend(sessions, edition_code="e3", area_code=None, last_day=DAY, days=1)
    assert country.counts.venues.tolist() == [7]


def test_summary_of_an_area_and_of_the_country(
    sessions: sessionmaker[Session], tree: dict[str, int]
) -> None:
    found = read_area_summary(sessions, edition_code="e3", area_code="001", day=DAY)
    assert found.counts.venues.tolist() == [6]
    assert [part.area.code for part in found.worst] == ["00001"]
    assert [(one.venue_type, one.venues, one.not_assessed) for one in found.venue_types] == [
        ("office", 5, 1),
        ("factory", 1, 1),
    ]
    country = read_area_summary(sessions, edition_code="e3", area_code=None, day=DAY)
    assert country.area is None
    assert country.counts.venues.tolist() == [7]
    assert country.part_counts.venues.tolist() == [6, 1]
    assert sum(one.venues for one in country.venue_types) == 7


def test_slider_runs_from_the_first_assessed_day_to_today(
    sessions: sessionmaker[Session], tree: dict[str, int]
) -> None:
    with sessions() as session:
        assert level_days(session, "e3", today=DAY) == (DAY - timedelta(days=3), DAY)
        with pytest.raises(NotFoundError):
            level_days(session, "nowhere")


def test_forgotten_days_are_counted_again_under_a_new_number(
    sessions: sessionmaker[Session], tree: dict[str, int]
) -> None:
    aggregate(sessions, first_day=DAY, last_day=DAY)
    kept = counts_of(sessions)
    with sessions.begin() as session:
        add_edition(session, "other")
        first = read_generation(session, "e3", DAY)
        forget_days(session, "other")
        assert counts_of(sessions) == kept
        forget_days(session, "e3")
        assert counts_of(sessions) == {}
    with sessions.begin() as session:
        assert ensure_day(session, "e3", DAY)
        assert read_generation(session, "e3", DAY) > first
    assert counts_of(sessions) == kept


def test_of_two_readers_at_once_one_counts(committing_sessions: sessionmaker[Session]) -> None:
    with committing_sessions.begin() as session:
        ids = add_tree(session)
        add_venue(session, ids["00001"])

    def read(_: int) -> int:
        return read_levels(
            committing_sessions,
            edition_code="e3",
            level=AdminLevel.WARD,
            parent_code=None,
            day=DAY,
        ).generation

    with ThreadPoolExecutor(6) as pool:
        generations = set(pool.map(read, range(12)))
    assert len(generations) == 1


def test_reading_many_areas_uses_indexes(sessions: sessionmaker[Session]) -> None:
    with sessions.begin() as session:
        add_edition(session, "big")
        session.execute(
            text(
                "INSERT INTO area (edition_code, code, admin_level, path, is_leaf, name,"
                " name_ascii) SELECT 'big', lpad(i::text, 5, '0'), CASE WHEN i <= 60 THEN 1 ELSE 3"
                " END, '{}', i > 60, 'x', 'x' FROM generate_series(1, 20000) AS i"
            )
        )
        session.execute(
            text(
                "UPDATE area SET parent_id = top.area_id FROM area AS top WHERE top.code ="
                " lpad((area.code::integer % 60 + 1)::text, 5, '0') AND area.admin_level = 3"
            )
        )
        session.execute(
            text(
                "INSERT INTO area_level_daily SELECT day::date, area_id, 3, 1, 1, 1, 30, 9000"
                " FROM area CROSS JOIN generate_series(timestamp '2021-11-18', '2021-11-20',"
                " interval '1 day') AS day"
            )
        )
        session.execute(text("ANALYZE area, area_level_daily, level_generation"))
        plan = "\n".join(
            row[0]
            for row in session.execute(
                text("EXPLAIN " + read_sql("read_levels").text),
                {
                    "edition_code": "big",
                    "admin_level": 3,
                    "parent_code": "00007",
                    "day": DAY,
                },
            )
        )
    assert "ix_area_parent_id" in plan
    assert "pk_area_level_daily" in plan
    assert "Seq Scan on area_level_daily" not in plan

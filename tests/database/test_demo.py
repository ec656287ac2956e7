"""Demo data: the same again from one seed, whole or not at all."""

import hashlib
from datetime import date, timedelta
from typing import Any

import pytest
from geoalchemy2.shape import from_shape
from shapely import MultiPolygon, box
from sqlalchemy import text
from sqlalchemy.orm import Session, sessionmaker

from assessments.review_choice import HIGH_FOOTFALL
from assessments.venue_types import ASSESSED_VENUE_TYPES
from data.clock import VIETNAM, day_of
from data.errors import ConflictError
from data.models import Area, BoundaryEdition
from data.services.demo.load import is_demo_data, load_demo
from geo.levels import AdminLevel

DAY = date(2021, 11, 19)
TABLES = (
    "SELECT * FROM venue ORDER BY venue_pk",
    "SELECT * FROM assessment ORDER BY assessment_pk",
    "SELECT * FROM venue_level_span ORDER BY venue_pk, first_day",
    "SELECT * FROM visit ORDER BY venue_pk, day, event_key",
)


@pytest.fixture
def country(sessions: sessionmaker[Session]) -> sessionmaker[Session]:
    """Two provinces of two districts of four wards, an edition without census figures."""
    with sessions.begin() as session:
        session.add(
            BoundaryEdition(
                code="e1", title_vi="-", title_en="-", source="-", licence="-",
                is_approximate=True, is_active=True,
            )
        )  # fmt: skip
        session.flush()
        for p in range(2):
            province = _add(session, None, f"0{p}", AdminLevel.PROVINCE)
            for d in range(2):
                district = _add(session, province, f"0{p}{d}", AdminLevel.DISTRICT)
                for w in range(4):
                    _add(
                        session, district, f"0{p}{d}{w}", AdminLevel.WARD,
                        west=105 + 0.4 * p + 0.2 * d + 0.05 * w,
                    )  # fmt: skip
    return sessions


def _add(
    session: Session, parent: Area | None, code: str, level: AdminLevel, west: float | None = None
) -> Area:
    area = Area(
        edition_code="e1", code=code, admin_level=int(level), is_leaf=level == AdminLevel.WARD,
        path=[], parent_id=parent.area_id if parent else None, name=f"Xã {code}", name_ascii=code,
        area_km2=30.0,
        geom=None if west is None else from_shape(
            MultiPolygon([box(west, 20, west + 0.05, 20.05)]), srid=4326
        ),
    )  # fmt: skip
    session.add(area)
    session.flush()
    area.path = [*(parent.path if parent else []), area.area_id]
    return area


def fingerprint(sessions: sessionmaker[Session]) -> list[str]:
    with sessions() as session:
        return [
            hashlib.sha256(repr([tuple(row) for row in session.execute(text(table))]).encode())
            .hexdigest()
            for table in TABLES
        ]  # fmt: skip


def load(sessions: sessionmaker[Session], seed: int = 7) -> list[str]:
    """Load into savepoints that are taken back, so that it can be loaded again."""
    with sessions() as session:
        connection = session.connection()
        inner = connection.begin_nested()
        load_demo(
            sessionmaker(connection, join_transaction_mode="create_savepoint"),
            venues=120, visits=3_000, seed=seed, last_day=DAY,
        )  # fmt: skip
        found = fingerprint(sessionmaker(connection, join_transaction_mode="create_savepoint"))
        inner.rollback()
    return found


def test_same_seed_gives_the_same_rows_and_another_seed_others(
    country: sessionmaker[Session],
) -> None:
    first = load(country)
    assert load(country) == first
    assert all(a != b for a, b in zip(load(country, seed=8), first, strict=True))


def test_demo_is_whole_marked_and_counted(country: sessionmaker[Session]) -> None:
    report = load_demo(country, venues=300, visits=5_000, seed=7, last_day=DAY)
    assert report.assessments > 300
    with country() as session:

        def one(sql: str, **values: object) -> Any:
            return session.execute(text(sql), values).scalar_one()

        assert is_demo_data(session)
        assert one("SELECT count(*) FROM venue WHERE is_demo") == 300
        last = one("SELECT max(submitted_at) FROM assessment WHERE kind = 'self'")
        assert day_of(last) == DAY  # and shortly after midnight: the day is not over
        assert last.astimezone(VIETNAM).hour == 0
        types = set(session.scalars(text("SELECT DISTINCT venue_type FROM venue")))
        assert types <= set(ASSESSED_VENUE_TYPES)
        outside = (
            "SELECT count(*) FROM venue JOIN venue_area USING (venue_pk) JOIN area USING (area_id) "
            "WHERE NOT ST_Contains(area.geom, venue.point)"
        )
        assert one(outside) == 0
        assert one("SELECT count(*) FROM visit") == 5_000
        assert one("SELECT sum(visits) FROM visit_hourly") == 5_000
        assert one("SELECT min(day) FROM visit") == DAY - timedelta(days=20)
        assert one("SELECT count(*) FROM level_generation") == 60
        assert one("SELECT count(*) FROM density_generation") == 21
        overlap = (
            "SELECT count(*) FROM venue_level_span AS a JOIN venue_level_span AS b "
            "ON a.venue_pk = b.venue_pk AND a.first_day < b.first_day AND a.last_day >= b.first_day"
        )
        assert one(overlap) == 0
        assert one("SELECT nextval(pg_get_serial_sequence('venue', 'venue_pk'))") == 301


def test_demo_is_refused_where_venues_are(country: sessionmaker[Session]) -> None:
    load_demo(country, venues=20, visits=0, seed=7, last_day=DAY)
    with pytest.raises(ConflictError, match="already holds venues"):
        load_demo(country, venues=20, visits=0, seed=7, last_day=DAY)


def test_interrupted_load_leaves_nothing(country: sessionmaker[Session]) -> None:
    def stop(title: str) -> None:
        if title == "demo visits":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        load_demo(country, venues=20, visits=100, seed=7, last_day=DAY, progress=stop)
    with country() as session:
        assert session.scalar(text("SELECT count(*) FROM venue")) == 0
        assert session.scalar(text("SELECT count(*) FROM assessment")) == 0


def test_reviews_have_the_reasons_that_the_pages_give_for_them(
    country: sessionmaker[Session],
) -> None:
    load_demo(country, venues=900, visits=0, seed=3, last_day=DAY)
    with country() as session:
        reviews = session.execute(
            text(
                "SELECT review.reason, review.state, venue.footfall_per_day,"
                " review.created_at = assessment.submitted_at AS is_of_its_moment"
                " FROM review JOIN venue USING (venue_pk) JOIN assessment USING (assessment_pk)"
                " ORDER BY review.review_pk"
            )
        ).all()
        left_alone = session.scalar(
            text(
                "SELECT count(*) FROM venue"
                " JOIN venue_level_span AS span USING (venue_pk)"
                " WHERE venue.footfall_per_day >= :high AND :day BETWEEN first_day AND last_day"
                " AND NOT EXISTS (SELECT FROM review WHERE review.venue_pk = venue.venue_pk)"
                " AND NOT EXISTS (SELECT FROM assessment"
                "  WHERE assessment.venue_pk = venue.venue_pk AND kind <> 'self')"
            ),
            {"high": HIGH_FOOTFALL, "day": DAY},
        )
    crowded = [one for one in reviews if one.reason == "footfall"]
    assert crowded
    assert all(one.footfall_per_day >= HIGH_FOOTFALL for one in crowded)
    assert all(one.footfall_per_day < HIGH_FOOTFALL for one in reviews if one.reason == "random")
    assert {one.state for one in reviews} == {"waiting", "confirmed"}
    assert all(one.is_of_its_moment for one in reviews)
    assert left_alone == 0

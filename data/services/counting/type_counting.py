"""Counts of venues by province, day and type: all of a range of days, or of some venues."""

from collections.abc import Sequence
from datetime import date
from typing import Any, Final, LiteralString

from sqlalchemy import Row
from sqlalchemy.orm import Session

from data.copying import copy_rows
from data.services.counting.count_changes import Counts, counts_by_key
from data.services.counting.count_tables import TYPES
from data.sql_files import read_sql

COPY: Final[LiteralString] = (
    "COPY area_type_daily (day, area_id, venue_type, venues, safe, at_risk, unsafe) FROM STDIN"
)


def replace_type_counts(
    session: Session, edition_code: str, first_day: date, last_day: date
) -> None:
    """Count a closed range of days of one edition anew; the caller holds `own_levels`."""
    facts = {"edition_code": edition_code, "first_day": first_day, "last_day": last_day}
    rows = _count(session, edition_code, first_day, last_day, venue_pks=None)
    session.execute(read_sql("delete_types"), facts)
    copy_rows(session, COPY, [tuple(row) for row in rows])


def read_venues_types(
    session: Session, edition_code: str, days: Sequence[date], venue_pks: Sequence[int]
) -> Counts:
    """What some venues add on some days of one edition; the days ascend."""
    rows = _count(session, edition_code, days[0], days[-1], venue_pks=list(venue_pks))
    wanted = set(days)
    return counts_by_key(TYPES, [row for row in rows if row.day in wanted])


def _count(
    session: Session,
    edition_code: str,
    first_day: date,
    last_day: date,
    *,
    venue_pks: list[int] | None,
) -> list[Row[Any]]:
    facts = {
        "edition_code": edition_code,
        "first_day": first_day,
        "last_day": last_day,
        "venue_pks": venue_pks,
    }
    return list(session.execute(read_sql("count_types"), facts).all())

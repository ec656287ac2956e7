"""Venues that are likely the same as one that is about to be registered."""

from dataclasses import dataclass
from datetime import date
from typing import Final

from sqlalchemy.orm import Session

from data.sql_files import read_sql
from geo.names import fold

NEAR_M: Final = 50
BOX_DEGREES: Final = 0.0006  # 50 m east to west as far north as Việt Nam reaches
SIMILAR: Final = 0.5  # of the names' groups of three letters, as pg_trgm counts them
MOST_SHOWN: Final = 5


@dataclass(frozen=True, kw_only=True)
class LikelyDuplicate:
    """A stored venue, in facts that everyone may know.

    Attributes:
        distance_m: Between the two points.
        is_mine: Whether the person who asks acts for it already.
    """

    venue_id: str
    name: str
    address: str | None
    venue_type: str
    distance_m: float
    is_closed: bool
    is_mine: bool


def find_duplicates(
    session: Session,
    *,
    venue_type: str,
    name: str,
    lon: float,
    lat: float,
    account_pk: int,
    day: date,
) -> tuple[LikelyDuplicate, ...]:
    """Venues of a type within 50 m of a point with a similar name, the most similar first.

    Closed ones are among them: who opens a place again should find its history.

    Args:
        session: Sees who acts for what.
        venue_type: Code of the type.
        name: As typed; marks and capitals do not matter.
        lon: Longitude in degrees (WGS 84).
        lat: Latitude.
        account_pk: Who asks.
        day: Today in Asia/Ho_Chi_Minh.
    """
    rows = session.execute(
        read_sql("find_duplicates"),
        {
            "venue_type": venue_type,
            "name_ascii": fold(name),
            "lon": lon,
            "lat": lat,
            "account_pk": account_pk,
            "day": day,
            "near_m": NEAR_M,
            "box_degrees": BOX_DEGREES,
            "similar": SIMILAR,
            "most": MOST_SHOWN,
        },
    )
    return tuple(LikelyDuplicate(**row._mapping) for row in rows)

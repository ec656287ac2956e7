"""Venues that are likely the same as one that is about to be registered."""

from dataclasses import dataclass
from datetime import date
from typing import Final

from sqlalchemy.orm import Session

from data.sql_files import read_sql
from geo.venue_names import SIMILAR, name_likeness

NEAR_M: Final = 50
BOX_DEGREES: Final = 0.0006  # 50 m east to west as far north as Việt Nam reaches
MOST_COMPARED: Final = 500
"""The nearest of them; a block of flats with more is not the rule."""
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
        name: As typed; compared by `geo.venue_names`.
        lon: Longitude in degrees (WGS 84).
        lat: Latitude.
        account_pk: Who asks.
        day: Today in Asia/Ho_Chi_Minh.
    """
    rows = session.execute(
        read_sql("find_duplicates"),
        {
            "venue_type": venue_type,
            "lon": lon,
            "lat": lat,
            "account_pk": account_pk,
            "day": day,
            "near_m": NEAR_M,
            "box_degrees": BOX_DEGREES,
            "most": MOST_COMPARED,
        },
    )
    found = [(name_likeness(name, row.name), LikelyDuplicate(**row._mapping)) for row in rows]
    alike = [one for one in found if one[0] >= SIMILAR]
    alike.sort(key=lambda one: -one[0])  # the nearer first among equals
    return tuple(one for _, one in alike[:MOST_SHOWN])

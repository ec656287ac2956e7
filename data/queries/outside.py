"""Venues as lines of text, among them those that no area counts."""

from sqlalchemy import Text, case, cast, func, select
from sqlalchemy.orm import Session

from data.models import Venue, VenueArea
from data.queries.editions import require_edition


def list_outside(
    session: Session, edition_code: str, *, is_outside: bool, limit: int
) -> list[tuple[str, str, str, str, str]]:
    """Venue id, type, name, "lon lat" and the reason why no area counts it ("" where one does).

    Args:
        session: Read only.
        edition_code: Boundary edition.
        is_outside: Only venues that no area counts.
        limit: At most so many.

    Raises:
        NotFoundError: There is no such edition.
    """
    require_edition(session, edition_code)
    reason = case(
        (Venue.point.is_(None), "has no point"),
        (VenueArea.area_id.is_(None), "outside every area"),
        else_="",
    )
    point = func.concat_ws(
        " ", cast(func.ST_X(Venue.point), Text), cast(func.ST_Y(Venue.point), Text)
    )
    statement = (
        select(Venue.venue_id, Venue.venue_type, Venue.name, point, reason)
        .outerjoin(
            VenueArea,
            (VenueArea.venue_pk == Venue.venue_pk) & (VenueArea.edition_code == edition_code),
        )
        .order_by(Venue.venue_pk)
        .limit(limit)
    )
    if is_outside:
        statement = statement.where(VenueArea.area_id.is_(None))
    return [tuple(row) for row in session.execute(statement)]

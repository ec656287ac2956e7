"""The province of a venue: what decides which provincial criteria sets are its own."""

from sqlalchemy import ScalarSelect, select
from sqlalchemy.orm import Session, aliased

from data.models import Area, BoundaryEdition, Venue, VenueArea


def province_code_column() -> ScalarSelect[str | None]:
    """Code of the topmost area that holds a venue, as a column beside `Venue`.

    It is that of the active edition; NULL outside every area or without an active
    edition. Looked up by keys alone, whatever the number of venues.
    """
    leaf, top = aliased(Area), aliased(Area)
    return (
        select(top.code)
        .select_from(VenueArea)
        .join(BoundaryEdition, BoundaryEdition.code == VenueArea.edition_code)
        .join(leaf, leaf.area_id == VenueArea.area_id)
        .join(top, top.area_id == leaf.path[1])
        .where(BoundaryEdition.is_active, VenueArea.venue_pk == Venue.venue_pk)
        .correlate(Venue)
        .scalar_subquery()
    )


def read_province_code(session: Session, venue_pk: int) -> str | None:
    """Code of a venue's province in the active edition; None where it lies in none."""
    return session.scalar(select(province_code_column()).where(Venue.venue_pk == venue_pk))

"""Whether what the map shows is demo data."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from data.models import Venue


def has_demo_venues(session: Session) -> bool:
    """Whether any venue was made by the demo."""
    return bool(session.scalar(select(select(Venue.venue_pk).where(Venue.is_demo).exists())))

"""Types of venue: those that a criteria set assesses, and those that are only known.

A venue of a type without a criteria set can be registered and shown; it stays
"not assessed" until a set for its type is published.
"""

from enum import StrEnum
from typing import Final

from assessments.errors import UnknownVenueTypeError


class VenueType(StrEnum):
    """Type of a venue; its name on pages is the text `venue_type.<code>`."""

    HOSPITAL_PUBLIC = "hospital.public"
    HOSPITAL_PRIVATE = "hospital.private"
    KINDERGARTEN = "kindergarten"
    SCHOOL_PRIMARY = "school.primary"
    SCHOOL_SECONDARY = "school.secondary"
    CONTINUING_EDUCATION = "continuing_education"
    FACTORY = "factory"
    OFFICE = "office"
    INDUSTRIAL_PARK = "industrial_park"
    WORKER_DORMITORY = "worker_dormitory"
    CLINIC = "clinic"
    PHARMACY = "pharmacy"
    MARKET = "market"
    SUPERMARKET = "supermarket"
    RESTAURANT = "restaurant"
    CAFE = "cafe"
    HOTEL = "hotel"
    KARAOKE = "karaoke"
    BUS = "bus"
    OTHER = "other"


ASSESSED_VENUE_TYPES: Final = (
    VenueType.HOSPITAL_PUBLIC,
    VenueType.HOSPITAL_PRIVATE,
    VenueType.KINDERGARTEN,
    VenueType.SCHOOL_PRIMARY,
    VenueType.SCHOOL_SECONDARY,
    VenueType.CONTINUING_EDUCATION,
    VenueType.FACTORY,
    VenueType.OFFICE,
    VenueType.INDUSTRIAL_PARK,
    VenueType.WORKER_DORMITORY,
)
"""The types with a criteria set today, in the order in which lists show them."""


def require_venue_type(code: str) -> VenueType:
    """The venue type of a code.

    Raises:
        UnknownVenueTypeError: No such type; the sentence lists those there are.
    """
    try:
        return VenueType(code)
    except ValueError:
        raise UnknownVenueTypeError(
            f"no venue type {code!r}; there are {', '.join(VenueType)}"
        ) from None

"""Types of venue: those that a criteria set assesses, and those that are only known.

A venue of a type without a criteria set can be registered and shown; it stays
"not assessed" until a set for its type is published. "market" is a market of which
the kind is not known; it is assessed like a traditional one.
"""

from enum import StrEnum
from typing import Final

from assessments.errors import UnknownVenueTypeError


class VenueType(StrEnum):
    """Type of a venue; its name on pages is the text `venue_type.<code>`."""

    HOSPITAL_PUBLIC = "hospital.public"
    HOSPITAL_PRIVATE = "hospital.private"
    CLINIC = "clinic"
    HEALTH_STATION = "health_station"
    KINDERGARTEN = "kindergarten"
    SCHOOL_PRIMARY = "school.primary"
    SCHOOL_SECONDARY = "school.secondary"
    CONTINUING_EDUCATION = "continuing_education"
    FACTORY = "factory"
    OFFICE = "office"
    INDUSTRIAL_PARK = "industrial_park"
    WORKER_DORMITORY = "worker_dormitory"
    MARKET = "market"
    MARKET_WHOLESALE = "market.wholesale"
    MARKET_TRADITIONAL = "market.traditional"
    SUPERMARKET = "supermarket"
    MALL = "mall"
    RESTAURANT = "restaurant"
    CANTEEN = "canteen"
    STREET_FOOD = "street_food"
    CAFE = "cafe"
    HOTEL = "hotel"
    GUESTHOUSE = "guesthouse"
    RESORT = "resort"
    HOMESTAY = "homestay"
    TRAVEL_AGENCY = "travel_agency"
    ATTRACTION = "attraction"
    BUS = "bus"
    COACH = "coach"
    TAXI = "taxi"
    FERRY = "ferry"
    STATION = "station"
    PHARMACY = "pharmacy"
    KARAOKE = "karaoke"
    APARTMENT_BUILDING = "apartment_building"
    SERVICE = "service"
    OTHER = "other"


ASSESSED_VENUE_TYPES: Final = tuple(
    venue_type
    for venue_type in VenueType
    if venue_type
    not in (
        VenueType.CAFE,
        VenueType.PHARMACY,
        VenueType.KARAOKE,
        VenueType.APARTMENT_BUILDING,
        VenueType.SERVICE,
        VenueType.OTHER,
    )
)
"""The types that some set names, in the order in which lists show them.

Whether a venue can be assessed depends on its province and on the day as well: that is
what `assessments.criteria.criteria_set_for` says.
"""


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

"""Safety levels of venues and of areas, as antoancovid.vn named them."""

from enum import StrEnum


class VenueLevel(StrEnum):
    """Level of one venue on one day."""

    SAFE = "safe"
    AT_RISK = "at_risk"
    UNSAFE = "unsafe"
    NOT_ASSESSED = "not_assessed"


class AreaLevel(StrEnum):
    """Level of one area on one day; too few data is a level of its own, never green."""

    SAFE = "safe"
    AT_RISK = "at_risk"
    UNSAFE = "unsafe"
    NOT_ENOUGH_DATA = "not_enough_data"

"""Query parameters of the API: their form, their limits, and what is refused."""

import re
from datetime import date
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from assessments.venue_types import VenueType
from geo.levels import AdminLevel
from geo.names import fold

LevelWord = Literal["province", "district", "ward"]
VenueLevelWord = Literal["safe", "at_risk", "unsafe", "not_assessed"]

MOST_SEARCH_SIGNS = 100
_DAY_FORM = re.compile(r"\d{4}-\d{2}-\d{2}")


def _require_day_form(value: object) -> object:
    # Pydantic would also take a number of seconds or a time of day; a day is written one way.
    if isinstance(value, str) and not _DAY_FORM.fullmatch(value):
        raise ValueError("must be a calendar day such as 2021-11-20")
    return value


def _require_words(value: str) -> str:
    if any(ord(sign) < 32 or ord(sign) == 127 for sign in value) or "\ufffd" in value:
        raise ValueError("must be readable text")
    if not fold(value):
        raise ValueError("must hold at least one letter or digit")
    return value


EditionCode = Annotated[
    str,
    Field(
        pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$",
        description="Boundary edition; the active one where it is not given",
        examples=["vn-2021"],
    ),
]
AreaCode = Annotated[
    str,
    Field(
        pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,31}$",
        description="Official code with its leading zeros",
        examples=["01"],
    ),
]
Day = Annotated[
    date,
    BeforeValidator(_require_day_form),
    Field(
        description="Calendar day in Asia/Ho_Chi_Minh, not after today; today where not given",
        examples=["2021-11-20"],
    ),
]
Words = Annotated[
    str,
    AfterValidator(_require_words),
    Field(
        min_length=1,
        max_length=MOST_SEARCH_SIGNS,
        description="Words of a name, with or without diacritics",
        examples=["ba dinh"],
    ),
]
Cursor = Annotated[
    str,
    Field(
        pattern=r"^[A-Za-z0-9_-]{1,200}$",
        description="`next` of the page before",
    ),
]
Limit = Annotated[int, Field(ge=1, le=1000, description="Most items of one page")]


class Parameters(BaseModel):
    """Parameters of one address; any other name is refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class CriteriaSetParameters(Parameters):
    """A criteria set in one of its versions."""

    version: str | None = Field(
        default=None,
        pattern=r"^\d{4}-\d{2}-\d{2}\.\d{1,6}$",
        description="Version that a result names; the newest one where it is not given",
        examples=["2020-04-28.1"],
    )


class EditionParameters(Parameters):
    """Only the edition."""

    edition: EditionCode | None = None


class AreaListParameters(EditionParameters):
    """Filters of the list of areas."""

    level: LevelWord | None = Field(default=None, description="Only this level")
    parent: AreaCode | None = Field(
        default=None, description="Only areas within this one, at any depth"
    )
    q: Words | None = None
    limit: Limit = 200
    cursor: Cursor | None = None


class DayParameters(EditionParameters):
    """Edition and day."""

    day: Day | None = None


class LevelParameters(DayParameters):
    """Which areas and which day."""

    level: LevelWord = Field(description="Level of the areas")
    parent: AreaCode | None = Field(
        default=None, description="Only areas within this one; the whole level where not given"
    )
    form: Literal["json", "compact"] = Field(
        default="json", description="compact: one sign per feature of the boundary file"
    )


class DensityParameters(LevelParameters):
    """Which areas, which day and, if wanted, which hour."""

    hour: Annotated[int, Field(ge=0, le=23)] | None = Field(
        default=None, description="Hour of the day in Việt Nam, 0 to 23; the whole day if not given"
    )


class BoundaryParameters(EditionParameters):
    """Which boundary file."""

    level: LevelWord = Field(description="Level of the areas")
    parent: AreaCode | None = Field(default=None, description="The whole level where not given")


class SearchParameters(DayParameters):
    """What to look for."""

    q: Words
    limit: Annotated[int, Field(ge=1, le=50, description="Most areas, and most venues")] = 10


def admin_level(word: str) -> AdminLevel:
    """The level of a word that was already checked."""
    return AdminLevel.from_word(word)


def _read_bbox(value: object) -> object:
    if not isinstance(value, str):
        return value
    try:
        west, south, east, north = (float(part) for part in value.split(","))
    except ValueError:
        raise ValueError("must be west,south,east,north in degrees") from None
    # Written so that NaN fails too.
    if not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):
        raise ValueError("must have west ≤ east in -180…180 and south ≤ north in -90…90")
    return f"{west!r},{south!r},{east!r},{north!r}"


Bbox = Annotated[
    str,
    BeforeValidator(_read_bbox),
    Field(
        max_length=120,
        description="west,south,east,north in degrees",
        examples=["105.7,20.9,105.9,21.1"],
    ),
]


class VenueParameters(DayParameters):
    """Filters of the list of venues."""

    area: AreaCode | None = Field(default=None, description="Only venues within this area")
    type: VenueType | None = Field(default=None, description="Only venues of this type")
    level: VenueLevelWord | None = Field(
        default=None, description="Only venues with this level on the day"
    )
    q: Words | None = None
    bbox: Bbox | None = None
    form: Literal["json", "points"] = Field(
        default="json",
        description="points: all at once in columns, for the map; needs `area` or `bbox`",
    )
    limit: Limit = 100
    cursor: Cursor | None = None


class VenueDayParameters(DayParameters):
    """Edition and day of one venue."""


def bbox_numbers(bbox: str | None) -> tuple[float, float, float, float] | None:
    """The four numbers of a checked box."""
    if bbox is None:
        return None
    west, south, east, north = (float(part) for part in bbox.split(","))
    return west, south, east, north

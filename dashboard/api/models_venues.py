"""Response models of venues and of the search."""

from datetime import date

from pydantic import Field

from dashboard.api.models import Document, LevelWord, VenueLevelWord
from dashboard.api.models_trust import PublicReply, TrustWord, VenueTrust


class Venue(Document):
    """Public facts of a venue, with its level on the day asked for."""

    venue_id: str = Field(examples=["3V9GZK0QX7M2T1BD"])
    name: str
    type: str
    address: str | None
    lon: float | None
    lat: float | None
    area: str | None = Field(description="Lowest area that holds the point; null outside all")
    level: VenueLevelWord
    set_id: str | None
    set_level: str | None = Field(description="The criteria set's own level code")
    valid_until: date | None = Field(description="Last day on which the level holds")
    trust: VenueTrust


class VenueList(Document):
    """One page of venues in the order of their registration."""

    edition: str
    day: date
    items: list[Venue]
    next: str | None


class VenueDetail(Venue):
    """One venue."""

    edition: str
    day: date
    reply: PublicReply | None


class VenuePoints(Document):
    """Venues in columns of the same length, for the map."""

    edition: str
    day: date
    is_cut_off: bool = Field(description="There are more venues than one answer holds")
    venue_id: list[str]
    name: list[str]
    type: list[str]
    lon: list[float]
    lat: list[float]
    levels: str = Field(
        description="One letter each: s safe, r at_risk, u unsafe, n not_assessed",
        examples=["ssrn"],
    )
    trust: str = Field(
        description="One letter each: s self_declared, d documents_checked, i inspected, "
        "c contested, e expired; - never assessed",
        examples=["sid-"],
    )


class FoundArea(Document):
    """An area that a search found."""

    code: str
    name: str
    name_en: str | None
    level: LevelWord
    within: list[str] = Field(description="Names of the areas above it, nearest first")
    within_en: list[str | None] = Field(
        description="Their English names in the same order; null where there is none"
    )
    bbox: tuple[float, float, float, float] | None


class FoundVenue(Document):
    """A venue that a search found."""

    venue_id: str
    name: str
    type: str
    address: str | None
    lon: float | None
    lat: float | None
    level: VenueLevelWord
    trust: TrustWord | None
    area: str | None
    area_name: str | None


class SearchResult(Document):
    """Areas, then venues, the likeliest meant first."""

    edition: str
    areas: list[FoundArea]
    venues: list[FoundVenue]

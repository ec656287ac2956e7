"""The form of a venue's details as typed: read, checked, and what is wrong field by field."""

import re
from dataclasses import asdict, dataclass
from typing import Final, Self

import phonenumbers

from dashboard.pages.forms import PageForm
from dashboard.texts.catalogue import Texts
from data.ingest.venue_rows import VenueColumns, VenueRow, VenueRowReader
from data.services.accounts.contacts import COUNTRY, ContactError, read_contact
from data.services.venues.venue_registration import VenueDetails

COLUMNS: Final = VenueColumns(
    venue_type="type", address="address", capacity="capacity", footfall="footfall"
)
# One text for both numbers, as map programs give it; a comma may stand for the decimal point
# where a semicolon or spaces part the two.
POINT: Final = re.compile(
    r"\(?\s*(?P<lat>[+-]?\d{1,3}(?:\.\d+)?)\s*°?\s*[,;\s]\s*(?P<lon>[+-]?\d{1,3}(?:\.\d+)?)\s*°?\s*\)?"
    r"|(?P<lat2>[+-]?\d{1,3},\d+)\s*(?:[;]|\s)\s*(?P<lon2>[+-]?\d{1,3},\d+)",
    re.ASCII,
)
FIELDS_OF_COLUMNS: Final = {"lon": "point", "lat": "point"}


@dataclass(frozen=True, kw_only=True)
class VenueFields:
    """The form's fields as typed; `point` is latitude, longitude in degrees."""

    name: str = ""
    type: str = ""
    address: str = ""
    point: str = ""
    footfall: str = ""
    capacity: str = ""
    contact: str = ""

    @classmethod
    def of(cls, form: PageForm) -> Self:
        """The fields of a form; line breaks and repeated spaces become one space."""
        return cls(**{name: " ".join(form.get(name).split()) for name in cls.__annotations__})

    def with_point(self, lon: float, lat: float) -> Self:
        """The same with another point."""
        return type(self)(**{**asdict(self), "point": point_text(lon, lat)})


@dataclass(frozen=True, kw_only=True)
class CheckedVenue:
    """What a form says.

    Attributes:
        details: None where something is wrong.
        lon, lat: The point in degrees (WGS 84); None where it cannot be read.
        problems: Sentences by field, in the order of the form.
    """

    details: VenueDetails | None
    lon: float | None
    lat: float | None
    problems: dict[str, str]


def point_text(lon: float, lat: float) -> str:
    """A point as the form shows it: latitude, longitude, to about a metre."""
    return f"{lat:.5f}, {lon:.5f}"


def read_point(text: str) -> tuple[str, str] | None:
    """Longitude and latitude of a typed point, still as texts; None where it is none."""
    match = POINT.fullmatch(text.strip())
    if match is None:
        return None
    lat = match["lat"] or match["lat2"].replace(",", ".")
    lon = match["lon"] or match["lon2"].replace(",", ".")
    return lon, lat


def check_fields(fields: VenueFields, t: Texts, *, needs_point: bool = True) -> CheckedVenue:
    """Check a form by the rules that files of venues are checked by.

    Args:
        fields: As typed.
        t: Texts of the page's language.
        needs_point: Whether the form has a point at all.
    """
    problems: dict[str, str] = {}
    point = read_point(fields.point) if needs_point and fields.point else None
    if needs_point and point is None:
        problems["point"] = t(f"venue.problem.point_{'unread' if fields.point else 'missing'}")
    row = {
        "name": fields.name,
        "type": fields.type,
        "address": fields.address,
        "lon": point[0] if point else "",
        "lat": point[1] if point else "",
        "footfall": fields.footfall.replace(".", ""),
        "capacity": fields.capacity.replace(".", ""),
    }
    found, errors = VenueRowReader(columns=COLUMNS, type_map={}).check(1, row)
    for error in errors:
        problem = error.problem
        field = FIELDS_OF_COLUMNS.get(problem.column or "", problem.column or "name")
        problems.setdefault(field, t(f"venue.problem.{problem.code}", **problem.values))
    phone, email = None, None
    if fields.contact:
        try:
            phone, email = read_venue_contact(fields.contact)
        except ContactError:
            problems["contact"] = t("venue.problem.contact")
    ordered = {name: problems[name] for name in VenueFields.__annotations__ if name in problems}
    is_good = found is not None and not ordered
    return CheckedVenue(
        details=_details(found, phone, email) if found is not None and is_good else None,
        lon=found.lon if found else None,
        lat=found.lat if found else None,
        problems=ordered,
    )


def read_venue_contact(text: str) -> tuple[str | None, str | None]:
    """Phone in E.164, or e-mail address, of a venue; a venue's phone may be a landline.

    Raises:
        ContactError: It is neither.
    """
    try:
        contact = read_contact(text)
    except ContactError as error:
        if error.problem != "landline":
            raise
        number = phonenumbers.parse(text, COUNTRY)
        return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164), None
    return (contact.value, None) if contact.kind == "phone" else (None, contact.value)


def _details(found: VenueRow, phone: str | None, email: str | None) -> VenueDetails:
    return VenueDetails(
        name=found.name,
        venue_type=found.venue_type,
        address=found.address,
        footfall_per_day=found.footfall_per_day,
        capacity=found.capacity,
        phone=phone,
        email=email,
    )

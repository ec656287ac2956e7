"""What the pages of a venue's staff share: language, redirects, types, levels in words."""

from typing import Annotated, Final
from urllib.parse import urlencode

from fastapi import Query, Request
from fastapi.responses import RedirectResponse

from assessments.venue_types import VenueType
from dashboard.auth.person import Person
from dashboard.auth.turned_away import TurnedAway
from dashboard.pages.context import PageContext
from dashboard.pages.forms import PageForm
from dashboard.texts.catalogue import Texts
from data.clock import day_of
from data.queries.venue_desk import VenueDesk, read_venue_desk

Language = Annotated[str | None, Query(alias="lang", max_length=8)]
Done = Annotated[str, Query(max_length=32, pattern="^[a-z_]*$")]

# The notices that a page may show after an act, by the word in its address.
NOTICES: Final = frozenset(
    {"registered", "claimed", "edited", "type_changed", "moved", "closed", "reopened", "asked"}
    | {"left", "removed", "invitation_ended", "will_close", "will_reopen", "stays_open"}
)

TYPE_GROUPS: Final[tuple[tuple[str, tuple[str, ...]], ...]] = (
    ("school", ("kindergarten", "school.", "continuing_education")),
    ("health", ("hospital.", "clinic", "health_station", "pharmacy")),
    ("work", ("factory", "office", "industrial_park", "worker_dormitory", "apartment_building")),
    ("trade", ("market", "supermarket", "mall", "service")),
    ("food", ("restaurant", "canteen", "street_food", "cafe")),
    (
        "guests",
        (
            *("hotel", "guesthouse", "resort", "homestay"),
            *("travel_agency", "attraction", "karaoke"),
        ),
    ),
    ("transport", ("bus", "coach", "taxi", "ferry", "station")),
)
"""Groups of the list of types: a type belongs to the first group that it begins like."""


def read_desk(context: PageContext, person: Person, venue_id: str) -> VenueDesk:
    """The venue as its desk shows it today, for somebody whom the door let in."""
    with person.scoped(context.sessions)() as session:
        return read_venue_desk(session, venue_id, day_of(context.now()))


def require_owner_account(
    context: PageContext,
    request: Request,
    form: PageForm | None = None,
    *,
    lang: str | None = None,
) -> Person:
    """Who is signed in, if venues can be theirs.

    Raises:
        TurnedAway: As the door says; 404 for committees, the ministry and administrators.
    """
    person = context.door.require_person(request, form, lang=lang)
    if person.actor.role != "owner":
        raise TurnedAway(context.door.refusal(request, "missing", 404, person=person, lang=lang))
    return person


def redirect(path: str, *, done: str = "", lang: str | None = None) -> RedirectResponse:
    """Go to another page of ours with GET, which then tells what was done."""
    query = {key: word for key, word in (("done", done), ("lang", lang)) if word}
    address = f"{path}?{urlencode(query)}" if query else path
    return RedirectResponse(address, status_code=303, headers={"Cache-Control": "no-store"})


def grouped_types(t: Texts) -> list[tuple[str, list[tuple[str, str]]]]:
    """All types as groups of code and name, in the page's language."""
    groups: dict[str, list[tuple[str, str]]] = {}
    for venue_type in VenueType:
        name = next(
            (name for name, begins in TYPE_GROUPS if venue_type.value.startswith(begins)), "other"
        )
        groups.setdefault(name, []).append((venue_type.value, t(f"venue_type.{venue_type.value}")))
    order = [name for name, _ in TYPE_GROUPS] + ["other"]
    return [(t(f"venue.group.{name}"), groups[name]) for name in order if name in groups]

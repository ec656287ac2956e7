"""The page of a venue's codes, and what is changed there."""

from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode

from fastapi import Request
from fastapi.responses import Response

from checkins.place_codes import grouped
from dashboard.auth.person import Person
from dashboard.pages.answers import go_to
from dashboard.pages.codes.screen_keys import make_screen_key
from dashboard.pages.context import PageContext
from dashboard.pages.days import day_text
from dashboard.pages.forms import PageForm
from dashboard.pages.site import site_page
from dashboard.texts.catalogue import Texts
from data import clock
from data.errors import NotFoundError
from data.queries.committee import require_seen_venue
from data.queries.owner_venues import OwnerVenue
from data.queries.place_codes import Place, list_places
from data.services.codes.place_codes import (
    LONGEST_ZONE_NAME,
    MOST_ZONES,
    ZoneError,
    add_zone,
    ensure_codes,
    remove_zone,
    renew_code,
)

DONE: Final = frozenset({"added", "renewed", "removed"})


@dataclass(frozen=True, kw_only=True)
class PlaceRow:
    """One code on the page.

    Attributes:
        query: Names the place in addresses of this page: empty for the venue itself.
        screen: Opens the rolling code on the device that stays at the door.
    """

    zone_pk: int | None
    title: str
    short_code: str
    issued_on: str
    query: str
    screen: str


def read_places(context: PageContext, person: Person, venue_id: str) -> list[Place]:
    """The current codes of a venue; the venue's own is made where it has none yet.

    Raises:
        NotFoundError: There is no such venue, or it is not the person's.
    """
    with person.scoped(context.sessions).begin() as session:
        venue_pk = require_seen_venue(session, venue_id)
        places = list_places(session, venue_pk)
        if not any(place.zone_pk is None for place in places):
            ensure_codes(session, [venue_pk])
            places = list_places(session, venue_pk)
        return places


class CodePages:
    """The page's requests."""

    def __init__(self, context: PageContext) -> None:
        self._context = context

    def show(self, request: Request, venue_id: str, *, done: str, lang: str | None) -> Response:
        """All codes of a venue."""
        person, venue = self._context.door.require_venue(request, venue_id, lang=lang)
        text = self._context.door.text_of(request, person, lang)
        return self._page(person, venue, text, done=done if done in DONE else "")

    def add_zone(self, request: Request, venue_id: str, form: PageForm) -> Response:
        """Add a zone."""
        lang = form.get("lang") or None
        person, venue = self._context.door.require_venue(request, venue_id, form, lang=lang)
        text = self._context.door.text_of(request, person, lang)
        try:
            add_zone(
                person.scoped(self._context.sessions),
                venue_id=venue_id,
                name=form.get("name"),
                actor=person.actor,
            )
        except ZoneError as error:
            problem = text(
                f"codes.zone.problem.{error.problem}",
                most=MOST_ZONES,
                longest=LONGEST_ZONE_NAME,
            )
            return self._page(
                person,
                venue,
                text,
                problem=problem,
                typed=form.get("name")[: 2 * LONGEST_ZONE_NAME],
                status_code=422,
            )
        return go_to(_path(venue_id, text, done="added"))

    def ask(
        self, request: Request, venue_id: str, *, do: str, zone_pk: int | None, lang: str | None
    ) -> Response:
        """Ask before a code is replaced or a zone given up: posters on the wall stop working."""
        person, venue = self._context.door.require_venue(
            request, venue_id, needs="owner", lang=lang
        )
        text = self._context.door.text_of(request, person, lang)
        place = self._find(person, venue_id, zone_pk)
        if place is None or (do == "remove" and zone_pk is None):
            return go_to(_path(venue_id, text))
        return site_page(
            "codes_change.html",
            t=text,
            person=person,
            path=request.url.path,
            query={"do": do, **({} if zone_pk is None else {"zone": str(zone_pk)})},
            venue=venue,
            place=place,
            do=do,
            short_code=grouped(place.short_code),
            back=_path(venue_id, text),
        )

    def change(self, request: Request, venue_id: str, form: PageForm) -> Response:
        """Replace a code, or give a zone up."""
        lang = form.get("lang") or None
        person, _ = self._context.door.require_venue(
            request, venue_id, form, needs="owner", lang=lang
        )
        text = self._context.door.text_of(request, person, lang)
        zone = form.get("zone")
        zone_pk = int(zone) if zone.isascii() and zone.isdigit() and len(zone) < 19 else None
        if zone and zone_pk is None:
            return go_to(_path(venue_id, text))
        sessions = person.scoped(self._context.sessions)
        try:
            if form.get("do") == "remove" and zone_pk is not None:
                remove_zone(sessions, venue_id=venue_id, zone_pk=zone_pk, actor=person.actor)
                return go_to(_path(venue_id, text, done="removed"))
            if form.get("do") == "renew":
                renew_code(sessions, venue_id=venue_id, zone_pk=zone_pk, actor=person.actor)
                return go_to(_path(venue_id, text, done="renewed"))
        except NotFoundError:
            pass  # Somebody else gave the zone up meanwhile: the page shows what is there.
        return go_to(_path(venue_id, text))

    def _find(self, person: Person, venue_id: str, zone_pk: int | None) -> Place | None:
        places = read_places(self._context, person, venue_id)
        return next((place for place in places if place.zone_pk == zone_pk), None)

    def _page(
        self,
        person: Person,
        venue: OwnerVenue,
        text: Texts,
        *,
        done: str = "",
        problem: str = "",
        typed: str = "",
        status_code: int = 200,
    ) -> Response:
        places = read_places(self._context, person, venue.venue_id)
        return site_page(
            "codes_page.html",
            t=text,
            person=person,
            path=_path(venue.venue_id),
            status_code=status_code,
            venue=venue,
            done=done,
            problem=problem,
            typed=typed,
            rows=[self._row(place, text) for place in places],
            longest=LONGEST_ZONE_NAME,
        )

    def _row(self, place: Place, text: Texts) -> PlaceRow:
        key = make_screen_key(self._context.secret, place.code)
        return PlaceRow(
            zone_pk=place.zone_pk,
            title=place.zone_name or text("codes.whole"),
            short_code=grouped(place.short_code),
            issued_on=day_text(clock.day_of(place.issued_at), text),
            query="" if place.zone_pk is None else f"zone={place.zone_pk}",
            screen=f"/screen?{urlencode({'key': key, 'lang': text.language})}",
        )


def _path(venue_id: str, text: Texts | None = None, **query: str) -> str:
    if text is not None:
        query["lang"] = text.language
    return f"/venue/{venue_id}/codes" + (f"?{urlencode(query)}" if query else "")

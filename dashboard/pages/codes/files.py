"""Posters and pictures of a venue's codes, to be saved."""

from collections.abc import Iterable
from typing import Final, cast

from fastapi import Request
from fastapi.responses import Response

from dashboard.auth.turned_away import TurnedAway
from dashboard.documents.poster import Poster, build_posters
from dashboard.documents.poster_job import build_posters_apart
from dashboard.documents.qr import make_qr, qr_png, qr_svg
from dashboard.documents.sheet import Paper
from dashboard.pages.answers import download
from dashboard.pages.codes.pages import read_places
from dashboard.pages.context import PageContext
from data import clock
from data.queries.place_codes import Place
from geo.names import fold

MOST_AT_ONCE: Final = 10  # pages that one request draws by itself, in some tenths of a second


class CodeFiles:
    """Files of codes."""

    def __init__(self, context: PageContext) -> None:
        self._context = context

    def poster(
        self,
        request: Request,
        venue_id: str,
        *,
        paper: str,
        zone_pk: int | None,
        is_all: bool,
    ) -> Response:
        """The poster of a place, or of the venue and all its zones."""
        places = self._require(request, venue_id, zone_pk, is_all=is_all)
        now = self._context.now()
        posters = posters_of(places, public_url=self._context.settings.public_url)
        build = build_posters if len(posters) <= MOST_AT_ONCE else build_posters_apart
        content = build(
            posters, paper=cast("Paper", paper), printed_on=clock.day_of(now), made_at=now
        )
        name = file_name("poster", places[0], suffix=f"-{paper}.pdf")
        return download(content, media_type="application/pdf", name=name)

    def picture(
        self, request: Request, venue_id: str, *, kind: str, zone_pk: int | None
    ) -> Response:
        """The QR code of a place alone."""
        place = self._require(request, venue_id, zone_pk)[0]
        symbol = make_qr(place_address(self._context.settings.public_url, place))
        name = file_name("qr", place, suffix=f".{kind}")
        if kind == "png":
            return download(qr_png(symbol), media_type="image/png", name=name)
        title = place.name if place.zone_name is None else f"{place.name} – {place.zone_name}"
        svg = qr_svg(symbol, title=title).encode()
        return download(svg, media_type="image/svg+xml", name=name)

    def _require(
        self,
        request: Request,
        venue_id: str,
        zone_pk: int | None,
        *,
        is_all: bool = False,
    ) -> list[Place]:
        """The places asked for; a 404 page where there is none."""
        door = self._context.door
        person, _ = door.require_venue(request, venue_id)
        places = read_places(self._context, person, venue_id)
        wanted = places if is_all else [place for place in places if place.zone_pk == zone_pk]
        if not wanted:
            raise TurnedAway(door.refusal(request, "missing", 404, person=person))
        return wanted


def place_address(public_url: str, place: Place) -> str:
    """What the QR code of a place holds."""
    return f"{public_url.rstrip('/')}/v/{place.code}"


def posters_of(places: Iterable[Place], *, public_url: str) -> list[Poster]:
    """The posters of places."""
    return [
        Poster(
            address=place_address(public_url, place),
            short_code=place.short_code,
            name=place.name,
            zone=place.zone_name,
            venue_address=place.address,
            is_demo=place.is_demo,
        )
        for place in places
    ]


def file_name(kind: str, place: Place, *, suffix: str) -> str:
    """A name that tells files of several places apart in a download folder."""
    words = fold(f"{kind} {place.name} {place.zone_name or ''}")
    slug = "-".join("".join(sign if sign.isalnum() else " " for sign in words).split())
    return f"{slug[:60]}{suffix}"

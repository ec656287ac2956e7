"""R2 and R3: every route of the site, walked by everybody who must not see what lies behind it.

The routes are read from the application, so that a new one is walked too: it
fails here where it declares no audience, where it opens to the wrong person,
or where its path holds a place that `tests.private_rows` cannot fill.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final, get_args
from urllib.parse import urlencode

import pytest
from fastapi import FastAPI
from fastapi.routing import iter_route_contexts
from fastapi.testclient import TestClient
from httpx import Response
from pydantic import BaseModel
from sqlalchemy import select, text, update
from sqlalchemy.orm import Session, sessionmaker

from dashboard.api.audience import AUDIENCES, KEY
from dashboard.app import create_app
from dashboard.auth.door import Door
from dashboard.auth.session_cookie import COOKIE
from data.clock import now
from data.models import VenueStaff, WebSession
from data.queries.owner_venues import read_owner_venue
from data.scope import Actor
from data.services.accounts.api_keys import make_api_key
from tests.api_app import site_settings
from tests.messages import Outbox, recording_messenger
from tests.people import sign_in
from tests.private_rows import MARKER, World, make_world

# Routes that others make: Dash's, static files and the description of the API. All public.
WITHOUT_DECLARATION: Final = re.compile(
    r"/|/api/v1/openapi\.json|/static|/assets|/map/map\.[0-9a-f]{16}\.(js|css)|/map/mark\.svg"
    r"|/_dash-component-suites/.*|/_dash-layout|/_dash-dependencies"
)
CLOSED: Final = frozenset({401, 403, 404})
"""Not 422: a route that asks for more shall get it, in `private_rows` or `BODIES`."""
PLACE: Final = re.compile(r"{(\w+)(?::path)?}")
PRINT: Final = 'SELECT md5(string_agg(t::text, chr(10) ORDER BY t::text)) FROM "{}" AS t'
NOWHERE: Final = "x1"
"""Fills places of public addresses that no private thing stands behind."""
BODIES: Final[dict[str, Any]] = {
    "/api/v1/venues/{venue_id}/assessments": {"answers": {}},
    "/venue/{venue_id}/assess/answers": {"draft": "x", "set": "x", "editor": "x", "answers": []},
}
REFUSED: Final = frozenset({400, 403, 415, 422})
"""What is not our form is refused, for its token or before it is looked for."""
EVIDENCE: Final = "/committee/evidence/{evidence_id}"
"""For the area's committee alone; all else of a committee is the ministry's too."""
BOOKKEEPING: Final = (
    *("attempt_count", "web_session", "one_time_code", "api_key"),
    *(
        "area_level_daily",
        "area_type_daily",
        "level_generation",
    ),  # public counts, made when first asked for
)
OWN: Final = {"editor": ("venue_staff", "signed_in"), "ministry": ("committee",)}


@dataclass(frozen=True, kw_only=True)
class Walked:
    """One method of one route."""

    method: str
    path: str
    audience: str
    query: tuple[tuple[str, str], ...] = ()
    """Parameters that it insists on, with a value where the route names the possible ones."""

    @property
    def has_places(self) -> bool:
        """Whether the address names a thing that belongs to somebody."""
        return "{" in self.path

    @property
    def places(self) -> list[str]:
        """What has to be filled in."""
        return PLACE.findall(self.path) + [name for name, known in self.query if not known]

    def address(self, world: World) -> str:
        path = PLACE.sub(lambda match: world.places.get(match[1], NOWHERE), self.path)
        query = {name: known or world.places.get(name, NOWHERE) for name, known in self.query}
        return f"{path}?{urlencode(query)}" if query else path

    def __str__(self) -> str:
        return f"{self.method} {self.path} ({self.audience})"


def walk(app: FastAPI) -> list[Walked]:
    """Every method of every route, in order, but those of others."""
    found = []
    for route in iter_route_contexts(app.routes):
        declared = (getattr(route, "openapi_extra", None) or {}).get(KEY)
        if declared is None and WITHOUT_DECLARATION.fullmatch(route.path or ""):
            continue
        found += [
            Walked(
                method=method,
                path=route.path or "",
                audience=declared or "nobody said",
                query=tuple(required_query(route.original_route)),
            )
            for method in sorted(route.methods or {"GET"})
        ]
    return found


def required_query(route: Any) -> Iterator[tuple[str, str]]:
    """Names of the parameters that a route insists on, with the first of listed values."""
    for one in getattr(getattr(route, "dependant", None), "query_params", ()):
        kind = one.field_info.annotation
        is_model = isinstance(kind, type) and issubclass(kind, BaseModel)
        if one.field_info.is_required() and not is_model:
            values = get_args(kind)
            yield one.alias, str(values[0]) if values else ""


@pytest.fixture
def app(sessions: sessionmaker[Session]) -> FastAPI:
    return create_app(site_settings(), sessions, messenger=recording_messenger(sessions, Outbox()))


@pytest.fixture
def world(sessions: sessionmaker[Session]) -> World:
    return make_world(sessions)


def test_every_route_declares_who_may_call_it(app: FastAPI) -> None:
    assert [str(one) for one in walk(app) if one.audience not in AUDIENCES] == []


def test_every_place_in_a_private_address_is_filled(app: FastAPI, world: World) -> None:
    """Else the walk would only ask for things that are not there."""
    unfilled = {
        place
        for one in walk(app)
        for place in one.places
        if one.audience != "public" and place not in world.places
    }
    assert unfilled == set()


@dataclass(frozen=True, kw_only=True)
class Walker:
    """A browser that is signed in as somebody, or as nobody."""

    client: TestClient
    csrf: str

    def ask(self, one: Walked, world: World) -> Response:
        """Asks as one of this browser's own pages does, with all that the route insists on."""
        address = one.address(world)
        if one.method == "GET":
            return self.client.get(address)
        if one.path in BODIES:
            headers = {"X-CSRF-Token": self.csrf}
            return self.client.request(one.method, address, json=BODIES[one.path], headers=headers)
        return self.client.request(one.method, address, data={"csrf": self.csrf})


def browser(app: FastAPI, sessions: sessionmaker[Session], actor: Actor | None) -> Walker:
    client = TestClient(app, follow_redirects=False, raise_server_exceptions=False)
    if actor is None:
        page = client.get("/sign-in").text
        return Walker(client=client, csrf=page.split('name="csrf" value="')[1].split('"')[0])
    return Walker(client=client, csrf=sign_in(client, sessions, actor))


def is_closed(answer: Response) -> bool:
    if answer.status_code == 303:
        return answer.headers["location"].startswith("/sign-in")
    return answer.status_code in CLOSED


def leaks(answer: Response) -> bool:
    return MARKER in answer.text or MARKER in str(answer.headers)


def must_be_closed(who: str, one: Walked) -> bool:
    """Who gets nothing but a door in the face; others may at least not see the marker."""
    if one.path == "/sign-out":
        return False  # what it does for nobody is nothing
    match one.audience:
        case "signed_in":
            return who in ("nobody", "expired")
        case "venue_staff":
            return who != "editor"
        case "committee":
            return one.path == EVIDENCE if who == "ministry" else who != "far" or one.has_places
        case "owner":
            return True
        case _:
            return False


def private_state(sessions: sessionmaker[Session]) -> dict[str, str | None]:
    """A print of every table but those that only count visits of browsers."""
    with sessions() as session:
        tables = session.scalars(
            text(
                "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace ="
                " 'public'::regnamespace ORDER BY relname"
            )
        ).all()
        return {
            table: session.scalar(text(PRINT.format(table)))
            for table in tables
            if table not in BOOKKEEPING and table != "spatial_ref_sys"
        }


@pytest.mark.parametrize(
    "who", ["nobody", "expired", "stranger", "editor", "far", "ministry", "administrator"]
)
def test_no_route_opens_to_the_wrong_person(
    app: FastAPI, world: World, sessions: sessionmaker[Session], who: str
) -> None:
    actor = None if who == "nobody" else world.owner if who == "expired" else getattr(world, who)
    walker = browser(app, sessions, actor)
    if who == "expired":
        with sessions.begin() as session:
            session.execute(update(WebSession).values(expires_at=now() - timedelta(seconds=1)))
    before = private_state(sessions)
    wrong = []
    for one in walk(app):
        if one.audience == "public" and who not in ("nobody", "stranger"):
            continue  # the same page for everybody
        if one.path == "/sign-out" and actor is not None:
            continue  # all after it would be asked by nobody
        is_own = one.audience in OWN.get(who, ()) and one.path != EVIDENCE
        if is_own and (one.method != "GET" or who == "ministry"):
            continue  # theirs to do and see; that has its own tests
        answer = walker.ask(one, world)
        if must_be_closed(who, one) and not is_closed(answer):
            wrong.append(f"{one}: opened with {answer.status_code}")
        if not is_own and leaks(answer):
            wrong.append(f"{one}: told what is private")
        if answer.status_code >= 500:
            wrong.append(f"{one}: failed with {answer.status_code}")
    assert "\n".join(wrong) == ""
    is_still_in = walker.client.get("/account").status_code == 200
    assert is_still_in == (who not in ("nobody", "expired"))
    if who in ("stranger", "editor"):
        return  # they may change what is their own
    after = private_state(sessions)
    changed = {table for table, state in after.items() if state != before[table]}
    assert changed <= ({"account"} if is_still_in else set())  # their own second factor


def test_a_signed_in_form_without_its_token_changes_nothing(
    app: FastAPI, world: World, sessions: sessionmaker[Session]
) -> None:
    wrong = []
    for actor, audiences in (
        (world.owner, ("signed_in", "venue_staff")),
        (world.near, ("committee",)),
    ):
        walker = browser(app, sessions, actor)
        before = private_state(sessions)
        for one in walk(app):
            if one.audience not in audiences or one.method == "GET":
                continue
            address = one.address(world)
            for sent in ({}, {"csrf": "0" * 64}):
                answer = walker.client.request(one.method, address, data=sent)
                if answer.status_code not in REFUSED:
                    wrong.append(f"{one}: {answer.status_code}")
            # The second wall: even with the right token, from another site.
            for headers in (
                {"Origin": "https://evil.example"},
                {"Origin": "null"},
                {"Sec-Fetch-Site": "cross-site"},
                {"Sec-Fetch-Site": "same-site"},
            ):
                answer = walker.client.request(
                    one.method, address, data={"csrf": walker.csrf}, headers=headers
                )
                if answer.status_code != 403 or "problems/forged" not in answer.text:
                    wrong.append(f"{one}: {headers} got {answer.status_code}")
        assert private_state(sessions) == before
    assert "\n".join(wrong) == ""


def test_a_venue_that_moved_away_is_closed_to_its_old_committee(
    app: FastAPI, world: World, sessions: sessionmaker[Session]
) -> None:
    walker = browser(app, sessions, world.near)
    routes = [one for one in walk(app) if one.audience == "committee" and one.has_places]
    with sessions.begin() as session:
        session.execute(
            text("UPDATE venue_area SET area_id = :there WHERE venue_pk = :venue"),
            {"there": world.area_ids["498"], "venue": world.venue_pk},
        )
    wrong = []
    for one in routes:
        answer = walker.ask(one, world)
        if not is_closed(answer) or leaks(answer):
            wrong.append(f"{one}: {answer.status_code}")
    assert "\n".join(wrong) == ""


def test_keys_of_others_and_no_key_submit_nothing(
    app: FastAPI, world: World, sessions: sessionmaker[Session]
) -> None:
    routes = [one for one in walk(app) if one.audience == "owner"]
    assert routes
    client = TestClient(app, raise_server_exceptions=False)
    body: dict[str, Any] = {"answers": {}}
    for one in routes:
        address = one.address(world)
        assert client.request(one.method, address, json=body).status_code == 401
        for actor in (world.stranger, world.far, world.administrator):
            key = make_api_key(sessions, actor.account_pk, "key")
            refused = client.request(
                one.method, address, json=body, headers={"Authorization": f"Bearer {key}"}
            )
            assert refused.status_code in CLOSED
        # A session is no key: the API takes no cookie, so nothing can be forged in it.
        sign_in(client, sessions, world.owner)
        assert client.request(one.method, address, json=body).status_code == 401
        client.cookies.delete(COOKIE)


@pytest.fixture
def door_without_filter(monkeypatch: pytest.MonkeyPatch) -> None:
    """The application's own checks are gone; only the database's are left."""

    def anybody(self: Door, request: Any, venue_id: str, form: Any = None, **given: Any) -> Any:
        person = self.require_person(request, form, lang=given.get("lang"))
        with person.scoped(self.sessions)() as session:
            return person, read_owner_venue(session, venue_id)

    def everybody(self: Door, request: Any, form: Any = None, **given: Any) -> Any:
        return self.require_person(request, form, lang=given.get("lang"))

    monkeypatch.setattr(Door, "require_venue", anybody)
    monkeypatch.setattr(Door, "require_committee", everybody)


@pytest.mark.usefixtures("door_without_filter")
@pytest.mark.parametrize("who", ["stranger", "far"])
def test_without_the_doors_filter_the_database_still_shows_nothing(
    app: FastAPI, world: World, sessions: sessionmaker[Session], who: str
) -> None:
    walker = browser(app, sessions, getattr(world, who))
    wrong = []
    for one in walk(app):
        if one.audience not in ("venue_staff", "committee", "signed_in") or one.path == "/sign-out":
            continue
        answer = walker.ask(one, world)
        if leaks(answer):
            wrong.append(f"{one}: told what is private")
        if answer.status_code >= 500:
            wrong.append(f"{one}: failed with {answer.status_code}")
    assert walker.client.get("/account").status_code == 200
    assert "\n".join(wrong) == ""
    with sessions() as session:
        staff = session.scalars(
            select(VenueStaff.account_pk).where(VenueStaff.venue_pk == world.venue_pk)
        ).all()
    assert set(staff) == {world.owner.account_pk, world.editor.account_pk}

"""R13: what is typed into any filter or address is a value, never a piece of a statement."""

from collections.abc import Iterator
from typing import Any, Final
from urllib.parse import urlencode

from fastapi import FastAPI
from fastapi.routing import iter_route_contexts
from fastapi.testclient import TestClient
from pydantic import BaseModel
from sqlalchemy.orm import Session, sessionmaker

from dashboard.api.audience import KEY
from dashboard.app import create_app
from tests.api_app import site_settings
from tests.database.test_audiences import PLACE, walk
from tests.messages import Outbox, recording_messenger
from tests.people import sign_in
from tests.private_rows import make_world

HOSTILE: Final = (
    "' OR '1'='1",
    '"; DROP TABLE account; --',
    "1) UNION SELECT password_hash FROM account --",
    "\\\\'; SELECT pg_sleep(9) --",
    "%(id)s :id {0} %s $1",
    "\u02bc\uff07\u0000",
)
TELLING: Final = ("psycopg", "sqlalchemy", "syntax error", "traceback", "argon2")


def filters_of(route: Any) -> Iterator[str]:
    """Names of all query parameters of a route, those of a model among them."""
    for one in getattr(getattr(route, "dependant", None), "query_params", ()):
        kind = one.field_info.annotation
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            yield from (field.alias or name for name, field in kind.model_fields.items())
        else:
            yield one.alias


def addresses(app: FastAPI) -> list[str]:
    """Every page and filter that answers GET, with hostile words in each of its places."""
    found = []
    for route in iter_route_contexts(app.routes):
        if "GET" not in (route.methods or ()) or not (
            getattr(route, "openapi_extra", None) or {}
        ).get(KEY):
            continue
        names = list(filters_of(route.original_route))
        for number, word in enumerate(HOSTILE):
            quoted = urlencode({"x": word})[2:]
            path = PLACE.sub("x1", route.path or "")
            if names:
                found.append(f"{path}?{urlencode(dict.fromkeys(names, word))}")
                name = names[number % len(names)]
                found.append(f"{path}?{urlencode({name: word})}")
            if "{" in (route.path or "") and "%00" not in quoted:
                found.append(PLACE.sub(quoted, route.path or ""))
    return found


def test_no_filter_and_no_address_reaches_a_statement(sessions: sessionmaker[Session]) -> None:
    app = create_app(site_settings(), sessions, messenger=recording_messenger(sessions, Outbox()))
    assert len(walk(app)) > 100
    world = make_world(sessions)
    asked = addresses(app)
    assert len(asked) > 300
    for person in (None, world.owner, world.ministry):
        client = TestClient(app, follow_redirects=False, raise_server_exceptions=False)
        if person is not None:
            sign_in(client, sessions, person)
        for address in asked if person is None else asked[:: len(HOSTILE)]:
            answer = client.get(address)
            assert answer.status_code < 500, address
            assert not any(word in answer.text.lower() for word in TELLING), address

"""Accounts, venues and signed-in clients for tests; defaults for all else."""

from itertools import count

from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import text
from sqlalchemy.orm import Session, sessionmaker

from dashboard.auth.csrf import make_csrf_token
from dashboard.auth.door import Door
from dashboard.auth.session_cookie import COOKIE
from data.clock import now
from data.models import Account, AccountArea, VenueStaff
from data.scope import Actor, Role
from data.services.accounts.web_sessions import open_web_session
from data.venue_ids import make_venue_ids

_numbers = count(1)


def make_account(
    sessions: sessionmaker[Session],
    *,
    role: Role = "owner",
    areas: tuple[tuple[str, str], ...] = (),
    name: str = "Người thử",
) -> Actor:
    """Stores a confirmed account without a password; `areas` are edition and area codes."""
    number = next(_numbers)
    with sessions.begin() as session:
        account = Account(
            account_id=f"TESTACCOUNT{number:05}",
            role=role,
            name=name,
            email=f"person{number}@example.invalid",
            confirmed_at=now(),
        )
        session.add(account)
        session.flush()
        session.add_all(
            AccountArea(account_pk=account.account_pk, edition_code=edition, area_code=code)
            for edition, code in areas
        )
        session.flush()
        area_ids = session.scalars(
            text(
                "SELECT area.area_id FROM account_area AS mine JOIN area"
                " ON area.edition_code = mine.edition_code AND area.code = mine.area_code"
                " WHERE mine.account_pk = :pk ORDER BY 1"
            ),
            {"pk": account.account_pk},
        ).all()
        return Actor(
            account_pk=account.account_pk,
            account_id=account.account_id,
            role=role,
            area_ids=tuple(area_ids),
        )


def make_venue(
    sessions: sessionmaker[Session],
    *,
    owner: Actor | None = None,
    venue_type: str = "school.primary",
    name: str = "Trường thử",
    staff_role: str = "owner",
    lon: float | None = None,
    lat: float | None = None,
    area_id: int | None = None,
    edition: str = "e3",
) -> str:
    """Stores an open venue, in an area where one is given, and gives its public id."""
    venue_id = make_venue_ids(1)[0]
    with sessions.begin() as session:
        venue_pk = session.execute(
            text(
                "INSERT INTO venue (venue_id, venue_type, name, name_ascii, footfall_per_day,"
                " opened_on, source, point) VALUES (:venue_id, :venue_type, :name, lower(:name),"
                " 100, '2020-01-01', 'test',"
                " ST_SetSRID(ST_MakePoint(CAST(:lon AS float8), CAST(:lat AS float8)), 4326))"
                " RETURNING venue_pk"
            ),
            {"venue_id": venue_id, "venue_type": venue_type, "name": name, "lon": lon, "lat": lat},
        ).scalar_one()
        if area_id is not None:
            session.execute(
                text("INSERT INTO venue_area VALUES (:venue_pk, :edition, :area_id)"),
                {"venue_pk": venue_pk, "edition": edition, "area_id": area_id},
            )
        if owner is not None:
            session.add(VenueStaff(venue_pk=venue_pk, account_pk=owner.account_pk, role=staff_role))
    return venue_id


def sign_in(client: TestClient, sessions: sessionmaker[Session], actor: Actor) -> str:
    """Signs a client in, second factor and all; gives the token that its forms carry."""
    app = client.app
    assert isinstance(app, FastAPI)
    door: Door = app.state.door
    token = open_web_session(sessions, actor.account_pk, role=actor.role, has_second_factor=True)
    client.cookies.set(COOKIE, door.sign(token))
    return make_csrf_token(door.secret, token)

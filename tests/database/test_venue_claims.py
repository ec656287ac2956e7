"""One-time keys to venues: who they make owner, when they work no more, what the page shows."""

from datetime import timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session, sessionmaker

from data.clock import now
from data.models import AuditEvent, Venue, VenueClaim, VenueEvent, VenueStaff
from data.scope import Actor, scoped_sessions
from data.services.venues.venue_claims import (
    LIFETIME,
    ClaimError,
    claim_path,
    make_claim,
    read_claim,
    use_claim,
)
from tests.people import make_account, make_venue, sign_in
from tests.venue_pages import venue_app


def link(sessions: sessionmaker[Session], venue_id: str, **options: Any) -> str:
    with sessions.begin() as session:
        return make_claim(session, venue_id, **options)


def role_of(sessions: sessionmaker[Session], venue_id: str, actor: Actor) -> str | None:
    with sessions() as session:
        return session.scalar(
            select(VenueStaff.role)
            .join(Venue, Venue.venue_pk == VenueStaff.venue_pk)
            .where(Venue.venue_id == venue_id, VenueStaff.account_pk == actor.account_pk)
        )


def reason_of(sessions: sessionmaker[Session], key: str, actor: Actor, **options: Any) -> str:
    with pytest.raises(ClaimError) as caught:
        use_claim(sessions, key, actor, **options)
    return caught.value.reason


def test_a_key_makes_one_owner_once(sessions: sessionmaker[Session]) -> None:
    first, second = make_account(sessions), make_account(sessions)
    venue_id = make_venue(sessions)
    key = link(sessions, venue_id.lower())
    assert read_claim(sessions, key).venue_id == venue_id
    assert use_claim(sessions, key, first) == venue_id
    assert role_of(sessions, venue_id, first) == "owner"
    assert reason_of(sessions, key, second) == "used"
    assert reason_of(sessions, key, first) == "used"
    assert role_of(sessions, venue_id, second) is None
    with sessions() as session:
        kinds = session.scalars(select(VenueEvent.kind).order_by(VenueEvent.event_pk)).all()
        actions = session.scalars(
            select(AuditEvent.action)
            .where(AuditEvent.subject_id == venue_id)
            .order_by(AuditEvent.event_pk)
        ).all()
    assert kinds == ["link_made", "claimed"]
    assert actions == ["venue.link_made", "venue.claimed"]


def test_only_a_hash_is_stored(sessions: sessionmaker[Session]) -> None:
    key = link(sessions, make_venue(sessions))
    with sessions() as session:
        claim = session.scalars(select(VenueClaim)).one()
    assert key.encode() not in claim.key_hash
    assert len(claim.key_hash) == 32
    assert len(key) >= 32


@pytest.mark.parametrize("key", ["", "short", "x" * 32, "€" * 40])
def test_unknown_keys_open_nothing(sessions: sessionmaker[Session], key: str) -> None:
    link(sessions, make_venue(sessions))
    assert reason_of(sessions, key, make_account(sessions)) == "unknown"


def test_a_key_expires(sessions: sessionmaker[Session]) -> None:
    actor, at = make_account(sessions), now()
    venue_id = make_venue(sessions)
    key = link(sessions, venue_id, at=at)
    assert reason_of(sessions, key, actor, at=at + LIFETIME) == "expired"
    assert use_claim(sessions, key, actor, at=at + LIFETIME - timedelta(seconds=1)) == venue_id


def test_a_new_key_of_an_administrator_ends_the_earlier_one(
    sessions: sessionmaker[Session],
) -> None:
    actor, venue_id = make_account(sessions), make_venue(sessions)
    earlier, later = link(sessions, venue_id), link(sessions, venue_id)
    assert reason_of(sessions, earlier, actor) == "expired"
    assert use_claim(sessions, later, actor) == venue_id


def test_a_key_from_before_the_owner_came_is_refused(sessions: sessionmaker[Session]) -> None:
    owner, other = make_account(sessions), make_account(sessions)
    venue_id = make_venue(sessions)
    key = link(sessions, venue_id, at=now() - timedelta(days=1))
    with sessions.begin() as session:
        venue_pk = session.scalars(select(Venue.venue_pk).where(Venue.venue_id == venue_id)).one()
        session.add(VenueStaff(venue_pk=venue_pk, account_pk=owner.account_pk, role="owner"))
    assert reason_of(sessions, key, other) == "taken"
    # An administrator who knows of the owner may still hand the venue over.
    again = link(sessions, venue_id, at=now() + timedelta(seconds=1))
    assert use_claim(sessions, again, other, at=now() + timedelta(seconds=2)) == venue_id


def test_an_invitation_ends_with_its_inviters_ownership(sessions: sessionmaker[Session]) -> None:
    owner, colleague, late = (make_account(sessions) for _ in range(3))
    venue_id = make_venue(sessions, owner=owner)
    keys = []
    for role in ("owner", "editor"):
        with scoped_sessions(sessions, owner).begin() as session:
            keys.append(make_claim(session, venue_id, role=role, actor=owner))
    use_claim(sessions, keys[0], colleague)
    assert role_of(sessions, venue_id, colleague) == "owner"
    with sessions.begin() as session:
        session.delete(session.scalars(
            select(VenueStaff).where(VenueStaff.account_pk == owner.account_pk)
        ).one())  # fmt: skip
    assert reason_of(sessions, keys[1], late) == "withdrawn"


def test_an_owner_who_takes_an_editors_key_stays_owner(sessions: sessionmaker[Session]) -> None:
    owner = make_account(sessions)
    venue_id = make_venue(sessions, owner=owner)
    key = link(sessions, venue_id, role="editor", actor=owner)
    use_claim(sessions, key, owner)
    assert role_of(sessions, venue_id, owner) == "owner"


@pytest.mark.parametrize("role", ["committee", "ministry", "administrator"])
def test_accounts_of_offices_hold_no_venues(sessions: sessionmaker[Session], role: Any) -> None:
    key = link(sessions, make_venue(sessions))
    actor = make_account(sessions, role=role)
    assert reason_of(sessions, key, actor) == "not_for_account"


@pytest.fixture
def client(sessions: sessionmaker[Session]) -> TestClient:
    return TestClient(venue_app(sessions), follow_redirects=False)


def test_the_key_leaves_the_address_and_the_page_takes_it(
    client: TestClient, sessions: sessionmaker[Session]
) -> None:
    venue_id = make_venue(sessions, name="Trường Kim Đồng")
    key = link(sessions, venue_id)
    moved = client.get(claim_path(key))
    assert (moved.status_code, moved.headers["location"]) == (303, "/venue/claim")
    assert "Path=/venue/claim; SameSite=lax" in moved.headers["set-cookie"]
    assert "HttpOnly" in moved.headers["set-cookie"]
    shown = client.get("/venue/claim")
    assert "Trường Kim Đồng" in shown.text
    assert key not in shown.text
    assert "/sign-in?next=%2Fvenue%2Fclaim" in shown.text
    assert client.post("/venue/claim").headers["location"].startswith("/sign-in")

    actor = make_account(sessions)
    csrf = sign_in(client, sessions, actor)
    assert client.post("/venue/claim", data={}).status_code == 403
    assert role_of(sessions, venue_id, actor) is None
    taken = client.post("/venue/claim", data={"csrf": csrf})
    assert taken.headers["location"] == f"/venue/{venue_id}?done=claimed"
    assert role_of(sessions, venue_id, actor) == "owner"
    assert "antoan_claim" not in client.cookies
    desk = client.get(taken.headers["location"])
    assert "Cơ sở đã thuộc tài khoản của bạn" in desk.text
    with sessions() as session:
        assert session.scalar(select(func.count()).select_from(VenueStaff)) == 1


def test_a_wrong_key_gives_a_page_that_says_so(client: TestClient) -> None:
    client.get("/venue/claim?key=wrong")
    answer = client.get("/venue/claim?lang=en")
    assert answer.status_code == 403
    assert "This link opens nothing" in answer.text

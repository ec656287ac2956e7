"""Row-level security: the application role sees a venue's rows only for who may see the venue."""

import pytest
from sqlalchemy import Engine, select, text
from sqlalchemy.orm import Session, sessionmaker

from data.models import Base, Venue, VenueStaff
from data.scope import scoped_sessions
from data.services import audit
from tests.level_data import add_tree
from tests.people import make_account, make_venue

PRIVATE = (
    "assessment",
    "assessment_result",
    "assessment_draft",
    "draft_answer",
    "evidence_file",
    "venue_staff",
    "venue_claim",
    "claim_request",
    "venue_contact",
    "venue_event",
    "review",
    "inspection_pair",
    "finding_note",
    "appeal",
    "owner_reply",
    "revisit_request",
    "venue_report",
    "owner_notice",
    "place_zone",
    "place_code",
    "certificate",
    "bulk_upload",
)
SECRET = (
    "recovery_code",
    "web_session",
    "one_time_code",
    "attempt_count",
    "api_key",
    "review_key",
    "committee_work",
)


def _staff(session: Session) -> set[int]:
    return set(session.scalars(text("SELECT venue_pk FROM venue_staff")))


def test_without_a_person_the_role_sees_no_row(sessions: sessionmaker[Session]) -> None:
    make_venue(sessions, owner=make_account(sessions))
    with sessions() as session:
        session.execute(text("SELECT set_config('role', 'antoan_app', true)"))
        assert _staff(session) == set()


def test_owner_sees_own_venues_and_no_other(sessions: sessionmaker[Session]) -> None:
    owner, other = make_account(sessions), make_account(sessions)
    venue_id = make_venue(sessions, owner=owner)
    make_venue(sessions, owner=other)
    with scoped_sessions(sessions, owner)() as session:
        pk = session.scalars(text("SELECT venue_pk FROM venue_staff")).one()
        assert session.get_one(Venue, pk).venue_id == venue_id
    with sessions() as session:
        assert len(_staff(session)) == 2


def test_committee_sees_the_venues_of_its_area(sessions: sessionmaker[Session]) -> None:
    with sessions.begin() as session:
        ids = add_tree(session)
    wards = [code for code in ids if len(code) > 3]
    owner = make_account(sessions)
    make_venue(sessions, owner=owner, area_id=ids[wards[0]])
    inside = make_account(sessions, role="committee", areas=(("e3", "01"),))
    outside = make_account(sessions, role="committee", areas=(("e3", "48"),))
    ministry = make_account(sessions, role="ministry")
    administrator = make_account(sessions, role="administrator")
    seen = {}
    for actor in (inside, outside, ministry, administrator):
        with scoped_sessions(sessions, actor)() as session:
            seen[actor.account_pk] = len(_staff(session))
    assert [seen[one.account_pk] for one in (inside, outside, ministry, administrator)] == [
        1,
        0,
        1,
        0,
    ]


def test_evidence_is_closed_to_the_ministry(engine: Engine) -> None:
    """What the policy of `evidence_file` asks beside the venue, in the words of the database."""
    with engine.connect() as connection:
        rules = connection.execute(
            text("SELECT qual, with_check FROM pg_policies WHERE tablename = 'evidence_file'")
        ).one()
    for rule in rules:
        assert "ARRAY['owner'::text, 'committee'::text]" in rule


def test_owner_cannot_write_a_row_of_another_venue(sessions: sessionmaker[Session]) -> None:
    owner, other = make_account(sessions), make_account(sessions)
    theirs = make_venue(sessions, owner=other)
    with sessions() as session:
        pk = session.scalars(
            text("SELECT venue_pk FROM venue WHERE venue_id = :id"), {"id": theirs}
        )
        venue_pk = pk.one()
    with (
        pytest.raises(Exception, match="row-level security"),
        scoped_sessions(sessions, owner).begin() as session,
    ):
        session.add(VenueStaff(venue_pk=venue_pk, account_pk=owner.account_pk, role="owner"))


@pytest.mark.parametrize("table", SECRET)
def test_secrets_are_closed_to_the_role(sessions: sessionmaker[Session], table: str) -> None:
    owner = make_account(sessions)
    with (
        pytest.raises(Exception, match="permission denied"),
        scoped_sessions(sessions, owner)() as session,
    ):
        session.execute(select(Base.metadata.tables[table]))


def test_private_tables_force_their_policies(engine: Engine) -> None:
    with engine.connect() as connection:
        guarded = set(
            connection.scalars(
                text("SELECT relname FROM pg_class WHERE relrowsecurity AND relforcerowsecurity")
            )
        )
    assert guarded == set(PRIVATE)


def test_audit_chain_shows_a_changed_row(sessions: sessionmaker[Session]) -> None:
    with sessions.begin() as session:
        for number in range(3):
            audit.record(
                session,
                actor_id=None,
                action="test",
                subject_kind="venue",
                subject_id=str(number),
                details={"tên": "Hà Nội"},
            )
        assert audit.find_broken_event(session) is None
        keys = session.scalars(text("SELECT event_pk FROM audit_event ORDER BY 1")).all()
        session.execute(
            text("UPDATE audit_event SET subject_id = 'x' WHERE event_pk = :pk"), {"pk": keys[1]}
        )
        session.expire_all()
        assert audit.find_broken_event(session) == keys[1]

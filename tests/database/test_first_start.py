"""What a newcomer is led to: a demo venue that can be assessed with real questions."""

from sqlalchemy import text
from sqlalchemy.orm import Session, sessionmaker

from data.services.first_start import read_demo_venue
from tests.level_data import add_area, add_edition
from tests.people import make_account, make_venue


def test_newcomer_claims_a_free_demo_venue_whose_questions_are_known(
    sessions: sessionmaker[Session],
) -> None:
    with sessions.begin() as session:
        add_edition(session, is_active=True)
        hanoi = add_area(session, "e3", "01", 1, is_leaf=True)  # its school set has no wording
        elsewhere = add_area(session, "e3", "48", 1, is_leaf=True)
    make_venue(sessions, area_id=hanoi)
    make_venue(sessions, area_id=elsewhere, owner=make_account(sessions))
    make_venue(sessions, area_id=elsewhere, venue_type="office")
    wanted = make_venue(sessions, area_id=elsewhere)
    with sessions.begin() as session:
        session.execute(text("UPDATE venue SET is_demo = true"))
        assert read_demo_venue(session) == wanted


def test_without_a_demo_venue_there_is_nothing_to_claim(sessions: sessionmaker[Session]) -> None:
    make_venue(sessions)
    with sessions() as session:
        assert read_demo_venue(session) is None

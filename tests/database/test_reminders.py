"""Reminders: whom, when, once, in their language; and the index that finds them."""

from datetime import UTC, date, datetime, timedelta

import pytest
from pydantic import SecretStr
from sqlalchemy import select, text, update
from sqlalchemy.orm import Session, sessionmaker

from assessments.criteria import criteria_set_for
from data.clock import day_of, now, today
from data.models import Account, AssessmentResult, ExpiryReminder, Venue, VenueLevelSpan
from data.scope import Actor
from data.services.accounts.contacts import Contact
from data.services.accounts.messages import Message, MessageError, Messenger, make_messenger
from data.services.assessing.reminders import send_reminders
from data.services.assessing.submissions import Submission, submit
from data.settings import LinkSettings
from tests.people import make_account, make_venue

URL = "https://site.test"


class Post:
    """Takes messages instead of a mail server."""

    def __init__(self, sessions: sessionmaker[Session]) -> None:
        self.sessions = sessions
        self.sent: list[tuple[Contact, Message]] = []
        self.is_broken = False

    def deliver(self, contact: Contact, message: Message) -> None:
        if self.is_broken:
            raise MessageError("the server did not take the message")
        self.sent.append((contact, message))

    def messenger(self) -> Messenger:
        links = LinkSettings(secret_key=SecretStr("k" * 40))
        made = make_messenger(self.sessions, links)
        return Messenger(
            sessions=made.sessions,
            secret=made.secret,
            mail=made.mail,
            sms=made.sms,
            is_production=False,
            deliver=self.deliver,
        )

    def remind(self, day: date) -> list[tuple[Contact, Message]]:
        before = len(self.sent)
        send_reminders(self.sessions, self.messenger(), day, public_url=URL)
        return self.sent[before:]


@pytest.fixture
def post(sessions: sessionmaker[Session]) -> Post:
    return Post(sessions)


def assessed(
    sessions: sessionmaker[Session], owner: Actor, *, days: int = 30, ago: int = 5
) -> tuple[str, Submission]:
    """A school assessed some days ago, with a result that holds for `days`."""
    venue_id = make_venue(sessions, owner=owner, name="Trường Hoa Sen")
    criteria_set = criteria_set_for("school.primary", today())
    assert criteria_set is not None
    stored = submit(
        sessions,
        venue_id=venue_id,
        answers=dict.fromkeys(criteria_set.criteria_by_id, "pass"),
        submitted_at=now() - timedelta(days=ago),
        source="test",
    )
    last_day = day_of(stored.submitted_at) + timedelta(days=days - 1)
    with sessions.begin() as session:
        for model in (AssessmentResult, VenueLevelSpan):
            column = "valid_until" if model is AssessmentResult else "last_day"
            session.execute(
                update(model)
                .where(model.assessment_pk == stored.assessment_pk)
                .values({column: last_day})
            )
    return venue_id, stored


def test_owner_is_reminded_seven_days_and_one_day_before(
    sessions: sessionmaker[Session], post: Post
) -> None:
    owner = make_account(sessions)
    editor = make_account(sessions)
    venue_id, stored = assessed(sessions, owner)
    with sessions.begin() as session:
        session.execute(
            text(
                "INSERT INTO venue_staff (venue_pk, account_pk, role)"
                " SELECT venue_pk, :pk, 'editor' FROM venue"
            ),
            {"pk": editor.account_pk},
        )
    last_day = day_of(stored.submitted_at) + timedelta(days=29)
    assert post.remind(last_day - timedelta(days=8)) == []
    ((contact, message),) = post.remind(last_day - timedelta(days=7))
    assert contact.value.startswith("person")
    assert "còn 7 ngày" in message.text
    assert f"{URL}/venue/{venue_id}/assess" in message.text
    assert "Trường Hoa Sen" in message.subject
    assert post.remind(last_day - timedelta(days=6)) == []
    assert len(post.remind(last_day - timedelta(days=1))) == 1
    assert post.remind(last_day) == []
    assert post.remind(last_day + timedelta(days=1)) == []


def test_english_owner_gets_english_and_the_unconfirmed_nothing(
    sessions: sessionmaker[Session], post: Post
) -> None:
    owner, unconfirmed, disabled = (make_account(sessions) for _ in range(3))
    with sessions.begin() as session:
        for actor, values in (
            (owner, {"language": "en", "email": None, "phone": "+84912345678"}),
            (unconfirmed, {"confirmed_at": None}),
            (disabled, {"disabled_at": now()}),
        ):
            session.execute(
                update(Account).where(Account.account_pk == actor.account_pk).values(values)
            )
    for actor in (owner, unconfirmed, disabled):
        assessed(sessions, actor)
    last_day = today() + timedelta(days=24)
    ((contact, message),) = post.remind(last_day - timedelta(days=1))
    assert (contact.kind, contact.value) == ("phone", "+84912345678")
    assert "(days left: 1)" in message.text


@pytest.mark.parametrize(
    ("language", "seven", "one"),
    [("vi", "còn 7 ngày", "còn 1 ngày"), ("en", "days left: 7", "days left: 1")],
)
def test_both_reminders_count_down_in_the_owners_language(
    sessions: sessionmaker[Session], post: Post, language: str, seven: str, one: str
) -> None:
    owner = make_account(sessions)
    with sessions.begin() as session:
        session.execute(
            update(Account).where(Account.account_pk == owner.account_pk).values(language=language)
        )
    assessed(sessions, owner)
    last_day = today() + timedelta(days=24)
    told = {
        back: [message.text for _, message in post.remind(last_day - timedelta(days=back))]
        for back in range(9, -1, -1)
    }
    assert [back for back, texts in told.items() if texts] == [7, 1]
    assert seven in told[7][0]
    assert one in told[1][0]
    assert all(f"{last_day:%d/%m/%Y}" in told[back][0] for back in (7, 1))


def test_nobody_is_reminded_of_what_was_assessed_again_or_closed(
    sessions: sessionmaker[Session], post: Post
) -> None:
    owner = make_account(sessions)
    closed_id, _ = assessed(sessions, owner)
    again_id, first = assessed(sessions, owner)
    with sessions.begin() as session:
        session.execute(
            update(Venue).where(Venue.venue_id == closed_id).values(closed_on=date(2021, 1, 1))
        )
    criteria_set = criteria_set_for("school.primary", today())
    assert criteria_set is not None
    submit(
        sessions,
        venue_id=again_id,
        answers=dict.fromkeys(criteria_set.criteria_by_id, "pass"),
        submitted_at=datetime.now(UTC),
        source="test",
    )
    last_day = day_of(first.submitted_at) + timedelta(days=29)
    assert post.remind(last_day - timedelta(days=1)) == []


def test_what_could_not_be_sent_is_tried_again(sessions: sessionmaker[Session], post: Post) -> None:
    owner = make_account(sessions)
    _, stored = assessed(sessions, owner)
    day = day_of(stored.submitted_at) + timedelta(days=28)
    post.is_broken = True
    assert post.remind(day) == []
    with sessions() as session:
        assert session.scalars(select(ExpiryReminder)).all() == []
    post.is_broken = False
    assert len(post.remind(day)) == 1


def test_near_deadline_is_told_once(sessions: sessionmaker[Session], post: Post) -> None:
    owner = make_account(sessions)
    _, stored = assessed(sessions, owner)
    due = today() + timedelta(days=3)
    with sessions.begin() as session:
        session.execute(
            update(AssessmentResult)
            .where(AssessmentResult.assessment_pk == stored.assessment_pk)
            .values(remedy_due=due)
        )
    assert post.remind(due - timedelta(days=2)) == []
    ((_, message),) = post.remind(due - timedelta(days=1))
    assert "khắc phục" in message.text
    assert post.remind(due) == []

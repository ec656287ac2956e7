"""Owners are told of decisions: whom, of what, where it leads, and what a failure does."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import text, update

from assessments.levels import VenueLevel
from assessments.trust import Trust
from dashboard.app import create_app
from data.catalogues import message_texts
from data.clock import now
from data.errors import ConflictError
from data.models import Account, VenueStaff
from data.scope import Actor
from data.services.accounts.contacts import Contact
from data.services.accounts.messages import Message, MessageError
from data.services.accounts.owner_notices import (
    KINDS,
    RETRY_AFTER,
    DueNotice,
    build_message,
    send_due_notices,
)
from data.services.codes.certificates import issue, withdraw
from data.services.venues.claim_requests import (
    answer_request,
    ask_for_venue,
    list_open_requests,
)
from data.services.verification.appeals import file_appeal
from data.services.verification.judgements import overturn, uphold
from data.services.verification.replies import (
    ask_for_revisit,
    moderate_reply,
    refuse_revisit,
    write_reply,
)
from data.services.verification.reviews import ask_again, confirm, correct
from tests.api_app import site_settings
from tests.messages import Outbox, recording_messenger
from tests.people import make_account, sign_in
from tests.town import Town, answers_of

URL = "https://site.test"
SECRET_WORDS = "Ông Nguyễn Văn A gọi 0900000000"


def left(town: Town) -> int:
    with town.sessions() as session:
        return int(session.scalar(text("SELECT count(*) FROM owner_notice")) or 0)


def send(
    town: Town, *, later: timedelta = timedelta(0), is_broken: bool = False
) -> list[tuple[Contact, Message]]:
    """What is sent now, or would have been if nothing were broken."""
    outbox = Outbox()
    messenger = recording_messenger(town.sessions, outbox)

    def fail(contact: Contact, message: Message) -> None:
        outbox.sent.append((contact, message))
        raise MessageError("the server did not take the message")

    if is_broken:
        messenger = replace(messenger, deliver=fail)
    send_due_notices(town.sessions, messenger, now() + later, public_url=URL)
    return outbox.sent


def confirmed(town: Town) -> None:
    confirm(town.of(town.committee), review_id=town.review(), actor=town.committee)


def corrected(town: Town) -> None:
    correct(
        town.of(town.committee),
        review_id=town.review(),
        answers=answers_of(VenueLevel.UNSAFE),
        reason=SECRET_WORDS,
        actor=town.committee,
    )


def asked_again(town: Town) -> None:
    ask_again(
        town.of(town.committee),
        review_id=town.review(),
        question=SECRET_WORDS,
        actor=town.committee,
    )


def inspected(town: Town) -> int:
    return town.inspect(VenueLevel.UNSAFE)


def appealed(town: Town) -> str:
    return file_appeal(
        town.of(town.owner),
        venue_id=town.venue_id,
        assessment_pk=inspected(town),
        wording=SECRET_WORDS,
        actor=town.owner,
    )


def upheld(town: Town) -> None:
    uphold(town.of(town.colleague), appeal_id=appealed(town), reason="Ảnh.", actor=town.colleague)


def overturned(town: Town) -> None:
    overturn(
        town.of(town.colleague), appeal_id=appealed(town), reason="Đúng.", actor=town.colleague
    )


def moderated(town: Town, refusal: str | None) -> None:
    write_reply(
        town.of(town.owner),
        venue_id=town.venue_id,
        assessment_pk=inspected(town),
        wording=SECRET_WORDS,
        actor=town.owner,
    )
    moderate_reply(
        town.of(town.committee),
        venue_id=town.venue_id,
        refusal=refusal,
        wording=SECRET_WORDS,
        actor=town.committee,
    )


def revisit_refused(town: Town) -> None:
    inspected(town)
    ask_for_revisit(
        town.of(town.owner), venue_id=town.venue_id, wording="Đã sửa.", actor=town.owner
    )
    refuse_revisit(
        town.of(town.committee), venue_id=town.venue_id, reason="Chưa.", actor=town.committee
    )


def certificate_withdrawn(town: Town) -> None:
    record = issue(town.of(town.owner), venue_id=town.venue_id, actor=town.owner, at=now())
    with town.of(town.committee).begin() as session:
        withdraw(
            session,
            certificate_id=record.certificate_id,
            actor=town.committee,
            reason=SECRET_WORDS,
        )


def answered(town: Town, *, is_accepted: bool) -> Actor:
    asker = make_account(town.sessions)
    ask_for_venue(town.sessions, town.venue_id, reason=SECRET_WORDS, actor=asker)
    with town.of(town.committee).begin() as session:
        (request,) = list_open_requests(session, limit=5)
        answer_request(session, request.request_pk, is_accepted=is_accepted, actor=town.committee)
    return asker


DECISIONS: dict[str, Callable[[Town], object]] = {
    "confirmed": confirmed,
    "corrected": corrected,
    "asked_again": asked_again,
    "inspected": inspected,
    "upheld": upheld,
    "overturned": overturned,
    "reply_published": lambda town: moderated(town, None),
    "reply_refused": lambda town: moderated(town, "Quảng cáo."),
    "revisit_refused": revisit_refused,
    "certificate_withdrawn": certificate_withdrawn,
}


@pytest.mark.parametrize("kind", DECISIONS)
def test_the_owners_are_told_of_a_decision_once(town: Town, kind: str) -> None:
    town.submit(VenueLevel.SAFE, ago=timedelta(hours=1))
    DECISIONS[kind](town)
    earlier = left(town) - 1  # the inspection that an appeal or a reply was about
    found = send(town)
    assert len(found) == earlier + 1
    assert len({contact.value for contact, _ in found}) == 1
    subject = message_texts("vi")(f"notice.{kind}.subject", venue="Trường thử")
    assert [message.subject for _, message in found].count(subject) == 1
    for _, message in found:
        assert SECRET_WORDS not in message.text
    assert left(town) == 0
    assert send(town, later=timedelta(days=3)) == []


def test_a_request_is_answered_to_the_person_and_told_to_the_owners(town: Town) -> None:
    asker = answered(town, is_accepted=True)
    told = {contact.value: message.subject for contact, message in send(town)}
    assert told == {
        contact_value(town, asker): "Bạn đã được giao quản lý Trường thử",
        contact_value(town, town.owner): "Trường thử có thêm một chủ cơ sở",
    }
    refused = answered(town, is_accepted=False)
    ((contact, message),) = send(town)
    assert contact.value == contact_value(town, refused)
    assert message.text.endswith(f": {URL}/venue")


def contact_value(town: Town, actor: Actor) -> str:
    with town.sessions() as session:
        return str(session.get_one(Account, actor.account_pk).email)


def test_only_confirmed_owners_who_may_sign_in_are_told_in_their_language(town: Town) -> None:
    town.submit(VenueLevel.SAFE)
    disabled, unconfirmed, editor = (make_account(town.sessions) for _ in range(3))
    with town.sessions.begin() as session:
        session.execute(
            update(Account)
            .where(Account.account_pk == town.owner.account_pk)
            .values(language="en", email=None, phone="+84912345678")
        )
        for person, values in (
            (disabled, {"disabled_at": now()}),
            (unconfirmed, {"confirmed_at": None}),
        ):
            session.execute(
                update(Account).where(Account.account_pk == person.account_pk).values(values)
            )
        session.add_all(
            VenueStaff(venue_pk=town.venue_pk, account_pk=one.account_pk, role=role)
            for one, role in ((disabled, "owner"), (unconfirmed, "owner"), (editor, "editor"))
        )
    confirmed(town)
    ((contact, message),) = send(town)
    assert (contact.kind, contact.value) == ("phone", "+84912345678")
    assert message.subject == "Trường thử: the committee has confirmed your assessment"
    assert left(town) == 0


def test_a_failing_server_undoes_nothing_and_is_tried_again_for_two_days(town: Town) -> None:
    town.submit(VenueLevel.SAFE)
    confirmed(town)
    later = timedelta(0)
    assert len(send(town, is_broken=True)) == 1
    assert town.trust() is Trust.DOCUMENTS_CHECKED
    assert left(town) == 1
    assert send(town, later=timedelta(minutes=9)) == []
    for wait in RETRY_AFTER:
        later += wait + timedelta(seconds=1)
        assert len(send(town, later=later, is_broken=True)) == 1
    assert left(town) == 0
    assert later < timedelta(days=2)


def test_what_failed_is_sent_later(town: Town) -> None:
    town.submit(VenueLevel.SAFE)
    confirmed(town)
    send(town, is_broken=True)
    assert len(send(town, later=RETRY_AFTER[0] + timedelta(seconds=1))) == 1
    assert left(town) == 0


def test_a_decision_that_is_not_stored_tells_nobody(town: Town) -> None:
    town.submit(VenueLevel.SAFE)
    review_id = town.review()
    with pytest.raises(ConflictError):
        correct(
            town.of(town.committee),
            review_id=review_id,
            answers=answers_of(VenueLevel.SAFE),
            reason="Không có gì khác.",
            actor=town.committee,
        )
    assert left(town) == 0


def test_the_page_of_the_decision_sends_it_at_once(town: Town) -> None:
    town.submit(VenueLevel.SAFE)
    review_id, outbox = town.review(), Outbox()
    app = create_app(
        site_settings(), town.sessions, messenger=recording_messenger(town.sessions, outbox)
    )
    client = TestClient(app, follow_redirects=False)
    csrf = sign_in(client, town.sessions, town.committee)
    answer = client.post(
        f"/committee/reviews/{review_id}", data={"csrf": csrf, "do": "confirm", "lang": "vi"}
    )
    assert answer.status_code == 303
    ((_, message),) = outbox.sent
    assert f"/venue/{town.venue_id}/verification" in message.text


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("kind", KINDS)
def test_a_message_leads_to_the_venue_by_an_address_without_secrets(
    kind: str, language: str
) -> None:
    notice = DueNotice(
        notice_pk=1,
        kind=kind,
        decided_at=datetime(2026, 6, 1, 3, tzinfo=UTC),
        tries=1,
        venue_id="ABCDEFGHJKMNPQRS",
        venue_name="Chợ Bến Thành",
        language=language,
        email="mai@example.invalid",
        phone=None,
        may_be_told=True,
    )
    message = build_message(notice, public_url=URL)
    assert "Chợ Bến Thành" in message.subject
    (address,) = re.findall(r"https?://\S+", message.text)
    assert re.fullmatch(
        rf"{URL}/venue(/{notice.venue_id}(/verification|/certificate|/staff)?)?", address
    )
    if kind in ("corrected", "inspected"):
        assert "22/06/2026" in message.text

"""Pages of committees, of checked owners, and of reports: who sees what, and what it does."""

import re

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import text
from sqlalchemy.orm import Session, sessionmaker

from assessments.levels import VenueLevel
from dashboard.app import create_app
from data.clock import now
from data.services.codes.certificates import LONGEST_REASON, issue
from tests.api_app import site_settings
from tests.people import make_venue, sign_in
from tests.town import Town, answers_of

Sessions = sessionmaker[Session]


@pytest.fixture
def client(sessions: Sessions) -> TestClient:
    app = create_app(site_settings(), sessions)
    assert isinstance(app, FastAPI)
    return TestClient(app, follow_redirects=False)


def fields(level: VenueLevel) -> dict[str, str]:
    return {f"a.{key}": str(answer) for key, answer in answers_of(level).items()}


def test_the_queue_is_for_committees_only(client: TestClient, town: Town) -> None:
    assert client.get("/committee").status_code == 303
    sign_in(client, town.sessions, town.owner)
    for path in ("/committee", "/committee/reports", f"/committee/venues/{town.venue_id}"):
        assert client.get(path).status_code == 404


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_queue_and_review_show_what_is_known(client: TestClient, town: Town, lang: str) -> None:
    town.submit(VenueLevel.SAFE)
    review_id = town.review()
    sign_in(client, town.sessions, town.committee)
    queue = client.get(f"/committee?lang={lang}")
    assert queue.status_code == 200
    assert f"/committee/reviews/{review_id}" in queue.text
    assert client.get(f"/committee?lang={lang}&reason=jump").text.count("/committee/reviews/") == 0
    page = client.get(f"/committee/reviews/{review_id}?lang={lang}")
    assert page.status_code == 200
    assert "Trường thử" in page.text
    for path in ("/committee/reports", f"/committee/venues/{town.venue_id}"):
        assert client.get(f"{path}?lang={lang}").status_code == 200


def test_another_areas_committee_gets_404(client: TestClient, town: Town) -> None:
    town.submit(VenueLevel.SAFE)
    review_id = town.review()
    found = town.inspect(VenueLevel.UNSAFE, actor=town.committee)
    csrf = sign_in(client, town.sessions, town.stranger)
    for path in (f"/committee/reviews/{review_id}", f"/committee/venues/{town.venue_id}"):
        assert client.get(path).status_code == 404
        assert client.post(path, data={"csrf": csrf, "do": "inspect"}).status_code == 404
    assert client.get("/committee/appeals/0000000000000000").status_code == 404
    assert found


def test_a_committee_decides_by_form(client: TestClient, town: Town) -> None:
    town.submit(VenueLevel.SAFE)
    review_id = town.review()
    csrf = sign_in(client, town.sessions, town.committee)
    path = f"/committee/reviews/{review_id}"
    changed = fields(VenueLevel.UNSAFE)
    assert client.post(path, data={"do": "confirm"}).status_code == 403
    assert client.post(path, data={"csrf": csrf, "do": "confirm", **changed}).status_code == 409
    silent = client.post(path, data={"csrf": csrf, "do": "correct", "words": "", **changed})
    assert silent.status_code == 422
    some = dict(list(changed.items())[1:])
    partial = client.post(path, data={"csrf": csrf, "do": "correct", "words": "Vì.", **some})
    assert partial.status_code == 422
    assert "field-problem" in partial.text
    done = client.post(path, data={"csrf": csrf, "do": "correct", "words": "Vì.", **changed})
    assert done.status_code == 303
    assert town.level() == "unsafe"
    assert client.get(path).status_code == 200
    with town.sessions() as session:
        acts = session.scalars(text("SELECT action FROM audit_event ORDER BY event_pk")).all()
    assert "review.correct" in acts


def test_the_whole_way_of_an_inspection_and_an_appeal(client: TestClient, town: Town) -> None:
    town.submit(VenueLevel.SAFE)
    csrf = sign_in(client, town.sessions, town.committee)
    path = f"/committee/venues/{town.venue_id}"
    version = re.search(r'name="set_version" value="([^"]+)"', client.get(path).text)
    assert version is not None
    form = {"csrf": csrf, "do": "inspect", "set_version": version[1], "words": "Thiếu xà phòng."}
    stored = client.post(path, data={**form, **fields(VenueLevel.UNSAFE)})
    assert stored.headers["location"].startswith(f"{path}?done=inspected")
    csrf = sign_in(client, town.sessions, town.owner)
    page = client.get(f"/venue/{town.venue_id}/verification")
    assert "Thiếu xà phòng." in page.text
    decision = re.search(r'name="decision" value="(\d+)"', page.text)
    assert decision is not None
    own = f"/venue/{town.venue_id}/verification"
    sent = {"csrf": csrf, "do": "appeal", "decision": decision[1], "words": "Có xà phòng."}
    assert client.post(own, data=sent).status_code == 303
    assert client.post(own, data=sent).status_code == 409
    reply = {**sent, "do": "reply", "words": "Xà phòng ở quầy."}
    assert client.post(own, data=reply).status_code == 303
    wish = {**sent, "do": "wish", "words": "Mời đến xem."}
    assert client.post(own, data=wish).status_code == 303
    appeal_id = re.search(r'name="appeal" value="(\w+)"', client.get(own).text)
    assert appeal_id is not None
    judge = f"/committee/appeals/{appeal_id[1]}"
    csrf = sign_in(client, town.sessions, town.committee)
    assert 'name="do"' not in client.get(judge).text
    words = {"csrf": csrf, "do": "overturn", "words": "Đúng vậy."}
    assert client.post(judge, data=words).status_code == 409
    publish = {"csrf": csrf, "do": "publish", "reply": "Xà phòng ở quầy."}
    assert client.post(path, data=publish).status_code == 303
    csrf = sign_in(client, town.sessions, town.colleague)
    assert "Có xà phòng." in client.get(judge).text
    assert client.post(judge, data={**words, "csrf": csrf, "words": ""}).status_code == 422
    assert client.post(judge, data={**words, "csrf": csrf}).status_code == 303
    assert town.level() == "safe"
    public = client.get(f"/api/v1/venues/{town.venue_id}?edition=e3").json()
    assert public["reply"]["text"] == "Xà phòng ở quầy."
    assert public["trust"]["grade"] == "documents_checked"


def test_a_review_reads_as_text_and_each_answer_can_be_corrected(
    client: TestClient, town: Town
) -> None:
    town.submit(VenueLevel.UNSAFE)
    review_id = town.review()
    sign_in(client, town.sessions, town.committee)
    page = client.get(f"/committee/reviews/{review_id}").text
    given = len(answers_of(VenueLevel.UNSAFE))
    assert page.count('<p class="given">') == given
    # Every answer can be corrected, and none is open to be until somebody wants to.
    assert page.count('<details class="fix"><summary>') == given
    assert page.index('href="#decide"') < page.index('id="decide"')


def test_answers_that_were_changed_stay_open_when_the_reason_is_missing(
    client: TestClient, town: Town
) -> None:
    town.submit(VenueLevel.SAFE)
    path = f"/committee/reviews/{town.review()}"
    csrf = sign_in(client, town.sessions, town.committee)
    changed = fields(VenueLevel.UNSAFE)
    number = sum(changed[key] != answer for key, answer in fields(VenueLevel.SAFE).items())
    page = client.post(path, data={"csrf": csrf, "do": "correct", "words": "", **changed})
    assert page.status_code == 422
    assert page.text.count('<details class="fix" open>') == number
    assert page.text.count('<p class="chosen">') == number


def test_the_queue_says_why_each_waits_and_what_the_agreement_means(
    client: TestClient, town: Town
) -> None:
    town.submit(VenueLevel.SAFE)
    town.review()
    sign_in(client, town.sessions, town.committee)
    page = client.get("/committee").text
    assert "Người dân đã báo về cơ sở này." in page
    assert "Trong ngoặc là khoảng tin cậy 95 %" in page
    assert "dưới 10 lần trong 365 ngày" in page


def test_an_answer_that_the_set_does_not_offer_is_shown_as_it_is_stored(
    client: TestClient, town: Town
) -> None:
    found = town.submit(VenueLevel.UNSAFE)
    town.submit(VenueLevel.UNSAFE)
    review_id = town.review()
    first, second = list(answers_of(VenueLevel.UNSAFE))[:2]
    with town.sessions.begin() as session:
        session.execute(
            text(
                "UPDATE assessment SET answers = answers || jsonb_build_object("
                " CAST(:first AS text), 'half', CAST(:second AS text), 77)"
            ).bindparams(first=first, second=second)
        )
        session.execute(
            text(
                "UPDATE assessment_result SET points ="
                " jsonb_set(points, CAST(:scored AS text[]), '\"half_met\"')"
            ).bindparams(scored=[first, "reason"])
        )
    csrf = sign_in(client, town.sessions, town.committee)
    path = f"/committee/reviews/{review_id}"
    form = {"csrf": csrf, "do": "correct", "words": "", **fields(VenueLevel.UNSAFE)}
    for page in (client.get(path), client.post(path, data=form)):
        assert page.status_code in (200, 422)
        assert "“half” (không có trong các lựa chọn" in page.text
        assert "“77” (không có trong các lựa chọn" in page.text
    assert "Đổi thành" in page.text
    sign_in(client, town.sessions, town.owner)
    own = f"/venue/{town.venue_id}"
    for path in (f"/assess/result?submission={found}", "/history", "/verification", "/assess"):
        assert client.get(f"{own}{path}").status_code == 200, path
    with town.sessions() as session:
        both = session.scalars(text("SELECT assessment_pk FROM assessment ORDER BY 1")).all()
    compared = client.get(f"{own}/compare?first={both[0]}&second={both[1]}")
    assert "“half” (không có trong các lựa chọn" in compared.text


def test_the_desk_shows_what_the_committee_asks(client: TestClient, town: Town) -> None:
    town.submit(VenueLevel.SAFE)
    review_id = town.review()
    csrf = sign_in(client, town.sessions, town.committee)
    asked = {"csrf": csrf, "do": "ask", "words": "Ảnh khu rửa tay ở đâu?"}
    assert client.post(f"/committee/reviews/{review_id}", data=asked).status_code == 303
    sign_in(client, town.sessions, town.owner)
    assert "Ảnh khu rửa tay ở đâu?" in client.get(f"/venue/{town.venue_id}").text
    assert "Ảnh khu rửa tay ở đâu?" in client.get(f"/venue/{town.venue_id}/verification").text
    town.submit(VenueLevel.SAFE)
    assert "Ảnh khu rửa tay ở đâu?" not in client.get(f"/venue/{town.venue_id}").text


def certify(town: Town) -> str:
    town.submit(VenueLevel.SAFE)
    record = issue(town.of(town.owner), venue_id=town.venue_id, actor=town.owner, at=now())
    return record.certificate_id


def test_a_committee_withdraws_a_certificate_and_the_public_reads_why(
    client: TestClient, town: Town
) -> None:
    certificate_id = certify(town)
    path, public = f"/committee/venues/{town.venue_id}", f"/verify/{certificate_id}"
    csrf = sign_in(client, town.sessions, town.committee)
    form = {"csrf": csrf, "do": "withdraw", "certificate": certificate_id}
    reason = "Giấy dán ở một nơi khác."
    assert f'name="certificate" value="{certificate_id}"' in client.get(path).text
    for silent in ("", " \n", "x" * (LONGEST_REASON + 1)):
        refused = client.post(path, data={**form, "reason": silent})
        assert refused.status_code == 422
        assert "Hãy viết lý do thu hồi" in refused.text
    other = client.post(path, data={**form, "certificate": "0" * 16, "reason": reason})
    assert other.status_code == 409
    assert "Đã bị thu hồi" not in client.get(public).text
    done = client.post(path, data={**form, "reason": reason})
    assert done.headers["location"].startswith(f"{path}?done=withdrawn")
    for address in (done.headers["location"], public):
        page = client.get(address).text
        assert "Đã bị thu hồi" in page
        assert reason in page
    assert 'name="certificate"' not in client.get(path).text
    assert client.post(path, data={**form, "reason": reason}).status_code == 409
    with town.sessions() as session:
        acts = session.execute(
            text("SELECT actor_id, subject_id FROM audit_event WHERE action = :action"),
            {"action": "certificate.withdraw"},
        ).all()
    assert [tuple(act) for act in acts] == [(town.committee.account_id, certificate_id)]


def test_another_areas_committee_withdraws_nothing(client: TestClient, town: Town) -> None:
    certificate_id = certify(town)
    elsewhere = make_venue(town.sessions, area_id=town.areas["498"])
    csrf = sign_in(client, town.sessions, town.stranger)
    form = {"csrf": csrf, "do": "withdraw", "certificate": certificate_id, "reason": "Vì."}
    assert client.post(f"/committee/venues/{town.venue_id}", data=form).status_code == 404
    # Nor by way of a venue of its own area.
    assert client.post(f"/committee/venues/{elsewhere}", data=form).status_code == 409
    assert "Còn hiệu lực" in client.get(f"/verify/{certificate_id}").text

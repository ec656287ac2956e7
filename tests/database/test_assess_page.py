"""The assessment pages over HTTP, as a browser without JavaScript uses them."""

import re
from datetime import UTC, date, datetime, timedelta
from html import unescape
from urllib.parse import parse_qs, urlsplit

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session, sessionmaker

from assessments.criteria import criteria_set_for
from data.clock import now, today
from data.models import Assessment, AssessmentDraft, AssessmentResult, Venue
from data.services.assessing.submissions import submit
from tests.assess_site import AssessSite, hidden_fields
from tests.people import make_account


@pytest.fixture
def site(sessions: sessionmaker[Session]) -> AssessSite:
    return AssessSite(sessions)


def test_pages_are_private_and_need_nothing_inline(site: AssessSite) -> None:
    for address in (site.path, f"{site.path}?step=during", f"{site.path}/review"):
        page = site.client.get(address)
        assert page.status_code == 200
        assert page.headers["cache-control"] == "no-store"
        assert "unsafe-inline" not in page.headers["content-security-policy"]
        assert not re.search(r"<script(?![^>]*\bsrc=)|\sstyle=|\son\w+=|<style", page.text)
        assert "Trường &lt;Nguyễn&gt; &amp; Trãi" in page.text
        assert '<html lang="vi">' in page.text
        english = site.client.get(address, params={"lang": "en"})
        assert '<html lang="en">' in english.text


def test_nobody_else_gets_in(site: AssessSite) -> None:
    stranger, csrf = site.browser(make_account(site.sessions))
    nobody = TestClient(site.app, follow_redirects=False)
    for path in ("", "/review", "/draft?since=0", "/result?submission=1"):
        assert stranger.get(site.path + path).status_code == 404
        assert nobody.get(site.path + path).status_code == 303
    for path in ("", "/review", "/discard", "/fill"):
        assert site.client.post(site.path + path, data={}).status_code == 403
        assert stranger.post(site.path + path, data={"csrf": csrf}).status_code == 404
    answers = {"draft": "", "set": "x:1", "editor": "e", "answers": []}
    assert site.client.post(f"{site.path}/answers", json=answers).status_code == 403


def test_steps_save_as_they_are_left_and_lead_to_the_review(site: AssessSite) -> None:
    page = site.client.get(f"{site.path}?step=before")
    assert page.text.count("<fieldset") == 15
    assert page.text.count(" disabled>") == 8
    answer = site.post(page, "next", a1="pass", a2="fail")
    assert answer.status_code == 303
    assert parse_qs(urlsplit(answer.headers["location"]).query)["step"] == ["during"]
    overview = site.client.get(site.path)
    assert "2/7" in overview.text
    assert "Làm tiếp" in overview.text
    assert "Đã trả lời 2/15" in overview.text
    back = site.post(site.client.get(f"{site.path}?step=during"), "previous")
    assert "step=before" in back.headers["location"]
    assert site.post(page, "review").headers["location"].endswith("/assess/review?lang=vi")
    review = site.client.get(f"{site.path}/review").text
    assert "Còn 13 câu chưa trả lời" in review
    assert 'id="declare"' not in review


def test_whole_way_to_the_result(site: AssessSite) -> None:
    site.fill(a5="fail", a6="fail")
    review = unescape(site.client.get(f"{site.path}/review").text)
    assert "13/15 tiêu chí đạt" in review
    assert "tiêu chí bắt buộc chưa đạt" in review
    assert "từ “Không đạt” thành “Đạt”" in review
    answer = site.review()
    assert answer.status_code == 303
    with site.sessions() as session:
        row = session.scalars(select(Assessment)).one()
        result = session.scalars(select(AssessmentResult)).one()
    assert (row.source, row.kind, row.declared_name) == ("site", "self", "Nguyễn Văn An")
    assert row.account_pk == site.owner.account_pk
    assert (result.level, result.score) == ("unsafe", 13)
    text = unescape(site.client.get(answer.headers["location"]).text)
    for words in ("Không an toàn", "13/15 tiêu chí đạt", "Nguyễn Văn An", "Đánh giá lại"):
        assert words in text
    assert f"/venue/{site.venue_id}/certificate" not in text  # none for an unsafe venue
    english = site.client.get(answer.headers["location"].replace("lang=vi", "lang=en")).text
    assert "Valid until the end of" in english


def test_sending_twice_stores_once(site: AssessSite) -> None:
    site.fill()
    fields = hidden_fields(site.client.get(f"{site.path}/review").text) | {
        "true": "yes",
        "name": "An B",
    }
    first = site.client.post(f"{site.path}/review", data=fields)
    second = site.client.post(f"{site.path}/review", data=fields)
    assert first.headers["location"] == second.headers["location"]
    assert site.count() == 1
    page = site.client.get(first.headers["location"]).text
    assert f'class="primary" href="/venue/{site.venue_id}/certificate' in page
    assert ". ·" not in page


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"name": ""}, "Hãy ghi họ tên"),
        ({"name": "x"}, "Hãy ghi họ tên"),
        ({"name": "a\u202eb"}, "Hãy ghi họ tên"),
        ({"name": "n" * 121}, "Hãy ghi họ tên"),
        ({"true": ""}, "Hãy đánh dấu"),
        ({"revision": "0"}, "đã thay đổi sau khi bạn xem"),
        ({"revision": "x"}, "đã thay đổi sau khi bạn xem"),
        ({"draft": "unknown"}, "người khác gửi hoặc xóa"),
    ],
    ids=["empty", "short", "turned", "long", "box", "old", "wrong", "draft"],
)
def test_what_is_not_declared_is_not_stored(
    site: AssessSite, changes: dict[str, str], said: str
) -> None:
    site.fill()
    page = site.review(**changes)
    assert page.status_code in (409, 422)
    assert said in unescape(page.text)
    assert site.count() == 0


def test_conflict_shows_both_and_lets_one_choose(site: AssessSite) -> None:
    mine = site.client.get(f"{site.path}?step=before")
    assert site.post(mine, "save", a1="pass").status_code == 303
    mine = site.client.get(f"{site.path}?step=before")
    _, client, csrf = site.colleague()
    theirs = client.get(f"{site.path}?step=before")
    fields = site.fields(theirs) | {"a.1": "fail", "a.2": "pass", "do": "save", "csrf": csrf}
    assert client.post(site.path, data=fields).status_code == 303
    # Question 1 was touched by both, question 2 only by them: no conflict there.
    again = site.post(mine, "next", a1="pass", a3="pass")
    assert again.status_code == 303  # what the page showed and was not touched is not sent
    clash = site.post(mine, "next", a1="", a3="fail", a2="fail")
    assert clash.status_code == 409
    text = unescape(clash.text)
    assert "Trần Bình đã đổi câu này thành “Đạt”" in text
    assert "Hãy chọn câu trả lời đúng" in text
    settled = site.post(clash, "next")
    assert settled.status_code == 303
    page = site.client.get(f"{site.path}?step=before")
    assert re.search(r'name="a.2" value="fail" checked', page.text)
    assert re.search(r'name="a.1" value="fail" checked', page.text)


def test_wrong_answers_are_named_and_the_others_kept(site: AssessSite) -> None:
    page = site.client.get(f"{site.path}?step=before")
    refused = site.post(page, "next", a1="maybe", a2="pass")
    assert refused.status_code == 422
    text = unescape(refused.text)
    assert "cần xem lại 1 mục" in text
    assert re.search(r'name="a.2" value="pass" checked', refused.text)


def test_form_of_another_set_is_not_stored(site: AssessSite) -> None:
    page = site.client.get(f"{site.path}?step=before")
    fields = site.fields(page) | {"a.1": "pass", "set": "school-1467:1999-01-01.1"}
    answer = site.client.post(site.path, data=fields)
    assert "Bộ tiêu chí vừa đổi" in unescape(answer.text)
    with site.sessions() as session:
        assert session.scalar(select(func.count()).select_from(AssessmentDraft)) == 0


def test_answers_are_saved_one_by_one_for_the_script(site: AssessSite) -> None:
    headers = {"X-CSRF-Token": site.csrf}
    found = criteria_set_for("school.primary", today())
    assert found is not None
    name = f"{found.id}:{found.version}"
    first = site.client.post(
        f"{site.path}/answers",
        headers=headers,
        json={"draft": "", "set": name, "editor": "p1",
              "answers": [{"id": "4", "answer": "fail", "seen": 0}]},
    )  # fmt: skip
    assert first.status_code == 200
    body = first.json()
    assert body["saved"] == {"4": 1}
    assert body["reasons"]["4"]["code"] == "mandatory_failed"
    assert "Đã trả lời 1/15" in unescape(body["score"])
    _, client, csrf = site.colleague()
    clash = client.post(
        f"{site.path}/answers",
        headers={"X-CSRF-Token": csrf},
        json={"draft": body["draft"], "set": name, "editor": "p2",
              "answers": [{"id": "4", "answer": "pass", "seen": 0},
                          {"id": "5", "answer": "pass", "seen": 0}]},
    )  # fmt: skip
    assert clash.status_code == 409
    (conflict,) = clash.json()["conflicts"]
    assert (conflict["mine"], conflict["theirs"]) == ("pass", "fail")
    assert "Nguyễn An" in conflict["text"]
    assert clash.json()["saved"] == {"5": 2}
    look = site.client.get(f"{site.path}/draft", params={"draft": body["draft"], "since": 1})
    (change,) = look.json()["changes"]
    assert (change["id"], change["answer"]) == ("5", "pass")
    assert "Trần Bình" in change["text"]
    quiet = site.client.get(f"{site.path}/draft", params={"draft": body["draft"], "since": 2})
    assert quiet.json() == {"state": "open", "draft": body["draft"], "revision": 2}
    gone = site.client.get(f"{site.path}/draft", params={"draft": "other", "since": 2})
    assert gone.json() == {"state": "closed"}
    wrong = site.client.post(
        f"{site.path}/answers",
        headers=headers,
        json={"draft": "", "set": "x:1", "editor": "p1", "answers": []},
    )
    assert (wrong.status_code, wrong.json()["state"]) == (409, "set_changed")


def test_draft_is_thrown_away(site: AssessSite) -> None:
    site.fill()
    fields = site.fields(site.client.get(site.path))
    assert site.client.post(f"{site.path}/discard", data=fields).status_code == 303
    assert "Bắt đầu đánh giá" in site.client.get(site.path).text
    assert site.client.post(f"{site.path}/discard", data=fields).status_code == 303


def test_last_answers_fill_the_next_draft(site: AssessSite) -> None:
    site.fill(a9="fail")
    site.review()
    page = site.client.get(site.path)
    assert "Lần đánh giá gần nhất" in page.text
    answer = site.client.post(f"{site.path}/fill", data=site.fields(page))
    assert answer.status_code == 303
    assert "Đã trả lời 15/15" in site.client.get(site.path).text


def test_history_and_comparison(site: AssessSite) -> None:
    site.fill(a9="fail")
    first = site.review().headers["location"]
    site.fill(a1="fail")
    second = site.review().headers["location"]
    pks = [parse_qs(urlsplit(one).query)["submission"][0] for one in (first, second)]
    history = site.client.get(f"/venue/{site.venue_id}/history").text
    assert history.count('class="dot dot-') == 2 + 3  # two results, three in the legend
    assert history.count("<tr>") == 3
    compared = unescape(
        site.client.get(
            f"/venue/{site.venue_id}/compare", params={"first": pks[1], "second": pks[0]}
        ).text
    )
    assert "▲ 1 câu tốt hơn" in compared
    assert "▼ 1 câu kém hơn" in compared
    assert "13 câu không đổi" in compared
    assert "Hai lần dùng bộ tiêu chí" not in compared
    earlier = site.client.get(first).text
    assert "đã có đánh giá mới hơn" in earlier
    for query in ({"first": pks[0], "second": "999999"}, {"first": "0", "second": "1"}):
        answer = site.client.get(f"/venue/{site.venue_id}/compare", params=query)
        assert answer.status_code in (404, 422)


def test_submissions_of_another_venue_are_not_found(
    site: AssessSite, sessions: sessionmaker[Session]
) -> None:
    other = AssessSite(sessions)
    other.fill()
    place = other.review().headers["location"]
    pk = parse_qs(urlsplit(place).query)["submission"][0]
    assert site.client.get(f"{site.path}/result?submission={pk}").status_code == 404
    answer = site.client.get(f"/venue/{site.venue_id}/compare?first={pk}&second={pk}")
    assert answer.status_code == 404


def test_different_sets_are_not_compared_question_by_question(
    sessions: sessionmaker[Session],
) -> None:
    site = AssessSite(sessions, venue_type="school.primary")
    site.fill()
    site.review()
    with sessions.begin() as session:
        session.execute(
            update(Venue).where(Venue.venue_id == site.venue_id).values(venue_type="office")
        )
    criteria_set = criteria_set_for("office", today())
    assert criteria_set is not None
    submit(
        sessions,
        venue_id=site.venue_id,
        answers={one.id: one.all_points[0] for one in criteria_set.criteria},
        submitted_at=datetime.now(UTC),
        source="test",
    )
    with sessions() as session:
        first, second = session.scalars(
            select(Assessment.assessment_pk).order_by(Assessment.assessment_pk)
        ).all()
    page = unescape(
        site.client.get(f"/venue/{site.venue_id}/compare?first={first}&second={second}").text
    )
    assert "Hai lần dùng bộ tiêu chí" in page
    assert "15 câu chỉ có ở lần A" in page
    assert "tốt hơn" not in page


def test_venue_that_is_closed_or_without_a_set_is_told_so(
    sessions: sessionmaker[Session],
) -> None:
    site = AssessSite(sessions)
    with sessions.begin() as session:
        session.execute(
            update(Venue).where(Venue.venue_id == site.venue_id).values(closed_on=date(2021, 11, 1))
        )
    assert "Cơ sở đã đóng" in site.client.get(site.path).text
    cafe = AssessSite(sessions, venue_type="cafe")
    assert "Chưa có bộ tiêu chí" in cafe.client.get(cafe.path).text


def test_set_without_a_level_records_and_leaves_the_venue_grey(
    sessions: sessionmaker[Session],
) -> None:
    site = AssessSite(sessions, venue_type="hotel")
    page = site.client.get(f"{site.path}?step=1")
    names = {name[2:] for name in site.fields(page) if name.startswith("r.")}
    assert len(names) == 6
    site.post(page, "next", **{f"a{name}": "pass" for name in names})
    answer = site.review()
    assert answer.status_code == 303
    text = unescape(site.client.get(answer.headers["location"]).text)
    assert "Chưa đánh giá" in text
    assert "chưa có thang điểm" in text
    assert site.client.get(f"/venue/{site.venue_id}/history").status_code == 200


@pytest.mark.parametrize(
    ("days", "said"),
    [(7, "còn 7 ngày"), (0, "hôm nay là ngày cuối"), (-1, "đã hết hiệu lực"), (8, "")],
)
def test_owner_is_told_when_the_result_ends(site: AssessSite, days: int, said: str) -> None:
    site.fill()
    place = site.review().headers["location"]
    with site.sessions.begin() as session:
        session.execute(update(Assessment).values(submitted_at=now() - timedelta(days=20)))
        session.execute(
            update(AssessmentResult).values(
                valid_until=today() + timedelta(days=days), remedy_due=today() + timedelta(days=2)
            )
        )
    for address in (site.path, f"/venue/{site.venue_id}/history"):
        text = unescape(site.client.get(address).text)
        assert said in text
        assert ("có hiệu lực đến hết ngày" in text) == (0 <= days <= 7)
        assert "Hạn khắc phục" in text
        assert "còn 2 ngày" in text
    assert "Hạn khắc phục" in unescape(site.client.get(place).text)

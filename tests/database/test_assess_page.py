"""The assessment page over HTTP, as a browser without JavaScript uses it."""

import re
from datetime import UTC, date, datetime
from html import unescape
from urllib.parse import parse_qs, urlsplit

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from httpx import Response
from sqlalchemy import func, select
from sqlalchemy.orm import Session, sessionmaker

from assessments.criteria import load_criteria_sets
from dashboard.pages.assess import build_router
from dashboard.pages.assess_form import MAX_BYTES
from dashboard.static_files import mount_static
from data.models import Area, Assessment, AssessmentResult, BoundaryEdition, Venue, VenueArea
from data.services.owner_links import make_owner_token, owner_path

SECRET = "k7-only-for-tests-" + "x" * 20
NOW = datetime(2021, 11, 20, 3, 0, tzinfo=UTC)
SCHOOL_ID, OTHER_ID, CAFE_ID = "SCH00000000000AA", "HSP00000000000AA", "CAF00000000000AA"
PATH = f"/venue/{SCHOOL_ID}/assess"


def make_venue(venue_id: str, venue_type: str, name: str, *, is_demo: bool = False) -> Venue:
    return Venue(
        venue_id=venue_id,
        venue_type=venue_type,
        name=name,
        name_ascii="x",
        footfall_per_day=100,
        opened_on=date(2020, 1, 1),
        source="test",
        is_demo=is_demo,
    )


@pytest.fixture
def stored(sessions: sessionmaker[Session]) -> sessionmaker[Session]:
    """Three venues, one of them in an area of the active edition."""
    with sessions.begin() as session:
        school = make_venue(SCHOOL_ID, "school.primary", "Trường <Nguyễn> & Trãi", is_demo=True)
        session.add_all(
            [
                school,
                make_venue(OTHER_ID, "hospital.public", "Bệnh viện A"),
                make_venue(CAFE_ID, "cafe", "Cà phê"),
                BoundaryEdition(
                    code="e1", title_vi="x", title_en="x", source="x", licence="x",
                    is_approximate=True, is_active=True,
                ),
            ]
        )  # fmt: skip
        session.flush()
        area = Area(
            edition_code="e1", code="00001", admin_level=3, path=[1], is_leaf=True,
            name="Phường Phúc Xá", name_ascii="phuc xa",
        )  # fmt: skip
        session.add(area)
        session.flush()
        session.add(VenueArea(venue_pk=school.venue_pk, edition_code="e1", area_id=area.area_id))
    return sessions


def make_client(sessions: sessionmaker[Session], **options: object) -> TestClient:
    app = FastAPI()
    app.include_router(
        build_router(sessions=sessions, secret=SECRET, now=lambda: NOW, **options)  # type: ignore[arg-type]
    )
    mount_static(app)
    return TestClient(app, base_url="https://site.test", follow_redirects=False)


@pytest.fixture
def client(stored: sessionmaker[Session]) -> TestClient:
    return make_client(stored)


@pytest.fixture
def owner(client: TestClient) -> TestClient:
    """A browser that has opened the school's link."""
    assert client.get(owner_path(SECRET, SCHOOL_ID)).status_code == 303
    return client


def token_of(page: Response) -> str:
    found = re.search(r'name="form" value="([^"]+)"', page.text)
    assert found is not None
    return unescape(found.group(1))


def answers(**others: str) -> dict[str, str]:
    ids = load_criteria_sets()["school-1467"].criteria_by_id
    return {f"a.{key}": others.get(f"c{key}", "pass") for key in ids}


def count(sessions: sessionmaker[Session]) -> int:
    with sessions() as session:
        return session.scalar(select(func.count()).select_from(Assessment)) or 0


def test_key_moves_from_the_address_into_a_cookie_of_this_venue(client: TestClient) -> None:
    answer = client.get(owner_path(SECRET, SCHOOL_ID) + "&lang=en")
    assert (answer.status_code, answer.headers["location"]) == (303, PATH + "?lang=en")
    cookie = answer.headers["set-cookie"].lower()
    assert f"path=/venue/{SCHOOL_ID.lower()}" in cookie
    assert "httponly" in cookie
    assert "samesite=lax" in cookie
    assert "secure" not in cookie
    page = client.get(PATH)
    assert page.status_code == 200
    assert "key=" not in page.text


def test_cookie_demands_https_where_the_site_has_it(stored: sessionmaker[Session]) -> None:
    answer = make_client(stored, is_https=True).get(owner_path(SECRET, SCHOOL_ID))
    assert "secure" in answer.headers["set-cookie"].lower()


@pytest.mark.parametrize(
    "key",
    [
        "",
        "nonsense",
        make_owner_token(SECRET, OTHER_ID),
        make_owner_token("another-secret", SCHOOL_ID),
        make_owner_token(SECRET, SCHOOL_ID)[:-1] + "!",
    ],
    # Tokens hold the time they were made at: as ids they would differ between the test workers.
    ids=["empty", "nonsense", "of another venue", "by another secret", "broken"],
)
def test_wrong_key_gets_a_friendly_page_in_both_languages(client: TestClient, key: str) -> None:
    answer = client.get(PATH, params={"key": key})
    assert answer.status_code == 403
    assert "Liên kết không mở được" in answer.text
    assert "This link does not open" in answer.text
    assert "set-cookie" not in answer.headers
    assert "Nguyễn" not in answer.text


def test_expired_key_opens_nothing(stored: sessionmaker[Session]) -> None:
    client = make_client(stored, link_max_age_s=-1)
    assert client.get(owner_path(SECRET, SCHOOL_ID)).status_code == 403


def test_without_a_key_every_address_is_closed(client: TestClient) -> None:
    for answer in (
        client.get(PATH),
        client.get(PATH + "/result?receipt=x"),
        client.post(PATH, data=answers()),
        client.post(PATH + "/score", data=answers()),
    ):
        assert answer.status_code == 403


def test_one_owner_never_reaches_another_venue(owner: TestClient) -> None:
    token = make_owner_token(SECRET, SCHOOL_ID)
    answer = owner.get(f"/venue/{OTHER_ID}/assess", headers={"cookie": f"antoan_owner={token}"})
    assert answer.status_code == 403


def test_page_is_private_and_needs_nothing_inline(owner: TestClient) -> None:
    page = owner.get(PATH)
    assert page.headers["cache-control"] == "no-store"
    policy = page.headers["content-security-policy"]
    assert "unsafe-inline" not in policy
    assert not re.search(r"<script(?![^>]*\bsrc=)|\sstyle=|\son\w+=|<style", page.text)
    assert "Trường &lt;Nguyễn&gt; &amp; Trãi" in page.text
    assert "dữ liệu mẫu" in page.text
    assert '<html lang="vi">' in page.text
    assert '<html lang="en">' in owner.get(PATH + "?lang=en").text


def test_static_files_are_found_and_kept(owner: TestClient) -> None:
    for address in re.findall(r'(?:href|src)="(/static/[^"]+)"', owner.get(PATH).text):
        answer = owner.get(unescape(address))
        assert answer.status_code == 200
        assert "immutable" in answer.headers["cache-control"]
        assert owner.get(urlsplit(address).path).headers["cache-control"] == "no-cache"


def test_form_is_stored_and_its_result_shown(
    owner: TestClient, stored: sessionmaker[Session]
) -> None:
    form = {"form": token_of(owner.get(PATH)), "lang": "vi", **answers(c5="fail", c6="fail")}
    answer = owner.post(PATH, data=form)
    assert answer.status_code == 303
    with stored() as session:
        row = session.scalars(select(Assessment)).one()
        result = session.scalars(select(AssessmentResult)).one()
    assert (row.source, row.set_id, row.answers["5"]) == ("owner_link", "school-1467", "fail")
    assert (result.level, result.set_level, result.score) == ("unsafe", "unsafe", 13)
    page = owner.get(answer.headers["location"])
    assert page.status_code == 200
    text = unescape(page.text)
    assert "Không an toàn" in text
    assert "13/15 tiêu chí đạt" in text
    assert "20/11/2021" in text
    assert "Mức này: từ 0 đến dưới 8." in text
    assert "từ “Không đạt” thành “Đạt”" in text
    assert "/?area=00001&lang=vi" in text
    assert "(Phường Phúc Xá)" in text
    english = owner.get(answer.headers["location"].replace("lang=vi", "lang=en")).text
    assert "Valid until the end of 20 November 2021" in english


def test_sending_twice_stores_once(owner: TestClient, stored: sessionmaker[Session]) -> None:
    form = {"form": token_of(owner.get(PATH)), **answers()}
    first, second = owner.post(PATH, data=form), owner.post(PATH, data=form)
    assert (first.status_code, second.status_code) == (303, 303)
    assert first.headers["location"] == second.headers["location"]
    assert count(stored) == 1


def test_form_sent_again_with_other_answers_is_shown_again_with_a_new_token(
    owner: TestClient, stored: sessionmaker[Session]
) -> None:
    form = {"form": token_of(owner.get(PATH)), **answers()}
    owner.post(PATH, data=form)
    page = owner.post(PATH, data=form | {"a.1": "fail"})
    assert page.status_code == 409
    assert "đã được gửi trước đó" in page.text
    assert count(stored) == 1
    again = owner.post(PATH, data=form | {"a.1": "fail", "form": token_of(page)})
    assert again.status_code == 303
    assert count(stored) == 2


def test_what_is_missing_or_wrong_is_named_and_the_answers_are_kept(
    owner: TestClient, stored: sessionmaker[Session]
) -> None:
    form = {"form": token_of(owner.get(PATH)), **answers(c2="maybe"), "a.99": "pass"}
    del form["a.3"]
    page = owner.post(PATH, data=form)
    assert page.status_code == 422
    assert count(stored) == 0
    text = unescape(page.text)
    assert "cần xem lại 3 mục" in text
    assert '<a href="#q-3">3</a>' in text
    assert "99: Bộ tiêu chí không có câu này" in text
    assert page.text.count(" checked>") == 13
    complete = form | {"form": token_of(page), "a.2": "fail", "a.3": "pass"}
    del complete["a.99"]
    assert owner.post(PATH, data=complete).status_code == 303


def test_preview_without_javascript_scores_and_stores_nothing(
    owner: TestClient, stored: sessionmaker[Session]
) -> None:
    page = owner.post(PATH, data={"do": "preview", **answers(c1="fail")})
    assert page.status_code == 200
    assert "14/15 tiêu chí đạt" in page.text
    assert page.text.count(" checked>") == 15
    assert count(stored) == 0


@pytest.mark.parametrize("forged", ["", "nonsense", None])
def test_form_without_our_token_is_not_stored(
    owner: TestClient, stored: sessionmaker[Session], forged: str | None
) -> None:
    form = answers() | ({"form": forged} if forged is not None else {})
    page = owner.post(PATH, data=form)
    assert page.status_code == 403
    assert page.text.count(" checked>") == 15
    assert count(stored) == 0
    assert owner.post(PATH, data=form | {"form": token_of(page)}).status_code == 303


def test_token_of_another_owner_is_worth_nothing(
    stored: sessionmaker[Session], client: TestClient
) -> None:
    client.get(f"{PATH}?key={make_owner_token(SECRET, SCHOOL_ID)}")
    token = token_of(client.get(PATH))
    other = make_client(stored)
    other.get(owner_path(SECRET, OTHER_ID))
    answer = other.post(f"/venue/{OTHER_ID}/assess", data={"form": token, "a.1.1": "3"})
    assert answer.status_code == 403
    assert count(stored) == 0


def test_moving_score_gives_reasons_and_what_is_missing(owner: TestClient) -> None:
    answer = owner.post(PATH + "/score", data={"lang": "en", "a.1": "pass", "a.4": "fail"}).json()
    assert answer["reasons"]["4"]["code"] == "mandatory_failed"
    assert set(answer["reasons"]) == {"1", "4"}
    assert "Answered 2/15" in answer["score"]
    assert "certain to be “Not safe”" in unescape(answer["score"])


def test_last_answers_can_be_filled_in(owner: TestClient) -> None:
    form = {"form": token_of(owner.get(PATH)), **answers(c9="fail")}
    owner.post(PATH, data=form)
    page = owner.get(PATH)
    assert page.text.count(" checked>") == 0
    assert "Lần đánh giá gần nhất: 20/11/2021" in page.text
    filled = owner.get(PATH + "?answers=last")
    assert filled.text.count(" checked>") == 15
    assert "kiểm tra từng câu" in filled.text


def test_receipt_of_another_venue_shows_nothing(owner: TestClient) -> None:
    answer = owner.get(PATH + "/result?receipt=unknown")
    assert (answer.status_code, urlsplit(answer.headers["location"]).path) == (303, PATH)
    assert parse_qs(urlsplit(answer.headers["location"]).query) == {"lang": ["vi"]}


def test_closed_venue_takes_no_assessment(owner: TestClient, stored: sessionmaker[Session]) -> None:
    form = {"form": token_of(owner.get(PATH)), **answers()}
    with stored.begin() as session:
        venue = session.scalars(select(Venue).where(Venue.venue_id == SCHOOL_ID)).one()
        venue.closed_on = date(2021, 11, 1)
    page = owner.post(PATH, data=form)
    assert page.status_code == 409
    assert "đã đóng" in page.text
    assert count(stored) == 0


def test_type_without_a_set_and_venue_that_is_gone_are_said_plainly(client: TestClient) -> None:
    client.get(owner_path(SECRET, CAFE_ID))
    page = client.get(f"/venue/{CAFE_ID}/assess")
    assert "Chưa có bộ tiêu chí" in page.text
    client.get(owner_path(SECRET, "GONE"))
    assert client.get("/venue/GONE/assess").status_code == 404


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b"x" * (MAX_BYTES + 1), "application/x-www-form-urlencoded"),
        (b"a=1&" * 700, "application/x-www-form-urlencoded"),
        (b"a=%FF", "application/x-www-form-urlencoded"),
        (b"\xff", "application/x-www-form-urlencoded"),
        (b"{}", "application/json"),
    ],
)
def test_body_that_is_no_form_of_ours_is_refused(
    owner: TestClient, body: bytes, content_type: str
) -> None:
    answer = owner.post(PATH, content=body, headers={"content-type": content_type})
    assert answer.status_code == 400

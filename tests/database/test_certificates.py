"""Certificates: which results earn one, and what page and badge say of it later."""

import re
import subprocess
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session, sessionmaker

from checkins.place_codes import grouped, read_code
from data.errors import ConflictError, InputError, NotFoundError
from data.models import Certificate, Venue, VenueClosure, VenueTrustSpan
from data.queries.certificates import find_newest_certificate
from data.queries.place_codes import find_venue_pk
from data.scope import scoped_sessions
from data.services.codes.certificates import (
    NoCertificateError,
    issue,
    withdraw,
    withdraw_of_submission,
)
from tests.people import make_account, make_venue, sign_in
from tests.place_pages import PUBLIC_URL, START, PageSite, assess, close
from tests.scanning import render_page, scan

REASON = "Không có khẩu trang, không khử khuẩn"


@pytest.fixture
def site(sessions: sessionmaker[Session]) -> PageSite:
    return PageSite(sessions)


def certify(
    sessions: sessionmaker[Session], *, is_demo: bool = False, **assessed: Any
) -> tuple[str, str]:
    """A venue with a certificate; gives the ids of both."""
    venue_id = make_venue(sessions, name="Trường Ánh Dương")
    if is_demo:
        with sessions.begin() as session:
            venue = session.scalars(select(Venue).where(Venue.venue_id == venue_id)).one()
            venue.is_demo = True
    assess(sessions, venue_id, at=START, **assessed)
    return venue_id, issue(sessions, venue_id=venue_id, actor=None, at=START).certificate_id


def page_of(site: PageSite, certificate_id: str, lang: str = "vi") -> str:
    answer = site.client.get(f"/verify/{certificate_id}?lang={lang}")
    assert answer.status_code == 200
    return str(answer.text)


def heading(page: str) -> str:
    found = re.search(r"<h1[^>]*>(.*?)</h1>", page, re.DOTALL)
    assert found is not None
    return re.sub(r"<[^>]*>", "", str(found[1])).strip()


def badge(site: PageSite, venue_id: str, lang: str = "en") -> str:
    answer = site.client.get(f"/badge/{venue_id}.svg?lang={lang}")
    assert answer.headers["content-type"] == "image/svg+xml"
    title = ET.fromstring(answer.text).findtext("{http://www.w3.org/2000/svg}title")  # noqa: S314  # our own
    assert title is not None
    return title


@pytest.mark.parametrize("level", ["safe", "at_risk"])
def test_a_safe_and_an_at_risk_result_earn_one(sessions: sessionmaker[Session], level: str) -> None:
    venue_id, certificate_id = certify(sessions, level=level)
    assert read_code(certificate_id) == certificate_id
    again = issue(sessions, venue_id=venue_id, actor=None, at=START + timedelta(days=3))
    assert again.certificate_id == certificate_id
    assert again.issued_at == START


def reason_of(sessions: sessionmaker[Session], venue_id: str, days: int = 0) -> str:
    with pytest.raises(NoCertificateError) as caught:
        issue(sessions, venue_id=venue_id, actor=None, at=START + timedelta(days=days))
    return caught.value.reason


def test_what_earns_none(sessions: sessionmaker[Session]) -> None:
    venue_id = make_venue(sessions)
    assert reason_of(sessions, venue_id) == "not_assessed"
    assess(sessions, venue_id, at=START - timedelta(days=1), level="safe")
    pk = assess(sessions, venue_id, at=START, level="unsafe")
    assert reason_of(sessions, venue_id) == "level"
    assess(sessions, venue_id, at=START + timedelta(hours=1), level="safe", days=10)
    assert reason_of(sessions, venue_id, days=10) == "expired"
    close(sessions, venue_id, date(2026, 11, 22))
    assert reason_of(sessions, venue_id, days=2) == "closed"
    close(sessions, venue_id, None)
    made = issue(sessions, venue_id=venue_id, actor=None, at=START + timedelta(days=9))
    assert made.submission.assessment_pk != pk
    with pytest.raises(NotFoundError):
        issue(sessions, venue_id="0" * 16, actor=None, at=START)


def test_the_page_says_valid_expired_and_closed(
    sessions: sessionmaker[Session], site: PageSite
) -> None:
    venue_id, certificate_id = certify(sessions)
    page = page_of(site, certificate_id)
    assert heading(page) == "Còn hiệu lực · An toàn"
    for fact in ("Trường Ánh Dương", "20/11/2026", "19/12/2026", "14 / 15", "1467"):
        assert fact in page
    assert grouped(certificate_id) in page
    assert "ban chỉ đạo chưa kiểm tra" in page
    site.clock.at = START + timedelta(days=29)
    assert heading(page_of(site, certificate_id, "en")) == "Valid · Safe"
    site.clock.pass_(hours=14)  # midnight in Việt Nam
    assert heading(page_of(site, certificate_id, "en")) == "Expired"
    assert badge(site, venue_id) == "An Toàn Map: Expired after 19/12/2026 – Trường Ánh Dương"
    site.clock.at = START
    close(sessions, venue_id, date(2026, 11, 20))
    assert heading(page_of(site, certificate_id, "en")) == "The venue is closed"
    assert badge(site, venue_id) == "An Toàn Map: Closed – Trường Ánh Dương"
    close(sessions, venue_id, None)
    assert badge(site, venue_id) == "An Toàn Map: Safe until 19/12/2026 – Trường Ánh Dương"


def test_a_reopening_that_is_announced_does_not_open_yet(
    sessions: sessionmaker[Session], site: PageSite
) -> None:
    venue_id, certificate_id = certify(sessions)
    with sessions.begin() as session:
        session.add(
            VenueClosure(
                venue_pk=session.scalars(
                    select(Venue.venue_pk).where(Venue.venue_id == venue_id)
                ).one(),
                first_day=date(2026, 11, 20),
                last_day=date(2026, 11, 21),
            )
        )
    assert heading(page_of(site, certificate_id, "en")) == "The venue is closed"
    assert "ngừng hoạt động (từ 20/11/2026)" in page_of(site, certificate_id)
    assert reason_of(sessions, venue_id, days=1) == "closed"
    site.clock.at = START + timedelta(days=2)
    assert heading(page_of(site, certificate_id, "en")) == "Valid · Safe"


@pytest.mark.parametrize("level", ["safe", "at_risk", "unsafe"])
def test_a_newer_submission_replaces_it_whatever_its_level(
    sessions: sessionmaker[Session], site: PageSite, level: str
) -> None:
    venue_id, certificate_id = certify(sessions)
    assess(sessions, venue_id, at=START + timedelta(hours=2), level=level, kind="inspection")
    site.clock.pass_(hours=3)
    page = page_of(site, certificate_id, "en")
    assert heading(page) == "Replaced"
    assert "Self-declared" not in page  # today's trust belongs to the newer level
    assert badge(site, venue_id).startswith("An Toàn Map: A newer assessment exists")
    if level == "unsafe":
        assert reason_of(sessions, venue_id) == "level"
    else:
        issue(sessions, venue_id=venue_id, actor=None, at=START + timedelta(hours=3))
        assert badge(site, venue_id).startswith(
            "An Toàn Map: " + ("Safe" if level == "safe" else "At risk")
        )
        assert heading(page_of(site, certificate_id, "en")) == "Replaced"


def test_an_older_submission_that_comes_in_later_replaces_nothing(
    sessions: sessionmaker[Session], site: PageSite
) -> None:
    venue_id, certificate_id = certify(sessions)
    assess(sessions, venue_id, at=START - timedelta(days=40), level="unsafe", days=10)
    assert heading(page_of(site, certificate_id, "en")) == "Valid · Safe"


def test_withdrawn_is_for_ever_and_says_why(
    sessions: sessionmaker[Session], site: PageSite
) -> None:
    venue_id, certificate_id = certify(sessions)
    with sessions.begin() as session:
        withdraw(session, certificate_id=certificate_id, actor=None, reason=f" {REASON}\n")
    page = page_of(site, certificate_id, "en")
    assert heading(page) == "Withdrawn"
    assert REASON in page
    assert badge(site, venue_id).startswith("An Toàn Map: Withdrawn")
    assert reason_of(sessions, venue_id) == "withdrawn"
    assess(sessions, venue_id, at=START + timedelta(days=1))
    issue(sessions, venue_id=venue_id, actor=None, at=START + timedelta(days=1))
    assert heading(page_of(site, certificate_id, "en")) == "Withdrawn"
    with sessions.begin() as session:
        with pytest.raises(ConflictError):
            withdraw(session, certificate_id=certificate_id, actor=None, reason=REASON)
        with pytest.raises(InputError):
            withdraw(session, certificate_id=certificate_id, actor=None, reason=" \n")
        with pytest.raises(NotFoundError):
            withdraw(session, certificate_id="0" * 16, actor=None, reason=REASON)


def test_a_committee_withdraws_only_in_its_area(sessions: sessionmaker[Session]) -> None:
    venue_id, certificate_id = certify(sessions)
    far = make_account(sessions, role="committee")
    with scoped_sessions(sessions, far)() as session, pytest.raises(NotFoundError):
        withdraw(session, certificate_id=certificate_id, actor=far, reason=REASON)
    ministry = make_account(sessions, role="ministry")
    with sessions() as session:
        record = find_newest_certificate(session, venue_id)
        assert record is not None
    with scoped_sessions(sessions, ministry).begin() as session:
        pk = record.submission.assessment_pk
        done = withdraw_of_submission(session, assessment_pk=pk, actor=ministry, reason=REASON)
        assert done is not None
        assert done.withdrawn_reason == REASON
        assert (
            withdraw_of_submission(session, assessment_pk=pk, actor=ministry, reason=REASON) is None
        )


def test_a_changed_row_of_the_result_cannot_come_from_the_paper(
    sessions: sessionmaker[Session], site: PageSite
) -> None:
    """The page takes nothing from the request but the id."""
    _, certificate_id = certify(sessions, level="at_risk")
    lie = {"level": "safe", "name": "Bệnh viện khác", "valid_until": "2099-01-01"}
    answer = site.client.get(f"/verify/{certificate_id}", params=lie)
    assert heading(answer.text) == "Còn hiệu lực · Có rủi ro"
    assert "Bệnh viện khác" not in answer.text
    assert "2099" not in answer.text


def test_unknown_and_mistyped_numbers(sessions: sessionmaker[Session], site: PageSite) -> None:
    for number in ("0" * 16, "no-such-number", make_venue(sessions)):
        answer = site.client.get(f"/verify/{number}?lang=en")
        assert answer.status_code == 404
        assert "Do not trust the paper" in answer.text
    _, certificate_id = certify(sessions)
    typed = grouped(certificate_id).lower().replace("0", "o")
    answer = site.client.get(f"/verify/{typed}?lang=en")
    assert answer.headers["location"] == f"/verify/{certificate_id}?lang=en"


def test_the_trust_of_today_stands_on_the_page(
    sessions: sessionmaker[Session], site: PageSite
) -> None:
    venue_id, certificate_id = certify(sessions)
    with sessions.begin() as session:
        session.add(
            VenueTrustSpan(
                venue_pk=find_venue_pk(session, venue_id),
                first_day=date(2026, 11, 22),
                last_day=date(2026, 11, 30),
                trust="contested",
            )
        )
    page = page_of(site, certificate_id, "en")
    assert "Self-declared" in page
    assert "This level is contested" not in page
    assert "contested" not in badge(site, venue_id)
    site.clock.pass_(days=3)
    page = page_of(site, certificate_id, "en")
    assert "Contested" in page
    assert "This level is contested" in page
    assert "Safe until 19/12/2026 · contested" in badge(site, venue_id)


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_a_demo_certificate_says_plainly_that_it_is_one(
    sessions: sessionmaker[Session], site: PageSite, lang: str
) -> None:
    words = {"vi": ("không có thật", "dữ liệu mẫu"), "en": ("proves nothing", "sample data")}[lang]
    venue_id, certificate_id = certify(sessions, is_demo=True)
    page = page_of(site, certificate_id, lang)
    assert words[0] in page[page.index("<main") :]
    assert words[1] in badge(site, venue_id, lang)
    real_venue, real = certify(sessions)
    assert words[0] not in page_of(site, real, lang)
    assert words[1] not in badge(site, real_venue, lang)


def test_public_pages_name_no_owner(sessions: sessionmaker[Session], site: PageSite) -> None:
    """Neither the page of a place, nor that of its certificate, nor its badge."""
    owner = make_account(sessions, name="Nguyễn Thị Bí Mật")
    venue_id = make_venue(sessions, owner=owner, name="Trường Ánh Dương")
    assess(sessions, venue_id, at=START)
    with sessions.begin() as session:
        contact = session.execute(
            text("SELECT email, phone FROM account WHERE account_pk = :pk"),
            {"pk": owner.account_pk},
        ).one()
        venue_pk = find_venue_pk(session, venue_id)
        session.execute(
            text(
                "INSERT INTO venue_contact (venue_pk, email, phone)"
                " VALUES (:pk, 'bi-mat@example.vn', '+84900000000')"
                " ON CONFLICT (venue_pk) DO UPDATE"
                " SET email = excluded.email, phone = excluded.phone"
            ),
            {"pk": venue_pk},
        )
    certificate_id = issue(sessions, venue_id=venue_id, actor=owner, at=START).certificate_id
    private = {"Bí Mật", "bi-mat@", "900000000", owner.account_id, *filter(None, contact)}
    for address in (
        f"/verify/{certificate_id}",
        f"/v/{venue_id}",
        f"/badge/{venue_id}.svg",
    ):
        for lang in ("vi", "en"):
            answer = site.client.get(f"{address}?lang={lang}")
            assert answer.status_code == 200
            assert "Ánh Dương" in answer.text
            for word in private:
                assert word not in answer.text, (address, word)


def test_a_changed_paper_is_laid_open_by_what_stands_first(
    sessions: sessionmaker[Session], site: PageSite
) -> None:
    """The page asks to compare before it gives the facts; name, level and days come first."""
    _, certificate_id = certify(sessions)
    page = page_of(site, certificate_id)
    places = [
        page.index(part)
        for part in (
            "Hãy so tên, mức, ngày",
            "<dt>Tên cơ sở",
            "<dt>Mức an toàn",
            "<dt>Ngày đánh giá",
        )
    ]
    assert places == sorted(places)


def test_badges_of_venues_without_a_certificate(
    sessions: sessionmaker[Session], site: PageSite
) -> None:
    venue_id = make_venue(sessions, name='A "B" <C> & D')
    assert badge(site, venue_id, "vi") == "Bản đồ An Toàn: Chưa đánh giá"
    assess(sessions, venue_id, at=START)
    assert badge(site, venue_id) == 'An Toàn Map: No certificate – A "B" <C> & D'
    unknown = site.client.get("/badge/0000000000000000.svg?lang=en")
    assert unknown.status_code == 404
    assert "No such venue" in unknown.text


def test_a_badge_is_kept_for_minutes_and_shown_by_other_sites(
    sessions: sessionmaker[Session], site: PageSite
) -> None:
    venue_id, _ = certify(sessions)
    answer = site.client.get(f"/badge/{venue_id}.svg")
    assert answer.headers["cross-origin-resource-policy"] == "cross-origin"
    assert "max-age=300" in answer.headers["cache-control"]
    assert "public" in answer.headers["cache-control"]
    assert "set-cookie" not in answer.headers
    for word in ("script", "href", "url(", "style="):
        assert word not in answer.text
    tag = {"If-None-Match": answer.headers["etag"]}
    again = site.client.get(f"/badge/{venue_id}.svg", headers=tag)
    assert (again.status_code, again.content) == (304, b"")
    assess(sessions, venue_id, at=START + timedelta(hours=1), level="unsafe")
    assert site.client.get(f"/badge/{venue_id}.svg", headers=tag).status_code == 200


# The owner's page


def preview_of(page: str) -> str:
    """Address of the badge that a certificate's page shows."""
    return (
        page.split('class="codes-badge" src="')[1].split('"', maxsplit=1)[0].replace("&amp;", "&")
    )


def test_the_owner_issues_prints_and_embeds(
    sessions: sessionmaker[Session], site: PageSite, tmp_path: Path
) -> None:
    owner = make_account(sessions)
    venue_id = make_venue(sessions, owner=owner, name="Trường Phan Bội Châu")
    csrf = sign_in(site.client, sessions, owner)
    path = f"/venue/{venue_id}/certificate"
    assert "chưa có lần đánh giá" in site.client.get(path).text
    assert site.client.get(f"{path}.pdf").status_code == 404
    assess(sessions, venue_id, at=START)
    before = site.client.get(path).text
    assert "Cấp giấy xác nhận" in before
    assert site.client.post(path, data={}).status_code == 403
    done = site.client.post(path, data={"csrf": csrf, "lang": "vi"})
    assert done.status_code == 303
    page = site.client.get(done.headers["location"]).text
    assert "Đã cấp giấy" in page
    # A new picture has a new address: the one kept from before does not say "none" any more.
    assert preview_of(page) != preview_of(before)
    assert "An toàn, đến" in site.client.get(preview_of(page)).text
    snippet = f"{PUBLIC_URL}/badge/{venue_id}.svg"
    assert snippet in page
    with sessions() as session:
        certificate_id = session.scalars(
            select(Certificate.certificate_id).where(
                Certificate.venue_pk == find_venue_pk(session, venue_id)
            )
        ).one()
    assert f"/verify/{certificate_id}" in page
    paper = tmp_path / "certificate.pdf"
    paper.write_bytes(site.client.get(f"{path}.pdf").content)
    words = subprocess.run(
        ["pdftotext", "-layout", str(paper), "-"], check=True, capture_output=True, text=True
    ).stdout
    for part in (
        "Trường Phan Bội Châu",
        "AN TOÀN",
        "20/11/2026",
        "19/12/2026",
        "14 / 15",
        "1467",
        grouped(certificate_id),
        "ban chỉ đạo chưa kiểm tra",
    ):
        assert part in words
    assert scan(render_page(paper), tmp_path) == {f"{PUBLIC_URL}/verify/{certificate_id}"}
    assess(sessions, venue_id, at=START + timedelta(hours=1), level="unsafe")
    assert site.client.get(f"{path}.pdf").status_code == 404
    assert "không được cấp giấy" in site.client.get(path).text
    assert site.client.post(path, data={"csrf": csrf}).status_code == 409


def test_only_staff_see_it_and_only_the_owner_issues(
    sessions: sessionmaker[Session], site: PageSite
) -> None:
    owner, editor, other = (make_account(sessions) for _ in range(3))
    venue_id = make_venue(sessions, owner=editor, staff_role="editor")
    assess(sessions, venue_id, at=START)
    path = f"/venue/{venue_id}/certificate"
    assert site.client.get(path).status_code == 303
    csrf = sign_in(site.client, sessions, editor)
    assert site.client.get(path).status_code == 200
    assert site.client.post(path, data={"csrf": csrf}).status_code == 403
    for stranger in (owner, other):
        csrf = sign_in(site.client, sessions, stranger)
        for answer in (
            site.client.get(path),
            site.client.get(f"{path}.pdf"),
            site.client.post(path, data={"csrf": csrf}),
        ):
            assert answer.status_code == 404
    with sessions() as session:
        assert session.scalar(text("SELECT count(*) FROM certificate")) == 0

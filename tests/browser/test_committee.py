"""The committee's journey with an appeal, on a desktop and on a phone, each page read by axe."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from fastapi import FastAPI
from playwright.sync_api import Browser, Page, expect
from sqlalchemy.orm import Session, sessionmaker

from assessments.levels import VenueLevel
from dashboard.app import create_app
from dashboard.auth.door import Door
from dashboard.auth.session_cookie import COOKIE
from data.scope import Actor
from data.services.accounts.web_sessions import open_web_session
from tests.api_app import site_settings
from tests.browser.axe import find_problems
from tests.town import Town, answers_of

pytestmark = pytest.mark.browser
PICTURES = os.environ.get("ANTOAN_TEST_PICTURES", "")


class Visitor:
    """One browser window in which persons sign in one after the other."""

    def __init__(self, page: Page, app: FastAPI, town: Town, name: str, address: str) -> None:
        self.page, self.town, self.name, self.address = page, town, name, address
        self.door: Door = app.state.door

    def become(self, actor: Actor) -> None:
        token = open_web_session(
            self.town.sessions, actor.account_pk, role=actor.role, has_second_factor=True
        )
        self.page.context.clear_cookies()
        self.page.context.add_cookies(
            [{"name": COOKIE, "value": self.door.sign(token), "url": self.address}]
        )

    def open(self, path: str) -> None:
        self.page.goto(self.address + path)

    def look(self, what: str) -> None:
        """Nothing serious for axe, nothing wider than the screen."""
        assert find_problems(self.page) == [], what
        wide = self.page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        assert wide <= 0, f"{what} is wider than the screen by {wide}"
        if PICTURES:
            target = Path(PICTURES) / f"{self.name}-{what}.png"
            self.page.screenshot(path=target, full_page=True)


SIZES = {"desktop": (1280, 900), "phone": (390, 844)}


@pytest.mark.parametrize("name", SIZES)
def test_committee_inspects_and_an_appeal_is_decided(  # noqa: PLR0915  (one journey)
    chromium: Browser,
    committing_sessions: sessionmaker[Session],
    serve: Callable[[FastAPI], str],
    name: str,
) -> None:
    width, height = SIZES[name]
    town = Town(committing_sessions)
    town.submit(VenueLevel.SAFE)
    review_id = town.review()
    app = create_app(site_settings(), committing_sessions)
    assert isinstance(app, FastAPI)
    page = chromium.new_page(viewport={"width": width, "height": height})
    visitor = Visitor(page, app, town, name, serve(app))

    visitor.become(town.committee)
    visitor.open("/committee")
    visitor.look("queue")
    page.get_by_role("link", name="Trường thử").first.click()
    expect(page).to_have_url(f"{visitor.address}/committee/reviews/{review_id}?lang=vi")
    visitor.look("review")
    page.get_by_role("button", name="Hỏi lại cơ sở").click()
    expect(page.get_by_role("alert")).to_contain_text("Hãy viết lý do")
    page.get_by_role("link", name="Ghi kết quả kiểm tra tại chỗ").click()
    for criterion_id, answer in answers_of(VenueLevel.UNSAFE).items():
        page.locator(f'[name="a.{criterion_id}"][value="{answer}"]').check()
    page.get_by_label("Nhận xét gửi chủ cơ sở").fill("Thiếu xà phòng ở khu rửa tay.")
    visitor.look("inspect")
    page.get_by_role("button", name="Lưu kết quả kiểm tra").click()
    expect(page.get_by_role("status")).to_contain_text("Đã lưu kết quả kiểm tra")

    visitor.become(town.owner)
    visitor.open(f"/venue/{town.venue_id}/verification")
    page.get_by_text("Khiếu nại quyết định này").click()
    page.get_by_label("Vì sao quyết định này không đúng?").fill("Xà phòng đặt ở quầy.")
    visitor.look("verification")
    page.get_by_role("button", name="Gửi khiếu nại").click()
    expect(page.get_by_role("status")).to_contain_text("Đã nhận khiếu nại")
    page.get_by_label("Phản hồi của bạn").fill("Xà phòng đặt ở quầy, có ảnh.")
    page.get_by_role("button", name="Gửi phản hồi").click()
    visitor.look("contested")

    visitor.become(town.colleague)
    visitor.open("/committee")
    page.get_by_role("link", name="Khiếu nại: Trường thử").click()
    page.get_by_label("Lý do gửi chủ cơ sở").fill("Ảnh cho thấy có xà phòng.")
    visitor.look("appeal")
    page.get_by_role("button", name="Hủy quyết định").click()
    expect(page.get_by_role("status")).to_contain_text("Quyết định đã được hủy")
    page.get_by_role("link", name="Phản hồi chờ duyệt: Trường thử").click()
    visitor.look("venue")
    page.get_by_role("button", name="Đăng phản hồi").click()
    expect(page.get_by_role("status")).to_contain_text("Phản hồi đã được đăng")
    assert town.level() == "safe"

    page.context.clear_cookies()
    visitor.open(f"/report/{town.venue_id}?lang=en")
    page.get_by_label("Too crowded").check()
    visitor.look("report")
    page.get_by_role("button", name="Send the report").click()
    expect(page.get_by_role("heading", name="The report has arrived")).to_be_visible()
    visitor.become(town.committee)
    visitor.open("/committee/reports?lang=en")
    visitor.look("reports")
    page.close()

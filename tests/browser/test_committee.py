"""The committee's journey with an appeal, on a desktop and on a phone, each page read by axe."""

from collections.abc import Callable

import pytest
from fastapi import FastAPI
from playwright.sync_api import Browser, expect
from sqlalchemy.orm import Session, sessionmaker

from assessments.levels import VenueLevel
from dashboard.app import create_app
from tests.api_app import site_settings
from tests.browser.signed_in import Visitor
from tests.browser.visit import PHONE
from tests.town import Town, answers_of

pytestmark = pytest.mark.browser


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


def test_one_answer_is_corrected_by_keyboard_without_scripts(
    chromium: Browser,
    committing_sessions: sessionmaker[Session],
    serve: Callable[[FastAPI], str],
) -> None:
    town = Town(committing_sessions)
    town.submit(VenueLevel.SAFE)
    review_id = town.review()
    app = create_app(site_settings(), committing_sessions)
    assert isinstance(app, FastAPI)
    context = chromium.new_context(viewport=PHONE, java_script_enabled=False)
    page = context.new_page()
    visitor = Visitor(page, app, town, "keyboard", serve(app))
    visitor.become(town.committee)
    visitor.open(f"/committee/reviews/{review_id}")

    # The bar is in reach on the first screen, and leads to the decision.
    jump = page.get_by_role("link", name="Quyết định")
    box = jump.bounding_box()
    assert box is not None
    assert 0 <= box["y"] <= PHONE["height"] - box["height"]
    assert page.get_by_role("radio").locator("visible=true").count() == 0

    answer = page.locator("li.answer").first
    if not answer.is_visible():
        page.locator("details.chapter > summary").first.press("Enter")
    answer.locator("details.fix > summary").press("Enter")
    other = answer.locator("label:not(.declared) input").first
    other.focus()
    page.keyboard.press("Space")
    expect(other).to_be_checked()
    jump.press("Enter")
    expect(page.get_by_label("Lý do hoặc câu hỏi")).to_be_in_viewport()
    page.get_by_role("button", name="Xác nhận hồ sơ đúng").press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("có câu đã sửa mà bạn bấm xác nhận")
    expect(page.locator("p.chosen")).to_have_count(1)
    page.get_by_label("Lý do hoặc câu hỏi").fill("Ảnh cho thấy khác.")
    page.get_by_role("button", name="Lưu các câu đã sửa").press("Enter")
    expect(page.get_by_role("status")).to_contain_text("Đã sửa kết quả")
    context.close()


def test_the_table_of_trust_scrolls_in_its_own_box(
    chromium: Browser,
    committing_sessions: sessionmaker[Session],
    serve: Callable[[FastAPI], str],
) -> None:
    town = Town(committing_sessions)
    town.submit(VenueLevel.SAFE)
    app = create_app(site_settings(), committing_sessions)
    assert isinstance(app, FastAPI)
    page = chromium.new_page(viewport=PHONE)
    visitor = Visitor(page, app, town, "trust", serve(app))
    visitor.become(town.committee)
    visitor.open("/committee")
    visitor.look("trust")
    inner, outer = page.locator(".table-box").evaluate("box => [box.scrollWidth, box.clientWidth]")
    assert inner > outer
    page.close()

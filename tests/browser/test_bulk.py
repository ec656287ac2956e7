"""Bulk upload in the browser: a phone and a desktop, keyboard, both languages, accessible."""

import io
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from fastapi import FastAPI
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import text
from sqlalchemy.orm import Session, sessionmaker

from dashboard.app import create_app
from dashboard.auth.door import COOKIE, Door
from data.scope import Actor
from data.services.accounts.web_sessions import open_web_session
from tests.api_app import site_settings
from tests.browser.axe import assert_accessible
from tests.bulk_data import HEADERS, add_wards, venue_row, workbook
from tests.people import make_account

pytestmark = pytest.mark.browser
PHONE = {"width": 390, "height": 844}
DESKTOP = {"width": 1280, "height": 900}


@pytest.fixture
def site(
    committing_sessions: sessionmaker[Session], serve: Callable[[FastAPI], str]
) -> tuple[str, str, Actor]:
    """Address of the site, and the cookie of an owner who is signed in."""
    with committing_sessions.begin() as session:
        add_wards(session)
    owner = make_account(committing_sessions)
    app = create_app(site_settings(), committing_sessions)
    door: Door = app.state.door
    token = open_web_session(
        committing_sessions, owner.account_pk, role="owner", has_second_factor=True
    )
    return serve(app), door.sign(token), owner


def _open(chromium: Browser, site: tuple[str, str, Actor], size: dict[str, int], lang: str) -> Page:
    address, cookie, _ = site
    context = chromium.new_context(
        viewport={"width": size["width"], "height": size["height"]}, locale=lang
    )
    context.add_cookies([{"name": COOKIE, "value": cookie, "url": address}])
    page = context.new_page()
    page.goto(f"{address}/venue/bulk?lang={lang}")
    return page


def _is_wider_than_screen(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth > window.innerWidth"))


def test_a_chain_uploads_on_a_phone_and_mends_the_rest(
    chromium: Browser,
    site: tuple[str, str, Actor],
    committing_sessions: sessionmaker[Session],
    tmp_path: Path,
) -> None:
    page = _open(chromium, site, PHONE, "vi")
    assert_accessible(page)
    assert not _is_wider_than_screen(page)
    rows = [venue_row("A1"), venue_row("A2", name="Trường Ở Biển", lat=1)]
    file = tmp_path / "danh-sách.xlsx"
    file.write_bytes(workbook(HEADERS, rows))
    page.set_input_files("#file-venues", str(file))
    page.get_by_role("button", name="Tải lên và xem trước").first.click()
    expect(page.get_by_role("heading", name="Bạn muốn làm gì?")).to_be_visible(timeout=30_000)
    expect(page.locator(".bulk-problems")).to_contain_text("nằm ngoài mọi phường, xã")
    assert_accessible(page)
    assert not _is_wider_than_screen(page)
    page.get_by_role("button", name="Lưu các dòng tốt").click()
    expect(page.get_by_text("Đã lưu 1 dòng.")).to_be_visible(timeout=30_000)
    assert_accessible(page)
    with page.expect_download() as download:
        page.get_by_role("link", name="Tải các dòng còn lại").click()
    assert download.value.suggested_filename == "dong-chua-nhan.xlsx"
    with committing_sessions() as session:
        assert session.scalars(text("SELECT external_id FROM venue")).all() == ["A1"]
    page.context.close()


def test_the_template_is_filled_and_comes_back_with_its_example(
    chromium: Browser, site: tuple[str, str, Actor], tmp_path: Path
) -> None:
    page = _open(chromium, site, PHONE, "vi")
    with page.expect_download() as download:
        page.get_by_role("link", name="Mẫu Excel (XLSX)").first.click()
    book = openpyxl.load_workbook(io.BytesIO(Path(download.value.path()).read_bytes()))
    filled = ["S1", "Trường Lê Lợi", "Trường tiểu học", "2 Láng", 21.05, 105.05, 300]
    for place, cell in enumerate(filled, start=1):
        book.worksheets[0].cell(3, place, cell)
    book.worksheets[0].cell(4, 1, "S2")
    file = tmp_path / "mẫu.xlsx"
    book.save(file)
    page.set_input_files("#file-venues", str(file))
    page.get_by_role("button", name="Tải lên và xem trước").first.click()
    expect(page.locator(".bulk-count-new dd")).to_have_text("1", timeout=30_000)
    expect(page.get_by_text("Dòng ví dụ của mẫu (số dòng: 1)")).to_be_visible()
    problems = page.locator(".bulk-problems tbody tr")
    expect(problems.first).to_contain_text("Tên cơ sở")
    expect(page.locator(".bulk-first")).not_to_contain_text("Hoa Sen")
    assert_accessible(page)
    assert not _is_wider_than_screen(page)
    page.context.close()


def test_keyboard_alone_and_in_english_on_a_desktop(
    chromium: Browser, site: tuple[str, str, Actor], tmp_path: Path
) -> None:
    page = _open(chromium, site, DESKTOP, "en")
    assert_accessible(page)
    file = tmp_path / "list.xlsx"
    file.write_bytes(workbook(HEADERS, [venue_row("A1"), venue_row("A2", name="TH Hoa Sen")]))
    page.focus("#file-venues")
    page.set_input_files("#file-venues", str(file))
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    box = page.get_by_role("checkbox")
    expect(box).to_be_visible(timeout=30_000)
    expect(page.locator(".bulk-problems")).to_contain_text("It looks much like")
    box.focus()
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Rows stored: 2.")).to_be_visible(timeout=30_000)
    # Nothing is asked any more of a row that was stored all the same.
    expect(page.locator(".bulk-problems")).to_have_count(0)
    assert_accessible(page)
    page.context.close()


def test_without_scripts_the_page_still_leads_to_the_end(
    chromium: Browser, site: tuple[str, str, Actor], tmp_path: Path
) -> None:
    address, cookie, _ = site
    context = chromium.new_context(java_script_enabled=False)
    context.add_cookies([{"name": COOKIE, "value": cookie, "url": address}])
    page = context.new_page()
    page.goto(f"{address}/venue/bulk?lang=en")
    file = tmp_path / "list.pdf"
    file.write_bytes(b"%PDF-1.7")
    page.set_input_files("#file-venues", str(file))
    page.get_by_role("button", name="Upload and preview").first.click()
    expect(page.get_by_text("This is not an XLSX or CSV table.")).to_be_visible(timeout=30_000)
    context.close()

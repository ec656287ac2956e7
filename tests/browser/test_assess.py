"""A venue's owner on a phone: opens the link, answers, loses the network, sends, gets a result."""

import re
from collections.abc import Callable
from datetime import date

import pytest
from fastapi import FastAPI
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request, expect
from sqlalchemy import func, select
from sqlalchemy.orm import Session, sessionmaker

from dashboard.pages.assess import build_router
from dashboard.static_files import mount_static
from data.models import Assessment, Venue
from data.services.owner_links import owner_path

SECRET = "k7-only-for-tests-" + "x" * 20
VENUE_ID = "SCH00000000000AA"
PHONE = {"width": 390, "height": 844}

pytestmark = pytest.mark.browser


@pytest.fixture
def site(
    committing_sessions: sessionmaker[Session], serve: Callable[[FastAPI], str]
) -> tuple[str, sessionmaker[Session]]:
    with committing_sessions.begin() as session:
        session.add(
            Venue(
                venue_id=VENUE_ID,
                venue_type="school.primary",
                name="Trường Tiểu học Hoa Sen",
                name_ascii="truong tieu hoc hoa sen",
                footfall_per_day=100,
                opened_on=date(2020, 1, 1),
                source="test",
                is_demo=True,
            )
        )
    app = FastAPI()
    app.include_router(build_router(sessions=committing_sessions, secret=SECRET))
    mount_static(app)
    return serve(app), committing_sessions


def count(sessions: sessionmaker[Session]) -> int:
    with sessions() as session:
        return session.scalar(select(func.count()).select_from(Assessment)) or 0


def choose(page: Page, criterion: str, answer: str) -> None:
    page.locator(f'[id="q-{criterion}"] label', has=page.locator(f'[value="{answer}"]')).click()


def open_context(browser: Browser, **options: object) -> BrowserContext:
    return browser.new_context(viewport=PHONE, locale="vi-VN", **options)  # type: ignore[arg-type]


def watch(page: Page, address: str) -> list[str]:
    """Everything that must not happen: requests elsewhere, script errors, blocked content."""
    complaints: list[str] = []

    def on_request(one: Request) -> None:
        if not one.url.startswith((address, "data:")):
            complaints.append(one.url)

    def on_console(line: ConsoleMessage) -> None:
        if "Content Security" in line.text:
            complaints.append(line.text)

    page.on("request", on_request)
    page.on("console", on_console)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    return complaints


def test_owner_on_a_phone_loses_nothing(
    site: tuple[str, sessionmaker[Session]], chromium: Browser
) -> None:
    address, sessions = site
    context = open_context(chromium)
    page = context.new_page()
    complaints = watch(page, address)

    page.goto(address + owner_path(SECRET, VENUE_ID))
    assert page.url == f"{address}/venue/{VENUE_ID}/assess"
    assert page.evaluate("document.cookie") == ""
    score = page.locator("#score")
    expect(score).to_contain_text("Đã trả lời 0/15")
    assert page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]
    box = page.locator('[id="q-1"] .choice').first.bounding_box()
    assert box is not None and box["height"] >= 44  # noqa: PT018

    choose(page, "1", "pass")
    expect(score).to_contain_text("Đã trả lời 1/15")
    choose(page, "4", "fail")
    expect(score).to_contain_text("Bị xếp không an toàn vì 4")
    expect(page.locator('[data-reason="4"]')).to_contain_text("bắt buộc")
    expect(page.locator('.chapters [data-count="before"]')).to_have_text("2/7")

    context.set_offline(True)
    choose(page, "2", "fail")
    expect(page.locator("#offline")).to_contain_text("được giữ trên máy này")
    page.locator("#send").click()
    expect(page.locator("#offline")).to_contain_text("chưa gửi được")
    context.set_offline(False)

    page.reload()
    expect(page.locator("#draft-notice")).to_be_visible()
    expect(page.locator('[name="a.2"][value="fail"]')).to_be_checked()
    expect(score).to_contain_text("Đã trả lời 3/15")

    page.locator("#send").click()
    expect(page.locator("#problems")).to_contain_text("cần xem lại 12 mục")
    expect(page.locator('[name="a.2"][value="fail"]')).to_be_checked()
    assert count(sessions) == 0
    complaint = page.locator('[id="q-3"] .problem')
    expect(complaint).to_have_text("Chưa có câu trả lời")
    choose(page, "3", "pass")
    expect(complaint).to_have_count(0)

    for number in range(1, 16):
        choose(page, str(number), "fail" if number == 2 else "pass")
    expect(score).to_contain_text("14/15 tiêu chí đạt")
    expect(score).to_contain_text("Đây là mức tốt nhất")
    page.locator("#send").dblclick()
    page.wait_for_url(re.compile("/result"))
    expect(page.locator(".result-level")).to_have_text("An toàn")
    assert count(sessions) == 1

    page.get_by_text("English").click()
    expect(page.locator(".result-level")).to_have_text("Safe")
    page.get_by_text("Assess again").click()
    expect(page.locator("#score")).to_contain_text("Answered 0/15")  # the draft was cleared
    assert page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]
    assert complaints == []
    context.close()


def test_owner_without_javascript_gets_the_same_result(
    site: tuple[str, sessionmaker[Session]], chromium: Browser
) -> None:
    address, sessions = site
    context = open_context(chromium, java_script_enabled=False)
    page = context.new_page()
    page.goto(address + owner_path(SECRET, VENUE_ID))
    for number in range(1, 15):
        choose(page, str(number), "pass")
    page.locator('button[value="preview"]').click()
    expect(page.locator("#score")).to_contain_text("Đã trả lời 14/15")
    page.locator("#send").click()
    expect(page.locator("#problems")).to_contain_text("cần xem lại 1 mục")
    choose(page, "15", "fail")
    page.locator("#send").click()
    expect(page.locator(".result-level")).to_have_text("An toàn")
    assert count(sessions) == 1
    context.close()

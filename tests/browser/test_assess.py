"""The assessment in a browser: on a phone, with a lost connection, by two, by keyboard alone."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Request,
    ViewportSize,
    expect,
)
from sqlalchemy import func, select
from sqlalchemy.orm import Session, sessionmaker

from assessments.criteria import criteria_set_for
from dashboard.app import create_app
from dashboard.auth.door import COOKIE, Door
from data.clock import now, today
from data.models import Assessment, AssessmentDraft, EvidenceFile, VenueLevelSpan
from data.queries.drafts import read_open_draft
from data.scope import Actor
from data.services.accounts.web_sessions import open_web_session
from data.services.assessing.submissions import submit
from tests.api_app import site_settings
from tests.assess_site import add_staff
from tests.browser.axe import assert_accessible
from tests.people import make_account, make_venue
from tests.unit import hostile_files as files

pytestmark = pytest.mark.browser

PHONE: ViewportSize = {"width": 390, "height": 844}
DESKTOP: ViewportSize = {"width": 1280, "height": 800}


@dataclass
class Assessing:
    """A school of one owner on a served site."""

    sessions: sessionmaker[Session]
    address: str
    door: Door
    owner: Actor
    venue_id: str
    chromium: Browser
    contexts: list[BrowserContext]
    complaints: list[str]

    @property
    def path(self) -> str:
        return f"{self.address}/venue/{self.venue_id}/assess"

    def person(self, actor: Actor, **options: Any) -> Page:
        """A page in a browser of its own, signed in as an actor."""
        options = {"viewport": PHONE, "locale": "vi-VN", **options}
        context = self.chromium.new_context(**options)
        token = open_web_session(self.sessions, actor.account_pk, role="owner")
        cookie: Any = {"name": COOKIE, "value": self.door.sign(token), "url": self.address}
        context.add_cookies([cookie])
        self.contexts.append(context)
        page = context.new_page()
        page.on("request", self._on_request)
        page.on("console", self._on_console)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        return page

    def stored(self) -> dict[str, str]:
        """Answers of the draft on the server."""
        with self.sessions() as session:
            draft = read_open_draft(session, self.venue_id)
            return draft.answers if draft else {}

    def count(self) -> int:
        with self.sessions() as session:
            return session.scalar(select(func.count()).select_from(Assessment)) or 0

    def _on_request(self, one: Request) -> None:
        if not one.url.startswith((self.address, "data:", "blob:")):
            self.complaints.append(one.url)

    def _on_console(self, line: ConsoleMessage) -> None:
        if "Content Security" in line.text:
            self.complaints.append(line.text)


@pytest.fixture
def site(
    committing_sessions: sessionmaker[Session],
    serve: Callable[[FastAPI], str],
    chromium: Browser,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Assessing]:
    monkeypatch.setenv("ANTOAN_EVIDENCE_DIR", str(tmp_path / "evidence"))
    owner = make_account(committing_sessions, name="Nguyễn An")
    venue_id = make_venue(committing_sessions, owner=owner, name="Trường Tiểu học Hoa Sen")
    app = create_app(site_settings(), committing_sessions)
    made = Assessing(
        sessions=committing_sessions,
        address=serve(app),
        door=app.state.door,
        owner=owner,
        venue_id=venue_id,
        chromium=chromium,
        contexts=[],
        complaints=[],
    )
    yield made
    for context in made.contexts:
        context.close()
    assert made.complaints == []


def choose(page: Page, criterion: str, answer: str) -> None:
    page.locator(f'[id="q-{criterion}"] label', has=page.locator(f'[value="{answer}"]')).click()


def answer_all(page: Page, answer: str = "pass") -> None:
    """Every question that is shown."""
    for question in page.locator("[data-question]:visible").all():
        question.locator("label", has=page.locator(f'[value="{answer}"]')).click()


def next_step(page: Page) -> None:
    page.locator(".step:not([hidden]) .primary").click()


def saved(page: Page) -> None:
    expect(page.locator("#save-state")).to_have_text(re.compile(r"^Đã lưu lúc \d\d:\d\d\.$"))


def add_photo(page: Page) -> None:
    """A photo beside the first question, after a file that is none."""
    files_of = page.locator('[data-evidence="1"]')
    photo: Any = {"name": "../../x.html", "mimeType": "text/html", "buffer": files.exif_jpeg(6)}
    files_of.locator("input[type=file]").set_input_files([photo])
    expect(files_of.locator("img")).to_have_count(1, timeout=30_000)
    wrong: Any = {"name": "x.jpg", "mimeType": "image/jpeg", "buffer": files.svg()}
    files_of.locator("input[type=file]").set_input_files([wrong])
    expect(files_of.locator("[role=alert]")).to_contain_text("Tệp không phải ảnh", timeout=30_000)
    assert_accessible(page)
    files_of.locator(".file-remove").click()
    expect(files_of.locator("img")).to_have_count(0)
    files_of.locator("input[type=file]").set_input_files([photo])
    expect(files_of.locator("img")).to_have_count(1, timeout=30_000)


def test_whole_path_on_a_phone(site: Assessing) -> None:
    page = site.person(site.owner)
    page.goto(site.path)
    assert_accessible(page)
    assert page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]
    next_step(page)
    expect(
        page.get_by_role("heading", level=2, name="Trước khi học sinh đến trường")
    ).to_be_focused()
    box = page.locator('[id="q-1"] .choice').first.bounding_box()
    assert box is not None
    assert box["height"] >= 44
    score = page.locator("#score")
    choose(page, "4", "fail")
    expect(score).to_contain_text("Bị xếp không an toàn vì 4")
    expect(page.locator('[data-reason="4"]')).to_contain_text("bắt buộc")
    answer_all(page)
    expect(page.locator('.steps [data-count="before"]')).to_have_text("7/7")

    add_photo(page)
    next_step(page)
    answer_all(page)
    choose(page, "9", "fail")
    next_step(page)
    answer_all(page)
    expect(score).to_contain_text("14/15 tiêu chí đạt")
    saved(page)
    next_step(page)
    page.wait_for_url(re.compile("/review"))
    assert_accessible(page)
    expect(page.locator("main")).to_contain_text("1 tệp")
    assert page.locator("#name").input_value() == "Nguyễn An"
    page.locator("[name=true]").check()
    page.locator("#send").dblclick()
    page.wait_for_url(re.compile("/result"))
    expect(page.locator(".result-level")).to_have_text("An toàn")
    expect(page.locator(".files img")).to_have_count(1)
    assert_accessible(page)
    assert site.count() == 1
    with site.sessions() as session:
        kept = session.scalars(
            select(EvidenceFile.assessment_pk).where(EvidenceFile.removed_at.is_(None))
        ).all()
        assert kept == [session.scalars(select(Assessment.assessment_pk)).one()]
        # What the map counts.
        assert session.scalars(select(VenueLevelSpan.level)).all() == ["safe"]
    page.get_by_text("English").click()
    expect(page.locator(".result-level")).to_have_text("Safe")


def test_lost_connection_and_closed_tab_lose_nothing(site: Assessing) -> None:
    page = site.person(site.owner)
    page.goto(f"{site.path}?step=before")
    choose(page, "1", "pass")
    saved(page)
    page.context.set_offline(True)
    choose(page, "2", "fail")
    next_step(page)
    choose(page, "8", "pass")
    state = page.locator("#save-state")
    expect(state).to_contain_text("Chưa có mạng. Bạn cứ làm tiếp: 2 câu trả lời được giữ")
    expect(state).to_contain_text(re.compile(r"Đã lưu lúc \d\d:\d\d"))
    page.locator('.steps [data-go="after"]').click()
    page.locator(".step:not([hidden]) [data-review]").click()
    expect(state).to_contain_text("Hãy chờ lưu xong rồi xem lại")
    assert site.stored() == {"1": "pass"}
    # The tab is closed before the connection is back; the browser keeps what was not sent.
    context = page.context
    page.close()
    context.set_offline(False)
    page = context.new_page()
    page.goto(f"{site.path}?step=before")
    expect(page.locator('[name="a.2"][value="fail"]')).to_be_checked()
    saved(page)
    assert site.stored() == {"1": "pass", "2": "fail", "8": "pass"}
    expect(page.locator("#score")).to_contain_text("Đã trả lời 3/15")
    context.set_offline(True)
    choose(page, "3", "pass")
    expect(page.locator("#save-state")).to_contain_text("1 câu trả lời được giữ trên máy này")
    context.set_offline(False)
    saved(page)
    assert site.stored()["3"] == "pass"


def test_two_editors_see_each_other_and_never_overwrite(site: Assessing) -> None:
    colleague = make_account(site.sessions, name="Trần Bình")
    add_staff(site.sessions, site.venue_id, colleague)
    mine, theirs = site.person(site.owner), site.person(colleague, viewport=DESKTOP)
    for page in (mine, theirs):
        page.goto(f"{site.path}?step=before")
    choose(mine, "1", "pass")
    saved(mine)
    expect(theirs.locator('[name="a.1"][value="pass"]')).to_be_checked(timeout=12_000)
    expect(theirs.locator('[data-changed="1"]')).to_contain_text("Nguyễn An đã trả lời lúc")
    expect(theirs.locator("#others")).to_contain_text("1")

    # Both change one answer before they see each other's.
    mine.context.set_offline(True)
    choose(mine, "2", "pass")
    expect(mine.locator("#save-state")).to_contain_text("giữ trên máy này")
    choose(theirs, "2", "fail")
    saved(theirs)
    mine.context.set_offline(False)
    conflict = mine.locator('[id="q-2"] .conflict')
    expect(conflict).to_contain_text("Trần Bình đã đổi câu này thành “Không đạt”", timeout=12_000)
    expect(mine.locator('[name="a.2"][value="pass"]')).to_be_checked()
    assert site.stored()["2"] == "fail"
    assert_accessible(mine)
    # Who goes on without choosing is led to the question and told why.
    mine.locator("nav [data-review], .steps [data-review]").first.click()
    expect(mine.locator("#save-state")).to_contain_text("Hãy chọn một trong hai câu trả lời")
    expect(conflict).to_be_in_viewport()
    # Even a new page shows the conflict again: the answer is still kept on this device.
    mine.reload()
    expect(conflict).to_contain_text("Trần Bình")
    conflict.locator('[data-keep="mine"]').click()
    saved(mine)
    expect(conflict).to_be_hidden()
    assert site.stored()["2"] == "pass"
    expect(theirs.locator('[name="a.2"][value="pass"]')).to_be_checked(timeout=12_000)

    mine.context.set_offline(True)
    choose(mine, "3", "pass")
    choose(theirs, "3", "fail")
    saved(theirs)
    mine.context.set_offline(False)
    conflict = mine.locator('[id="q-3"] .conflict')
    conflict.locator('[data-keep="theirs"]').click(timeout=12_000)
    expect(mine.locator('[name="a.3"][value="fail"]')).to_be_checked()
    saved(mine)
    assert site.stored()["3"] == "fail"


def test_draft_that_somebody_submitted_is_said_to_be_closed(site: Assessing) -> None:
    page = site.person(site.owner)
    page.goto(f"{site.path}?step=before")
    choose(page, "1", "pass")
    saved(page)
    with site.sessions.begin() as session:
        session.scalars(select(AssessmentDraft)).one().closed_at = now()
    choose(page, "2", "pass")
    expect(page.locator("#save-state")).to_contain_text("đã được người khác gửi hoặc xóa")
    expect(page.locator("#save-state")).to_contain_text("1 câu trả lời được giữ trên máy này")


def test_keyboard_alone(site: Assessing) -> None:
    page = site.person(site.owner, viewport=DESKTOP)
    page.goto(site.path)
    _tab_to(page, '.step:not([hidden]) .primary[data-go="before"]')
    page.keyboard.press("Enter")
    expect(page.locator("#h-before")).to_be_focused()
    for step in ("before", "during", "after"):
        for question in page.locator("[data-question]:visible").all():
            _tab_to(page, f'[id="{question.get_attribute("id")}"] .choices input')
            page.keyboard.press("Space")
            expect(question.locator("input:checked")).to_have_value("pass")
        if step == "before":
            page.keyboard.press("ArrowRight")
            expect(question.locator("input:checked")).to_have_value("fail")
            page.keyboard.press("ArrowLeft")
        saved(page)
        _tab_to(page, ".step:not([hidden]) .step-actions .primary")
        page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/review"))
    _tab_to(page, "[name=true]")
    page.keyboard.press("Space")
    _tab_to(page, "#send")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/result"))
    expect(page.locator(".result-level")).to_have_text("An toàn")


def _tab_to(page: Page, selector: str) -> None:
    """Press Tab until the element has the focus, and see that this shows."""
    for _ in range(80):
        page.keyboard.press("Tab")
        if page.evaluate("(one) => document.activeElement?.matches(one)", selector):
            return
    pytest.fail(f"the keyboard does not reach {selector}")


def test_without_javascript_the_same_result(site: Assessing) -> None:
    page = site.person(site.owner, java_script_enabled=False)
    page.goto(site.path)
    next_step(page)
    answer_all(page)
    photo: Any = {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": files.jpeg()}
    page.locator('[id="f-2"]').set_input_files([photo])
    page.locator('[data-evidence="2"] .no-script').click()
    expect(page.locator('[data-evidence="2"] img')).to_have_count(1, timeout=30_000)
    expect(page.locator('[name="a.7"][value="pass"]')).to_be_checked()
    for _ in range(2):
        next_step(page)
        answer_all(page)
    next_step(page)
    page.locator("[name=true]").check()
    page.locator("#send").click()
    expect(page.locator(".result-level")).to_have_text("An toàn")
    assert site.count() == 1


def test_history_and_comparison_in_both_languages(site: Assessing) -> None:
    criteria_set = criteria_set_for("school.primary", today())
    assert criteria_set is not None
    for days, failed in ((30, ("4",)), (10, ("8",)), (1, ())):
        submit(
            site.sessions,
            venue_id=site.venue_id,
            answers={
                key: "fail" if key in failed else "pass" for key in criteria_set.criteria_by_id
            },
            submitted_at=now() - timedelta(days=days),
            source="test",
        )
    page = site.person(site.owner)
    page.goto(f"{site.address}/venue/{site.venue_id}/history")
    expect(page.locator("svg[role=img] g.dot")).to_have_count(3)
    expect(page.locator(".history tbody tr")).to_have_count(3)
    expect(page.locator("main")).to_contain_text("đã hết hiệu lực")
    assert page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]
    assert_accessible(page)
    page.get_by_role("button", name="So sánh hai lần đã chọn").click()
    expect(page.locator(".change-better")).to_have_count(2)  # the line, and the tally
    assert_accessible(page)
    page.get_by_text("English").click()
    expect(page.locator(".tally")).to_contain_text("▲ 1 better")
    assert_accessible(page)
    page.set_viewport_size(DESKTOP)
    page.goto(f"{site.path}?lang=en&step=during")
    assert_accessible(page)

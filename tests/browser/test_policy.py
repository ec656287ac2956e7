"""The map's Content-Security-Policy: as narrow as it is, nothing of the page runs into it."""

from typing import Any

import pytest
from playwright.sync_api import Browser

from dashboard.style_hashes import STYLE_HASHES
from tests.browser.visit import DESKTOP, start_visit

pytestmark = pytest.mark.browser

WATCH = """
window.violations = [];
document.addEventListener("securitypolicyviolation", (event) => window.violations.push(
  [event.effectiveDirective, event.blockedURI, event.sample]));
"""
HASHES = """async () => Object.fromEntries(await Promise.all(
  Array.from(document.querySelectorAll("style")).map(async (style) => {
    const octets = new TextEncoder().encode(style.textContent);
    const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", octets));
    const name = style.id.slice(0, 30) || style.textContent.trim().slice(0, 40);
    return [name, "'sha256-" + btoa(String.fromCharCode(...digest)) + "'"];
  })))"""
PUT_STYLE = """() => new Promise((resolve) => {
  const told = (event) => resolve(event.effectiveDirective);
  document.addEventListener("securitypolicyviolation", told);
  const style = document.createElement("style");
  style.textContent = "body { background: red }";
  document.head.append(style);
  setTimeout(() => resolve("allowed"), 1000);
})"""


PUT_ATTRIBUTE = """() => new Promise((resolve) => {
  const told = (event) => resolve(event.effectiveDirective);
  document.addEventListener("securitypolicyviolation", told);
  const box = document.createElement("div");
  box.innerHTML = "<p style='color: red'>x</p>";
  document.body.append(box);
  setTimeout(() => resolve("allowed"), 1000);
})"""


def test_the_map_breaks_no_rule_and_foreign_styles_are_refused(
    chromium: Browser, site: str
) -> None:
    visit = start_visit(chromium, site, DESKTOP)
    visit.page.add_init_script(WATCH)
    visit.open("/")
    visit.title("Việt Nam")
    visit.click_map(106.5, 11.0)
    visit.title("Thành phố Hồ Chí Minh")
    visit.open("/?area=26740&layer=density&lang=en")
    visit.page.locator("#search").fill("quan 1")
    visit.page.wait_for_selector("#search-option-0")
    visit.page.locator("#open-table").click()
    found: Any = visit.page.evaluate("window.violations")
    hashes = visit.page.evaluate(HASHES)
    assert found == [], f"style elements of the page: {hashes}"
    assert set(hashes.values()) <= set(STYLE_HASHES)
    assert visit.page.evaluate(PUT_STYLE) == "style-src-elem"
    assert visit.page.evaluate(PUT_ATTRIBUTE) == "style-src-attr"
    visit.page.context.close()

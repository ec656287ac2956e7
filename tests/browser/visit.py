"""One open map page in a test: going there, pointing, waiting until it shows what was asked."""

from dataclasses import dataclass, field
from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import Browser, Page, ViewportSize, expect

SHOWN = "#map-app[data-shown]:not(.is-loading)"
PHONE: ViewportSize = {"width": 390, "height": 844}
DESKTOP: ViewportSize = {"width": 1280, "height": 800}

# Where a place lies on the screen once the camera rests there.
POINT = """async ([lon, lat]) => {
  const { figure } = antoan.controller;
  await figure.settled();
  while (figure.is_moving() || figure.map().isMoving())
    await new Promise((resolve) => setTimeout(resolve, 30));
  return figure.map().project([lon, lat]);
}"""

PATTERNS = """([lon, lat, trace]) => {
  const map = antoan.controller.figure.map();
  const layers = map.getStyle().layers.map((each) => each.id).filter(
    (id) => id.startsWith(`antoan-${trace}-`));
  return map.queryRenderedFeatures(map.project([lon, lat]), { layers })
    .map((each) => each.layer.paint["fill-pattern"].from);
}"""


@dataclass
class Visit:
    """One open page, with what it asked for and what went wrong."""

    page: Page
    site: str
    requests: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    def open(self, address: str = "/") -> None:
        """Go there and wait for the picture."""
        self.page.goto(self.site + address)
        self.settle()

    def settle(self) -> None:
        """Wait until the page shows what its address says."""
        self.page.wait_for_selector(SHOWN, state="attached", timeout=60_000)

    def title(self, text: str) -> None:
        """Wait until the panel is about `text`."""
        expect(self.page.locator(".panel-title")).to_have_text(text, timeout=30_000)
        self.settle()

    def click_map(self, lon: float, lat: float) -> None:
        """Click at a place, as soon as the camera rests."""
        place = self.page.evaluate(POINT, [lon, lat])
        self.page.mouse.click(place["x"], place["y"])

    def pattern_at(self, lon: float, lat: float, trace: str = "areas") -> list[str]:
        """The patterns that MapLibre has drawn over the areas at a place, or over their like."""
        self.page.evaluate(POINT, [lon, lat])
        return list(self.page.evaluate(PATTERNS, [lon, lat, trace]))

    def state(self) -> dict[str, str]:
        """What the address says."""
        return {key: values[0] for key, values in parse_qs(urlsplit(self.page.url).query).items()}

    def asked(self, part: str) -> list[str]:
        """The requests whose address contains `part`."""
        return [url for url in self.requests if part in url]

    def strangers(self) -> list[str]:
        """Requests that left the site."""
        own = (self.site, "blob:", "data:")
        return [url for url in self.requests if not url.startswith(own)]


def start_visit(chromium: Browser, site: str, size: ViewportSize) -> Visit:
    """A page in a context of its own; `visit.page.context.close()` ends it."""
    is_phone = size == PHONE
    context = chromium.new_context(
        viewport=size,
        has_touch=is_phone,
        is_mobile=is_phone,
        reduced_motion="reduce",
    )
    visit = Visit(context.new_page(), site)
    visit.page.on("request", lambda request: visit.requests.append(request.url))
    visit.page.on("pageerror", lambda error: visit.problems.append(str(error)))
    visit.page.on(
        "console",
        lambda message: visit.problems.append(message.text) if message.type == "error" else None,
    )
    return visit

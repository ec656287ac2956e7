"""Makes the picture of the README from a running demo site: map, owner's phone, poster.

    make run                                   # in one terminal
    .venv/bin/python scripts/make_picture.py   # in another; needs the developer's packages

It makes an account that owns one demo venue, signs in with it, and deletes it again.
"""

import argparse
import base64
import io
import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import pypdfium2
from PIL import Image
from playwright.sync_api import BrowserContext, sync_playwright
from sqlalchemy import delete, text
from sqlalchemy.orm import Session, sessionmaker

from dashboard.auth.door import Door
from dashboard.auth.session_cookie import COOKIE
from data.clock import now, today
from data.commands.console import open_sessions
from data.local_site import use_local_site
from data.models import Account, VenueStaff
from data.services.accounts.web_sessions import open_web_session
from data.settings import read_link_settings
from data.venue_ids import make_venue_ids

ROOT: Final = Path(__file__).resolve().parents[1]
PICTURE: Final = ROOT / "docs" / "images" / "overview.png"
LARGEST_BYTES: Final = 500_000
COLOURS: Final = 128
MAP_SHOWN: Final = "#map-app[data-shown]:not(.is-loading)"
MAP_ADDRESS: Final = "/?lang=vi&area=79"
SIZES: Final = {"map": (1180, 800), "phone": (390, 800)}
HEIGHT: Final = 760
SHEET: Final = """<!doctype html><meta charset="utf-8"><style>
body {{ margin: 0; padding: 24px; display: inline-flex; gap: 22px; background: #dfe6eb; }}
img {{ height: {height}px; display: block; border-radius: 10px; box-shadow: 0 3px 14px #0005; }}
img.phone {{ border: 9px solid #14212b; border-radius: 30px; height: {inner}px; }}
img.poster {{ border-radius: 2px; }}
</style>{images}"""

# An open demo venue of a school with a level today, so that its desk has something to show.
CHOOSE: Final = text(
    """
    SELECT venue.venue_pk, venue.venue_id
    FROM venue
    JOIN venue_level_span AS span USING (venue_pk)
    WHERE venue.is_demo AND venue.closed_on IS NULL AND venue.venue_type LIKE 'school.%'
      AND span.level = 'safe' AND :day BETWEEN span.first_day AND span.last_day
    ORDER BY length(venue.name), venue.venue_pk
    LIMIT 1
    """
)


def main() -> int:
    """Make the picture."""
    parser = argparse.ArgumentParser(description=str(__doc__).partition("\n")[0])
    parser.add_argument("-o", "--output", type=Path, default=PICTURE)
    parser.add_argument(
        "--chromium", default=os.environ.get("ANTOAN_TEST_CHROMIUM") or shutil.which("chromium")
    )
    asked = parser.parse_args()
    use_local_site(ROOT / ".local")
    link = read_link_settings()
    with (
        open_sessions() as sessions,
        _owner(sessions) as (account_pk, venue_id),
        sync_playwright() as playwright,
    ):
        token = open_web_session(sessions, account_pk, role="owner", has_second_factor=True)
        secret = link.secret_key.get_secret_value()
        cookie = Door(sessions=sessions, secret=secret, is_https=False).sign(token)
        browser = playwright.chromium.launch(
            executable_path=asked.chromium,
            args=["--use-gl=angle", "--use-angle=swiftshader", "--enable-unsafe-swiftshader"]
            + (["--no-sandbox"] if os.geteuid() == 0 else []),
        )
        context = browser.new_context(locale="vi-VN", timezone_id="Asia/Ho_Chi_Minh")
        context.add_cookies([{"name": COOKIE, "value": cookie, "url": link.public_url}])
        parts = {
            "map": _shoot(context, f"{link.public_url}{MAP_ADDRESS}", "map", wait_for=MAP_SHOWN),
            "phone": _shoot(context, f"{link.public_url}/venue/{venue_id}?lang=vi", "phone"),
            "poster": _poster(context, f"{link.public_url}/venue/{venue_id}/codes/poster.pdf"),
        }
        whole = _join(context, parts)
        browser.close()
    size = _save(whole, asked.output)
    sys.stdout.write(f"wrote {asked.output} ({size / 1000:.0f} kB)\n")
    return 0


@contextmanager
def _owner(sessions: sessionmaker[Session]) -> Iterator[tuple[int, str]]:
    """An account that owns a demo venue for as long as the picture takes."""
    with sessions.begin() as session:
        venue = session.execute(CHOOSE, {"day": today()}).one()
        account = Account(
            account_id=make_venue_ids(1)[0],
            role="owner",
            name="Ảnh minh hoạ",
            email="picture@example.invalid",
            confirmed_at=now(),
        )
        session.add(account)
        session.flush()
        account_pk = account.account_pk
        session.add(VenueStaff(venue_pk=venue.venue_pk, account_pk=account_pk, role="owner"))
    try:
        yield account_pk, venue.venue_id
    finally:
        with sessions.begin() as session:
            session.execute(delete(Account).where(Account.account_pk == account_pk))


def _shoot(context: BrowserContext, address: str, kind: str, *, wait_for: str = "main") -> bytes:
    page = context.new_page()
    width, height = SIZES[kind]
    page.set_viewport_size({"width": width, "height": height})
    page.goto(address)
    page.wait_for_selector(wait_for, state="attached", timeout=120_000)
    page.wait_for_load_state("networkidle")
    picture = page.screenshot()
    page.close()
    return picture


def _poster(context: BrowserContext, address: str) -> bytes:
    answer = context.request.get(address)
    if not answer.ok:
        raise SystemExit(f"make_picture: {address} answered {answer.status}")
    page = pypdfium2.PdfDocument(answer.body())[0]
    stream = io.BytesIO()
    page.render(scale=HEIGHT / page.get_height()).to_pil().save(stream, "PNG")
    return stream.getvalue()


def _join(context: BrowserContext, parts: dict[str, bytes]) -> bytes:
    images = "".join(
        f'<img class="{kind}" src="data:image/png;base64,{base64.b64encode(part).decode()}">'
        for kind, part in parts.items()
    )
    page = context.new_page()
    page.set_viewport_size({"width": 2400, "height": HEIGHT + 48})
    page.set_content(SHEET.format(height=HEIGHT, inner=HEIGHT - 18, images=images))
    return page.locator("body").screenshot()


def _save(picture: bytes, file: Path) -> int:
    """Write it with few colours, as screens have few; its size in bytes.

    Raises:
        SystemExit: It is larger than a README's picture should be.
    """
    with Image.open(io.BytesIO(picture)) as whole:
        small = whole.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
        small.save(file, "PNG", optimize=True)
    size = file.stat().st_size
    if size > LARGEST_BYTES:
        raise SystemExit(f"make_picture: {file} has {size:,} bytes; take fewer colours")
    return size


if __name__ == "__main__":
    sys.exit(main())

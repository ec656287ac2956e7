"""The poster of a place: its QR code, what it is, what to do, in both languages."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from urllib.parse import urlsplit

from fpdf.enums import Align

from checkins.place_codes import grouped
from dashboard.documents.qr import QrSymbol, make_qr
from dashboard.documents.sheet import ACCENT, DEMO, INK, SOFT, Box, Look, Paper, Sheet
from dashboard.texts.catalogue import Texts, texts

WIDTH: Final = 210.0
MARGIN: Final = 15.0
INNER: Final = WIDTH - 2 * MARGIN
QR_SIDE: Final = 151.0  # without the quiet zone; at least 150 also where a printer shrinks a little
QR_TOP: Final = 67.0  # four modules of white above and below it: no text there
# Larger on A5, so that a module is more than three dots at 150 dpi there too.
SPARE_SIDES: Final[dict[Paper, float]] = {"a4": 29.0, "a5": 31.0}
NAMES_END: Final = 51.0
STEPS_TOP: Final = 234.5
BOTTOM: Final = 292.0
SHORT_CODE_WIDTH: Final = 66.0
SPARE_TITLE: Final = Look(largest=11, smallest=8, is_bold=True, align=Align.R)
SPARE_HINT: Final = Look(largest=8.5, smallest=6.5, colour=SOFT, align=Align.R)
STEPS: Final = (1, 2, 3)


@dataclass(frozen=True, kw_only=True)
class Poster:
    """One sheet.

    Attributes:
        address: What the QR holds: an address with the place's long code, nothing else.
        short_code: To be typed by hand, with its check sign.
        zone: Name of the part of the venue; None for the venue itself.
        venue_address: None where it is not known.
    """

    address: str
    short_code: str
    name: str
    zone: str | None
    venue_address: str | None
    is_demo: bool


def build_posters(
    posters: Iterable[Poster], *, paper: Paper, printed_on: date, made_at: datetime
) -> bytes:
    """All posters in one PDF, a page each.

    Args:
        posters: What to print, in order.
        paper: Size of a page.
        printed_on: The day that stands on the sheet.
        made_at: Moment written into the file.
    """
    vi, en = texts("vi"), texts("en")
    sheet = Sheet(paper=paper, title=vi("poster.title"), language="vi", made_at=made_at)
    for poster in posters:
        symbol = make_qr(poster.address)
        sheet.add_page()
        _draw_names(sheet, poster, vi, en)
        sheet.qr(symbol, x=(WIDTH - QR_SIDE) / 2, y=QR_TOP, side=QR_SIDE)
        _draw_steps(sheet, vi, en)
        _draw_foot(sheet, poster, symbol, spare=SPARE_SIDES[paper], printed_on=printed_on)
    return sheet.to_bytes()


def _draw_names(sheet: Sheet, poster: Poster, vi: Texts, en: Texts) -> None:
    """Head, name, part of the venue and address, one under the other, above the code."""
    if poster.is_demo:
        sheet.write(
            f"{vi('poster.demo')} · {en('poster.demo')}",
            Box(x=MARGIN, y=3.5, width=INNER, height=5),
            Look(largest=9, smallest=7, is_bold=True, colour=DEMO, align=Align.C),
        )
    y = 8.5
    y += sheet.write(
        f"{vi('poster.head')} · {en('poster.head')}",
        Box(x=MARGIN, y=y, width=INNER, height=11.5),
        Look(largest=25, smallest=16, is_bold=True, colour=ACCENT, align=Align.C),
    )
    y += 0.5
    has_zone = poster.zone is not None
    y += sheet.write(
        poster.name,
        Box(x=MARGIN, y=y, width=INNER, height=13.5 if has_zone else 20.5),
        Look(largest=24, smallest=9, is_bold=True, align=Align.C),
    )
    if poster.zone is not None:
        y += sheet.write(
            poster.zone,
            Box(x=MARGIN, y=y, width=INNER, height=8),
            Look(largest=16, smallest=7, is_bold=True, colour=ACCENT, align=Align.C),
        )
    if poster.venue_address is not None:
        sheet.write(
            poster.venue_address,
            Box(x=MARGIN, y=y + 0.5, width=INNER, height=NAMES_END - y - 0.5),
            Look(largest=12, smallest=7, colour=SOFT, align=Align.C),
        )


def _draw_steps(sheet: Sheet, vi: Texts, en: Texts) -> None:
    """The steps, Vietnamese on the left and English on the right."""
    gap = 8.0
    width = (INNER - gap) / 2
    for column, words in enumerate((vi, en)):
        x = MARGIN + column * (width + gap)
        y = STEPS_TOP
        for step in STEPS:
            sheet.write(
                f"{step}",
                Box(x=x, y=y - 0.4, width=6, height=8.5),
                Look(largest=13, smallest=13, is_bold=True, colour=ACCENT),
            )
            height = sheet.write(
                words(f"poster.step.{step}"),
                Box(x=x + 6, y=y, width=width - 6, height=8.8),
                Look(largest=9.5, smallest=7),
            )
            y += height + 1.2


def _draw_foot(
    sheet: Sheet, poster: Poster, symbol: QrSymbol, *, spare: float, printed_on: date
) -> None:
    """What to do where the large code cannot be scanned: a spare one, and one to be typed.

    No QR code is read once one of its three corner marks is covered; the spare one is, then.
    It says so itself: two codes without a word make people ask which one is theirs.
    """
    vi, en = texts("vi"), texts("en")
    sheet.qr(symbol, x=WIDTH - MARGIN - spare, y=BOTTOM - spare, side=spare)
    quiet = 4 * spare / symbol.size
    width = INNER - spare - quiet - 1
    shown = urlsplit(poster.address)._replace(scheme="", path="/v").geturl().removeprefix("//")
    y = 262.5
    sheet.rule(x=MARGIN, y=y, width=width)
    y += 2
    for words, colour in ((vi, INK), (en, SOFT)):
        y += sheet.write(
            words("poster.by_hand", address=shown),
            Box(x=MARGIN, y=y, width=width, height=5),
            Look(largest=10, smallest=7, colour=colour),
        )
    sheet.write(
        grouped(poster.short_code),
        Box(x=MARGIN, y=y + 0.5, width=SHORT_CODE_WIDTH, height=11),
        Look(largest=23, smallest=14, is_bold=True),
    )
    label_y = y + 1.5
    for label, look in (
        (f"{vi('poster.spare')} · {en('poster.spare')}", SPARE_TITLE),
        (vi("poster.spare.hint"), SPARE_HINT),
        (en("poster.spare.hint"), SPARE_HINT),
    ):
        box = Box(x=MARGIN + SHORT_CODE_WIDTH, y=label_y, width=width - SHORT_CODE_WIDTH, height=5)
        label_y += sheet.write(label, box, look)
    day = f"{printed_on:%d/%m/%Y}"
    sheet.write(
        f"{vi('poster.printed', day=day)} · {en('poster.printed', day=day)} · {vi('app.name')}",
        Box(x=MARGIN, y=BOTTOM - 4.2, width=width, height=4.2),
        Look(largest=8, smallest=6, colour=SOFT),
    )

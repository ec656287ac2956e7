"""The certificate of a submission on one page, in both languages."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from urllib.parse import urlsplit

from fpdf.enums import Align

from assessments.levels import VenueLevel
from checkins.place_codes import grouped
from dashboard.documents.qr import make_qr
from dashboard.documents.sheet import ACCENT, DEMO, INK, SOFT, WHITE, Box, Colour, Look, Sheet
from dashboard.texts.catalogue import texts

WIDTH: Final = 210.0
MARGIN: Final = 22.0
INNER: Final = WIDTH - 2 * MARGIN
QR_SIDE: Final = 44.0
FACTS_TOP: Final = 137.0
FACT_HEIGHT: Final = 13.5
FOOT_TOP: Final = 229.0
LABEL_WIDTH: Final = 58.0

COLOURS: Final[dict[VenueLevel, tuple[Colour, Colour]]] = {
    VenueLevel.SAFE: ((20, 115, 87), WHITE),
    VenueLevel.AT_RISK: ((246, 201, 69), (61, 47, 0)),
}
"""Ground and letters of the levels that get a certificate."""


@dataclass(frozen=True, kw_only=True)
class BothTexts:
    """One text in both languages."""

    vi: str
    en: str


@dataclass(frozen=True, kw_only=True)
class CertificatePage:
    """What the page says.

    Attributes:
        address: What the QR holds: the verification page.
        certificate_id: Stands beside it, to be compared with the page.
        level: One that gets a certificate.
        set_level: The criteria set's own name of it; empty texts where not known.
        document: The criteria set's document and version.
        score: With its scale.
        trust: How far the level was checked, and by whom.
    """

    address: str
    certificate_id: str
    name: str
    venue_type: BothTexts
    venue_address: str | None
    level: VenueLevel
    set_level: BothTexts
    set_title: BothTexts
    document: str
    score: BothTexts
    submitted_on: date
    valid_until: date
    trust: BothTexts
    is_demo: bool


def build_certificate(page: CertificatePage, *, made_at: datetime) -> bytes:
    """The certificate as PDF.

    Args:
        page: What it says.
        made_at: Moment written into the file.
    """
    vi, en = texts("vi"), texts("en")
    sheet = Sheet(paper="a4", title=vi("certificate.title"), language="vi", made_at=made_at)
    sheet.add_page()
    ground, _ = COLOURS[page.level]
    sheet.frame(Box(x=10, y=10, width=WIDTH - 20, height=277), ground, width=1.2)
    _draw_head(sheet, page)
    _draw_level(sheet, page)
    rows = [
        (
            BothTexts(vi=vi(f"certificate.{key}"), en=en(f"certificate.{key}")),
            value,
        )
        for key, value in (
            ("set", page.set_title),
            ("document", _same(page.document)),
            ("score", page.score),
            ("submitted_on", _same(f"{page.submitted_on:%d/%m/%Y}")),
            ("valid_until", _same(f"{page.valid_until:%d/%m/%Y}")),
            ("trust", page.trust),
        )
    ]
    _draw_facts(sheet, rows)
    _draw_foot(sheet, page)
    return sheet.to_bytes()


def _same(text: str) -> BothTexts:
    return BothTexts(vi=text, en="")


def _draw_head(sheet: Sheet, page: CertificatePage) -> None:
    vi, en = texts("vi"), texts("en")
    if page.is_demo:
        sheet.write(
            f"{vi('poster.demo')} · {en('poster.demo')}",
            Box(x=MARGIN, y=13, width=INNER, height=5),
            Look(largest=9.5, smallest=7, is_bold=True, colour=DEMO, align=Align.C),
        )
    for text, y, height, look in (
        (vi("app.name"), 19, 6, Look(largest=11, smallest=9, colour=ACCENT, align=Align.C)),
        (
            vi("certificate.heading"),
            27,
            12,
            Look(largest=25, smallest=16, is_bold=True, align=Align.C),
        ),
        (
            en("certificate.heading"),
            39.5,
            7,
            Look(largest=13, smallest=10, colour=SOFT, align=Align.C),
        ),
    ):
        sheet.write(text, Box(x=MARGIN, y=y, width=INNER, height=height), look)
    taken = sheet.write(
        page.name,
        Box(x=MARGIN, y=54, width=INNER, height=23),
        Look(largest=22, smallest=9, is_bold=True, align=Align.C),
    )
    where = [f"{page.venue_type.vi} / {page.venue_type.en}", page.venue_address or ""]
    y = 54 + taken + 1
    for text in filter(None, where):
        y += sheet.write(
            text,
            Box(x=MARGIN, y=y, width=INNER, height=(94 - y) / 2 + 2),
            Look(largest=11.5, smallest=7.5, colour=SOFT, align=Align.C),
        )


def _draw_level(sheet: Sheet, page: CertificatePage) -> None:
    vi, en = texts("vi"), texts("en")
    ground, letters = COLOURS[page.level]
    box = Box(x=MARGIN, y=98, width=INNER, height=33)
    sheet.fill(box, ground, radius=4)
    own = page.set_level.vi
    if page.set_level.en and page.set_level.en != own:
        own += f" / {page.set_level.en}"
    lines: Sequence[tuple[str, float, float, bool]] = (
        (vi(f"level.{page.level.value}").upper(), 101, 14, True),
        (en(f"level.{page.level.value}"), 114.8, 7.5, False),
        (own, 122.5, 7, False),
    )
    for text, y, height, is_bold in lines:
        sheet.write(
            text,
            Box(x=MARGIN + 4, y=y, width=INNER - 8, height=height),
            Look(
                largest=29 if is_bold else 14 if height > 7 else 11,
                smallest=7,
                is_bold=is_bold,
                colour=letters,
                align=Align.C,
            ),
        )


def _draw_facts(sheet: Sheet, rows: Sequence[tuple[BothTexts, BothTexts]]) -> None:
    for number, (label, value) in enumerate(rows):
        y = FACTS_TOP + number * FACT_HEIGHT
        sheet.write(
            label.vi,
            Box(x=MARGIN, y=y, width=LABEL_WIDTH, height=5.5),
            Look(largest=10.5, smallest=8, is_bold=True, colour=SOFT),
        )
        sheet.write(
            label.en,
            Box(x=MARGIN, y=y + 5.2, width=LABEL_WIDTH, height=5),
            Look(largest=9, smallest=7, colour=SOFT),
        )
        width = INNER - LABEL_WIDTH
        x = MARGIN + LABEL_WIDTH
        if value.en and value.en != value.vi:
            taken = sheet.write(
                value.vi,
                Box(x=x, y=y, width=width, height=7.3),
                Look(largest=11, smallest=7, is_bold=True, colour=INK),
            )
            sheet.write(
                value.en,
                Box(x=x, y=y + taken, width=width, height=12.3 - taken),
                Look(largest=9, smallest=6.5, colour=SOFT),
            )
        else:
            sheet.write(
                value.vi,
                Box(x=x, y=y, width=width, height=11),
                Look(largest=13, smallest=8, is_bold=True, colour=INK),
            )
        sheet.rule(x=MARGIN, y=y + FACT_HEIGHT - 1, width=INNER)


def _draw_foot(sheet: Sheet, page: CertificatePage) -> None:
    vi, en = texts("vi"), texts("en")
    symbol = make_qr(page.address)
    sheet.qr(symbol, x=WIDTH - MARGIN - QR_SIDE, y=FOOT_TOP, side=QR_SIDE)
    width = INNER - QR_SIDE - 4 * QR_SIDE / symbol.size - 1
    shown = urlsplit(page.address)._replace(scheme="").geturl().removeprefix("//")
    y = FOOT_TOP - 5
    for text, look in (
        (vi("certificate.check"), Look(largest=11, smallest=8, is_bold=True)),
        (en("certificate.check"), Look(largest=9.5, smallest=7.5, colour=SOFT)),
        (grouped(page.certificate_id), Look(largest=15, smallest=10, is_bold=True)),
        (shown, Look(largest=9, smallest=5.5, colour=ACCENT)),
        (vi("certificate.warning"), Look(largest=9, smallest=7)),
        (en("certificate.warning"), Look(largest=8, smallest=6.5, colour=SOFT)),
    ):
        y += sheet.write(text, Box(x=MARGIN, y=y, width=width, height=10.5), look) + 0.9

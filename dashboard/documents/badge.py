"""A small picture for other people's web pages: what a venue's certificate says now."""

from dataclasses import dataclass
from typing import Final

from dashboard.documents.qr import escape_xml
from dashboard.texts.catalogue import Texts

HEIGHT: Final = 28
PADDING: Final = 9
FONT_SIZE: Final = 12
EDGE: Final = "#c3ced6"
GREY: Final = ("#5b6871", "#fff")
COLOURS: Final = {
    "safe": ("#147357", "#fff"),
    "at_risk": ("#f6c945", "#3d2f00"),
    "withdrawn": ("#b3292e", "#fff"),
}
# Advance of a sign in the widest of the usual system fonts, in parts of the font size.
NARROW: Final = frozenset("iljtfrI.,:;|!'() ·/1ìíỉĩị")
NARROW_ADVANCE: Final = 0.36
ADVANCE: Final = 0.6
WIDE_ADVANCE: Final = 0.74


@dataclass(frozen=True, kw_only=True)
class Badge:
    """What a badge says.

    Attributes:
        state: `valid`, `expired`, `replaced`, `withdrawn`, `closed`, `not_assessed`,
            `not_certified` or `unknown`.
        level: `safe` or `at_risk` of a valid certificate; empty else.
        day: Last day of a valid certificate, first day after an expired one's; empty else.
        name: Of the venue, for those who cannot see the picture.
        is_contested: An appeal or a question of the committee about the level is open.
        is_demo: The venue is invented.
    """

    state: str
    level: str = ""
    day: str = ""
    name: str = ""
    is_contested: bool = False
    is_demo: bool = False


def build_badge(badge: Badge, text: Texts) -> str:
    """The badge as SVG: no script, no outer font, no link; the page around it links.

    Other fonts than ours are wider or narrower, so each text is set to the width that its
    half of the badge was made for.
    """
    left = text("certificate.badge.label")
    if badge.is_demo:
        left += f" · {text('certificate.badge.demo')}"
    key = f"valid.{badge.level}" if badge.state == "valid" else badge.state
    right = text(f"certificate.badge.{key}", day=badge.day)
    if badge.state == "valid" and badge.is_contested:
        right += f" · {text('certificate.badge.contested')}"
    ground, letters = COLOURS.get(badge.level or badge.state, GREY)
    widths = [_width(left), _width(right)]
    first = round(widths[0] + 2 * PADDING)
    second = round(widths[1] + 2 * PADDING)
    title = f"{left}: {right}" + (f" – {badge.name}" if badge.name else "")
    base = HEIGHT / 2 + FONT_SIZE * 0.36
    family = "system-ui,'Segoe UI',Roboto,'Noto Sans',Arial,sans-serif"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{first + second}" height="{HEIGHT}"'
        f' viewBox="0 0 {first + second} {HEIGHT}" role="img" aria-label="{escape_xml(title)}">'
        f"<title>{escape_xml(title)}</title>"
        f'<path fill="#14212b" d="M5 0H{first}V{HEIGHT}H5a5 5 0 0 1-5-5V5a5 5 0 0 1 5-5z"/>'
        f'<path fill="{ground}" d="M{first} 0h{second - 5}a5 5 0 0 1 5 5v{HEIGHT - 10}'
        f'a5 5 0 0 1-5 5H{first}z"/>'
        # On a dark page its left half would else have no edge.
        f'<rect x=".5" y=".5" width="{first + second - 1}" height="{HEIGHT - 1}" rx="4.5"'
        f' fill="none" stroke="{EDGE}"/>'
        f'<g font-family="{family}" font-size="{FONT_SIZE}">'
        f'<text x="{PADDING}" y="{base:.1f}" fill="#fff" textLength="{widths[0]:.0f}"'
        f' lengthAdjust="spacingAndGlyphs">{escape_xml(left)}</text>'
        f'<text x="{first + PADDING}" y="{base:.1f}" fill="{letters}" font-weight="700"'
        f' textLength="{widths[1]:.0f}" lengthAdjust="spacingAndGlyphs">{escape_xml(right)}</text>'
        "</g></svg>"
    )


def _width(text: str) -> float:
    advances = (
        NARROW_ADVANCE if sign in NARROW else WIDE_ADVANCE if sign.isupper() else ADVANCE
        for sign in text
    )
    return sum(advances) * FONT_SIZE

"""Paper: a PDF document with our fonts, text that fits its box, and QR codes as vectors.

All places and sizes are those of an A4 page; on A5 everything is smaller by one factor.
"""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from importlib.resources import as_file, files
from typing import Final, Literal

from fpdf import FPDF
from fpdf.enums import Align, XPos, YPos

from dashboard.documents.qr import QrSymbol

FAMILY: Final = "Be Vietnam Pro"
FONT_FILES: Final[dict[Literal["", "B"], str]] = {
    "": "BeVietnamPro-Regular.ttf",
    "B": "BeVietnamPro-Bold.ttf",
}
LINE: Final = 1.28  # line height; lower, and the two marks of an Ễ touch the line above
POINTS_PER_MM: Final = 72 / 25.4
MEASURED_SIZE: Final = 100.0
MOST_KEPT: Final = 200
A4_WIDTH_MM: Final = 210

Paper = Literal["a4", "a5"]
Colour = tuple[int, int, int]

SIZES_MM: Final[dict[Paper, tuple[int, int]]] = {"a4": (A4_WIDTH_MM, 297), "a5": (148, 210)}

INK: Final[Colour] = (20, 33, 43)
SOFT: Final[Colour] = (74, 90, 102)
LINE_COLOUR: Final[Colour] = (170, 182, 191)
ACCENT: Final[Colour] = (11, 92, 173)
DEMO: Final[Colour] = (75, 59, 143)
WHITE: Final[Colour] = (255, 255, 255)


@dataclass(frozen=True, kw_only=True, slots=True)
class Box:
    """A place on the page, in millimetres from its upper left corner."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Look:
    """How a text looks. `largest` and `smallest` are font sizes in points."""

    largest: float
    smallest: float
    is_bold: bool = False
    colour: Colour = INK
    align: Align = Align.L
    is_centred_in_height: bool = False


class Sheet:
    """A document under construction; a thin shell around fpdf2."""

    def __init__(self, *, paper: Paper, title: str, language: str, made_at: datetime) -> None:
        width, height = SIZES_MM[paper]
        self.scale = width / A4_WIDTH_MM
        self.pdf = FPDF(unit=self.scale * POINTS_PER_MM, format=(A4_WIDTH_MM, height / self.scale))
        self._advances: dict[bool, dict[str, float]] = {False: {}, True: {}}
        self._fitted: dict[tuple[str, float, float, Look], tuple[float, Sequence[str]]] = {}
        self.pdf.set_auto_page_break(False)
        self.pdf.set_margin(0)
        self.pdf.c_margin = 0  # text begins where its box begins
        self.pdf.set_title(title)
        self.pdf.set_lang(language)
        self.pdf.set_creator("An Toàn Map")
        self.pdf.set_creation_date(made_at)
        fonts = files("dashboard").joinpath("static", "fonts", "be-vietnam-pro")
        for style, name in FONT_FILES.items():
            with as_file(fonts.joinpath(name)) as path:
                self.pdf.add_font(FAMILY, style, path)

    def add_page(self) -> None:
        """Begin the next page."""
        self.pdf.add_page()

    def write(self, text: str, box: Box, look: Look) -> float:
        """Write a text into a box: as large as fits, cut off with … where nothing fits.

        Returns:
            The height that the text took, in millimetres.
        """
        size, lines = self._fit(printable(text), box, look)
        self._set_font(size, is_bold=look.is_bold)
        line_height = size * LINE / POINTS_PER_MM
        height = line_height * len(lines)
        top = box.y + (box.height - height) / 2 if look.is_centred_in_height else box.y
        self.pdf.set_text_color(*look.colour)
        for number, line in enumerate(lines):
            self.pdf.set_xy(box.x, top + number * line_height)
            self.pdf.cell(
                box.width,
                line_height,
                line,
                align=look.align,
                new_x=XPos.LMARGIN,
                new_y=YPos.NEXT,
            )
        return height

    def qr(self, symbol: QrSymbol, *, x: float, y: float, side: float) -> None:
        """Draw a QR code without its quiet zone, which must stay white around it.

        All modules are one path: drawn one by one, some printers and viewers leave hair
        lines between them.
        """
        scale, page_height = self.pdf.k, self.pdf.h
        module = side / symbol.size
        parts = ["0 g"]
        for run in symbol.runs:
            left, top = x + run.x * module, y + run.y * module
            parts.append(
                f"{left * scale:.3f} {(page_height - top - module) * scale:.3f}"
                f" {run.length * module * scale:.3f} {module * scale:.3f} re"
            )
        parts.append("f")
        # fpdf2's own rectangles would each be a path of their own.
        self.pdf._out("\n".join(parts))

    def fill(self, box: Box, colour: Colour, *, radius: float = 0) -> None:
        """A filled rectangle, with round corners where a radius is given."""
        self.pdf.set_fill_color(*colour)
        self.pdf.rect(
            box.x,
            box.y,
            box.width,
            box.height,
            style="F",
            round_corners=radius > 0,
            corner_radius=radius,
        )

    def frame(self, box: Box, colour: Colour, *, width: float) -> None:
        """An empty rectangle with a line of so many millimetres."""
        self.pdf.set_draw_color(*colour)
        self.pdf.set_line_width(width)
        self.pdf.rect(box.x, box.y, box.width, box.height)

    def rule(self, *, x: float, y: float, width: float, colour: Colour = LINE_COLOUR) -> None:
        """A thin horizontal line."""
        self.pdf.set_draw_color(*colour)
        self.pdf.set_line_width(0.3)
        self.pdf.line(x, y, x + width, y)

    def to_bytes(self) -> bytes:
        """The finished document."""
        return bytes(self.pdf.output() or b"")

    def _set_font(self, size: float, *, is_bold: bool) -> None:
        self.pdf.set_font(FAMILY, "B" if is_bold else "", size * self.scale)

    def _fit(self, text: str, box: Box, look: Look) -> tuple[float, Sequence[str]]:
        """Font size and lines; kept, since most of what posters say is the same on all."""
        key = (text, box.width, box.height, look)
        if key not in self._fitted:
            if len(self._fitted) >= MOST_KEPT:
                self._fitted.clear()
            self._fitted[key] = self._find_fit(text, box, look)
        return self._fitted[key]

    def _find_fit(self, text: str, box: Box, look: Look) -> tuple[float, Sequence[str]]:
        size, lines = look.largest, self._lines(text, box, look, look.largest)
        while not _fits(size, lines, box) and size > look.smallest:
            size = max(look.smallest, size - 0.5)
            lines = self._lines(text, box, look, size)
        most = max(1, int(box.height / (size * LINE / POINTS_PER_MM) + 0.001))
        if len(lines) > most:
            last = lines[most - 1].rstrip()
            while last and self._width(f"{last}…", look, size) > box.width:
                last = last[:-1]
            lines = [*lines[: most - 1], last.rstrip() + "…"]
        return size, lines

    def _lines(self, text: str, box: Box, look: Look, size: float) -> list[str]:
        """The text broken between words, and inside a word that is longer than a line.

        fpdf2 breaks lines too, in ten times the time, and several sizes are tried.
        """
        lines = [""]
        for word in text.split(" "):
            longer = f"{lines[-1]} {word}" if lines[-1] else word
            if self._width(longer, look, size) <= box.width:
                lines[-1] = longer
                continue
            if lines[-1]:
                lines.append("")
            for sign in word:
                if lines[-1] and self._width(lines[-1] + sign, look, size) > box.width:
                    lines.append("")
                lines[-1] += sign
        return lines

    def _width(self, text: str, look: Look, size: float) -> float:
        """Width of a line in millimetres; letters stand side by side without kerning."""
        advances = self._advances[look.is_bold]
        for sign in set(text) - advances.keys():
            self._set_font(MEASURED_SIZE, is_bold=look.is_bold)
            advances[sign] = self.pdf.get_string_width(sign) / MEASURED_SIZE
        return sum(advances[sign] for sign in text) * size


def printable(text: str) -> str:
    """Text as one line of letters in the form that the font has: composed, no control signs.

    A name typed on an Apple keyboard may hold letters and their marks apart; drawn so, the
    marks would stand beside the letters.
    """
    composed = unicodedata.normalize("NFC", text)
    return " ".join(
        "".join(
            sign if unicodedata.category(sign) not in ("Cc", "Cf", "Cs", "Co", "Cn") else " "
            for sign in composed
        ).split()
    )


def _fits(size: float, lines: Sequence[str], box: Box) -> bool:
    return len(lines) * size * LINE / POINTS_PER_MM <= box.height + 0.01

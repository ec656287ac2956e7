"""QR codes as modules, SVG and PNG."""

import base64
import io
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from typing import Final, Literal

import segno

QUIET_MODULES: Final = 4
PNG_MODULE_PX: Final = 24  # some 1,200 pixels: 15 cm at 200 dpi


@dataclass(frozen=True, slots=True)
class Run:
    """Dark modules side by side: column and row of the first, and how many."""

    x: int
    y: int
    length: int


@dataclass(frozen=True, slots=True)
class QrSymbol:
    """One QR code without its quiet zone.

    Attributes:
        rows: One `bytes` of 0 and 1 for each row, from the top.
    """

    rows: tuple[bytes, ...]

    @property
    def size(self) -> int:
        """Modules on a side."""
        return len(self.rows)

    @property
    def runs(self) -> list[Run]:
        """The dark modules, row by row."""
        runs = []
        for y, row in enumerate(self.rows):
            x = 0
            for is_dark, group in groupby(row):
                length = len(list(group))
                if is_dark:
                    runs.append(Run(x, y, length))
                x += length
        return runs


@lru_cache(maxsize=256)
def make_qr(address: str, *, error: Literal["m", "h"] = "h") -> QrSymbol:
    """The QR code of an address.

    The bytes are lower case as typed: capital letters alone would make a smaller
    code, but some cameras then show no link.

    Args:
        address: An https address.
        error: Error correction. With `h` 30 % of the code words may be lost, so that a
            poster that is torn or covered in part still scans; `m`, half of that, is
            for screens, which lose nothing and have fewer dots.
    """
    symbol = segno.make(address, error=error, micro=False, boost_error=False)
    return QrSymbol(rows=tuple(bytes(row) for row in symbol.matrix))


def packed_rows(symbol: QrSymbol) -> str:
    """All modules as bits, row by row, in base64: what a screen draws by itself."""
    bits = "".join("1" if module else "0" for row in symbol.rows for module in row)
    padded = bits + "0" * (-len(bits) % 8)
    return base64.b64encode(int(padded, 2).to_bytes(len(padded) // 8)).decode()


def qr_svg(symbol: QrSymbol, *, title: str) -> str:
    """The code with its quiet zone as SVG of no fixed size.

    Args:
        symbol: The code.
        title: Read out by screen readers; escaped here.
    """
    side = symbol.size + 2 * QUIET_MODULES
    path = "".join(
        f"M{run.x + QUIET_MODULES} {run.y + QUIET_MODULES}h{run.length}v1h-{run.length}z"
        for run in symbol.runs
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}" role="img">'
        f"<title>{escape_xml(title)}</title>"
        f'<path fill="#fff" d="M0 0h{side}v{side}H0z"/>'
        f'<path fill="#000" shape-rendering="crispEdges" d="{path}"/></svg>'
    )


def qr_png(symbol: QrSymbol) -> bytes:
    """The code with its quiet zone as a black and white PNG."""
    from PIL import Image  # noqa: PLC0415  (only where a picture is asked for)

    side = symbol.size + 2 * QUIET_MODULES
    picture = Image.new("1", (side, side), 1)
    for run in symbol.runs:
        for offset in range(run.length):
            picture.putpixel((run.x + QUIET_MODULES + offset, run.y + QUIET_MODULES), 0)
    picture = picture.resize((side * PNG_MODULE_PX,) * 2, Image.Resampling.NEAREST)
    stream = io.BytesIO()
    picture.save(stream, "PNG", optimize=True)
    return stream.getvalue()


def escape_xml(text: str) -> str:
    """Text for an element or a quoted attribute; signs that XML cannot hold are taken out."""
    allowed = "".join(sign for sign in text if sign >= " " and not "\ud800" <= sign <= "\udfff")
    for sign, entity in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ('"', "&quot;")):
        allowed = allowed.replace(sign, entity)
    return allowed.replace("\ufffe", "").replace("\uffff", "")

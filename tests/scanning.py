"""Printed pages as a camera sees them: rendered, tilted, covered, and read by zbarimg."""

import math
import subprocess
from pathlib import Path

from PIL import Image, ImageDraw

DPI = 150


def render_page(pdf: Path, page: int = 1, *, dpi: int = DPI) -> Image.Image:
    """One page of a PDF as a printer of so many dots would put it on paper."""
    stem = pdf.with_suffix(f".page{page}")  # PGM and not PNG: nothing is packed and unpacked
    size = ["-r", str(dpi), "-f", str(page), "-l", str(page), "-singlefile"]
    subprocess.run(["pdftoppm", *size, "-gray", str(pdf), str(stem)], check=True)
    with Image.open(f"{stem}.pgm") as picture:
        return picture.convert("L")


def turned(picture: Image.Image, degrees: float) -> Image.Image:
    """The page held askew."""
    return picture.rotate(degrees, Image.Resampling.BICUBIC, expand=True, fillcolor=255)


def leaning(picture: Image.Image, degrees: float) -> Image.Image:
    """The page seen from aside, so that its right edge is further away.

    A pinhole camera at 1.5 page widths in front of the middle of the page.
    """
    width, height = picture.size
    away = 1.5 * width
    angle = math.radians(degrees)

    def seen(x: float, y: float) -> tuple[float, float]:
        across, up = x - width / 2, y - height / 2
        depth = away / (away + across * math.sin(angle))
        return width / 2 + across * math.cos(angle) * depth, height / 2 + up * depth

    corners = [(0, 0), (width, 0), (width, height), (0, height)]
    flat = [seen(x, y) for x, y in corners]
    return picture.transform(
        picture.size,
        Image.Transform.PERSPECTIVE,
        _coefficients(flat, corners),
        Image.Resampling.BICUBIC,
        fillcolor=255,
    )


def covered(
    picture: Image.Image, box_mm: tuple[float, float, float], place: tuple[float, float]
) -> Image.Image:
    """The page with a tenth of a square's area covered by a grey square sticker.

    Args:
        picture: A page at `DPI`.
        box_mm: Left, top and side of the square in millimetres.
        place: Where the sticker lies, from 0, 0 (upper left) to 1, 1 (lower right).
    """
    left, top, side = (value / 25.4 * DPI for value in box_mm)
    sticker = side * math.sqrt(0.1)
    x = left + place[0] * (side - sticker)
    y = top + place[1] * (side - sticker)
    copy = picture.copy()
    ImageDraw.Draw(copy).rectangle((x, y, x + sticker, y + sticker), fill=128)
    return copy


def scan(picture: Image.Image, folder: Path) -> set[str]:
    """What zbarimg reads in a picture."""
    path = folder / "scanned.pgm"
    picture.save(path)
    done = subprocess.run(
        ["zbarimg", "--quiet", "--raw", "-S*.enable=0", "-Sqrcode.enable=1", str(path)],
        capture_output=True,
        text=True,
        check=False,
    )
    return set(done.stdout.split())


def _coefficients(
    source: list[tuple[float, float]], target: list[tuple[int, int]]
) -> tuple[float, ...]:
    """The eight numbers by which Pillow finds, for each new pixel, the old one."""
    import numpy as np

    rows, values = [], []
    for (x, y), (u, v) in zip(source, target, strict=True):
        rows.append([x, y, 1, 0, 0, 0, -u * x, -u * y])
        rows.append([0, 0, 0, x, y, 1, -v * x, -v * y])
        values += [u, v]
    return tuple(float(one) for one in np.linalg.solve(np.array(rows, float), np.array(values)))

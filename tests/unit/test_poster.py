import os
import re
import subprocess
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from checkins.place_codes import code_of, grouped, short_code_of
from dashboard.documents.poster import (
    BOTTOM,
    MARGIN,
    QR_SIDE,
    QR_TOP,
    SPARE_SIDES,
    WIDTH,
    Poster,
    build_posters,
)
from dashboard.documents.qr import make_qr, packed_rows, qr_png, qr_svg
from dashboard.documents.sheet import SIZES_MM, Paper
from tests.scanning import covered, leaning, render_page, scan, turned

CODE = code_of(b"0123456789")
ADDRESS = f"https://antoan.example.vn/v/{CODE}"
LONG_NAME = ("Trung tâm Hội nghị và Tiệc cưới quốc tế Phượng Hoàng Lửa Ễnh Ương " * 4)[:200]
PAPERS: tuple[Paper, ...] = ("a4", "a5")


def poster(**changes: Any) -> Poster:
    facts: dict[str, Any] = {
        "address": ADDRESS,
        "short_code": short_code_of(b"poster"),
        "name": "Trường Tiểu học Nguyễn Bỉnh Khiêm",
        "zone": None,
        "venue_address": "275 Điện Biên Phủ, Phường Võ Thị Sáu, Quận 3",
        "is_demo": False,
    }
    return Poster(**{**facts, **changes})


def make(folder: Path, *posters: Poster, paper: Paper = "a4") -> Path:
    path = folder / f"{paper}.pdf"
    made_at = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
    path.write_bytes(
        build_posters(posters, paper=paper, printed_on=date(2026, 11, 23), made_at=made_at)
    )
    return path


def facts_of(pdf: Path) -> dict[str, str]:
    lines = subprocess.run(["pdfinfo", str(pdf)], check=True, capture_output=True, text=True)
    return {
        key: text.strip() for key, _, text in (x.partition(":") for x in lines.stdout.split("\n"))
    }


def text_of(pdf: Path) -> str:
    done = subprocess.run(
        ["pdftotext", "-layout", str(pdf), "-"], check=True, capture_output=True, text=True
    )
    return done.stdout


def box_of(paper: Paper) -> tuple[float, float, float]:
    scale = SIZES_MM[paper][0] / WIDTH
    return ((WIDTH - QR_SIDE) / 2 * scale, QR_TOP * scale, QR_SIDE * scale)


@pytest.fixture(scope="module")
def printed(tmp_path_factory: pytest.TempPathFactory) -> dict[Paper, Image.Image]:
    folder = tmp_path_factory.mktemp("posters")
    return {paper: render_page(make(folder, poster(), paper=paper)) for paper in PAPERS}


def without_spare(picture: Image.Image, paper: Paper) -> Image.Image:
    """Only the large code, with its white border."""
    left, top, side = (value / 25.4 * 150 for value in box_of(paper))
    quiet = side / 10
    return picture.crop(
        (int(left - quiet), int(top - quiet), int(left + side + quiet), int(top + side + quiet))
    )


def spare_border(paper: Paper) -> list[tuple[float, float, float, float]]:
    """What must stay white beside the spare code; below and right of it the page ends."""
    scale = SIZES_MM[paper][0] / WIDTH / 25.4 * 150
    side = SPARE_SIDES[paper]
    left, top = WIDTH - MARGIN - side, BOTTOM - side
    quiet = 4 * side / make_qr(ADDRESS).size
    strips = (
        (left - quiet + 0.3, top, left - 0.5, BOTTOM),
        (left, top - quiet / 2, left + side, top - 0.5),
    )
    return [(x * scale, y * scale, x_end * scale, y_end * scale) for x, y, x_end, y_end in strips]


@pytest.mark.parametrize("paper", PAPERS)
@pytest.mark.parametrize("degrees", [0, 15, -15])
def test_both_codes_scan_at_150_dpi_and_askew(
    printed: dict[Paper, Image.Image], paper: Paper, degrees: int, tmp_path: Path
) -> None:
    page = printed[paper]
    assert scan(turned(page, degrees), tmp_path) == {ADDRESS}
    assert scan(turned(without_spare(page, paper), degrees), tmp_path) == {ADDRESS}
    foot = page.crop((page.width // 2, int(page.height * 0.86), page.width, page.height))
    assert scan(turned(foot, degrees), tmp_path) == {ADDRESS}


@pytest.mark.parametrize("paper", PAPERS)
@pytest.mark.parametrize("degrees", [15, -15])
def test_both_codes_scan_from_aside(
    printed: dict[Paper, Image.Image], paper: Paper, degrees: int, tmp_path: Path
) -> None:
    page = printed[paper]
    assert scan(leaning(page, degrees), tmp_path) == {ADDRESS}
    assert scan(leaning(without_spare(page, paper), degrees), tmp_path) == {ADDRESS}


@pytest.mark.parametrize("paper", PAPERS)
@pytest.mark.parametrize("x", [0.0, 0.5, 1.0])
@pytest.mark.parametrize("y", [0.0, 0.5, 1.0])
def test_a_poster_scans_with_a_tenth_of_its_code_covered_wherever(
    printed: dict[Paper, Image.Image], paper: Paper, x: float, y: float, tmp_path: Path
) -> None:
    page = covered(printed[paper], box_of(paper), (x, y))
    for seen in (turned(page, 15), leaning(page, 15)):
        assert scan(seen, tmp_path) == {ADDRESS}
    # In three corners lies one of the marks without which nothing is read, and in the fourth
    # the small one that says how the code is bent: there the spare code may be needed.
    if (x, y) not in {(0.0, 0.0), (1.0, 0.0), (0.0, 1.0), (1.0, 1.0)}:
        assert scan(turned(without_spare(page, paper), 15), tmp_path) == {ADDRESS}


def test_the_code_is_15_centimetres_wide_on_a4(printed: dict[Paper, Image.Image]) -> None:
    area = without_spare(printed["a4"], "a4")
    box = area.point(lambda value: 255 if value < 128 else 0).getbbox()
    assert box is not None
    for side in (box[2] - box[0], box[3] - box[1]):
        assert side / 150 * 25.4 >= 150


@pytest.mark.parametrize("paper", PAPERS)
@pytest.mark.parametrize(
    "changes",
    [
        {"name": LONG_NAME, "zone": LONG_NAME, "venue_address": LONG_NAME, "is_demo": True},
        {"name": "W" * 200, "zone": "M" * 200, "venue_address": "Ộ" * 300},
        {"venue_address": None},
        {"name": "Q", "venue_address": None, "zone": "1"},
        {"name": "Nha\u0300 ha\u0300ng\u0000 \u202e東京 🍜 Sài Gòn"},
    ],
    ids=["long", "wide", "no address", "short", "odd signs"],
)
@pytest.mark.filterwarnings("ignore:.*is missing the following glyphs")
def test_long_and_missing_texts_leave_the_page_whole(
    paper: Paper, changes: dict[str, object], tmp_path: Path
) -> None:
    pdf = make(tmp_path, poster(**changes), paper=paper)
    width, height = SIZES_MM[paper]
    assert facts_of(pdf)["Pages"] == "1"
    found = re.findall(r"[\d.]+", facts_of(pdf)["Page size"])
    assert [float(one) for one in found[:2]] == pytest.approx(
        [width / 25.4 * 72, height / 25.4 * 72], abs=0.5
    )
    page = render_page(pdf)
    # Nothing is written onto the white border of the code, nor at the page's edges.
    left, top, side = (value / 25.4 * 150 for value in box_of(paper))
    quiet = 4 * side / make_qr(ADDRESS).size - 2
    for edge in (
        (left - quiet, top - quiet, left + side + quiet, top - 3),
        (left - quiet, top + side + 3, left + side + quiet, top + side + quiet),
        *spare_border(paper),
        (0, 0, 25, page.height),
        (page.width - 25, 0, page.width, page.height),
        (0, page.height - 15, page.width, page.height),
    ):
        west, north, east, south = (int(one) for one in edge)
        assert page.crop((west, north, east, south)).getextrema() == (255, 255)
    assert scan(page, tmp_path) == {ADDRESS}


def test_a_poster_says_what_it_is_in_both_languages(tmp_path: Path) -> None:
    made = poster(zone="Tầng 2")
    text = text_of(make(tmp_path, made))
    for part in (
        "Trường Tiểu học Nguyễn Bỉnh Khiêm",
        "Tầng 2",
        "275 Điện Biên Phủ",
        "Quét mã tại đây",
        "Scan here",
        "Mã dự phòng · Spare code",
        "Giống mã lớn",
        "Same as the large one",
        grouped(made.short_code),
        "antoan.example.vn/v",
        "23/11/2026",
    ):
        assert part in text
    assert "mẫu" not in text
    assert "cơ sở này không có thật" in text_of(make(tmp_path, poster(is_demo=True)))


def test_a_name_of_200_letters_is_written_whole(tmp_path: Path) -> None:
    text = " ".join(text_of(make(tmp_path, poster(name=LONG_NAME, zone="Tầng 2"))).split())
    assert " ".join(LONG_NAME.split()) in text
    assert "…" not in text


def test_marks_typed_apart_are_drawn_together(tmp_path: Path) -> None:
    apart = poster(name="Nha\u0300 ha\u0300ng Pho\u031b\u0309")
    assert "Nhà hàng Phở" in text_of(make(tmp_path, apart))


def test_many_posters_are_one_file_and_every_code_is_its_own(tmp_path: Path) -> None:
    posters = [
        poster(
            address=f"https://antoan.example.vn/v/{code_of(os.urandom(10))}",
            short_code=short_code_of(os.urandom(6)),
            name=f"Chi nhánh số {number}",
        )
        for number in range(1, 41)
    ]
    pdf = make(tmp_path, *posters)
    assert facts_of(pdf)["Pages"] == "40"
    assert pdf.stat().st_size < 1_000_000
    for number in (1, 20, 40):
        assert scan(render_page(pdf, number), tmp_path) == {posters[number - 1].address}


def test_png_and_svg_hold_the_same_code(tmp_path: Path) -> None:
    symbol = make_qr(ADDRESS)
    (tmp_path / "code.png").write_bytes(qr_png(symbol))
    with Image.open(tmp_path / "code.png") as picture:
        assert picture.width >= 1000
        assert scan(picture.convert("L"), tmp_path) == {ADDRESS}
    svg = qr_svg(symbol, title='Mã "A" & <B>')
    assert "<title>Mã &quot;A&quot; &amp; &lt;B&gt;</title>" in svg
    assert "script" not in svg
    drawn = Image.new("L", (symbol.size + 8, symbol.size + 8), 255)
    for x, y, length in re.findall(r"M(\d+) (\d+)h(\d+)v1", svg):
        for offset in range(int(length)):
            drawn.putpixel((int(x) + offset, int(y)), 0)
    side = drawn.width * 8
    assert scan(drawn.resize((side, side), Image.Resampling.NEAREST), tmp_path) == {ADDRESS}


def test_packed_rows_are_the_modules() -> None:
    import base64

    symbol = make_qr(ADDRESS)
    bits = "".join(f"{byte:08b}" for byte in base64.b64decode(packed_rows(symbol)))
    for y, row in enumerate(symbol.rows):
        for x, module in enumerate(row):
            assert int(bits[y * symbol.size + x]) == module

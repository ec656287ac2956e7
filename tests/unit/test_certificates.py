import subprocess
from datetime import UTC, date, datetime, timedelta
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any

import pytest
from fontTools.ttLib import TTFont

from assessments.certificates import (
    CertificateFacts,
    CertificateState,
    certificate_state,
    earns_certificate,
)
from assessments.levels import VenueLevel
from dashboard.documents.badge import Badge, build_badge
from dashboard.documents.certificate import BothTexts, CertificatePage, build_certificate
from dashboard.documents.sheet import FONT_FILES
from dashboard.texts.catalogue import texts
from tests.scanning import render_page, scan

LAST = date(2026, 12, 19)
LONG = ("Trung tâm Hội nghị và Tiệc cưới quốc tế Phượng Hoàng Lửa Ễnh Ương " * 4)[:200]
VIETNAMESE = (
    "aàáảãạăằắẳẵặâầấẩẫậbcdđeèéẻẽẹêềếểễệghiìíỉĩịklmnoòóỏõọôồốổỗộơờớởỡợpqrstuùúủũụưừứửữựvxyỳýỷỹỵ"
)


def facts(**changes: Any) -> CertificateFacts:
    plain: dict[str, Any] = {
        "valid_until": LAST,
        "is_withdrawn": False,
        "has_newer_submission": False,
        "closed_on": None,
    }
    return CertificateFacts(**{**plain, **changes})


@pytest.mark.parametrize(
    ("changes", "day", "state"),
    [
        ({}, LAST, "valid"),
        ({}, LAST + timedelta(days=1), "expired"),
        ({"closed_on": LAST}, LAST, "closed"),
        ({"closed_on": LAST}, LAST - timedelta(days=1), "valid"),
        ({"has_newer_submission": True}, LAST + timedelta(days=9), "replaced"),
        ({"has_newer_submission": True, "closed_on": LAST}, LAST, "replaced"),
        ({"is_withdrawn": True, "has_newer_submission": True}, LAST, "withdrawn"),
        ({"is_withdrawn": True}, LAST + timedelta(days=9), "withdrawn"),
    ],
)
def test_states(changes: dict[str, object], day: date, state: str) -> None:
    assert certificate_state(facts(**changes), day) is CertificateState(state)


def test_which_levels_earn_one() -> None:
    earned = {level for level in VenueLevel if earns_certificate(level)}
    assert earned == {VenueLevel.SAFE, VenueLevel.AT_RISK}


@pytest.mark.parametrize("name", FONT_FILES.values())
def test_the_font_has_every_vietnamese_letter(name: str) -> None:
    file = files("dashboard").joinpath("static", "fonts", "be-vietnam-pro", name)
    with as_file(file) as path, TTFont(path) as font:
        known = font.getBestCmap()
        wanted = VIETNAMESE + VIETNAMESE.upper() + "0123456789–…·%/()“”₫"
        assert not [sign for sign in wanted if ord(sign) not in known]
        # And those of every text that a document may show.
        for language in ("vi", "en"):
            for key, text in texts(language).messages.items():
                if key.startswith(("poster.", "certificate.", "level.", "venue_type.", "app.")):
                    assert not [sign for sign in text if ord(sign) not in known], key


def test_the_licence_lies_beside_the_font() -> None:
    folder = files("dashboard").joinpath("static", "fonts", "be-vietnam-pro")
    assert "SIL OPEN FONT LICENSE Version 1.1" in folder.joinpath("OFL.txt").read_text("utf-8")


def page(**changes: Any) -> CertificatePage:
    plain: dict[str, Any] = {
        "address": "https://antoan.example.vn/verify/60RK4CSM6MV3EE1S",
        "certificate_id": "60RK4CSM6MV3EE1S",
        "name": "Trường Tiểu học Nguyễn Bỉnh Khiêm",
        "venue_type": BothTexts(vi="Trường tiểu học", en="Primary school"),
        "venue_address": "275 Điện Biên Phủ",
        "level": VenueLevel.SAFE,
        "set_level": BothTexts(vi="", en=""),
        "set_title": BothTexts(vi="Bộ tiêu chí", en="Criteria set"),
        "document": "1467/BGDĐT-GDTC",
        "score": BothTexts(vi="14 / 15", en="14 / 15"),
        "submitted_on": date(2026, 11, 20),
        "valid_until": LAST,
        "trust": BothTexts(vi="Cơ sở tự khai", en="Declared"),
        "is_demo": False,
    }
    return CertificatePage(**{**plain, **changes})


@pytest.mark.parametrize(
    "changes",
    [
        {
            "name": LONG,
            "venue_address": LONG,
            "set_title": BothTexts(vi=LONG, en=LONG),
            "set_level": BothTexts(vi=LONG, en=LONG),
            "trust": BothTexts(vi=LONG, en=LONG),
            "document": LONG,
            "is_demo": True,
        },
        {"name": "W" * 200, "venue_address": None, "level": VenueLevel.AT_RISK, "document": ""},
    ],
    ids=["long", "wide"],
)
def test_long_and_missing_texts_leave_the_certificate_one_page(
    changes: dict[str, object], tmp_path: Path
) -> None:
    path = tmp_path / "certificate.pdf"
    made = page(**changes)
    path.write_bytes(build_certificate(made, made_at=datetime(2026, 11, 20, tzinfo=UTC)))
    info = subprocess.run(["pdfinfo", str(path)], check=True, capture_output=True, text=True)
    assert "Pages:           1" in info.stdout
    picture = render_page(path)
    assert scan(picture, tmp_path) == {made.address}
    # Between the frame and the paper's edge nothing is written.
    for edge in ((0, 0, 50, picture.height), (picture.width - 50, 0, picture.width, 1754)):
        assert picture.crop(edge).getextrema() == (255, 255)


@pytest.mark.parametrize("language", ["vi", "en"])
def test_a_badge_says_its_state_in_words(language: str) -> None:
    text = texts(language)
    for state in ("expired", "replaced", "withdrawn", "closed", "not_assessed", "not_certified"):
        svg = build_badge(Badge(state=state, day="19/12/2026", name="<A> & B"), text)
        assert text(f"certificate.badge.{state}", day="19/12/2026") in svg
        assert "&lt;A&gt; &amp; B" in svg
    for level in ("safe", "at_risk"):
        svg = build_badge(Badge(state="valid", level=level, day="19/12/2026"), text)
        assert text(f"certificate.badge.valid.{level}", day="19/12/2026") in svg

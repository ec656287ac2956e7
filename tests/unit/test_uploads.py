"""Uploads: hostile files are refused with a sentence, or come out with nothing of their own."""

import io
import stat
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from PIL import Image

from dashboard.texts.catalogue import LANGUAGES, texts
from data.errors import NotFoundError
from data.uploads import IMAGE_TYPES, UploadError, accept, accept_upload
from data.uploads.clean_file import SENTENCES
from data.uploads.store import EvidenceStore
from tests.unit import hostile_files as files

TRACES = (files.GPS, b"script", b"JavaScript", b"evil", b"xmpmeta", b"PK\x03\x04", b"Exif", b"ICC_")


@pytest.mark.parametrize("name", files.REFUSED)
def test_hostile_file_is_refused_with_a_sentence(name: str) -> None:
    make, codes = files.REFUSED[name]
    started = time.monotonic()
    with pytest.raises(UploadError) as caught:
        accept_upload(make())
    assert caught.value.code in codes
    assert str(caught.value) == SENTENCES[caught.value.code]
    for language in LANGUAGES:
        assert texts(language)(f"evidence.problem.{caught.value.code}")
    assert time.monotonic() - started < 20


@pytest.mark.parametrize("name", files.CLEANED)
def test_taken_file_is_made_anew(name: str) -> None:
    given = files.CLEANED[name]()
    clean = accept_upload(given)
    assert not [trace for trace in TRACES if trace in clean.data]
    assert clean.pages == 1
    if clean.media_type == "image/jpeg":
        with Image.open(io.BytesIO(clean.data)) as image:
            image.load()
            assert image.format == "JPEG"
            assert image.mode == "RGB"
            assert not image.getexif()
            assert not {"exif", "xmp", "icc_profile", "comment"} & set(image.info)
    else:
        assert clean.media_type == "application/pdf"
        with pypdfium2.PdfDocument(clean.data) as document:
            assert len(document) == 1
            assert document.count_attachments() == 0
        assert b"/AA" not in clean.data
        assert b"/OpenAction" not in clean.data


def test_there_are_thirty_hostile_files_and_every_reason_has_a_sentence() -> None:
    assert len(files.REFUSED) + len(files.CLEANED) >= 45
    for code in SENTENCES:
        for language in LANGUAGES:
            assert texts(language)(f"evidence.problem.{code}")


def _corner(data: bytes) -> tuple[int, int]:
    """Where the red corner is: left and top are 0."""
    with Image.open(io.BytesIO(data)) as image:
        width, height = image.size
        corners: dict[tuple[int, int], Any] = {
            (x, y): image.getpixel((x * (width - 5) + 2, y * (height - 5) + 2))
            for x in (0, 1)
            for y in (0, 1)
        }
    return max(corners, key=lambda place: corners[place][0])


@pytest.mark.parametrize(
    ("orientation", "corner"), [(1, (0, 0)), (3, (1, 1)), (6, (1, 0)), (8, (0, 1))]
)
def test_picture_is_turned_upright(orientation: int, corner: tuple[int, int]) -> None:
    clean = accept_upload(files.exif_jpeg(orientation))
    assert _corner(clean.data) == corner


def test_see_through_shows_white_and_sixteen_bits_keep_their_grey() -> None:
    with Image.open(io.BytesIO(accept_upload(files.see_through_png()).data)) as image:
        assert image.getpixel((5, 5)) == (255, 255, 255)
    with Image.open(io.BytesIO(accept_upload(files.deep_png()).data)) as image:
        red, _, _ = image.getpixel((5, 5))  # type: ignore[misc]  # RGB gives three
        assert abs(red - 156) <= 2


def test_large_photo_is_made_smaller() -> None:
    large = files.saved(files.picture((5000, 3000)), "JPEG", quality=60)
    with Image.open(io.BytesIO(accept_upload(large).data)) as image:
        assert image.size == (3200, 1920)


def test_where_only_pictures_are_taken_a_pdf_is_not() -> None:
    with pytest.raises(UploadError) as caught:
        accept_upload(files.pdf(), kinds=IMAGE_TYPES)
    assert caught.value.code == "not_image"
    assert accept_upload(files.pdf(20)).pages == 20


@pytest.mark.parametrize(
    ("program", "code"),
    [
        ("import os, signal; os.kill(os.getpid(), signal.SIGSEGV)", "too_costly"),
        (
            "from data.uploads import worker; worker.limit_process(); bytearray(2_000_000_000)",
            "too_costly",
        ),
        ("import time; time.sleep(60)", "too_costly"),
    ],
    ids=["breaks down", "takes all memory", "never ends"],
)
def test_worker_that_dies_takes_nothing_along(
    program: str, code: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = subprocess.run

    def instead(_command: list[str], **options: object) -> object:
        return run([sys.executable, "-c", program], **options)

    monkeypatch.setattr("data.uploads.accept.subprocess.run", instead)
    monkeypatch.setattr(accept, "MOST_RUN_S", 2.0)
    with pytest.raises(UploadError) as caught:
        accept_upload(files.jpeg())
    assert caught.value.code == code


def test_too_many_at_once_are_told_to_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(accept, "MOST_WAIT_S", 0.01)
    taken = [accept._free_workers.acquire() for _ in range(accept.MOST_WORKERS)]
    try:
        with pytest.raises(UploadError) as caught:
            accept_upload(files.jpeg())
    finally:
        for _ in taken:
            accept._free_workers.release()
    assert caught.value.code == "busy"


def test_stored_files_are_private_and_found_by_their_names_alone(tmp_path: Path) -> None:
    store = EvidenceStore(folder=tmp_path / "evidence")
    name = store.write(b"content")
    assert store.read(name) == b"content"
    assert stat.S_IMODE((tmp_path / "evidence").stat().st_mode) == 0o700
    (place,) = [one for one in (tmp_path / "evidence").rglob("*") if one.is_file()]
    assert stat.S_IMODE(place.stat().st_mode) == 0o600
    assert place.name == name
    for wrong in ("../../etc/passwd", name.upper() + "\0", "a" * 31, "", f"{name}/..", "é" * 32):
        with pytest.raises(NotFoundError):
            store.read(wrong)
    assert list(store.names_before(time.time() + 60)) == [name]
    assert list(store.names_before(time.time() - 60)) == []
    store.remove(name)
    store.remove(name)
    with pytest.raises(NotFoundError):
        store.read(name)


def test_file_that_cannot_be_written_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = EvidenceStore(folder=tmp_path)

    def fail(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("data.uploads.store.os.fsync", fail)
    with pytest.raises(OSError, match="No space"):
        store.write(b"content")
    assert [one for one in tmp_path.rglob("*") if one.is_file()] == []

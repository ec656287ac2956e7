"""The archive of a backup: whatever is changed in it is seen before anything is restored."""

import io
import tarfile
from pathlib import Path

import pytest

from data.backup.archive import ABOUT_TEXT, ArchiveWriter, check_archive, is_archive, read_members
from data.errors import InputError

NAMES = tuple(f"evidence/{sign * 32}" for sign in "0ace")
LARGE = bytes(range(256)) * 8192  # more than one chunk


def make(folder: Path) -> Path:
    stream = io.BytesIO()
    archive = ArchiveWriter(stream)
    archive.add("database.dump", [b"PGDMP", LARGE])
    for number, name in enumerate(NAMES):
        archive.add(name, [name.encode() * 40 * number])
    archive.finish()
    file = folder / "a.backup"
    file.write_bytes(stream.getvalue())
    return file


def header(name: str, size: int) -> bytes:
    made = tarfile.TarInfo(name)
    made.size, made.mode = size, 0o600
    return made.tobuf(tarfile.GNU_FORMAT)


def test_an_archive_is_read_as_it_was_written(tmp_path: Path) -> None:
    file = make(tmp_path)
    assert is_archive(file)
    assert check_archive(file) == len(NAMES)
    content = {member.name: b"".join(member.chunks) for member in read_members(file)}
    assert content["database.dump"] == b"PGDMP" + LARGE
    assert content[NAMES[3]] == NAMES[3].encode() * 120
    with tarfile.open(file) as archive:
        assert archive.getnames() == list(content)


@pytest.mark.parametrize("part", [0.001, 0.3, 0.9, 0.99])
def test_an_archive_that_ends_early_is_refused(tmp_path: Path, part: float) -> None:
    file = make(tmp_path)
    file.write_bytes(file.read_bytes()[: int(file.stat().st_size * part)])
    with pytest.raises(InputError, match="cut off or damaged"):
        check_archive(file)


@pytest.mark.parametrize(
    "place", [3_000, 1_000_000, NAMES[1].encode() * 3, b"SHA256SUMS", b"  evidence/"]
)
def test_one_changed_bit_is_refused(tmp_path: Path, place: int | bytes) -> None:
    file = make(tmp_path)
    content = bytearray(file.read_bytes())
    content[place if isinstance(place, int) else content.index(place)] ^= 1
    file.write_bytes(content)
    with pytest.raises(InputError, match="cut off or damaged"):
        check_archive(file)


@pytest.mark.parametrize(
    "name", ["evidence/../../../stolen", f"/evidence/{'0' * 32}", "evidence/" + "A" * 32, "x"]
)
def test_a_name_that_is_none_of_ours_is_refused(tmp_path: Path, name: str) -> None:
    file = make(tmp_path)
    content = file.read_bytes()
    content = content.replace(header(NAMES[0], 0), header(name, 0))
    content = content.replace(f"  {NAMES[0]}".encode(), f"  {name}".encode())
    file.write_bytes(content)
    with pytest.raises(InputError, match="cut off or damaged"):
        check_archive(file)


def test_members_twice_or_in_another_order_are_refused(tmp_path: Path) -> None:
    stream = io.BytesIO()
    archive = ArchiveWriter(stream)
    archive.add("database.dump", [b"PGDMP"])
    for name in (NAMES[1], NAMES[1]):
        archive.add(name, [b"x"])
    archive.finish()
    (tmp_path / "twice").write_bytes(stream.getvalue())
    with pytest.raises(InputError, match="cut off or damaged"):
        check_archive(tmp_path / "twice")


def test_an_archive_of_a_newer_form_says_so(tmp_path: Path) -> None:
    file = make(tmp_path)
    newer = ABOUT_TEXT.replace(b"form 1", b"form 2")
    file.write_bytes(file.read_bytes().replace(ABOUT_TEXT, newer))
    with pytest.raises(InputError, match="newer program"):
        check_archive(file)


def test_other_files_are_no_archives(tmp_path: Path) -> None:
    for content in (b"", b"PGDMP", b"antoan-backup", b"a,b\n"):
        (tmp_path / "x").write_bytes(content)
        assert not is_archive(tmp_path / "x")

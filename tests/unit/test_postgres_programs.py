import subprocess
import sys
from pathlib import Path

import pytest

from data.cluster.programs import NEEDED, find_programs, installed_programs
from data.errors import NotFoundError
from tests.conftest import ROOT


def make_installation(
    folder: Path, *, major: int, postgis: str | None, has_trigrams: bool = True
) -> Path:
    """Programs that only tell their version, with PostGIS's control file beside them."""
    bin_folder, extensions = folder / "bin", folder / "share" / "extension"
    bin_folder.mkdir(parents=True)
    extensions.mkdir(parents=True)
    for name in NEEDED:
        program = bin_folder / name
        program.write_text(f"#!/bin/sh\necho '{name} (PostgreSQL) {major}.4 (Debian)'\n")
        program.chmod(0o755)
    if postgis is not None:
        (extensions / "postgis.control").write_text(f"default_version = '{postgis}'\n")
    if has_trigrams:
        (extensions / "pg_trgm.control").write_text("default_version = '1.6'\n")
    return bin_folder


def test_newest_version_with_postgis_is_chosen(tmp_path: Path) -> None:
    folders = [
        make_installation(tmp_path / "a", major=14, postgis="3.3.0"),
        make_installation(tmp_path / "b", major=98, postgis="3.5.0dev"),
        make_installation(tmp_path / "c", major=99, postgis=None),
    ]
    assert find_programs(folders=folders).major == 98
    assert find_programs(folders=folders, major=14).postgis == (3, 3, 0)


@pytest.mark.parametrize(
    ("major", "postgis", "has_trigrams"),
    [(13, "3.4.0", True), (97, "3.2.9", True), (97, None, True), (97, "3.3.0", False)],
)
def test_too_old_or_incomplete_installation_does_not_count(
    tmp_path: Path, major: int, postgis: str | None, has_trigrams: bool
) -> None:
    folder = make_installation(tmp_path, major=major, postgis=postgis, has_trigrams=has_trigrams)
    assert installed_programs([folder]) == []


def test_missing_program_or_folder_does_not_count(tmp_path: Path) -> None:
    folder = make_installation(tmp_path / "a", major=97, postgis="3.3.0")
    (folder / "initdb").unlink()
    assert installed_programs([folder, tmp_path / "nowhere"]) == []


def test_sentence_names_the_package_to_install() -> None:
    with pytest.raises(NotFoundError, match="apt-get install postgresql-postgis"):
        find_programs(folders=[])
    with pytest.raises(NotFoundError, match="postgresql-16-postgis-3"):
        find_programs(major=16, folders=[])


def test_search_needs_nothing_installed() -> None:
    """The set-up asks it with the system's Python, before there is a `.venv`."""
    subprocess.run(
        [
            sys.executable,
            "-I",
            "-S",
            "-c",
            f"import sys; sys.path[:0] = [{str(ROOT)!r}]\nimport data.cluster.programs",
        ],
        check=True,
    )

"""Finds an installed PostgreSQL that has PostGIS.

Standard library only: the set-up asks it before anything is installed.
"""

import re
import shutil
import subprocess
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from data.errors import NotFoundError

OLDEST_POSTGRES: Final = 14
OLDEST_POSTGIS: Final = (3, 3)
USUAL_FOLDERS: Final = (
    "/usr/lib/postgresql/*/bin",  # Debian, Ubuntu
    "/usr/pgsql-*/bin",  # PostgreSQL's own RPM packages
    "/opt/homebrew/opt/postgresql@*/bin",
    "/usr/local/opt/postgresql@*/bin",
)
NEEDED: Final = ("initdb", "postgres", "psql", "pg_dump", "pg_restore")


@dataclass(frozen=True, kw_only=True, order=True)
class PostgresPrograms:
    """One installed PostgreSQL, ordered by version."""

    major: int
    postgis: tuple[int, ...]
    bin_folder: Path

    def program(self, name: str) -> str:
        """Path of one of its programs, as a string for `subprocess`."""
        return str(self.bin_folder / name)


def installed_programs(folders: Iterable[Path] | None = None) -> list[PostgresPrograms]:
    """Every installed PostgreSQL that is new enough and has PostGIS and pg_trgm, newest first.

    Args:
        folders: Folders of programs to look at; the usual places and PATH when None.
    """
    found = {
        programs
        for folder in (usual_folders() if folders is None else folders)
        if (programs := read_programs(folder)) is not None
    }
    return sorted(found, reverse=True)


def find_programs(
    *, major: int | None = None, folders: Iterable[Path] | None = None
) -> PostgresPrograms:
    """The newest installed PostgreSQL with PostGIS, or the newest of one major version.

    Raises:
        NotFoundError: None is installed.
    """
    wanted = [
        programs
        for programs in installed_programs(folders)
        if major is None or programs.major == major
    ]
    if not wanted:
        version = f"{OLDEST_POSTGRES} or newer" if major is None else str(major)
        raise NotFoundError(
            f"PostgreSQL {version} with PostGIS {OLDEST_POSTGIS[0]}.{OLDEST_POSTGIS[1]} or newer "
            "is not installed; on Debian or Ubuntu: sudo apt-get install "
            + ("postgresql-postgis" if major is None else f"postgresql-{major}-postgis-3")
        )
    return wanted[0]


def usual_folders() -> Iterator[Path]:
    """Folders in which PostgreSQL's programs are usually found, those of PATH included."""
    for pattern in USUAL_FOLDERS:
        yield from sorted(Path("/").glob(pattern.lstrip("/")))
    if shutil.which("pg_config"):
        yield from _asked("pg_config", "--bindir")


def read_programs(folder: Path) -> PostgresPrograms | None:
    """What a folder of programs holds; None where it is incomplete, too old or without PostGIS."""
    if not all((folder / name).is_file() for name in NEEDED):
        return None
    major = _major(folder / "postgres")
    if major is None or major < OLDEST_POSTGRES:
        return None
    for extensions in _extension_folders(folder, major):
        postgis = _default_version(extensions / "postgis.control")
        if postgis >= OLDEST_POSTGIS and (extensions / "pg_trgm.control").is_file():
            return PostgresPrograms(major=major, postgis=postgis, bin_folder=folder.resolve())
    return None


def _major(server: Path) -> int | None:
    try:
        answer = subprocess.run(  # noqa: S603 (a program found in a system folder)
            [str(server), "--version"], capture_output=True, text=True, timeout=20, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    match = re.search(r"\(PostgreSQL\)\s+(\d+)", answer.stdout)
    return int(match[1]) if match else None


def _extension_folders(folder: Path, major: int) -> Iterator[Path]:
    if (folder / "pg_config").is_file():
        for shared in _asked(str(folder / "pg_config"), "--sharedir"):
            yield shared / "extension"
    yield Path(f"/usr/share/postgresql/{major}/extension")
    yield folder.parent / "share" / "extension"


def _asked(program: str, option: str) -> Iterator[Path]:
    try:
        answer = subprocess.run(  # noqa: S603 (pg_config of PATH or of a system folder)
            [program, option], capture_output=True, text=True, timeout=20, check=True
        )
    except (OSError, subprocess.SubprocessError):
        return
    if answer.stdout.strip():
        yield Path(answer.stdout.strip())


def _default_version(control: Path) -> tuple[int, ...]:
    """The version in an extension's control file; empty where there is none."""
    try:
        text = control.read_text(encoding="utf-8")
    except OSError:
        return ()
    match = re.search(r"^\s*default_version\s*=\s*'(\d+(?:\.\d+)*)", text, re.MULTILINE)
    return tuple(int(part) for part in match[1].split(".")) if match else ()

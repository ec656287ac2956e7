"""Display geometry as stored: what browsers fetch."""

from dataclasses import dataclass
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from data.errors import NotFoundError
from data.models import BoundaryFile
from data.queries.editions import require_edition
from geo.levels import AdminLevel

ALL: Final = "all"
"""Stands for "the whole level" where a parent's code is expected."""


@dataclass(frozen=True, kw_only=True)
class StoredBoundaryFile:
    """One compressed GeoJSON file; `codes` in the order of its features."""

    edition_code: str
    level: AdminLevel
    parent_code: str
    content_hash: str
    tolerance_m: float
    codes: list[str]
    gzip: bytes
    brotli: bytes


@dataclass(frozen=True, kw_only=True)
class BoundaryFileKey:
    """What a file shows and the hash of its content."""

    level: AdminLevel
    parent_code: str
    content_hash: str


def read_boundary_file(
    session: Session, edition_code: str, level: AdminLevel, parent_code: str = ALL
) -> StoredBoundaryFile:
    """The file of one level within one parent, or of the whole level for "all".

    Raises:
        NotFoundError: The edition is not there, or has no such file.
    """
    row = session.get(BoundaryFile, (edition_code, int(level), parent_code))
    if row is None:
        require_edition(session, edition_code)
        raise NotFoundError(
            f"edition {edition_code!r} has no {level.word} boundaries within {parent_code!r}"
        )
    return StoredBoundaryFile(
        edition_code=row.edition_code,
        level=AdminLevel(row.admin_level),
        parent_code=row.parent_code,
        content_hash=row.content_hash,
        tolerance_m=row.tolerance_m,
        codes=list(row.codes),
        gzip=row.gzip,
        brotli=row.brotli,
    )


def list_boundary_files(session: Session, edition_code: str) -> list[BoundaryFileKey]:
    """Every file of an edition with its hash, without its content."""
    rows = session.execute(
        select(BoundaryFile.admin_level, BoundaryFile.parent_code, BoundaryFile.content_hash)
        .where(BoundaryFile.edition_code == edition_code)
        .order_by(BoundaryFile.admin_level, BoundaryFile.parent_code)
    ).all()
    return [
        BoundaryFileKey(
            level=AdminLevel(row.admin_level),
            parent_code=row.parent_code,
            content_hash=row.content_hash,
        )
        for row in rows
    ]

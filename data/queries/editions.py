"""Boundary editions: which there are, which is shown, and their areas in bulk."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from data.errors import NotFoundError
from data.models import Area, BoundaryEdition
from geo.levels import AdminLevel


@dataclass(frozen=True, kw_only=True)
class Edition:
    """One boundary edition and how many areas it has at each of its levels."""

    code: str
    title_vi: str
    title_en: str
    valid_from: date | None
    valid_to: date | None
    source: str
    licence: str
    is_approximate: bool
    is_active: bool
    quality: dict[str, Any]
    imported_at: datetime
    areas: dict[AdminLevel, int]

    @property
    def levels(self) -> tuple[AdminLevel, ...]:
        """The levels that the edition has, from the top."""
        return tuple(sorted(self.areas))


@dataclass(frozen=True, kw_only=True)
class AreaNames:
    """Names of one area and of all areas above it, itself last."""

    area_id: int
    code: str
    names: tuple[str, ...]


def list_editions(session: Session) -> list[Edition]:
    """All editions, the newest first, those without a date last."""
    counts = session.execute(
        select(Area.edition_code, Area.admin_level, func.count())
        .group_by(Area.edition_code, Area.admin_level)
        .order_by(Area.edition_code, Area.admin_level)
    ).all()
    rows = session.scalars(
        select(BoundaryEdition).order_by(
            BoundaryEdition.valid_from.desc().nulls_last(), BoundaryEdition.code
        )
    ).all()
    return [
        Edition(
            code=row.code,
            title_vi=row.title_vi,
            title_en=row.title_en,
            valid_from=row.valid_from,
            valid_to=row.valid_to,
            source=row.source,
            licence=row.licence,
            is_approximate=row.is_approximate,
            is_active=row.is_active,
            quality=row.quality,
            imported_at=row.imported_at,
            areas={AdminLevel(level): n for code, level, n in counts if code == row.code},
        )
        for row in rows
    ]


def require_edition(session: Session, code: str) -> Edition:
    """The edition of that code.

    Raises:
        NotFoundError: There is none; the sentence names those there are.
    """
    editions = list_editions(session)
    for edition in editions:
        if edition.code == code:
            return edition
    known = ", ".join(sorted(edition.code for edition in editions)) or "none yet"
    raise NotFoundError(f"there is no boundary edition {code!r}; there are: {known}")


def active_edition_code(session: Session) -> str:
    """Code of the edition that is shown by default.

    Raises:
        NotFoundError: No edition is active.
    """
    code = session.scalar(select(BoundaryEdition.code).where(BoundaryEdition.is_active))
    if code is None:
        raise NotFoundError(
            "no boundary edition is active; load one with 'antoan boundaries import' and choose "
            "it with 'antoan boundaries activate CODE'"
        )
    return code


def leaf_shapes(
    session: Session, edition_code: str
) -> tuple[NDArray[np.int64], NDArray[np.object_]]:
    """Ids and shapes of the areas that have no parts, in the order of ids; WGS 84."""
    rows = session.execute(
        text(
            "SELECT area_id, ST_AsBinary(geom) FROM area"
            " WHERE edition_code = :code AND is_leaf AND geom IS NOT NULL ORDER BY area_id"
        ),
        {"code": edition_code},
    ).all()
    ids = np.array([row[0] for row in rows], dtype=np.int64)
    shapes: NDArray[np.object_] = shapely.from_wkb(
        np.array([bytes(row[1]) for row in rows], dtype=object)
    )
    return ids, shapes


def leaf_names(session: Session, edition_code: str) -> dict[int, AreaNames]:
    """Names along the path of every area that has no parts, by area id."""
    rows = session.execute(
        select(Area.area_id, Area.code, Area.name, Area.path, Area.is_leaf)
        .where(Area.edition_code == edition_code)
        .order_by(Area.area_id)
    ).all()
    names = {row.area_id: row.name for row in rows}
    return {
        row.area_id: AreaNames(
            area_id=row.area_id, code=row.code, names=tuple(names[part] for part in row.path)
        )
        for row in rows
        if row.is_leaf
    }

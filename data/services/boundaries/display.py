"""Makes and stores the display geometry of an edition: one file for each thing that is shown."""

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from typing import Any, Final

import numpy as np
import shapely
from numpy.typing import NDArray
from sqlalchemy import delete, insert
from sqlalchemy.orm import Session

from data.models import BoundaryFile
from data.queries.boundary_files import ALL
from geo.areas import AreaUnit, paths, shown_at
from geo.coverage import CleanCoverage, clean_coverage
from geo.display import DisplayFile, make_display_file
from geo.levels import AdminLevel

_KILOBYTE: Final = 1_000
ALL_LIMITS: Final = {
    AdminLevel.PROVINCE: 150 * _KILOBYTE,
    AdminLevel.DISTRICT: 500 * _KILOBYTE,
    AdminLevel.WARD: 2_500 * _KILOBYTE,
}
PARENT_LIMIT: Final = 200 * _KILOBYTE
_MOST_THREADS: Final = 4


@dataclass(frozen=True, kw_only=True)
class DisplayReport:
    """What making the files moved and how large they came out."""

    files: int
    levels: dict[str, dict[str, Any]]
    largest_parent_file: dict[str, Any] | None
    over_limit: list[str]

    def as_dict(self) -> dict[str, Any]:
        """The report as it is kept with the edition."""
        return asdict(self)


def make_boundary_files(
    session: Session,
    edition_code: str,
    units: Sequence[AreaUnit],
    *,
    clean: Mapping[AdminLevel, CleanCoverage] | None = None,
    step: Callable[[str], None] = lambda title: None,
) -> DisplayReport:
    """Replace the display files of an edition, in the caller's transaction.

    Args:
        session: Not committed here.
        edition_code: Stored edition.
        units: All its units; those without a shape are not shown.
        clean: Coverages already cleaned, by level, of what `drawn_at` gives.
        step: Told of each level begun.
    """
    session.execute(delete(BoundaryFile).where(BoundaryFile.edition_code == edition_code))
    levels: dict[str, dict[str, Any]] = {}
    largest: tuple[int, dict[str, Any]] | None = None
    over_limit: list[str] = []
    count = 0
    for level in sorted({unit.level for unit in units}):
        step(f"Display geometry of {level.word}s")
        shown, shapes = drawn_at(units, level)
        if not shown:
            continue
        cleaned = clean[level] if clean is not None else clean_coverage(shapes)
        levels[level.word] = {
            "cleaned_km2": round(cleaned.moved_km2, 4),
            "cleaned_areas": cleaned.n_changed,
        }
        for parent, file in _files_of(units, level, shown, cleaned.shapes):
            _store(session, edition_code, level, parent, file)
            count += 1
            if file.encoding_within_limit is None:
                over_limit.append(f"{level.word}/{parent}")
            facts = _facts(file)
            if parent == ALL:
                levels[level.word]["all"] = facts
            elif largest is None or len(file.gzip) > largest[0]:
                largest = len(file.gzip), {"file": f"{level.word}/{parent}", **facts}
    return DisplayReport(
        files=count,
        levels=levels,
        largest_parent_file=largest[1] if largest else None,
        over_limit=over_limit,
    )


def drawn_at(
    units: Sequence[AreaUnit], level: AdminLevel
) -> tuple[list[AreaUnit], NDArray[np.object_]]:
    """Units that a map of the level draws, and their shapes; those without a shape are left out."""
    shown = [unit for unit in shown_at(units, level) if unit.geometry is not None]
    return shown, np.array([unit.geometry for unit in shown], dtype=object)


def _facts(file: DisplayFile) -> dict[str, Any]:
    return {
        "areas": len(file.codes),
        "tolerance_m": file.tolerance_m,
        "decimals": file.decimals,
        "raw_bytes": file.raw_bytes,
        "gzip_bytes": len(file.gzip),
        "brotli_bytes": len(file.brotli),
        "within_limit_by": file.encoding_within_limit,
    }


def _files_of(
    units: Sequence[AreaUnit],
    level: AdminLevel,
    shown: Sequence[AreaUnit],
    shapes: NDArray[np.object_],
) -> Iterator[tuple[str, DisplayFile]]:
    """The file of the whole level, then one within each area above it.

    Several are made at once: simplifying and compressing leave the interpreter free.
    """
    path_of = paths(units)
    within: dict[str, list[int]] = {}
    for place, unit in enumerate(shown):
        for above in path_of[unit.code][:-1]:
            within.setdefault(above, []).append(place)
    wanted = [(ALL, list(range(len(shown))), ALL_LIMITS[level])]
    wanted += [(parent, within[parent], PARENT_LIMIT) for parent in sorted(within)]

    def make(job: tuple[str, list[int], int]) -> tuple[str, DisplayFile]:
        parent, places, limit = job
        return parent, make_display_file(
            [shown[place] for place in places], shapes[places], limit_bytes=limit
        )

    with ThreadPoolExecutor(min(os.cpu_count() or 1, _MOST_THREADS)) as pool:
        yield from pool.map(make, wanted)


def _store(
    session: Session, edition_code: str, level: AdminLevel, parent_code: str, file: DisplayFile
) -> None:
    session.execute(
        insert(BoundaryFile).values(
            edition_code=edition_code,
            admin_level=int(level),
            parent_code=parent_code,
            content_hash=file.content_hash,
            codes=file.codes,
            tolerance_m=file.tolerance_m,
            gzip=file.gzip,
            brotli=file.brotli,
        )
    )


def bounds_of(geometry: shapely.Geometry | None) -> tuple[float | None, ...]:
    """West, south, east, north of a shape; four times None where there is none."""
    if geometry is None:
        return (None, None, None, None)
    return tuple(float(edge) for edge in shapely.bounds(geometry))

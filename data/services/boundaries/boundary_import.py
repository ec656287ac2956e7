"""A boundary edition from files: read, checked, put together and stored in one transaction."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from sqlalchemy import LargeBinary, func, select
from sqlalchemy.orm import Session, aliased, sessionmaker

from data.errors import InputError
from data.ingest.boundaries.columns import Columns, choose_columns, raw_units
from data.ingest.boundaries.guard import DEFAULT_MAX_UNPACKED_MB
from data.ingest.boundaries.reading import layer_names, read_boundary_layer
from data.ingest.boundaries.units import read_unit_list
from data.models import Area
from data.queries.editions import Edition, list_editions
from data.services.boundaries.display import drawn_at, make_boundary_files
from data.services.boundaries.editions import (
    EditionFacts,
    StoredAreas,
    activate_edition,
    store_edition,
    store_quality,
)
from data.services.boundaries.location import LocationReport, locate_venues
from data.services.counting.aggregation import forget_days
from geo.areas import AreaUnit
from geo.assembly import Assembly, DuplicateCodeError, RefusedRow, assemble
from geo.coverage import CleanCoverage, clean_coverage
from geo.levels import AdminLevel
from geo.matching import ListedUnit, RawUnit, UnitList
from geo.quality import CoverageQuality, coverage_quality

_LISTED_IN_REPORT = 200
_CLEANED_AT_ONCE = 2


@dataclass(frozen=True, kw_only=True)
class BoundarySource:
    """One layer of one file, and the level of its areas."""

    path: Path
    level: AdminLevel
    layer: str | None = None


@dataclass(frozen=True, kw_only=True)
class ImportOptions:
    """How to read the files; the same for all of one import."""

    preset: str = "antoan"
    columns: Columns = field(default_factory=Columns)
    crs: str | None = None
    inside: str = "*"
    units: str | None = None
    join_duplicates: bool = False
    max_unpacked_mb: int = DEFAULT_MAX_UNPACKED_MB


@dataclass(frozen=True, kw_only=True)
class EditionChoice:
    """What the caller says of the edition; None keeps what is stored, else a default."""

    code: str
    title_vi: str | None = None
    title_en: str | None = None
    valid_from: date | None = None
    valid_to: date | None = None
    source: str | None = None
    licence: str | None = None


@dataclass(frozen=True, kw_only=True)
class BoundaryImportReport:
    """What an import found and did; `stored` and `located` are None in a dry run."""

    rows: int
    quality: dict[str, Any]
    refused: list[RefusedRow]
    stored: StoredAreas | None
    located: LocationReport | None
    is_active: bool


def sources_of(
    files: Sequence[Path], levels: Sequence[AdminLevel], layers: Sequence[str]
) -> list[BoundarySource]:
    """Files paired with their levels; one GeoPackage may give several layers.

    Raises:
        InputError: The numbers of files, levels and layers do not fit together.
    """
    if len(levels) == 1 and len(files) > 1 and not layers:
        return [BoundarySource(path=path, level=levels[0]) for path in files]
    if len(files) == 1 and len(layers) == len(levels) and layers:
        return [
            BoundarySource(path=files[0], level=level, layer=layer)
            for level, layer in zip(levels, layers, strict=True)
        ]
    if len(files) != len(levels) or (layers and len(layers) != len(files)):
        raise InputError(
            f"{len(files)} files, {len(levels)} levels and {len(layers)} layers do not fit: give "
            "--level once for each file, or for each --layer of one file"
        )
    names: list[str | None] = list(layers) if layers else [None] * len(files)
    return [
        BoundarySource(path=path, level=level, layer=name)
        for path, level, name in zip(files, levels, names, strict=True)
    ]


def import_boundaries(
    sessions: sessionmaker[Session],
    sources: Sequence[BoundarySource],
    choice: EditionChoice,
    options: ImportOptions,
    *,
    is_dry_run: bool = False,
    step: Callable[[str], None] = lambda title: None,
) -> BoundaryImportReport:
    """Make an edition of files, all of it or nothing.

    Levels of a stored edition that these files do not hold stay as they were
    imported; those that were made as unions are made anew.

    Raises:
        InputError: A file is refused, or nothing of it could be used.
    """
    step("Reading files")
    rows: list[RawUnit] = []
    for source in sources:
        rows.extend(_read(source, options))
    with sessions.begin() as session:
        stored_edition = _stored(session, choice.code)
        listed = _unit_list(session, options.units)
        kept = _kept_rows(session, stored_edition, {source.level for source in sources})
        step("Checking and repairing")
        try:
            made = assemble([*rows, *kept], listed, join_duplicates=options.join_duplicates)
        except DuplicateCodeError as error:
            raise InputError(str(error)) from error
        if not made.units:
            raise InputError(_nothing_left(made))
        clean, measured = _measure(made.units, step)
        quality = _quality(sources, made, measured)
        if is_dry_run:
            return _report(rows, quality, made)
        # First, because it takes the lock of those who count, also where nothing is forgotten:
        # no venue moves and no submission adds to a day while the venues get their areas here.
        forget_days(session, choice.code)
        step("Storing areas")
        facts = _facts(choice, stored_edition, sources)
        stored = store_edition(session, facts, made.units, quality)
        display = make_boundary_files(session, choice.code, made.units, clean=clean, step=step)
        quality["display"] = display.as_dict()
        store_quality(session, choice.code, quality)
        is_active = any(edition.is_active for edition in list_editions(session))
        if not is_active:
            activate_edition(session, choice.code)
        step("Locating venues")
        located = locate_venues(session, choice.code)
        return replace(
            _report(rows, quality, made),
            stored=stored,
            located=located,
            is_active=not is_active or bool(stored_edition and stored_edition.is_active),
        )


def _report(
    rows: Sequence[RawUnit], quality: dict[str, Any], made: Assembly
) -> BoundaryImportReport:
    return BoundaryImportReport(
        rows=len(rows),
        quality=quality,
        refused=made.refused,
        stored=None,
        located=None,
        is_active=False,
    )


def _nothing_left(made: Assembly) -> str:
    first = made.refused[0]
    return (
        f"no row can be used: {len(made.refused)} are refused, the first "
        f"({first.name or 'without a name'}) because {first.reason}"
    )


def _read(source: BoundarySource, options: ImportOptions) -> list[RawUnit]:
    layer = source.layer
    if layer is None and len(names := layer_names(source.path)) > 1:
        # Layers named after levels need no option: "wards" for the level ward.
        fitting = [name for name in names if name.lower().rstrip("s") == source.level.word]
        layer = fitting[0] if len(fitting) == 1 else None
    frame = read_boundary_layer(
        source.path,
        layer=layer,
        crs=options.crs,
        inside=options.inside,
        max_unpacked_mb=options.max_unpacked_mb,
    )
    columns, required = choose_columns(options.preset, source.level, options.columns)
    return raw_units(frame, columns, required, source.level, str(source.path))


def _stored(session: Session, code: str) -> Edition | None:
    return next((edition for edition in list_editions(session) if edition.code == code), None)


def _unit_list(session: Session, units: str | None) -> UnitList | None:
    """A list from a file, or the units of a stored edition of that code."""
    if units is None:
        return None
    if _stored(session, units) is None:
        return read_unit_list(Path(units))
    parent = aliased(Area)
    rows = session.execute(
        select(Area.code, Area.admin_level, Area.name, Area.name_en, parent.code.label("above"))
        .outerjoin(parent, parent.area_id == Area.parent_id)
        .where(Area.edition_code == units)
        .order_by(Area.admin_level, Area.code)
    ).all()
    return UnitList.of(
        ListedUnit(
            code=row.code,
            level=AdminLevel(row.admin_level),
            name=row.name,
            parent_code=row.above,
            name_en=row.name_en,
        )
        for row in rows
    )


def _kept_rows(
    session: Session, edition: Edition | None, replaced: set[AdminLevel]
) -> list[RawUnit]:
    """Areas of a stored edition at the levels that earlier files brought and these do not."""
    if edition is None:
        return []
    words = edition.quality.get("levels_from_files", [])
    levels = [level for level in AdminLevel if level.word in words and level not in replaced]
    parent = aliased(Area)
    rows = session.execute(
        select(
            Area.code,
            Area.admin_level,
            Area.name,
            Area.name_en,
            parent.code.label("above"),
            func.ST_AsBinary(Area.geom, type_=LargeBinary).label("shape"),
        )
        .outerjoin(parent, parent.area_id == Area.parent_id)
        .where(
            Area.edition_code == edition.code,
            Area.admin_level.in_([int(level) for level in levels]),
            Area.geom.is_not(None),
        )
        .order_by(Area.admin_level, Area.code)
    ).all()
    return [
        RawUnit(
            number=place + 1,
            level=AdminLevel(row.admin_level),
            code=row.code,
            name=row.name,
            type_word=None,
            name_en=row.name_en,
            parent_code=row.above,
            parent_name=None,
            province_code=None,
            province_name=None,
            geometry=shapely.from_wkb(bytes(row.shape)),
        )
        for place, row in enumerate(rows)
    ]


def _measure(
    units: Sequence[AreaUnit], step: Callable[[str], None]
) -> tuple[dict[AdminLevel, CleanCoverage], dict[str, Any]]:
    levels = sorted({unit.level for unit in units})
    shapes = {level: drawn_at(units, level)[1] for level in levels}
    step("Cleaning the coverages")

    def measure(level: AdminLevel) -> tuple[CleanCoverage, CoverageQuality]:
        cleaned = clean_coverage(shapes[level])
        return cleaned, coverage_quality(shapes[level], cleaned)

    clean: dict[AdminLevel, CleanCoverage] = {}
    measured: dict[str, Any] = {}
    drawn = [level for level in levels if len(shapes[level])]
    # The longest first; GEOS leaves the interpreter free meanwhile.
    drawn.sort(reverse=True)
    with ThreadPoolExecutor(_CLEANED_AT_ONCE) as pool:
        for level, (cleaned, quality) in zip(drawn, pool.map(measure, drawn), strict=True):
            clean[level] = cleaned
            measured[level.word] = {
                "overlaps_km2": round(quality.overlaps_km2, 3),
                "overlapping_pairs": quality.overlapping_pairs,
                "gaps_km2": round(quality.gaps_km2, 3),
                "gaps": quality.gaps,
                "cleaning_moved_km2": round(cleaned.moved_km2, 3),
                "cleaning_changed_areas": cleaned.n_changed,
            }
    return clean, measured


def _quality(
    sources: Sequence[BoundarySource], made: Assembly, measured: dict[str, Any]
) -> dict[str, Any]:
    counts = np.unique([unit.level.word for unit in made.units], return_counts=True)
    return {
        "files": [source.path.name for source in sources],
        "levels_from_files": sorted(
            {unit.level.word for unit in made.units if unit.origin == "file"}
        ),
        "units": {str(word): int(number) for word, number in zip(*counts, strict=True)},
        "rings_repaired": dict(sorted(made.repaired.items())),
        "rows_joined": dict(sorted(made.joined.items())),
        "matched_by_name": dict(sorted(made.matched_by_name.items())),
        "refused_rows": len(made.refused),
        "refused": [
            {"level": row.level.word, "row": row.number, "name": row.name, "reason": row.reason}
            for row in made.refused[:_LISTED_IN_REPORT]
        ],
        "orphans": made.orphans[:_LISTED_IN_REPORT],
        "made_as_unions": sorted(unit.code for unit in made.units if unit.origin == "union")[
            :_LISTED_IN_REPORT
        ],
        "units_without_polygon": len(made.without_polygon),
        "without_polygon": made.without_polygon[:_LISTED_IN_REPORT],
        "coverage": measured,
    }


def _facts(
    choice: EditionChoice, stored: Edition | None, sources: Sequence[BoundarySource]
) -> EditionFacts:
    names = ", ".join(dict.fromkeys(source.path.name for source in sources))
    return EditionFacts(
        code=choice.code,
        title_vi=choice.title_vi or (stored.title_vi if stored else f"Ranh giới {choice.code}"),
        title_en=choice.title_en or (stored.title_en if stored else f"Boundaries {choice.code}"),
        valid_from=choice.valid_from or (stored.valid_from if stored else None),
        valid_to=choice.valid_to or (stored.valid_to if stored else None),
        source=choice.source or (stored.source if stored else names),
        licence=choice.licence or (stored.licence if stored else "not stated"),
        is_approximate=stored.is_approximate if stored else False,
    )

"""A small made-up edition, written as files, for the tests of boundaries."""

from collections.abc import Sequence
from pathlib import Path

import geopandas as gpd
import numpy as np
import shapely
from sqlalchemy.orm import Session, sessionmaker

from data.services.boundaries.boundary_import import (
    BoundaryImportReport,
    BoundarySource,
    EditionChoice,
    ImportOptions,
    import_boundaries,
)
from geo.levels import AdminLevel

STEP = 0.02
WEST, SOUTH = 105.0, 20.0


def square(column: int, row: int, *, wide: int = 1, high: int = 1) -> shapely.Polygon:
    """A cell of a grid near Hà Nội, some 2 km wide."""
    corners = (column, row, column + wide, row + high)
    origins = (WEST, SOUTH, WEST, SOUTH)
    # Rounded, so that neighbours name their common corners with the same digits.
    return shapely.box(
        *(round(o + steps * STEP, 6) for o, steps in zip(origins, corners, strict=True))
    )


def frame(rows: Sequence[tuple[str, str, str | None, shapely.Geometry]]) -> gpd.GeoDataFrame:
    """Rows of code, name, parent's code and shape."""
    return gpd.GeoDataFrame(
        {
            "code": [row[0] for row in rows],
            "name": [row[1] for row in rows],
            "parent_code": [row[2] for row in rows],
        },
        geometry=np.array([row[3] for row in rows], dtype=object),
        crs="EPSG:4326",
    )


PROVINCES = [("01", "Tỉnh Một", "VN", square(0, 0, wide=4, high=2))]
DISTRICTS = [
    ("001", "Quận A", "01", square(0, 0, wide=2)),
    ("002", "Huyện B", "01", square(0, 1, wide=2)),
    # No wards: it keeps its place on the map of wards.
    ("003", "Huyện Đảo", "01", square(2, 0, wide=2, high=2)),
]
WARDS = [
    ("00001", "Phường Một", "001", square(0, 0)),
    ("00002", "Phường Hai", "001", square(1, 0)),
    ("00003", "Xã Minh Quán", "002", square(0, 1)),
    ("00004", "Xã Minh Quân", "002", square(1, 1)),
]
BY_LEVEL = {
    AdminLevel.PROVINCE: PROVINCES,
    AdminLevel.DISTRICT: DISTRICTS,
    AdminLevel.WARD: WARDS,
}


def write_levels(folder: Path) -> dict[AdminLevel, Path]:
    """One GeoPackage for each level."""
    paths = {}
    for level, rows in BY_LEVEL.items():
        paths[level] = folder / f"{level.word}s.gpkg"
        frame(rows).to_file(paths[level])
    return paths


def write_units(folder: Path) -> Path:
    """The official list: as the files, and one ward more."""
    lines = ["province_code,province,district_code,district,ward_code,ward"]
    names = {row[0]: row[1] for row in DISTRICTS}
    listed = [*WARDS, ("00005", "Xã Không Hình", "002", None)]
    lines += [
        f"01,Tỉnh Một,{parent},{names[parent]},{code},{name}" for code, name, parent, _ in listed
    ]
    lines.append("01,Tỉnh Một,003,Huyện Đảo,,")
    path = folder / "units.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def load_files(
    sessions: sessionmaker[Session],
    sources: Sequence[tuple[Path, AdminLevel]],
    *,
    edition: str = "real",
    dry: bool = False,
    **options: object,
) -> BoundaryImportReport:
    """Import files into an edition, with the options of `ImportOptions`."""
    return import_boundaries(
        sessions,
        [BoundarySource(path=path, level=level) for path, level in sources],
        EditionChoice(code=edition),
        ImportOptions(**options),  # type: ignore[arg-type]  # keywords of one helper for many calls
        is_dry_run=dry,
    )

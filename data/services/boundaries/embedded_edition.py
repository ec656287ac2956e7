"""The edition for a machine with no boundary file: approximate wards from the library's centres."""

from collections.abc import Callable
from datetime import date
from typing import Any, Final

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from sqlalchemy.orm import Session, sessionmaker

from data.ingest.boundaries.library import PACKAGE, LibraryUnits, read_library_units
from data.queries.editions import list_editions
from data.services.boundaries.display import make_boundary_files
from data.services.boundaries.editions import (
    EditionFacts,
    StoredAreas,
    activate_edition,
    store_edition,
    store_quality,
)
from data.services.boundaries.location import locate_venues
from data.services.counting.aggregation import forget_days
from geo.approximate import MASK_RULE, clean_sites, land_mask, octagons, voronoi_cells
from geo.archipelagos import HOANG_SA_DISTRICT, TRUONG_SA_DISTRICT, archipelago_shapes
from geo.areas import AreaUnit, Origin, with_unions
from geo.crs import METRIC, WGS84, reproject
from geo.levels import AdminLevel
from geo.names import english_name

EDITION_CODE: Final = "vn-approx"
STEPS: Final = 7
_ARCHIPELAGOS: Final = (HOANG_SA_DISTRICT, TRUONG_SA_DISTRICT)
_ISLAND_REACH_M: Final = 3_000.0


def load_embedded_edition(
    sessions: sessionmaker[Session], *, progress: Callable[[str], None] | None = None
) -> StoredAreas:
    """Make and store the edition `vn-approx`, in one transaction; again, it changes nothing.

    It becomes the active edition where none is.

    Args:
        sessions: On a migrated database.
        progress: Told of each of `STEPS` steps as it begins.
    """
    step = progress or (lambda title: None)
    step("Reading the library of units")
    library = read_library_units()
    step("Drawing approximate wards")
    units, quality = approximate_units(library)
    with sessions.begin() as session:
        # First, because it takes the lock of those who count: see `import_boundaries`.
        forget_days(session, EDITION_CODE)
        step("Storing areas")
        stored = store_edition(session, _facts(library), units, quality)
        display = make_boundary_files(session, EDITION_CODE, units, step=step)
        quality["display"] = display.as_dict()
        store_quality(session, EDITION_CODE, quality)
        if not any(edition.is_active for edition in list_editions(session)):
            activate_edition(session, EDITION_CODE)
        step("Locating venues")
        locate_venues(session, EDITION_CODE)
    return stored


def _facts(library: LibraryUnits) -> EditionFacts:
    return EditionFacts(
        code=EDITION_CODE,
        title_vi="Việt Nam trước 01/07/2025 (ranh giới gần đúng)",
        title_en="Việt Nam before 1 July 2025 (approximate boundaries)",
        # The units of the library are those of the official list of 1 March 2025.
        valid_from=date(2025, 3, 1),
        valid_to=date(2025, 6, 30),
        source=f"Voronoi cells of the ward centres in {PACKAGE} {library.library_version}",
        licence="MIT",
        is_approximate=True,
    )


def approximate_units(library: LibraryUnits) -> tuple[list[AreaUnit], dict[str, Any]]:
    """All units with approximate shapes, and what had to be done to get them."""
    rows = library.rows
    shapes = np.full(len(rows), None, dtype=object)
    on_mainland = ~rows["district_code"].isin(_ARCHIPELAGOS).to_numpy()
    cells, quality = _cells(rows[on_mainland], library.boxes[on_mainland])
    shapes[on_mainland] = cells
    leaf_code = rows["ward_code"].where(rows["ward_code"].notna(), rows["district_code"]).to_numpy()
    islets = archipelago_shapes()
    for place in np.flatnonzero(~on_mainland):
        shapes[place] = islets.get(str(leaf_code[place]))
    units = with_unions(_units(rows, shapes, set(leaf_code[~on_mainland].astype(str))))
    counts = pd.Series([unit.level.word for unit in units]).value_counts()
    return units, {
        "units": {str(word): int(number) for word, number in counts.items()},
        "districts_without_wards": int(rows["ward_code"].isna().sum()),
        "archipelagos_drawn_larger_than_they_are": sorted(islets),
        **quality,
    }


def _cells(
    rows: pd.DataFrame, boxes: NDArray[np.float64]
) -> tuple[NDArray[np.object_], dict[str, Any]]:
    """Voronoi cells of the centres on the land mask, EPSG:4326."""
    centres = reproject(
        np.asarray(shapely.points(rows["lon"].to_numpy(), rows["lat"].to_numpy())), WGS84, METRIC
    )
    corners = reproject(np.asarray(shapely.points(boxes.reshape(-1, 2))), WGS84, METRIC)
    metric_boxes = shapely.get_coordinates(corners).reshape(-1, 4)
    sites = clean_sites(
        shapely.get_coordinates(centres), rows["district_code"].to_numpy().astype(np.int64)
    )
    mask = land_mask(metric_boxes)
    # Every site stands on land, also that of an island whose box was dropped.
    ashore = shapely.intersects_xy(mask, sites.points[:, 0], sites.points[:, 1])
    reach = np.concatenate(
        [sites.points[~ashore] - _ISLAND_REACH_M, sites.points[~ashore] + _ISLAND_REACH_M], axis=1
    )
    mask = shapely.union_all([mask, *octagons(reach)])
    cells = voronoi_cells(sites.points, mask)
    surface = (metric_boxes[:, 2] - metric_boxes[:, 0]) * (metric_boxes[:, 3] - metric_boxes[:, 1])
    quality = {
        "centres_shared": sites.n_shared,
        "centres_astray_or_missing": sites.n_astray,
        "centres_at_sea": int((~ashore).sum()),
        "boxes_dropped": int((surface / 1e6 > MASK_RULE.largest_box_km2).sum()),
        "cells_without_land": int(shapely.is_empty(cells).sum()),
    }
    return reproject(cells, METRIC, WGS84), quality


def _units(
    rows: pd.DataFrame, shapes: NDArray[np.object_], drawn_large: set[str]
) -> list[AreaUnit]:
    units: dict[str, AreaUnit] = {}
    for row, shape in zip(rows.itertuples(index=False), shapes, strict=True):
        geometry = None if shape is None or shapely.is_empty(shape) else shape
        province, district = str(row.province_code), str(row.district_code)
        units.setdefault(province, _unit(province, AdminLevel.PROVINCE, None, str(row.province)))
        is_leaf_district = row.ward_code is None
        if is_leaf_district or district not in units:
            units[district] = _unit(
                district,
                AdminLevel.DISTRICT,
                province,
                str(row.district),
                geometry if is_leaf_district else None,
                is_exact=district not in drawn_large,
            )
        if not is_leaf_district:
            ward = str(row.ward_code)
            units[ward] = _unit(
                ward,
                AdminLevel.WARD,
                district,
                str(row.ward),
                geometry,
                is_exact=ward not in drawn_large,
            )
    return list(units.values())


def _unit(
    code: str,
    level: AdminLevel,
    parent_code: str | None,
    name: str,
    geometry: shapely.Geometry | None = None,
    *,
    is_exact: bool = True,
) -> AreaUnit:
    return AreaUnit(
        code=code,
        level=level,
        parent_code=parent_code,
        name=name,
        name_en=english_name(name),
        geometry=geometry,
        origin=Origin.APPROXIMATE,
        has_true_surface=is_exact,
    )

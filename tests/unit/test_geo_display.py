import gzip
import json

import brotli
import numpy as np
import pytest
import shapely

from geo.approximate import clean_sites, land_mask, octagons, voronoi_cells
from geo.archipelagos import archipelago_shapes
from geo.areas import AreaUnit, shown_at
from geo.coverage import CleanCoverage, clean_coverage, is_coverage
from geo.crs import surface_km2
from geo.display import decimals_for, make_display_file, simplify_for_display, tolerance_for
from geo.levels import AdminLevel
from geo.quality import coverage_quality
from geo.quantise import quantise


def wards(n: int = 80, seed: int = 5) -> np.ndarray:
    """Cells with wiggly borders: a coverage of about 30 by 30 km near Hà Nội."""
    rng = np.random.default_rng(seed)
    frame = shapely.box(105.7, 20.9, 106.0, 21.2)
    points = rng.uniform((105.7, 20.9), (106.0, 21.2), (n * 12, 2))
    cells = voronoi_cells(points, frame)
    owner = rng.uniform((105.7, 20.9), (106.0, 21.2), (n, 2))
    nearest = np.hypot(*(points[:, None] - owner[None]).transpose(2, 0, 1)).argmin(axis=1)
    shapes = [shapely.coverage_union_all(cells[nearest == k]) for k in range(n)]
    return np.array([shape for shape in shapes if not shape.is_empty], dtype=object)


def units(shapes: np.ndarray) -> list[AreaUnit]:
    return [
        AreaUnit(
            code=f"{k:05}", level=AdminLevel.WARD, parent_code=None, name=f"Xã {k}", geometry=shape
        )
        for k, shape in enumerate(shapes)
    ]


@pytest.mark.parametrize("decimals", [2, 3, 4, 5])
def test_rounded_shapes_are_valid_and_on_the_grid(decimals: int) -> None:
    rounded = quantise(wards(), decimals)
    assert shapely.is_valid(rounded).all()
    assert not shapely.is_empty(rounded).any()
    coordinates = shapely.get_coordinates(rounded)
    assert np.array_equal(coordinates, np.round(coordinates, decimals))


def test_small_island_becomes_a_tiny_shape_and_is_not_lost() -> None:
    island = shapely.box(111.60001, 16.50001, 111.60002, 16.50002)
    rounded = quantise(np.array([island], dtype=object), 3)
    assert shapely.area(rounded[0]) > 0
    assert rounded[0].distance(island) < 0.003


def test_part_too_small_for_the_grid_goes_but_the_largest_stays() -> None:
    shape = shapely.MultiPolygon([shapely.box(0, 0, 1, 1), shapely.box(5, 5, 5.0001, 5.0001)])
    assert shapely.get_num_geometries(quantise(np.array([shape], dtype=object), 2)[0]) == 1


def test_hole_too_small_for_the_grid_closes() -> None:
    shape = shapely.box(0, 0, 1, 1) - shapely.box(0.5, 0.5, 0.5001, 0.5001)
    assert (
        shapely.get_num_interior_rings(quantise(np.array([shape], dtype=object), 2)[0].geoms[0])
        == 0
    )


@pytest.mark.parametrize("tolerance_m", [20.0, 200.0, 900.0])
def test_neighbours_share_their_edges_after_simplifying_and_rounding(tolerance_m: float) -> None:
    shapes = wards()
    simple = simplify_for_display(shapes, tolerance_m, decimals_for(tolerance_m))
    assert is_coverage(simple)
    assert shapely.get_num_coordinates(simple).sum() < shapely.get_num_coordinates(shapes).sum()
    assert (shapely.get_num_coordinates(simple) >= 4).all()


def test_file_is_geojson_with_codes_as_ids_and_shared_edges() -> None:
    shapes = wards()
    file = make_display_file(units(shapes), shapes, limit_bytes=200_000)
    content = gzip.decompress(file.gzip)
    assert brotli.decompress(file.brotli) == content
    collection = json.loads(content)
    assert [feature["id"] for feature in collection["features"]] == file.codes
    assert set(collection["features"][0]["properties"]) == {"name", "name_en"}
    decoded = shapely.get_parts(shapely.from_geojson(content.decode()))
    assert is_coverage(decoded)
    # RFC 7946: outer rings run against the clock.
    assert shapely.is_ccw(shapely.get_exterior_ring(shapely.get_parts(decoded))).all()
    assert file.encoding_within_limit == "gzip"


def test_detail_is_given_up_until_the_file_is_small_enough() -> None:
    shapes = wards()
    large = make_display_file(units(shapes), shapes, limit_bytes=200_000)
    limit = len(large.gzip) // 2
    small = make_display_file(units(shapes), shapes, limit_bytes=limit)
    assert len(small.gzip) <= limit
    assert small.tolerance_m > large.tolerance_m
    assert is_coverage(
        shapely.get_parts(shapely.from_geojson(gzip.decompress(small.gzip).decode()))
    )


def test_same_shapes_give_the_same_hash() -> None:
    shapes = wards(20)
    made = [make_display_file(units(shapes), shapes, limit_bytes=200_000) for _ in range(2)]
    assert made[0].content_hash == made[1].content_hash
    assert made[0].gzip == made[1].gzip


def test_archipelago_does_not_coarsen_its_city() -> None:
    shapes = wards(20)
    far = np.append(shapes, shapely.box(112.0, 16.0, 112.1, 16.1))
    assert tolerance_for(far) < 1.5 * tolerance_for(shapes)


def test_district_without_wards_is_on_the_map_of_wards() -> None:
    def unit(code: str, level: AdminLevel, parent: str | None) -> AreaUnit:
        return AreaUnit(code=code, level=level, parent_code=parent, name=code)

    country = [
        unit("48", AdminLevel.PROVINCE, None),
        unit("490", AdminLevel.DISTRICT, "48"),
        unit("498", AdminLevel.DISTRICT, "48"),
        unit("20194", AdminLevel.WARD, "490"),
    ]
    assert [shown.code for shown in shown_at(country, AdminLevel.WARD)] == ["20194", "498"]
    assert [shown.code for shown in shown_at(country, AdminLevel.DISTRICT)] == ["490", "498"]


def test_overlaps_and_gaps_are_measured() -> None:
    ring = shapely.box(105.0, 20.0, 105.3, 20.3) - shapely.box(105.1, 20.1, 105.2, 20.2)
    over = shapely.box(105.25, 20.0, 105.5, 20.3)
    shapes = np.array([ring, over], dtype=object)
    clean = clean_coverage(shapes)
    quality = coverage_quality(shapes, clean)
    common = surface_km2(np.array([shapely.intersection(ring, over)], dtype=object))[0]
    hole = surface_km2(np.array([shapely.box(105.1, 20.1, 105.2, 20.2)], dtype=object))[0]
    assert quality.overlaps_km2 == pytest.approx(common, rel=1e-6)
    assert quality.gaps_km2 == pytest.approx(hole, rel=1e-6)
    assert (quality.overlapping_pairs, quality.gaps) == (1, 1)
    assert clean.n_changed >= 1
    assert clean.moved_km2 == pytest.approx(common / 2, rel=0.01)
    assert is_coverage(clean.shapes)


def test_area_that_lies_wholly_under_others_is_measured_too() -> None:
    # As in a file whose wards were simplified one by one: cleaning leaves such an area nothing.
    under = shapely.box(105.05, 20.05, 105.15, 20.1)
    shapes = np.array(
        [shapely.box(105.0, 20.0, 105.1, 20.2), shapely.box(105.1, 20.0, 105.2, 20.2), under],
        dtype=object,
    )
    clean = clean_coverage(shapes)
    assert not shapely.is_empty(clean.shapes).any()
    quality = coverage_quality(shapes, clean)
    common = surface_km2(np.array([under], dtype=object))[0]
    assert quality.overlaps_km2 == pytest.approx(common, rel=1e-6)
    assert (quality.overlapping_pairs, quality.gaps) == (2, 0)
    # Where it kept its shape, the rest is no coverage: borders cross.
    kept = CleanCoverage(shapes=shapes, moved_km2=0.0, n_changed=0)
    assert coverage_quality(shapes, kept).overlaps_km2 == quality.overlaps_km2


def test_centres_that_coincide_or_went_astray_are_counted_and_moved() -> None:
    points = np.array([[0, 0], [0, 0], [1e3, 0], [0, 1e3], [500e3, 0], [np.nan, np.nan]])
    sites = clean_sites(points, np.zeros(6, dtype=np.int64))
    assert (sites.n_shared, sites.n_astray) == (2, 2)
    assert len(np.unique(sites.points.round(1), axis=0)) == 6
    assert np.abs(sites.points).max() < 20e3
    assert np.array_equal(sites.points, clean_sites(points, np.zeros(6, dtype=np.int64)).points)


def test_cells_cover_the_land_and_hold_their_centres() -> None:
    rng = np.random.default_rng(1)
    points = rng.uniform(0, 50e3, (40, 2))
    boxes = np.hstack([points - 4e3, points + 4e3])
    mask = land_mask(boxes)
    cells = voronoi_cells(points, mask)
    assert shapely.area(cells).sum() == pytest.approx(shapely.area(mask), rel=1e-6)
    assert shapely.intersects_xy(cells, *points.T).all()
    assert shapely.get_num_interior_rings(shapely.get_parts(mask)).sum() == 0


def test_absurd_boxes_are_no_land() -> None:
    boxes = np.array([[0, 0, 5e3, 5e3], [0, 0, 200e3, 200e3], [np.nan] * 4])
    assert shapely.area(land_mask(boxes)) < 30e6
    assert shapely.area(octagons(boxes[:1]))[0] < 25e6


def test_archipelagos_lie_where_they_are() -> None:
    shapes = archipelago_shapes()
    assert set(shapes) == {"498", "22736", "22737", "22739"}
    assert shapely.box(111, 15.5, 113, 17.2).contains(shapes["498"])
    truong_sa = shapely.union_all([shapes[code] for code in ("22736", "22737", "22739")])
    assert shapely.box(111, 7, 116, 12).contains(truong_sa)
    assert shapely.is_valid(list(shapes.values())).all()

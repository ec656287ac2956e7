import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.locate import AreaIndex

COORDINATE = st.integers(0, 12)


@st.composite
def areas(draw: st.DrawFn) -> list[shapely.Geometry]:
    """Rectangles on whole numbers, some joined to multi-polygons, some with holes, overlapping."""
    shapes = []
    for _ in range(draw(st.integers(0, 8))):
        parts = []
        for _ in range(draw(st.integers(1, 2))):
            west, south = draw(COORDINATE), draw(COORDINATE)
            box = shapely.box(
                west, south, west + draw(st.integers(1, 6)), south + draw(st.integers(1, 6))
            )
            parts.append(box)
        shape = shapely.union_all(parts)
        if draw(st.booleans()):
            shape = shapely.difference(shape, shapely.box(3.25, 3.25, 4.5, 4.75))
        shapes.append(shape)
    return shapes


def locate_slowly(ids: list[int], shapes: list[shapely.Geometry], x: float, y: float) -> int:
    held = [
        number
        for number, shape in zip(ids, shapes, strict=True)
        if shape.intersects(shapely.Point(x, y))
    ]
    return min(held, default=-1)


@given(
    shapes=areas(),
    points=st.lists(
        st.tuples(
            st.one_of(COORDINATE.map(float), st.floats(-2, 20, allow_nan=False)),
            st.one_of(COORDINATE.map(float), st.floats(-2, 20, allow_nan=False)),
        ),
        min_size=1,
        max_size=60,
    ),
    cells=st.sampled_from([1, 7, 50, 1_000, 20_000]),
    data=st.data(),
)
@settings(max_examples=150, deadline=None)
def test_index_and_plain_loop_agree(
    shapes: list[shapely.Geometry],
    points: list[tuple[float, float]],
    cells: int,
    data: st.DataObject,
) -> None:
    ids = data.draw(st.permutations(range(len(shapes))))
    index = AreaIndex(np.array(ids, dtype=np.int64), np.array(shapes, dtype=object), cells=cells)
    x, y = np.array(points).T
    expected = [locate_slowly(list(ids), shapes, *point) for point in points]
    assert index.locate(x, y).tolist() == expected


def test_real_shapes_and_plain_loop_agree() -> None:
    rng = np.random.default_rng(3)
    cells = shapely.get_parts(
        shapely.voronoi_polygons(shapely.multipoints(rng.uniform(0, 1, (60, 2))), ordered=True)
    )
    index = AreaIndex(np.arange(60), cells, cells=900)
    corners = shapely.get_coordinates(cells)
    points = np.vstack([rng.uniform(-0.2, 1.2, (2_000, 2)), corners])
    expected = [locate_slowly(list(range(60)), list(cells), *point) for point in points.tolist()]
    assert index.locate(*points.T).tolist() == expected


def test_shared_border_goes_to_the_lowest_id() -> None:
    index = AreaIndex(
        np.array([9, 4]), np.array([shapely.box(0, 0, 1, 1), shapely.box(1, 0, 2, 1)], dtype=object)
    )
    assert index.locate(np.array([1.0, 0.5, 1.5]), np.array([0.5, 0.5, 0.5])).tolist() == [4, 9, 4]


def test_areas_without_shape_and_points_without_place_hold_nothing() -> None:
    index = AreaIndex(
        np.array([1, 2, 3]),
        np.array([None, shapely.Polygon(), shapely.box(0, 0, 1, 1)], dtype=object),
    )
    found = index.locate(np.array([0.5, np.nan, 5.0]), np.array([0.5, 0.5, np.nan]))
    assert found.tolist() == [3, -1, -1]


def test_no_area_at_all() -> None:
    index = AreaIndex(np.array([], dtype=np.int64), np.array([], dtype=object))
    assert index.locate(np.array([1.0]), np.array([1.0])).tolist() == [-1]


def test_wrong_lengths_and_negative_ids_are_refused() -> None:
    with pytest.raises(ValueError, match="2 area ids for 1 geometries"):
        AreaIndex(np.array([1, 2]), np.array([shapely.box(0, 0, 1, 1)], dtype=object))
    with pytest.raises(ValueError, match="negative"):
        AreaIndex(np.array([-5]), np.array([shapely.box(0, 0, 1, 1)], dtype=object))

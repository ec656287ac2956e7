"""Coordinate reference systems by name, and surfaces in square kilometres."""

from functools import cache
from typing import Final

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import Transformer

WGS84: Final = "EPSG:4326"
"""To store and to show: longitude and latitude in degrees."""

EQUAL_AREA: Final = "EPSG:6933"
"""For surfaces and densities: cylindrical equal-area, metres."""

METRIC: Final = "EPSG:32648"
"""For distances within Việt Nam: UTM zone 48 N, metres."""

METRES_PER_DEGREE: Final = 111_320.0
"""Length of one degree of latitude, to turn tolerances from metres to degrees."""


@cache
def _transformer(source: str, target: str) -> Transformer:
    return Transformer.from_crs(source, target, always_xy=True)


def reproject(geometries: NDArray[np.object_], source: str, target: str) -> NDArray[np.object_]:
    """The same shapes in another CRS; x is longitude or easting in both.

    Args:
        geometries: Shape (n,), shapely geometries or None.
        source: CRS of the coordinates, such as `WGS84`.
        target: CRS wanted.
    """
    if source == target:
        return geometries
    change = _transformer(source, target)

    def move(points: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.column_stack(change.transform(points[:, 0], points[:, 1]))

    moved: NDArray[np.object_] = shapely.transform(geometries, move)
    return moved


def surface_km2(geometries: NDArray[np.object_]) -> NDArray[np.float64]:
    """Surface of each shape, shape (n,), km²; NaN where there is no shape.

    Args:
        geometries: Polygons in `WGS84`; measured in `EQUAL_AREA`.
    """
    metres: NDArray[np.float64] = shapely.area(reproject(geometries, WGS84, EQUAL_AREA))
    return np.where(shapely.is_missing(geometries), np.nan, metres / 1e6)

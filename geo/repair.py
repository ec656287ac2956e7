"""Polygons made valid: crossed rings undone, points and lines left out."""

import numpy as np
import shapely
from numpy.typing import NDArray


def repair_polygons(
    shapes: NDArray[np.object_],
) -> tuple[NDArray[np.object_], NDArray[np.bool_]]:
    """Valid polygons or multi-polygons, and which had to be repaired.

    Args:
        shapes: Shape (n,), any geometries or None.

    Returns:
        Shapes, None where nothing with a surface is left; and flags, both of shape (n,).
    """
    repaired = shapes.copy()
    missing = shapely.is_missing(repaired) | shapely.is_empty(repaired)
    repaired[missing] = None
    broken: NDArray[np.bool_] = ~missing & ~shapely.is_valid(repaired)
    repaired[broken] = shapely.make_valid(
        repaired[broken], method="structure", keep_collapsed=False
    )
    mixed = shapely.get_type_id(repaired) == shapely.GeometryType.GEOMETRYCOLLECTION
    for place in np.flatnonzero(mixed):
        parts = shapely.get_parts(repaired[place])
        faces = shapely.get_parts(parts[shapely.get_dimensions(parts) == 2])
        repaired[place] = shapely.MultiPolygon(list(faces)) if len(faces) else None
    flat = ~missing & ~(shapely.area(repaired) > 0)
    repaired[flat] = None
    return repaired, broken & ~flat

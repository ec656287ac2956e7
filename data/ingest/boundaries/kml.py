"""KML polygons with their name and extended data, which OGR's driver leaves in the description."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final
from xml.etree import ElementTree as Xml

import geopandas as gpd
import numpy as np
import shapely

from data.errors import InputError
from geo.crs import WGS84

_CORNERS: Final = 4


def read_kml(content: bytes, path: Path) -> gpd.GeoDataFrame:
    """One row for each placemark: `name`, every field of its extended data, and its polygons.

    Raises:
        InputError: The file declares entities (which can unpack without end) or is no XML.
    """
    if b"<!DOCTYPE" in content or b"<!ENTITY" in content:
        raise InputError(f"{path} declares XML entities, which are not read")
    try:
        root = Xml.fromstring(content)  # noqa: S314 - entities are refused above
    except Xml.ParseError as error:
        raise InputError(f"{path} is not readable as KML: {error}") from error
    rows: list[dict[str, object]] = []
    shapes: list[shapely.Geometry | None] = []
    for placemark in _all(root, "Placemark"):
        row: dict[str, object] = {"name": _text(placemark, "name")}
        for field in _all(placemark, "SimpleData"):
            row[str(field.get("name"))] = (field.text or "").strip()
        for field in _all(placemark, "Data"):
            row[str(field.get("name"))] = _text(field, "value")
        polygons = [polygon for part in _all(placemark, "Polygon") if (polygon := _polygon(part))]
        rows.append(row)
        shapes.append(shapely.multipolygons(polygons) if polygons else None)
    return gpd.GeoDataFrame(rows, geometry=np.array(shapes, dtype=object), crs=WGS84)


def _all(element: Xml.Element, tag: str) -> Iterator[Xml.Element]:
    """Descendants of a name, in any of KML's namespaces."""
    return element.iterfind(f".//{{*}}{tag}")


def _text(element: Xml.Element, tag: str) -> str:
    return (element.findtext(f"{{*}}{tag}") or "").strip()


def _polygon(element: Xml.Element) -> shapely.Polygon | None:
    outer = [_ring(ring) for part in _all(element, "outerBoundaryIs") for ring in _rings(part)]
    inner = [_ring(ring) for part in _all(element, "innerBoundaryIs") for ring in _rings(part)]
    if not outer or len(outer[0]) < _CORNERS:
        return None
    return shapely.Polygon(outer[0], [ring for ring in inner if len(ring) >= _CORNERS])


def _rings(element: Xml.Element) -> Iterator[str]:
    for ring in _all(element, "coordinates"):
        yield ring.text or ""


def _ring(text: str) -> list[tuple[float, float]]:
    """Longitude and latitude; the height is left out, the ring is closed."""
    points = []
    for triple in text.split():
        numbers = triple.split(",")
        points.append((float(numbers[0]), float(numbers[1])))
    if points and points[0] != points[-1]:
        points.append(points[0])
    return points

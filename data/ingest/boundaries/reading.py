"""Vector files as frames in EPSG:4326: any kind, any CRS, refused where they cannot be right."""

import fnmatch
import zipfile
from pathlib import Path
from typing import Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import shapely
from pyproj import CRS
from pyproj.exceptions import CRSError

from data.errors import InputError
from data.ingest.boundaries.guard import DEFAULT_MAX_UNPACKED_MB, FileKind, file_kind, members
from data.ingest.boundaries.kml import read_kml
from geo.crs import WGS84

_DRIVERS: Final = {"GPKG", "ESRI Shapefile", "GeoJSON", "TopoJSON", "FlatGeobuf"}
# Generous around the country and its archipelagos: west, south, east, north.
_VIETNAM: Final = (99.0, 4.0, 120.0, 26.0)
_POLYGON_TYPES: Final = (shapely.GeometryType.POLYGON, shapely.GeometryType.MULTIPOLYGON)


def read_boundary_layer(
    path: Path,
    *,
    layer: str | None = None,
    crs: str | None = None,
    inside: str = "*",
    max_unpacked_mb: int = DEFAULT_MAX_UNPACKED_MB,
) -> gpd.GeoDataFrame:
    """One layer in EPSG:4326, longitude first; attribute columns as in the file.

    Args:
        path: The file.
        layer: Name of the layer; needed only where a file has several.
        crs: CRS of a file that does not say its own.
        inside: In a zip archive of several files, which to read, as a pattern of names.
        max_unpacked_mb: Largest size, unpacked.

    Raises:
        InputError: Not readable, no CRS, no features, no polygons, axes swapped, or coordinates
            that cannot be in Việt Nam.
    """
    frame = _read(path, layer, inside, file_kind(path, max_unpacked_mb=max_unpacked_mb))
    if not isinstance(frame, gpd.GeoDataFrame):
        raise InputError(f"{path} has no geometry column: it is a table, not boundaries")
    if not len(frame):
        raise InputError(f"{path} has no features")
    frame = frame.rename_geometry("geometry") if frame.geometry.name != "geometry" else frame
    frame = _with_crs(frame, path, crs)
    _require_polygons(frame, path)
    _require_range(frame, path)
    frame = frame.to_crs(WGS84)
    frame.geometry = shapely.force_2d(frame.geometry.to_numpy())
    _require_vietnam(frame, path)
    return frame.reset_index(drop=True)


def layer_names(path: Path) -> list[str]:
    """Layers of a GeoPackage, in the file's order; one empty name for any other kind."""
    if file_kind(path) is not FileKind.GEOPACKAGE:
        return [""]
    return [str(row[0]) for row in pyogrio.list_layers(path)]


def _read(path: Path, layer: str | None, inside: str, kind: FileKind) -> Any:
    if kind is FileKind.PARQUET:
        try:
            return gpd.read_parquet(path)
        except (ValueError, OSError) as error:
            raise InputError(
                f"{path} is no GeoParquet: it has no geometry column with its description"
            ) from error
    if kind is FileKind.KML:
        return read_kml(path.read_bytes(), path)
    if kind is FileKind.ZIP:
        return _read_archive(path, inside)
    return _read_ogr(str(path), path, layer)


def _read_archive(path: Path, inside: str) -> gpd.GeoDataFrame:
    names = [name for name in members(path) if fnmatch.fnmatch(name, inside)]
    if not names:
        raise InputError(
            f"no file in {path} fits {inside!r}; there are: {', '.join(members(path)[:8])}"
        )
    if len({Path(name).suffix.lower() for name in names}) > 1:
        raise InputError(f"{path} holds several kinds of file; choose with --inside '*.shp'")
    frames = []
    for name in names:
        if name.lower().endswith(".kml"):
            with zipfile.ZipFile(path) as archive:
                frames.append(read_kml(archive.read(name), path))
        else:
            frames.append(_read_ogr(f"/vsizip/{path.resolve()}/{name}", path, None))
    if len({str(frame.crs) for frame in frames}) > 1:
        raise InputError(f"the files in {path} have different CRS; choose one with --inside")
    return gpd.GeoDataFrame(pd.concat(frames, ignore_index=True), crs=frames[0].crs)


def _read_ogr(source: str, path: Path, layer: str | None) -> gpd.GeoDataFrame:
    try:
        layers = [str(row[0]) for row in pyogrio.list_layers(source)]
        if layer is not None and layer not in layers:
            raise InputError(f"{path} has no layer {layer!r}; it has: {', '.join(layers)}")
        if layer is None and len(layers) > 1:
            raise InputError(
                f"{path} has several layers ({', '.join(layers)}); name one with --layer"
            )
        chosen = layer if layer is not None else layers[0]
        driver = pyogrio.read_info(source, layer=chosen)["driver"]
        if driver not in _DRIVERS:
            raise InputError(f"{path} would be read by {driver}, which is not allowed")
        frame = pyogrio.read_dataframe(source, layer=chosen)
    except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError, OSError) as error:
        raise InputError(f"{path} cannot be read as a vector file: it is damaged or cut") from error
    if driver == "TopoJSON" and isinstance(frame, gpd.GeoDataFrame) and frame.crs is None:
        # The format has no place for a CRS; by custom its degrees are WGS 84.
        frame = frame.set_crs(WGS84)
    return frame


def _with_crs(frame: gpd.GeoDataFrame, path: Path, crs: str | None) -> gpd.GeoDataFrame:
    if frame.crs is None and crs is None:
        raise InputError(
            f"{path} does not say its CRS (a Shapefile needs its .prj); give it with "
            "--crs EPSG:number"
        )
    if crs is None:
        return frame
    try:
        wanted = CRS.from_user_input(crs)
    except CRSError as error:
        raise InputError(f"{crs!r} is no CRS; write it as EPSG:4326") from error
    return frame.set_crs(wanted, allow_override=True)


def _require_polygons(frame: gpd.GeoDataFrame, path: Path) -> None:
    shapes = frame.geometry.to_numpy()
    types = shapely.get_type_id(shapes)
    present = types[types >= 0]
    if not present.size:
        raise InputError(f"{path} has {len(frame)} rows and not one shape")
    wrong = present[~np.isin(present, (*_POLYGON_TYPES, shapely.GeometryType.GEOMETRYCOLLECTION))]
    if wrong.size:
        kind = shapely.GeometryType(int(wrong[0])).name.capitalize()
        raise InputError(
            f"{path} holds {wrong.size} shapes of type {kind}; boundaries must be polygons"
        )


def _require_range(frame: gpd.GeoDataFrame, path: Path) -> None:
    west, south, east, north = (float(edge) for edge in frame.total_bounds)
    if not np.isfinite([west, south, east, north]).all():
        raise InputError(f"{path} has coordinates that are no numbers")
    if not frame.crs.is_geographic:
        return
    limit_x, limit_y = 360.0, 90.0
    if max(abs(south), abs(north)) > limit_y or max(abs(west), abs(east)) > limit_x:
        if max(abs(west), abs(east)) <= limit_y and max(abs(south), abs(north)) <= limit_x:
            raise InputError(
                f"{path} has its axes swapped: latitude stands where longitude belongs "
                f"(x from {west:.2f} to {east:.2f}, y from {south:.2f} to {north:.2f})"
            )
        raise InputError(
            f"{path} says its CRS is {frame.crs.to_string()} in degrees, but its coordinates go "
            f"to x {east:,.0f}, y {north:,.0f}; give the true CRS with --crs EPSG:number"
        )


def _require_vietnam(frame: gpd.GeoDataFrame, path: Path) -> None:
    bounds = shapely.bounds(frame.geometry.to_numpy())
    x, y = np.nanmedian((bounds[:, :2] + bounds[:, 2:]) / 2.0, axis=0)
    west, south, east, north = _VIETNAM
    if west <= x <= east and south <= y <= north:
        return
    if west <= y <= east and south <= x <= north:
        raise InputError(
            f"{path} has its axes swapped: latitude stands where longitude belongs "
            f"(most shapes at x {x:.2f}, y {y:.2f})"
        )
    raise InputError(
        f"{path} lies around longitude {x:.2f}, latitude {y:.2f}, which is not Việt Nam; "
        "check its CRS, or give it with --crs EPSG:number"
    )

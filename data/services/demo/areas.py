"""The areas that demo data is spread over, and smooth random differences between them."""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import shapely
from numpy.typing import NDArray
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from data.errors import InputError
from data.models import Area

Floats = NDArray[np.float64]
Longs = NDArray[np.int64]

KM_PER_DEGREE: Final = 111.0


@dataclass(frozen=True, kw_only=True)
class DemoAreas:
    """Leaf areas with a shape, in the order of their codes; all arrays of shape (n,).

    `group` numbers the area directly below the top that a leaf lies in (its
    district, or itself in an edition without districts); `weight` sums to 1.
    `province` holds the code of the area at the top.
    """

    area_id: Longs
    geom: NDArray[Any]
    lon: Floats
    lat: Floats
    names: tuple[tuple[str, ...], ...]
    group: Longs
    province: tuple[str, ...]
    urban: Floats
    weight: Floats


def read_demo_areas(session: Session, edition_code: str) -> DemoAreas:
    """Leaf areas of an edition with their share of the demo's venues.

    Raises:
        InputError: The edition has no area with a shape.
    """
    every = {
        row.area_id: row
        for row in session.execute(
            select(Area.area_id, Area.code, Area.name, Area.population, Area.admin_level)
            .where(Area.edition_code == edition_code)
            .order_by(Area.code)
        )
    }
    rows = session.execute(
        select(Area.area_id, Area.path, Area.area_km2, func.ST_AsBinary(Area.geom))
        .where(Area.edition_code == edition_code, Area.is_leaf, Area.geom.is_not(None))
        .order_by(Area.code)
    ).all()
    if not rows:
        raise InputError(f"the boundary edition {edition_code} has no areas with a shape")
    geom = shapely.from_wkb([bytes(row[3]) for row in rows])
    shapely.prepare(geom)
    centre = shapely.point_on_surface(geom)
    km2 = np.array([row.area_km2 or np.nan for row in rows], dtype=np.float64)
    km2 = np.where(np.isnan(km2), np.nanmedian(km2) if not np.isnan(km2).all() else 1.0, km2)
    # Many small wards close together are a town: the only sign of people in
    # an edition without census figures.
    urban = 1 / np.clip(km2, 0.4, 400.0)
    groups = [row.path[1] if len(row.path) > 2 else row.path[-1] for row in rows]
    return DemoAreas(
        area_id=np.array([row.area_id for row in rows], dtype=np.int64),
        geom=geom,
        lon=shapely.get_x(centre),
        lat=shapely.get_y(centre),
        names=tuple(tuple(every[one].name for one in row.path) for row in rows),
        group=np.unique(groups, return_inverse=True)[1],
        province=tuple(every[row.path[0]].code for row in rows),
        urban=urban,
        weight=_weights(urban**0.5, [list(row.path) for row in rows], every),
    )


def _weights(proxy: Floats, paths: list[list[int]], every: dict[int, Any]) -> Floats:
    """Population where an area or one above it has it, shared out by the proxy below it."""
    holder = np.array(
        [
            next((one for one in reversed(path) if every[one].population is not None), -1)
            for path in paths
        ],
        dtype=np.int64,
    )
    is_known = holder >= 0
    if not is_known.any():
        return np.asarray(proxy / proxy.sum())
    holders, place = np.unique(holder, return_inverse=True)
    people = np.array([every[one].population if one >= 0 else 0 for one in holders.tolist()])
    shared = people[place] * proxy / np.bincount(place, weights=proxy)[place]
    per_proxy = shared[is_known].sum() / proxy[is_known].sum()
    weight = np.where(is_known, shared, per_proxy * proxy)
    return np.asarray(weight / weight.sum())


def smooth_field(
    rng: np.random.Generator, lon: Floats, lat: Floats, *, wavelength_km: float, waves: int = 12
) -> Floats:
    """A random surface with mean 0 and deviation about 1 that changes over so many kilometres."""
    angle = rng.uniform(0, 2 * np.pi, waves)
    length = wavelength_km * rng.uniform(0.7, 1.4, waves)
    phase = rng.uniform(0, 2 * np.pi, waves)
    east = np.asarray(lon) * KM_PER_DEGREE * np.cos(np.radians(16.0))
    north = np.asarray(lat) * KM_PER_DEGREE
    along = np.outer(east, np.cos(angle) / length) + np.outer(north, np.sin(angle) / length)
    return np.asarray(np.cos(2 * np.pi * along + phase).sum(axis=1) * np.sqrt(2 / waves))


def distance_km(lon: Floats, lat: Floats, lon_0: float, lat_0: float) -> Floats:
    """Distance from one point in kilometres, flat: good enough to spread a demo hotspot."""
    east = (np.asarray(lon) - lon_0) * KM_PER_DEGREE * np.cos(np.radians(lat_0))
    north = (np.asarray(lat) - lat_0) * KM_PER_DEGREE
    return np.asarray(np.hypot(east, north))

"""Classes of both layers in one list: what the figure, the legend and the page's code share."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from dashboard.figures.palette import (
    DENSITY_COLOURS,
    NO_DATA_COLOUR,
    SAFETY_CLASSES,
    SUPPRESSED_COLOUR,
    VENUE_COLOURS,
    MapClass,
)

HATCH: Final = "hatch"
DOTS: Final = "dots"
UNSEEN: Final = "unseen"


@dataclass(frozen=True, kw_only=True)
class LayerClass(MapClass):
    """One class within its layer; `begins` and `ends` bound a density class.

    `twin_of` is the letter of the class that this one stands for where no level of an area
    is confirmed on site: the same colour under a fine hatch.
    """

    layer: str
    pattern: str | None = None
    twin_of: str | None = None
    begins: float | None = None
    ends: float | None = None


def map_classes(density_breaks: Sequence[float]) -> tuple[LayerClass, ...]:
    """Every class of every layer, in the order of the legend; an area's value is the place here.

    Args:
        density_breaks: Visits per km² at which classes 1, 2, … begin, rising; at
            most as many as there are colours less one.

    Raises:
        ValueError: There are more classes than colours.
    """
    if len(density_breaks) + 1 > len(DENSITY_COLOURS):
        raise ValueError(
            f"{len(density_breaks) + 1} density classes but {len(DENSITY_COLOURS)} colours"
        )
    safety = tuple(
        LayerClass(
            layer="safety",
            letter=each.letter,
            colour=each.colour,
            text_key=each.text_key,
            pattern=HATCH if each.is_hatched else None,
        )
        for each in SAFETY_CLASSES
    )
    bounds = [None, *density_breaks, None]
    density = tuple(
        LayerClass(
            layer="density",
            letter=str(place),
            colour=_spread(place, len(density_breaks) + 1),
            text_key="",
            begins=bounds[place],
            ends=bounds[place + 1],
        )
        for place in range(len(density_breaks) + 1)
    )
    unknown = (
        LayerClass(
            layer="density",
            letter="x",
            colour=SUPPRESSED_COLOUR,
            text_key="map.density.suppressed",
            pattern=DOTS,
        ),
        LayerClass(
            layer="density",
            letter="-",
            colour=NO_DATA_COLOUR,
            text_key="map.density.none",
            pattern=HATCH,
        ),
    )
    unseen = tuple(
        LayerClass(
            layer="safety",
            letter=each.letter.upper(),
            colour=_all_but(each.colour),
            text_key=each.text_key,
            pattern=UNSEEN,
            twin_of=each.letter,
        )
        for each in SAFETY_CLASSES
        if not each.is_hatched
    )
    return safety + density + unknown + unseen


def _all_but(colour: str) -> str:
    # The map knows the class of a shape by its colour alone: the last bit tells twins apart.
    return f"#{int(colour[1:], 16) ^ 1:06x}"


def _spread(place: int, count: int) -> str:
    # The first and last colours are always used, so that few classes lie far apart.
    return DENSITY_COLOURS[round(place * (len(DENSITY_COLOURS) - 1) / max(1, count - 1))]


def map_looks(
    classes: Sequence[LayerClass], *, suppress_below: int, is_demo: bool
) -> dict[str, Any]:
    """Classes, venue colours and limits as the page's code reads them."""
    return {
        "classes": [
            {
                "layer": each.layer,
                "letter": each.letter,
                "colour": each.colour,
                "pattern": each.pattern,
                "twin_of": each.twin_of,
                "text_key": each.text_key or None,
                "from": each.begins,
                "to": each.ends,
            }
            for each in classes
        ],
        "venue_colours": dict(VENUE_COLOURS),
        "limits": {"suppress_below": suppress_below, "is_demo": is_demo},
    }

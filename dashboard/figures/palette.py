"""Colours of the map's classes, and how far apart they stay for red-green blind eyes.

The levels differ first in lightness (yellow light, green middle, red dark),
then in hue, and "not enough data" is also hatched, so that no reader depends
on telling red from green.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Final

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, kw_only=True)
class MapClass:
    """One class of a layer: its letter in the compact answers, colour and text."""

    letter: str
    colour: str
    text_key: str
    is_hatched: bool = False


SAFETY_CLASSES: Final = (
    MapClass(letter="s", colour="#239b7d", text_key="level.safe"),
    MapClass(letter="r", colour="#f6c945", text_key="level.at_risk"),
    MapClass(letter="u", colour="#b3292e", text_key="level.unsafe"),
    MapClass(letter="n", colour="#dfe4e8", text_key="level.not_enough_data", is_hatched=True),
)

VENUE_COLOURS: Final = {
    "safe": "#239b7d",
    "at_risk": "#f6c945",
    "unsafe": "#b3292e",
    "not_assessed": "#8d99a5",
}

# Light to dark in one hue family: more check-ins is darker, whatever the eyes.
DENSITY_COLOURS: Final = ("#d3e2f6", "#a6c5ea", "#749edb", "#5272bd", "#4a3f97", "#33155c")
SUPPRESSED_COLOUR: Final = "#e6dfd3"
NO_DATA_COLOUR: Final = "#f4f5f6"

# Machado, Oliveira and Fernandes, "A physiologically-based model for simulation of color
# vision deficiency" (2009), severity 1.0, on linear RGB.
SIMULATIONS: Final[dict[str, NDArray[np.float64]]] = {
    "normal": np.eye(3),
    "protanopia": np.array(
        [
            [0.152286, 1.052583, -0.204868],
            [0.114503, 0.786281, 0.099216],
            [-0.003882, -0.048116, 1.051998],
        ]
    ),
    "deuteranopia": np.array(
        [
            [0.367322, 0.860646, -0.227968],
            [0.280085, 0.672501, 0.047413],
            [-0.011820, 0.042940, 0.968881],
        ]
    ),
}

_RGB_TO_XYZ: Final = np.array(
    [[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]
)
_WHITE_D65: Final = np.array([0.95047, 1.0, 1.08883])


def smallest_distance(colours: Sequence[str], *, vision: str) -> float:
    """Smallest CIE 1976 colour difference between any two of the colours.

    Args:
        colours: Two or more colours such as `#239b7d`.
        vision: A key of `SIMULATIONS`.

    Returns:
        The difference in CIELAB units; about 2 is just noticeable side by side.

    Raises:
        KeyError: No such vision.
    """
    matrix = SIMULATIONS[vision]
    labs = [_lab(np.clip(matrix @ _linear_rgb(colour), 0.0, 1.0)) for colour in colours]
    return min(float(np.linalg.norm(one - other)) for one, other in combinations(labs, 2))


def _linear_rgb(colour: str) -> NDArray[np.float64]:
    encoded = np.array([int(colour[place : place + 2], 16) for place in (1, 3, 5)]) / 255
    return np.where(encoded <= 0.04045, encoded / 12.92, ((encoded + 0.055) / 1.055) ** 2.4)


def _lab(linear: NDArray[np.float64]) -> NDArray[np.float64]:
    ratio = (_RGB_TO_XYZ @ linear) / _WHITE_D65
    f = np.where(ratio > 0.008856, np.cbrt(ratio), 7.787 * ratio + 16 / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])

"""The map figure: areas by class, the areas around them, one outline, venues as points.

The figure carries looks only. Geometry goes by address and values by letter,
both set in the browser, so that a change of day or layer moves a few hundred
bytes (see `assets/map/`).
"""

from collections.abc import Sequence
from typing import Any, Final

import plotly.graph_objects as go

from dashboard.figures.palette import MapClass

PAPER: Final = "#e3eaf0"
LAND_FILL: Final = "#f8f9f8"
LAND_LINE: Final = "#c3ccd4"
LINE: Final = "#ffffff"
FOCUS_LINE: Final = "#14212b"

# The trace order is known to the browser's code: assets/map/22_figure.js.
LAND, AROUND, AREAS, FOCUS, VENUE_RINGS, VENUES, VENUE_MARKS = range(7)

# Longitudes and latitudes of the first picture, before any data has come.
HOME_CENTRE: Final = {"lon": 109.0, "lat": 16.2}


def build_area_map(classes: Sequence[MapClass]) -> go.Figure:
    """The empty map; every class of every layer is one step of one fixed colour scale.

    Args:
        classes: All classes of all layers; the value of an area is its place here.

    Returns:
        Figure whose traces are, in order: `LAND`, `AROUND`, `AREAS`, `FOCUS`,
        `VENUE_RINGS`, `VENUES`, `VENUE_MARKS`; without geometry.
    """
    scale: dict[str, Any] = {
        "colorscale": stepped_scale([each.colour for each in classes]),
        "zmin": -0.5,
        "zmax": len(classes) - 0.5,
        "showscale": False,
        "hoverinfo": "skip",
        "featureidkey": "id",
        "geojson": {"type": "FeatureCollection", "features": []},
        "locations": [],
        "z": [],
    }
    line = {"color": LINE, "width": 0.7}
    figure = go.Figure(
        [
            go.Choroplethmap(
                uid="land",
                marker={"line": {"color": LAND_LINE, "width": 0.7}},
                **{**scale, "colorscale": [[0, LAND_FILL], [1, LAND_FILL]]},
            ),
            go.Choroplethmap(uid="around", marker={"line": line, "opacity": 0.26}, **scale),
            go.Choroplethmap(uid="areas", marker={"line": line, "opacity": 0.94}, **scale),
            # Lines of their own: the parent's shape is drawn coarser than its parts and
            # would cross their edges.
            go.Scattermap(
                uid="focus",
                lon=[],
                lat=[],
                mode="lines",
                hoverinfo="skip",
                line={"color": FOCUS_LINE, "width": 2.2},
            ),
            _points(uid="venue_rings"),
            _points(uid="venues"),
            _points(uid="venue_marks"),
        ]
    )
    figure.update_layout(
        map={
            "style": {
                "version": 8,
                "sources": {},
                "layers": [
                    {"id": "paper", "type": "background", "paint": {"background-color": PAPER}}
                ],
            },
            "center": HOME_CENTRE,
            "zoom": 4.6,
        },
        margin={"l": 0, "r": 0, "t": 0, "b": 0},
        showlegend=False,
        hovermode=False,
        clickmode="none",
        uirevision="map",
        autosize=True,
        paper_bgcolor=PAPER,
        template=None,
    )
    return figure


def stepped_scale(colours: Sequence[str]) -> list[list[float | str]]:
    """A colour scale without blends: step `i` of `n` holds for values from i - 0.5 to i + 0.5."""
    steps: list[list[float | str]] = []
    for place, colour in enumerate(colours):
        steps += [[place / len(colours), colour], [(place + 1) / len(colours), colour]]
    return steps


def _points(*, uid: str) -> go.Scattermap:
    return go.Scattermap(
        uid=uid,
        lon=[],
        lat=[],
        mode="markers",
        hoverinfo="skip",
        marker={"color": [], "size": [], "opacity": 1, "allowoverlap": True},
    )

"""Regions of the map page; the code in `assets/map/` fills them in the chosen language."""

from typing import Any, Final

from dash import dcc, html
from plotly.graph_objects import Figure

GRAPH_ID: Final = "map"

# Attributes with a dash cannot be written as keywords.
UNSPOKEN: Final[dict[str, Any]] = {"aria-hidden": "true"}
POLITE: Final[dict[str, Any]] = {"aria-live": "polite"}


def build_map_page(figure: Figure) -> html.Div:
    """The layout: one map over the whole window, and the regions that lie on it.

    Args:
        figure: The empty map, from `dashboard.figures.area_map.build_area_map`.
    """
    return html.Div(
        id="map-app",
        className="app",
        children=[
            html.A(id="map-skip", className="skip", href="#open-table"),
            html.Main(
                id="map-frame",
                className="map-frame",
                children=[
                    dcc.Graph(
                        id=GRAPH_ID,
                        className="map-graph",
                        figure=figure,
                        responsive=True,
                        config={
                            "displayModeBar": False,
                            "displaylogo": False,
                            "scrollZoom": True,
                            "doubleClick": False,
                            "showTips": False,
                            "plotlyServerURL": "",
                        },
                    ),
                    html.Div(id="map-labels", className="map-labels", **UNSPOKEN),
                    html.Div(id="map-tooltip", className="map-tooltip", hidden=True),
                ],
            ),
            html.Header(
                className="top",
                children=[
                    html.Div(
                        className="brand",
                        children=[
                            html.Span(className="brand-mark", **UNSPOKEN),
                            html.Span(id="map-brand"),
                            html.A(id="map-venues", className="way-in", href="/venue"),
                            html.Div(id="map-language", className="language"),
                        ],
                    ),
                    html.Div(id="map-search", className="search", role="search"),
                ],
            ),
            html.Aside(id="map-panel", className="panel"),
            html.Section(id="map-controls", className="controls"),
            html.Section(id="map-zoom", className="zoom"),
            html.Section(id="map-legend", className="legend"),
            html.Section(id="map-time", className="time"),
            html.Section(id="map-notes", className="notes", hidden=True),
            html.Div(id="map-message", className="message", role="alert", hidden=True),
            html.Div(className="progress", **UNSPOKEN),
            html.Div(id="map-live", className="sr-only", role="status", **POLITE),
        ],
    )

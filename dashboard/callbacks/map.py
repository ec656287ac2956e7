"""The map's callbacks: one, in the browser; reading goes by GET and never through Dash."""

from dash import ClientsideFunction, Dash, Input, Output

from dashboard.layout.map_page import GRAPH_ID


def register_map_callbacks(app: Dash) -> None:
    """Start the map's own code once the layout is there (`assets/map/50_start.js`)."""
    app.clientside_callback(
        ClientsideFunction(namespace="antoan", function_name="start"),
        Output("map-app", "title"),
        Input(GRAPH_ID, "id"),
    )

"""Pure Plotly figure builders; they never import data."""

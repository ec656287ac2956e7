"""Thin Dash callbacks, one module for each page."""

"""Boundary editions: import, display geometry, locating, population."""

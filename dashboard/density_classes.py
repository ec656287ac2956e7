"""Class limits of the check-in layer: the same on every day, in every area and at every zoom."""

from typing import Final

DENSITY_BREAKS: Final = (0.1, 1.0, 10.0, 100.0, 1000.0)
"""Visits per km² and day (or hour) at which classes 1, 2, … begin; below the first is class 0."""

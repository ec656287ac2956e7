"""Errors of check-ins and of disclosure control."""

from geo.errors import AnToanError


class ThresholdError(AnToanError):
    """The suppression threshold k is below what the public may ever be shown."""


class VisitSourceError(AnToanError):
    """A source of visits that is not in the list."""

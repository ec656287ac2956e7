"""Errors of storage and of files that people bring."""

from geo.errors import AnToanError


class NotFoundError(AnToanError):
    """A named thing (edition, area, venue, criteria set) is not there."""


class ConflictError(AnToanError):
    """The request contradicts what is stored."""


class InputError(AnToanError):
    """A file, column or value that cannot be taken; the sentence says why and how to mend it."""


class StartError(AnToanError):
    """The site or its private database cannot start; the sentence says what to do."""


class RejectedRowsError(AnToanError):
    """An import took some rows and rejected others, each with its reason in a file."""

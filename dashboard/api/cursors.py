"""Cursors of paged lists: where the next page begins, opaque to callers."""

import base64
import binascii

from dashboard.api.problems import invalid_parameter


def make_cursor(kind: str, place: str) -> str:
    """A cursor that continues after `place` in lists of this kind."""
    return base64.urlsafe_b64encode(f"{kind}:{place}".encode()).decode().rstrip("=")


def read_cursor(kind: str, cursor: str | None) -> str | None:
    """The place behind a cursor; None for the first page.

    Raises:
        ProblemError: It is not a cursor of this list.
    """
    if cursor is None:
        return None
    try:
        text = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode("ascii")
    except (binascii.Error, ValueError, UnicodeDecodeError):
        text = ""
    found, _, place = text.partition(":")
    if found != kind or not place:
        raise invalid_parameter(
            "cursor", "is not a cursor of this list; use `next` as it was given"
        )
    return place

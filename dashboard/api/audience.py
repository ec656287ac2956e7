"""Who may call a route: declared on each, so that one without a rule fails a test."""

from typing import Any, Final

KEY: Final = "x-audience"

PUBLIC: Final[dict[str, Any]] = {KEY: "public"}
"""Anyone; the answer holds only facts that stand on the public map."""

OWNER: Final[dict[str, Any]] = {KEY: "owner", "security": [{"ownerKey": []}]}
"""The owner of the venue named in the address, by a key of their software."""

SIGNED_IN: Final[dict[str, Any]] = {KEY: "signed_in"}
"""Anyone who is signed in, for what is their own."""

VENUE_STAFF: Final[dict[str, Any]] = {KEY: "venue_staff"}
"""Owner or editor of the venue named in the address; 404 for everybody else."""

COMMITTEE: Final[dict[str, Any]] = {KEY: "committee"}
"""A committee, for venues of its areas, or the ministry; 404 for everybody else."""

AUDIENCES: Final = ("public", "owner", "signed_in", "venue_staff", "committee")

"""Who may call a route: declared on each, so that one without a rule fails a test."""

from typing import Any, Final

KEY: Final = "x-audience"

PUBLIC: Final[dict[str, Any]] = {KEY: "public"}
"""Anyone; the answer holds only facts that stand on the public map."""

OWNER: Final[dict[str, Any]] = {KEY: "owner", "security": [{"ownerKey": []}]}
"""The owner of the venue named in the address, by the key of the owner link."""

AUDIENCES: Final = ("public", "owner")

"""The JSON API: routes, answers and what keeps them fast."""

from typing import Final

PREFIX: Final = "/api/v1"

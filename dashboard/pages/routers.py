"""All server-rendered pages, in one list."""

from collections.abc import Callable, Sequence
from typing import Final

from fastapi import APIRouter

from dashboard.pages.context import PageContext

BUILDERS: Final[Sequence[Callable[[PageContext], APIRouter]]] = ()


def build_page_routers(context: PageContext) -> list[APIRouter]:
    """The routers of all pages."""
    return [build(context) for build in BUILDERS]

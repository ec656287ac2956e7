"""What the two layers of the map share: the areas and day asked for, and the boundary file."""

from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from dashboard.api.boundaries import ALL, boundary_href
from dashboard.api.context import ApiContext, Marks
from dashboard.api.parameters import DensityParameters, LevelParameters, admin_level
from data.errors import NotFoundError
from data.queries.areas import read_boundary_index
from geo.levels import AdminLevel

TODAY: Final = "public, max-age=0, s-maxage=1, must-revalidate"
PAST: Final = "public, max-age=60"


@dataclass(frozen=True, kw_only=True)
class LayerRequest:
    """Areas of one level on one day.

    Attributes:
        parent: Code of the area that holds them; None for the whole country.
        content_hash: Of their boundary file; None where there is none.
    """

    edition: str
    level: AdminLevel
    parent: str | None
    day: date
    is_today: bool
    content_hash: str | None

    @property
    def cache_control(self) -> str:
        """How long others may keep the answer."""
        return TODAY if self.is_today else PAST

    @property
    def boundary(self) -> str | None:
        """Address of the boundary file."""
        if self.content_hash is None:
            return None
        return boundary_href(self.edition, self.level, self.parent or ALL, self.content_hash)

    @property
    def head(self) -> dict[str, Any]:
        """What both layers say first."""
        return {
            "edition": self.edition,
            "level": self.level.word,
            "parent": self.parent,
            "day": self.day,
        }

    async def boundary_codes(self, context: ApiContext) -> tuple[str, tuple[str, ...]]:
        """Address and area codes of the current boundary file.

        Raises:
            NotFoundError: There is no boundary file for these areas.
        """
        parent_code = self.parent or ALL
        index = await context.run(
            lambda session: read_boundary_index(
                session, edition_code=self.edition, level=self.level, parent_code=parent_code
            )
        )
        if index is None:
            raise NotFoundError(
                f"edition {self.edition} has no {self.level.word} boundaries within "
                f"{parent_code}; form=compact needs them"
            )
        return boundary_href(self.edition, self.level, parent_code, index.content_hash), index.codes


async def read_layer_request(
    context: ApiContext, marks: Marks, query: LevelParameters | DensityParameters
) -> LayerRequest:
    """What a layer's parameters ask for, with what is left out filled in."""
    edition = await marks.edition(query.edition)
    day, is_today = await marks.day(query.day)
    level = admin_level(query.level)
    watched = context.watched_boundary(edition, level, query.parent or ALL)
    return LayerRequest(
        edition=edition,
        level=level,
        parent=query.parent,
        day=day,
        is_today=is_today,
        content_hash=await marks.read(watched),
    )

"""The tables of counts by area and day: what they count, and the statements that make them."""

from dataclasses import dataclass
from typing import Final

from data.models import AreaLevelDaily, AreaTrustDaily
from data.models.trust import PAIR_COLUMNS
from data.queries.levels import COUNT_NAMES

TRUST_NAMES: Final = (
    "ever_assessed",
    "documents_checked",
    "inspected",
    "contested",
    "decisions",
    "overturned",
    *PAIR_COLUMNS,
)


@dataclass(frozen=True, kw_only=True)
class CountTable:
    """One table of counts.

    Attributes:
        names: Its counts in the order of its columns; where the first is 0, an area has no row.
        wide: Those of 8 bytes; the others have 4.
        events: Statement of when venues count, and as what.
        standing: Statement of what is stored.
        of_venue: Statement of what one venue adds.
        correction: Temporary table of counts that replace stored ones, or of steps.
        make: Statement that makes it.
        replace: Statements that put its counts in the place of stored ones.
        step: Statements that add its steps to stored counts.
    """

    model: type[AreaLevelDaily] | type[AreaTrustDaily]
    names: tuple[str, ...]
    wide: frozenset[str] = frozenset()
    events: str
    standing: str
    of_venue: str
    correction: str
    make: str
    replace: tuple[str, ...]
    step: tuple[str, ...]

    @property
    def name(self) -> str:
        """The table's name."""
        return str(self.model.__tablename__)

    @property
    def presence(self) -> str:
        """The count without which an area has no row."""
        return self.names[0]


LEVELS: Final = CountTable(
    model=AreaLevelDaily,
    names=COUNT_NAMES,
    wide=frozenset({"footfall", "footfall_safety"}),
    events="read_level_events",
    standing="read_standing_levels",
    of_venue="read_venue_counts",
    correction="level_correction",
    make="make_level_correction",
    replace=("delete_gone_levels", "update_wrong_levels"),
    step=("add_level_steps", "insert_level_steps", "delete_emptied_levels"),
)
TRUST: Final = CountTable(
    model=AreaTrustDaily,
    names=TRUST_NAMES,
    events="read_trust_events",
    standing="read_standing_trust",
    of_venue="read_venue_trust_counts",
    correction="trust_correction",
    make="make_trust_correction",
    replace=("delete_gone_trust", "update_wrong_trust"),
    step=("add_trust_steps", "insert_trust_steps", "delete_emptied_trust"),
)
COUNT_TABLES: Final = (LEVELS, TRUST)

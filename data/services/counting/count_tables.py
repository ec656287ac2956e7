"""The tables of counts by area and day: what they count, and the statements that make them."""

from dataclasses import dataclass
from typing import Final

from data.models import AreaLevelDaily, AreaTrustDaily, AreaTypeDaily
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
AREA_KEY: Final = ("day", "area_id")


@dataclass(frozen=True, kw_only=True)
class DailyTable:
    """One table of counts by day and area, and what one venue adds to it.

    Attributes:
        names: Its counts in the order of its columns; where the first is 0, there is no row.
        key: The other columns. What one venue adds counts only where none of them is NULL.
        of_venue: Statement of what one venue adds; tables may share one.
    """

    model: type[AreaLevelDaily] | type[AreaTrustDaily] | type[AreaTypeDaily]
    names: tuple[str, ...]
    key: tuple[str, ...] = AREA_KEY
    of_venue: str

    @property
    def name(self) -> str:
        """The table's name."""
        return str(self.model.__tablename__)

    @property
    def presence(self) -> str:
        """The count without which there is no row."""
        return self.names[0]


@dataclass(frozen=True, kw_only=True)
class CountTable(DailyTable):
    """A table of counts of every area, summed up from the leaf areas.

    Attributes:
        wide: Counts of 8 bytes; the others have 4.
        events: Statement of when venues count, and as what.
        standing: Statement of what is stored.
        correction: Temporary table of counts that replace stored ones, or of steps.
        make: Statement that makes it.
        replace: Statements that put its counts in the place of stored ones.
        step: Statements that add its steps to stored counts.
    """

    wide: frozenset[str] = frozenset()
    events: str
    standing: str
    correction: str
    make: str
    replace: tuple[str, ...]
    step: tuple[str, ...]


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
TYPES: Final = DailyTable(
    model=AreaTypeDaily,
    names=("venues", "safe", "at_risk", "unsafe"),
    key=(*AREA_KEY, "venue_type"),
    of_venue="read_venue_counts",
)
COUNT_TABLES: Final = (LEVELS, TRUST)
DAILY_TABLES: Final[tuple[DailyTable, ...]] = (*COUNT_TABLES, TYPES)

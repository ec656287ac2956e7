"""The one thing that a venue's staff should do next, as the desk of the venue says it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from assessments.levels import VenueLevel

LONGEST_LEAD: Final = timedelta(days=7)
"""No result is to be renewed earlier than so long before its end, however long it holds."""


@dataclass(frozen=True, kw_only=True)
class StepFacts:
    """What the next step depends on; all days are calendar days in Asia/Ho_Chi_Minh.

    Attributes:
        day: Today.
        has_set: Whether there is a criteria set for the venue's type at its place.
        is_closed: Whether it is closed today.
        closed_on: First day of a closure, past or ahead; None where none is known.
        was_assessed: Whether it ever was, whether that still holds or not.
        level: Its level today.
        first_day, last_day: Days of the result that gives the level, both included; None
            where none does.
        mend_by: Last day for mending; None where the result sets none.
        appeal_by: Last day to appeal against the result; None where it is the venue's own
            word, or an appeal was filed already.
        has_certificate: Whether a certificate of the result holds.
        is_certificate_withdrawn: Whether the committee withdrew it.
    """

    day: date
    has_set: bool = True
    is_closed: bool = False
    closed_on: date | None = None
    was_assessed: bool = True
    level: VenueLevel = VenueLevel.NOT_ASSESSED
    first_day: date | None = None
    last_day: date | None = None
    mend_by: date | None = None
    appeal_by: date | None = None
    has_certificate: bool = False
    is_certificate_withdrawn: bool = False

    @property
    def days_left(self) -> int:
        """Days for which the result still holds, today included; 0 where none does."""
        return 0 if self.last_day is None else (self.last_day - self.day).days + 1

    @property
    def is_near_end(self) -> bool:
        """Whether at most a quarter of the result's days are left, and at most seven.

        One of a few days is never near its end: it is done anew after it lapsed.
        """
        if self.first_day is None or self.last_day is None:
            return False
        days = (self.last_day - self.first_day).days + 1
        return 4 * self.days_left <= days and self.days_left <= LONGEST_LEAD.days

    @property
    def is_closing(self) -> bool:
        """Whether it closes so soon that no new result would be of use."""
        return self.closed_on is not None and self.closed_on - self.day <= LONGEST_LEAD

    @property
    def is_unsafe(self) -> bool:
        """Whether its level today is the worst."""
        return self.level == VenueLevel.UNSAFE

    @property
    def is_to_mend(self) -> bool:
        """Whether something failed, or a committee withdrew the certificate of the result."""
        return self.level != VenueLevel.SAFE or self.is_certificate_withdrawn

    def is_ahead(self, last_day: date | None) -> bool:
        """Whether a time limit is set and not over."""
        return last_day is not None and self.day <= last_day


# The first row that fits gives the step, a text `venue.step.<word>`.
_STEPS: Final[tuple[tuple[str, Callable[[StepFacts], bool]], ...]] = (
    ("closed", lambda facts: facts.is_closed),
    ("no_set", lambda facts: not facts.has_set),
    ("appeal", lambda facts: facts.is_unsafe and facts.is_ahead(facts.appeal_by)),
    ("mend_by", lambda facts: facts.is_unsafe and facts.is_ahead(facts.mend_by)),
    ("mend", lambda facts: facts.is_unsafe),
    ("closing", lambda facts: facts.is_closing),
    ("assess", lambda facts: facts.last_day is None and not facts.was_assessed),
    ("expired", lambda facts: facts.last_day is None),
    ("appeal", lambda facts: facts.is_to_mend and facts.is_ahead(facts.appeal_by)),
    ("mend_by", lambda facts: facts.is_to_mend and facts.is_ahead(facts.mend_by)),
    ("renew", lambda facts: facts.is_near_end),
    ("mend", lambda facts: facts.is_to_mend),
    ("keep", lambda facts: facts.has_certificate),
    ("certificate", lambda facts: True),
)


def next_step(facts: StepFacts) -> str:
    """The step that comes next, as the last part of the name of its text."""
    return next(word for word, fits in _STEPS if fits(facts))

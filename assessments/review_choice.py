"""Which submissions a committee is asked to look at, and which of them first.

Nobody can look at all of them. Reports come first, because somebody saw something; then
answers to the committee's own questions; then claims that rose faster than mending explains;
then re-visits that owners ask for; then venues where many people would be hurt; and at last
a random share, without which whoever stays inconspicuous is never looked at.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from assessments.levels import VenueLevel
from assessments.trust import BADNESS

RANDOM_SHARE: Final = 0.05
FULL_SHARE_DAYS: Final = 30
HIGH_FOOTFALL: Final = 2_000
JUMP_DAYS: Final = 30
JUMP_STEPS: Final = 2
JUMP_TENTHS: Final = 300


class ReviewReason(StrEnum):
    """Why a submission waits for a look."""

    REPORT = "report"
    ASKED = "asked"
    JUMP = "jump"
    REVISIT = "revisit"
    FOOTFALL = "footfall"
    RANDOM = "random"


PRIORITY: Final[Mapping[ReviewReason, int]] = {
    ReviewReason.REPORT: 0,
    ReviewReason.ASKED: 10,
    ReviewReason.JUMP: 20,
    ReviewReason.REVISIT: 30,
    ReviewReason.FOOTFALL: 40,
    ReviewReason.RANDOM: 50,
}
"""Lower is looked at earlier."""


@dataclass(frozen=True, kw_only=True)
class EarlierResult:
    """The result that a submission follows.

    Attributes:
        days_ago: Whole days between the two.
    """

    level: VenueLevel
    safety_tenths: int
    days_ago: int


@dataclass(frozen=True, kw_only=True)
class Submitted:
    """What the choice knows of a submission.

    Attributes:
        validity_days: Days for which the set's results hold.
        draw: A number from 0 to under 1 that nobody outside can foresee or choose.
        earlier: The venue's result before it by the same set; None for the first.
        last_found: The level that a committee itself found last by the same set.
        is_answer: Whether the committee had asked again and waits.
        was_checked: Whether a committee looked at the venue within the last 90 days.
    """

    level: VenueLevel
    safety_tenths: int
    validity_days: int
    footfall_per_day: int
    draw: float
    earlier: EarlierResult | None = None
    last_found: VenueLevel | None = None
    is_answer: bool = False
    was_checked: bool = False


def choose_review(submitted: Submitted) -> ReviewReason | None:
    """Why a submission should be looked at; the most urgent reason, None for none.

    Args:
        submitted: The submission and what came before it.
    """
    if submitted.is_answer:
        return ReviewReason.ASKED
    if is_jump(submitted):
        return ReviewReason.JUMP
    if submitted.footfall_per_day >= HIGH_FOOTFALL and not submitted.was_checked:
        return ReviewReason.FOOTFALL
    if submitted.draw < random_share(submitted.validity_days):
        return ReviewReason.RANDOM
    return None


def is_jump(submitted: Submitted) -> bool:
    """Whether a claim rose faster than a reader believes without a look.

    Two levels up or 30 of 100 points up within 30 days; or any level above what a
    committee itself found last, however long ago.
    """
    found, earlier = submitted.last_found, submitted.earlier
    if found is not None and BADNESS[submitted.level] < BADNESS[found]:
        return True
    if earlier is None:
        return False
    steps = BADNESS[earlier.level] - BADNESS[submitted.level]
    return earlier.days_ago <= JUMP_DAYS and (
        steps >= JUMP_STEPS or submitted.safety_tenths - earlier.safety_tenths >= JUMP_TENTHS
    )


def random_share(validity_days: int) -> float:
    """Chance of a submission to be drawn.

    One in twenty of results that hold a month or longer. Schools submit every day: there
    the chance is that of one in twenty venues a month, spread over its submissions.

    Args:
        validity_days: Days for which the set's results hold, at least 1.
    """
    return RANDOM_SHARE * min(1.0, validity_days / FULL_SHARE_DAYS)

"""How far a venue's level can be believed on each day, and why.

A level says how safe a venue is, a trust grade says who found that out. The order in which
the grades are tried, first that holds first:

1. `expired`: no assessment holds any more. There is no level left to believe, so nothing
   else is said.
2. `contested`: an appeal is open, or a committee asked again and has no answer. Whatever
   was checked before is in doubt until it is decided.
3. `inspected`: the level was found on site, or is not better than what was found there.
4. `documents_checked`: the committee compared the answers with the evidence and confirmed
   or corrected them, or the level is not better than what it found so.
5. `self_declared`: the venue's own word, and nothing more.

A check outlives the submission that it was made for, because some sets are filled in every
day and nobody can inspect every day. It carries over to later self-assessments by the same
set while they claim no more than was found: an inspection for `INSPECTION_DAYS`, documents
for `DOCUMENT_DAYS`. A better claim is the venue's own word again. Whatever the committee
found last ends what it found before.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from assessments.levels import VenueLevel

ONE_DAY: Final = timedelta(days=1)
INSPECTION_DAYS: Final = 90
DOCUMENT_DAYS: Final = 30
BADNESS: Final = {VenueLevel.SAFE: 0, VenueLevel.AT_RISK: 1, VenueLevel.UNSAFE: 2}


class Trust(StrEnum):
    """Who says that a venue has its level."""

    SELF_DECLARED = "self_declared"
    DOCUMENTS_CHECKED = "documents_checked"
    INSPECTED = "inspected"
    CONTESTED = "contested"
    EXPIRED = "expired"


@dataclass(frozen=True, kw_only=True)
class HeldLevel:
    """Days, closed, on which one assessment gives the venue's level."""

    first_day: date
    last_day: date
    assessment_pk: int
    set_id: str
    level: VenueLevel


@dataclass(frozen=True, kw_only=True)
class Check:
    """What a committee looked at.

    Attributes:
        assessment_pk: The assessment confirmed; or the inspection or correction itself.
        trust: `INSPECTED` or `DOCUMENTS_CHECKED`.
        is_finding: The committee's own result, which ends what it found before; False where
            it only confirmed.
        first_day: Day of the decision.
        last_day: Last day before an appeal overturned it; None while it stands.
        set_id: Criteria set looked at.
        level: Level found.
    """

    assessment_pk: int
    trust: Trust
    is_finding: bool
    first_day: date
    last_day: date | None = None
    set_id: str
    level: VenueLevel

    @property
    def carried_until(self) -> date:
        """Last day on which it speaks for later self-assessments."""
        days = INSPECTION_DAYS if self.trust is Trust.INSPECTED else DOCUMENT_DAYS
        return self.first_day + timedelta(days=days - 1)


@dataclass(frozen=True, kw_only=True)
class Contest:
    """Days, closed, on which the level is in dispute; `last_day` is None while it lasts."""

    first_day: date
    last_day: date | None

    def covers(self, day: date) -> bool:
        """Whether the level is in dispute on a day."""
        return self.first_day <= day and (self.last_day is None or day <= self.last_day)


@dataclass(frozen=True, kw_only=True)
class TrustSpan:
    """Days, closed, on which a venue's level is more, or less, than its own word."""

    first_day: date
    last_day: date
    trust: Trust


def trust_spans(
    held: Sequence[HeldLevel], checks: Sequence[Check], contests: Sequence[Contest]
) -> tuple[TrustSpan, ...]:
    """The days on which a venue's level is checked, inspected or contested.

    Days with a level and in no span are self-declared; days without a level are expired
    where an earlier day has one. Only what deviates is listed, since most venues of a
    country are never checked.

    Args:
        held: Which assessment gives the level when; the days do not overlap.
        checks: In any order; of two on one day the one listed later counts as later.
        contests: In any order; they may overlap.

    Returns:
        Spans in the order of their days, none longer than needed.
    """
    ordered = [check for _, check in sorted(enumerate(checks), key=lambda one: _order(*one))]
    found: list[TrustSpan] = []
    for span in sorted(held, key=lambda one: one.first_day):
        for first_day, last_day in _pieces(span, _breaks(ordered, contests)):
            trust = trust_on(first_day, span, ordered, contests)
            if trust is Trust.SELF_DECLARED:
                continue
            last = found[-1] if found else None
            if last and last.trust is trust and last.last_day + ONE_DAY == first_day:
                found[-1] = TrustSpan(first_day=last.first_day, last_day=last_day, trust=trust)
            else:
                found.append(TrustSpan(first_day=first_day, last_day=last_day, trust=trust))
    return tuple(found)


def trust_on(
    day: date, held: HeldLevel, checks: Sequence[Check], contests: Sequence[Contest]
) -> Trust:
    """The grade of a level on one of its days.

    Args:
        day: A day on which `held` gives the level.
        held: The assessment that gives it.
        checks: The venue's, the oldest first.
        contests: The venue's.
    """
    if any(one.covers(day) for one in contests):
        return Trust.CONTESTED
    found = Trust.SELF_DECLARED
    for check in reversed(checks):
        if check.first_day > day or (check.last_day is not None and day > check.last_day):
            continue
        if _speaks_for(check, held, day) and found is not Trust.INSPECTED:
            found = check.trust
        if check.is_finding:
            break
    return found


def _speaks_for(check: Check, held: HeldLevel, day: date) -> bool:
    if check.assessment_pk == held.assessment_pk:
        return True
    return (
        check.set_id == held.set_id
        and day <= check.carried_until
        and BADNESS[held.level] >= BADNESS[check.level]
    )


def _order(place: int, check: Check) -> tuple[date, int]:
    return check.first_day, place


def _breaks(checks: Iterable[Check], contests: Iterable[Contest]) -> list[date]:
    """First days on which the grade may differ from the day before."""
    days: set[date] = set()
    for check in checks:
        days |= {check.first_day, check.carried_until + ONE_DAY}
        if check.last_day is not None:
            days.add(check.last_day + ONE_DAY)
    for contest in contests:
        days.add(contest.first_day)
        if contest.last_day is not None:
            days.add(contest.last_day + ONE_DAY)
    return sorted(days)


def _pieces(span: HeldLevel, breaks: Sequence[date]) -> Iterator[tuple[date, date]]:
    start = span.first_day
    for day in breaks:
        if start < day <= span.last_day:
            yield start, day - ONE_DAY
            start = day
    yield start, span.last_day

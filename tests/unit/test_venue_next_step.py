"""The next step on a venue's desk, in each case that there is."""

from datetime import date, timedelta
from typing import Any

import pytest

from assessments.levels import VenueLevel
from dashboard.pages.venue.next_step import StepFacts, next_step

DAY = date(2026, 11, 23)
SAFE, AT_RISK, UNSAFE = VenueLevel.SAFE, VenueLevel.AT_RISK, VenueLevel.UNSAFE


def after(days: int) -> date:
    return DAY + timedelta(days=days)


def held(level: VenueLevel, *, days: int, left: int, **more: Any) -> StepFacts:
    """A result of so many days, of which so many are left, today included."""
    last_day = after(left - 1)
    first_day = last_day - timedelta(days=days - 1)
    return StepFacts(day=DAY, level=level, first_day=first_day, last_day=last_day, **more)


CASES = {
    "closed": ("closed", StepFacts(day=DAY, is_closed=True, closed_on=DAY)),
    "no_set": ("no_set", StepFacts(day=DAY, has_set=False)),
    "never_assessed": ("assess", StepFacts(day=DAY, was_assessed=False)),
    "lapsed": ("expired", StepFacts(day=DAY)),
    "unsafe_1_of_1": ("mend", held(UNSAFE, days=1, left=1)),
    "unsafe_near_end": ("mend", held(UNSAFE, days=30, left=2)),
    "unsafe_with_deadline": ("mend_by", held(UNSAFE, days=7, left=7, mend_by=after(3))),
    "unsafe_deadline_today": ("mend_by", held(UNSAFE, days=7, left=7, mend_by=DAY)),
    "unsafe_deadline_over": ("mend", held(UNSAFE, days=7, left=7, mend_by=after(-1))),
    "unsafe_decided": ("appeal", held(UNSAFE, days=7, left=7, mend_by=DAY, appeal_by=DAY)),
    "unsafe_too_late_to_appeal": ("mend", held(UNSAFE, days=30, left=7, appeal_by=after(-1))),
    "unsafe_closing": ("mend", held(UNSAFE, days=7, left=7, closed_on=after(2))),
    "at_risk_1_of_1": ("mend", held(AT_RISK, days=1, left=1)),
    "at_risk_week": ("mend", held(AT_RISK, days=7, left=7)),
    "at_risk_with_deadline": ("mend_by", held(AT_RISK, days=7, left=1, mend_by=DAY)),
    "at_risk_decided": ("appeal", held(AT_RISK, days=30, left=30, appeal_by=after(20))),
    "at_risk_near_end": ("renew", held(AT_RISK, days=30, left=7)),
    "safe_1_of_1": ("certificate", held(SAFE, days=1, left=1)),
    "safe_1_of_3": ("certificate", held(SAFE, days=3, left=1)),
    "safe_7_of_7": ("certificate", held(SAFE, days=7, left=7)),
    "safe_2_of_7": ("certificate", held(SAFE, days=7, left=2)),
    "safe_1_of_7": ("renew", held(SAFE, days=7, left=1)),
    "safe_8_of_60": ("certificate", held(SAFE, days=60, left=8)),
    "safe_7_of_60": ("renew", held(SAFE, days=60, left=7)),
    "safe_with_certificate": ("keep", held(SAFE, days=7, left=5, has_certificate=True)),
    "certificate_near_end": ("renew", held(SAFE, days=60, left=7, has_certificate=True)),
    "certificate_withdrawn": ("mend", held(SAFE, days=60, left=50, is_certificate_withdrawn=True)),
    "safe_closing": ("closing", held(SAFE, days=60, left=3, closed_on=after(3))),
    "lapsed_closing": ("closing", StepFacts(day=DAY, closed_on=after(7))),
    "closing_later": ("certificate", held(SAFE, days=60, left=50, closed_on=after(8))),
}


@pytest.mark.parametrize("case", CASES)
def test_each_case_has_its_step(case: str) -> None:
    step, facts = CASES[case]
    assert next_step(facts) == step

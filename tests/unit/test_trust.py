"""Rules of trust: grades by day, agreement, choice of reviews, time limits."""

from datetime import date, timedelta

import numpy as np
import pytest

from assessments.agreement import linear_weights, measure_agreement
from assessments.appeals import (
    add_working_days,
    appeal_due_on,
    is_working_day,
    last_day_to_appeal,
    revisit_due_on,
)
from assessments.levels import VenueLevel
from assessments.review_choice import (
    EarlierResult,
    ReviewReason,
    Submitted,
    choose_review,
    random_share,
)
from assessments.trust import Check, Contest, HeldLevel, Trust, TrustSpan, trust_spans

DAY = date(2021, 11, 1)
SAFE, AT_RISK, UNSAFE = VenueLevel.SAFE, VenueLevel.AT_RISK, VenueLevel.UNSAFE


def day(number: int) -> date:
    return DAY + timedelta(days=number)


def held(first: int, last: int, pk: int, level: VenueLevel = SAFE, set_id: str = "a") -> HeldLevel:
    return HeldLevel(
        first_day=day(first), last_day=day(last), assessment_pk=pk, set_id=set_id, level=level
    )


def check(
    on: int,
    pk: int,
    trust: Trust = Trust.INSPECTED,
    *,
    level: VenueLevel = SAFE,
    is_finding: bool = True,
    until: int | None = None,
) -> Check:
    return Check(
        assessment_pk=pk,
        trust=trust,
        is_finding=is_finding,
        first_day=day(on),
        last_day=None if until is None else day(until),
        set_id="a",
        level=level,
    )


def spans(*found: tuple[int, int, Trust]) -> tuple[TrustSpan, ...]:
    return tuple(
        TrustSpan(first_day=day(first), last_day=day(last), trust=trust)
        for first, last, trust in found
    )


def test_the_venues_own_word_is_no_span() -> None:
    assert trust_spans([held(0, 29, 1)], [], []) == ()


def test_a_confirmation_holds_from_its_day() -> None:
    confirmed = check(5, 1, Trust.DOCUMENTS_CHECKED, is_finding=False)
    assert trust_spans([held(0, 29, 1)], [confirmed], []) == spans((5, 29, Trust.DOCUMENTS_CHECKED))


def test_an_inspection_speaks_for_ninety_days_of_no_better_claims() -> None:
    levels = [held(0, 9, 1), held(10, 99, 2), held(100, 120, 3)]
    assert trust_spans(levels, [check(0, 1)], []) == spans((0, 89, Trust.INSPECTED))


@pytest.mark.parametrize(
    ("claimed", "is_believed"), [(SAFE, False), (AT_RISK, True), (UNSAFE, True)]
)
def test_a_better_claim_than_was_found_is_the_venues_own_word(
    claimed: VenueLevel, is_believed: bool
) -> None:
    levels = [held(0, 4, 1, AT_RISK), held(5, 9, 2, claimed)]
    found = trust_spans(levels, [check(0, 1, level=AT_RISK)], [])
    assert found[-1].last_day == day(9 if is_believed else 4)


def test_a_claim_by_another_set_is_the_venues_own_word() -> None:
    levels = [held(0, 4, 1), held(5, 9, 2, set_id="b")]
    assert trust_spans(levels, [check(0, 1)], []) == spans((0, 4, Trust.INSPECTED))


def test_the_last_finding_ends_those_before_it() -> None:
    checks = [check(0, 1), check(3, 2, Trust.DOCUMENTS_CHECKED, level=UNSAFE)]
    levels = [held(0, 2, 1), held(3, 5, 2, UNSAFE), held(6, 9, 3)]
    assert trust_spans(levels, checks, []) == spans(
        (0, 2, Trust.INSPECTED), (3, 5, Trust.DOCUMENTS_CHECKED)
    )


def test_a_confirmation_after_an_inspection_takes_nothing_away() -> None:
    checks = [check(0, 1), check(6, 2, Trust.DOCUMENTS_CHECKED, is_finding=False)]
    assert trust_spans([held(0, 4, 1), held(5, 9, 2)], checks, []) == spans((0, 9, Trust.INSPECTED))


def test_a_dispute_comes_before_every_check_and_ends() -> None:
    contests = [Contest(first_day=day(2), last_day=day(4))]
    assert trust_spans([held(0, 9, 1)], [check(0, 1)], contests) == spans(
        (0, 1, Trust.INSPECTED), (2, 4, Trust.CONTESTED), (5, 9, Trust.INSPECTED)
    )


def test_days_without_a_level_have_no_span() -> None:
    levels = [held(0, 3, 1), held(8, 9, 2)]
    assert trust_spans(levels, [check(0, 1)], [Contest(first_day=day(2), last_day=None)]) == spans(
        (0, 1, Trust.INSPECTED), (2, 3, Trust.CONTESTED), (8, 9, Trust.CONTESTED)
    )


def test_an_overturned_finding_says_nothing_from_that_day_on() -> None:
    levels = [held(0, 4, 1, UNSAFE), held(5, 9, 2, UNSAFE)]
    checks = [check(0, 1, level=UNSAFE, until=2)]
    assert trust_spans(levels, checks, []) == spans((0, 2, Trust.INSPECTED))


# -- agreement --

DERMATOLOGISTS = [[10, 4, 1, 0], [5, 10, 12, 2], [2, 4, 12, 5], [0, 2, 6, 13]]


def test_kappa_of_the_published_example() -> None:
    """Two dermatologists, 88 patients: the example of the SAS manual for PROC FREQ, AGREE."""
    found = measure_agreement(DERMATOLOGISTS)
    assert found is not None
    assert found.pairs == 88
    assert found.kappa == pytest.approx(0.3449, abs=5e-5)
    assert (found.low, found.high) == pytest.approx((0.2030, 0.4868), abs=5e-5)
    assert found.weighted_kappa == pytest.approx(0.5082, abs=5e-5)


def test_kappa_of_cohens_own_example() -> None:
    """Cohen 1960, table 1: 200 cases, kappa .492."""
    found = measure_agreement([[88, 14, 18], [10, 40, 10], [2, 6, 12]])
    assert found is not None
    assert found.kappa == pytest.approx(0.492, abs=5e-4)


def test_the_interval_agrees_with_the_slope_of_kappa() -> None:
    """The delta method with slopes taken numerically, cell by cell."""
    share = np.array(DERMATOLOGISTS) / 88
    weights = np.eye(4)

    def kappa(table: np.ndarray) -> float:
        table = table / table.sum()
        chance = (weights * np.outer(table.sum(1), table.sum(0))).sum()
        return float(((weights * table).sum() - chance) / (1 - chance))

    step = 1e-6
    slopes = np.zeros_like(share)
    for cell in np.ndindex(share.shape):
        moved = share.copy()
        moved[cell] += step
        slopes[cell] = (kappa(moved) - kappa(share)) / step
    variance = ((share * slopes**2).sum() - (share * slopes).sum() ** 2) / 88
    found = measure_agreement(DERMATOLOGISTS)
    assert found is not None
    assert (found.high - found.kappa) / 1.959964 == pytest.approx(variance**0.5, rel=1e-3)


@pytest.mark.parametrize(
    "table",
    [
        [[3, 2, 0], [1, 2, 1], [0, 0, 0]],
        [[40, 0, 0], [0, 0, 0], [0, 0, 0]],
        [[20, 20, 0], [0, 0, 0], [0, 0, 0]],
        [[0, 0, 0], [0, 0, 0], [0, 0, 0]],
    ],
)
def test_too_few_or_all_alike_gives_no_figure(table: list[list[int]]) -> None:
    assert measure_agreement(table) is None


def test_ten_pairs_that_all_agree_are_not_certain() -> None:
    found = measure_agreement([[5, 0, 0], [0, 3, 0], [0, 0, 2]])
    assert found is not None
    assert (found.kappa, found.high) == (1.0, 1.0)
    assert 0.4 < found.low < 0.6


@pytest.mark.parametrize("table", [[[1, 2], [3, 4], [5, 6]], [[5, -1], [3, 9]]])
def test_what_is_no_table_of_counts_is_refused(table: list[list[int]]) -> None:
    with pytest.raises(ValueError, match=r"square|negative"):
        measure_agreement(table)


def test_linear_weights_fall_from_one_to_zero() -> None:
    assert linear_weights(3).tolist() == [[1, 0.5, 0], [0.5, 1, 0.5], [0, 0.5, 1]]


# -- choice --


def submitted(
    level: VenueLevel = SAFE,
    tenths: int = 900,
    *,
    earlier: tuple[VenueLevel, int, int] | None = None,
    found: VenueLevel | None = None,
    footfall: int = 100,
    draw: float = 0.99,
    validity: int = 30,
    is_answer: bool = False,
    was_checked: bool = False,
) -> Submitted:
    before = None
    if earlier is not None:
        before = EarlierResult(level=earlier[0], safety_tenths=earlier[1], days_ago=earlier[2])
    return Submitted(
        level=level,
        safety_tenths=tenths,
        validity_days=validity,
        footfall_per_day=footfall,
        draw=draw,
        earlier=before,
        last_found=found,
        is_answer=is_answer,
        was_checked=was_checked,
    )


@pytest.mark.parametrize(
    ("one", "reason"),
    [
        (submitted(), None),
        (submitted(draw=0.0499), ReviewReason.RANDOM),
        (submitted(draw=0.05), None),
        (submitted(draw=0.0016, validity=1), ReviewReason.RANDOM),
        (submitted(draw=0.0017, validity=1), None),
        (submitted(footfall=2_000), ReviewReason.FOOTFALL),
        (submitted(footfall=1_999), None),
        (submitted(footfall=9_000, was_checked=True), None),
        (submitted(earlier=(UNSAFE, 700, 30)), ReviewReason.JUMP),
        (submitted(earlier=(UNSAFE, 700, 31)), None),
        (submitted(earlier=(AT_RISK, 700, 1)), None),
        (submitted(earlier=(AT_RISK, 600, 1)), ReviewReason.JUMP),
        (submitted(earlier=(AT_RISK, 601, 1)), None),
        (submitted(earlier=(SAFE, 890, 1), found=AT_RISK), ReviewReason.JUMP),
        (submitted(found=SAFE), None),
        (submitted(draw=0, footfall=9_000, is_answer=True), ReviewReason.ASKED),
    ],
)
def test_which_submissions_are_chosen(one: Submitted, reason: ReviewReason | None) -> None:
    assert choose_review(one) is reason


def test_daily_sets_are_drawn_as_often_a_month_as_monthly_ones() -> None:
    assert random_share(1) * 30 == pytest.approx(random_share(30)) == random_share(365)


# -- time limits --


@pytest.mark.parametrize(
    ("moment", "is_working"),
    [
        (date(2026, 2, 17), False),  # Tết
        (date(2026, 2, 13), True),
        (date(2026, 2, 14), False),  # Saturday
        (date(2026, 8, 31), False),  # given off for Saturday 22 August
        (date(2026, 8, 22), True),
    ],
)
def test_days_on_which_offices_work(moment: date, is_working: bool) -> None:
    assert is_working_day(moment) is is_working


def test_tet_does_not_count_for_committees() -> None:
    assert add_working_days(date(2026, 2, 13), 1) == date(2026, 2, 23)
    assert revisit_due_on(date(2026, 2, 13)) == date(2026, 3, 6)
    assert appeal_due_on(date(2026, 2, 13)) == date(2026, 3, 13)


def test_the_last_day_to_appeal_is_never_a_day_off() -> None:
    assert last_day_to_appeal(date(2026, 6, 1)) == date(2026, 6, 22)
    assert last_day_to_appeal(date(2026, 1, 27)) == date(2026, 2, 23)  # the 17th is Tết

"""Trust of areas as JSON: who says that venues have their levels, and how often that was right."""

from collections.abc import Sequence
from string import ascii_letters
from typing import Any, Final

from assessments.agreement import Agreement
from assessments.trust import Trust
from data.queries.area_trust import AreaShares, AreaTrust

WORDS = tuple((grade, grade.value) for grade in Trust)
SHARE_DIGITS = 6
"""So that the number of venues comes out of a share again in areas up to a million."""
SHARE_LETTERS: Final = "".join(sorted(ascii_letters))[:51]
"""Steps of 2 %, from `A` for none to `y` for all; no share between is rounded to an end."""
NO_SHARE: Final = "-"
"""Of an area where no venue was ever assessed."""


def share_letter(count: int, graded: int) -> str:
    """One letter for the share that `count` is of `graded` venues.

    Args:
        count: Venues, from 0 to `graded`.
        graded: Venues that have a grade.
    """
    if graded <= 0:
        return NO_SHARE
    last = len(SHARE_LETTERS) - 1
    if count in {0, graded}:
        return SHARE_LETTERS[last if count else 0]
    return SHARE_LETTERS[min(max(round(last * count / graded), 1), last - 1)]


def compact_shares(shares: AreaShares, codes: Sequence[str]) -> dict[str, str]:
    """Letters of the shares of self-declared and inspected venues, in the order of `codes`."""
    letters = {
        code: (share_letter(own, graded), share_letter(inspected, graded))
        for code, graded, own, inspected in zip(
            shares.codes, shares.graded, shares.self_declared, shares.inspected, strict=True
        )
    }
    nothing = (NO_SHARE, NO_SHARE)
    return {
        name: "".join(letters.get(code, nothing)[place] for code in codes)
        for place, name in enumerate(("self_declared", "inspected"))
    }


def trust_document(trust: AreaTrust) -> dict[str, Any]:
    """One area's trust; no shares where no venue was ever assessed."""
    counts = trust.counts
    graded = sum(counts.values())
    return {
        "graded": graded,
        "shares": {word: round(counts[grade] / graded, SHARE_DIGITS) for grade, word in WORDS}
        if graded
        else None,
        "inspections": trust.inspections,
        "agreement": None if trust.agreement is None else _agreement(trust.agreement),
        "appeals": None
        if trust.overturned is None
        else {"decisions": trust.decisions, "overturned": trust.overturned},
    }


def _agreement(agreement: Agreement) -> dict[str, Any]:
    return {
        "pairs": agreement.pairs,
        "kappa": round(agreement.kappa, 3),
        "low": round(agreement.low, 3),
        "high": round(agreement.high, 3),
        "weighted_kappa": round(agreement.weighted_kappa, 3),
    }

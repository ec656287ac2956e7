"""Trust of areas as JSON: who says that venues have their levels, and how often that was right."""

from typing import Any

from assessments.agreement import Agreement
from assessments.trust import Trust
from data.queries.area_trust import AreaTrust

WORDS = tuple((grade, grade.value) for grade in Trust)
SHARE_DIGITS = 6
"""So that the number of venues comes out of a share again in areas up to a million."""


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

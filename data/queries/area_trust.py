"""How far the levels of areas can be believed: grades of their venues, and inspections there."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np
from numpy.typing import NDArray
from sqlalchemy.orm import Session

from assessments.agreement import Agreement, measure_agreement
from assessments.trust import Trust
from data.models.trust import PAIR_COLUMNS
from data.sql_files import read_sql

FEWEST_DECISIONS: Final = 10
"""Under so many decisions their outcome is not told: it would speak of single venues."""
COLUMNS: Final = (
    "assessed",
    "ever_assessed",
    "documents_checked",
    "inspected",
    "contested",
    "decisions",
    "overturned",
    *PAIR_COLUMNS,
)
Longs = NDArray[np.int64]


@dataclass(frozen=True, kw_only=True)
class AreaTrust:
    """Trust of one area on a day.

    Attributes:
        counts: Venues by grade; their sum is that of all that were ever assessed.
        inspections: Venues inspected while a self-assessment held, in the last 365 days.
        agreement: Of these inspections with the self-assessments; None where they are too
            few, or all of one level.
        decisions: Inspections and corrections of the last 365 days.
        overturned: Of these, decisions that appeals overturned; None where the decisions
            are too few to tell.
    """

    counts: dict[Trust, int]
    inspections: int
    agreement: Agreement | None
    decisions: int
    overturned: int | None

    @property
    def graded(self) -> int:
        """Venues that have a grade."""
        return sum(self.counts.values())


def read_area_trust(
    session: Session, *, edition_code: str, codes: Sequence[str], day: date
) -> dict[str, AreaTrust]:
    """Trust of some areas on a counted day; areas where nothing was ever assessed are missing.

    Args:
        session: Open session.
        edition_code: Boundary edition of the codes.
        codes: Area codes.
        day: Calendar day in Asia/Ho_Chi_Minh.
    """
    row = session.execute(
        read_sql("read_area_trust"),
        {"edition_code": edition_code, "codes": list(codes), "day": day},
    ).one()
    columns = [getattr(row, name) for name in COLUMNS]
    return {code: _trust(*values) for code, *values in zip(row.codes, *columns, strict=True)}


@dataclass(frozen=True, kw_only=True)
class AreaShares:
    """Graded venues of some areas, and how many of them are of two grades; in one order."""

    codes: tuple[str, ...]
    graded: tuple[int, ...]
    self_declared: tuple[int, ...]
    inspected: tuple[int, ...]


def read_area_shares(
    session: Session, *, edition_code: str, codes: Sequence[str], day: date
) -> AreaShares:
    """What a map of many areas tells of trust: far less than `read_area_trust`, and quicker.

    Args:
        session: Open session.
        edition_code: Boundary edition of the codes.
        codes: Area codes.
        day: A counted day. Areas without counts are left out.
    """
    row = session.execute(
        read_sql("read_area_shares"),
        {"edition_code": edition_code, "codes": list(codes), "day": day},
    ).one()
    return AreaShares(
        codes=tuple(row.codes),
        graded=tuple(row.graded),
        self_declared=tuple(row.self_declared),
        inspected=tuple(row.inspected),
    )


def read_country_trust(
    session: Session, *, edition_code: str, codes: Sequence[str], day: date
) -> AreaTrust:
    """Trust of all areas of the top together.

    Args:
        session: Open session.
        edition_code: Boundary edition.
        codes: Codes of its areas without an area above them.
        day: Calendar day in Asia/Ho_Chi_Minh.
    """
    row = session.execute(
        read_sql("read_area_trust"),
        {"edition_code": edition_code, "codes": list(codes), "day": day},
    ).one()
    return _trust(*(sum(getattr(row, name)) for name in COLUMNS))


NO_TRUST: Final = AreaTrust(
    counts=dict.fromkeys(Trust, 0), inspections=0, agreement=None, decisions=0, overturned=None
)
"""Of an area where nothing was ever assessed."""


def _trust(  # noqa: PLR0917  (in the order of COLUMNS; thousands of rows at once)
    assessed: int,
    ever_assessed: int,
    documents_checked: int,
    inspected: int,
    contested: int,
    decisions: int,
    overturned: int,
    *pairs: int,
) -> AreaTrust:
    return AreaTrust(
        counts={
            Trust.SELF_DECLARED: assessed - documents_checked - inspected - contested,
            Trust.DOCUMENTS_CHECKED: documents_checked,
            Trust.INSPECTED: inspected,
            Trust.CONTESTED: contested,
            Trust.EXPIRED: ever_assessed - assessed,
        },
        inspections=sum(pairs),
        agreement=measure_agreement(np.array(pairs).reshape(3, 3)) if any(pairs) else None,
        decisions=decisions,
        overturned=overturned if decisions >= FEWEST_DECISIONS else None,
    )

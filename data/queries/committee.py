"""What waits for a committee: reviews, appeals, replies, re-visits and reports of its areas."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from assessments.appeals import report_due_on
from data.clock import day_of
from data.errors import NotFoundError
from data.models import Area, BoundaryEdition, Venue
from data.queries.area_trust import AreaTrust, read_area_trust
from data.scope import Actor
from data.sql_files import read_sql

PAGE_SIZE: Final = 25
MOST_TASKS: Final = 100


@dataclass(frozen=True, kw_only=True)
class QueueItem:
    """One submission that waits for a look."""

    review_id: str
    reason: str
    created_at: datetime
    venue_id: str
    venue_name: str
    venue_type: str
    address: str | None
    footfall_per_day: int
    level: str
    submitted_at: datetime
    reports: int


@dataclass(frozen=True, kw_only=True)
class Task:
    """An appeal, a reply (`reply`) or a re-visit (`wish`) that waits.

    Attributes:
        id: Public id of an appeal; None for others, which stand on the venue's page.
        due_on: Last working day for an answer; None for a reply.
    """

    kind: str
    id: str | None
    asked_at: datetime
    due_on: date | None
    venue_id: str
    venue_name: str


def reference_of(report_id: str) -> str:
    """What whoever reported can quote, and the committee finds the report by."""
    return f"{report_id[:4]}-{report_id[4:8]}"


@dataclass(frozen=True, kw_only=True)
class ReportItem:
    """One report of the public, with words and photo while these are kept."""

    report_id: str
    reason: str
    wording: str | None
    reported_at: datetime
    state: str
    evidence_id: str | None
    venue_id: str
    venue_name: str

    @property
    def reference(self) -> str:
        """Its short number."""
        return reference_of(self.report_id)

    @property
    def due_on(self) -> date:
        """Last working day to look into it."""
        return report_due_on(day_of(self.reported_at))


def sees_all(actor: Actor) -> bool:
    """Whether all areas are theirs: the ministry's lists need no narrowing down.

    A committee's are narrowed down by the database, which knows its areas from the
    transaction: what a caller says here widens nothing.
    """
    return actor.role == "ministry"


def read_queue(
    session: Session,
    actor: Actor,
    *,
    reason: str | None = None,
    venue_type: str | None = None,
    page: int = 1,
) -> list[QueueItem]:
    """One page of what waits for a look, the most urgent first, and one item more.

    Args:
        session: The committee's own.
        actor: Who looks.
        reason: Only this reason.
        venue_type: Only this type.
        page: From 1.
    """
    rows = session.execute(
        read_sql("read_committee_queue"),
        {
            "sees_all": sees_all(actor),
            "reason": reason,
            "venue_type": venue_type,
            "most": PAGE_SIZE + 1,
            "skipped": (page - 1) * PAGE_SIZE,
        },
    )
    return [QueueItem(**row._mapping) for row in rows]


def count_work(session: Session, actor: Actor) -> Mapping[str, int]:
    """How much waits: reviews by reason; `appeal`, `claim`, `new_report`, `reply`, `wish`."""
    rows = session.execute(read_sql("count_committee_work"), {"sees_all": sees_all(actor)})
    return {row.kind: row.waiting for row in rows}


def read_tasks(session: Session, actor: Actor) -> list[Task]:
    """Appeals, replies and re-visits, the one that is due first at the top."""
    rows = session.execute(
        read_sql("read_committee_tasks"), {"sees_all": sees_all(actor), "most": MOST_TASKS}
    )
    return [Task(**row._mapping) for row in rows]


def read_reports(
    session: Session,
    actor: Actor,
    *,
    venue_pk: int | None = None,
    reference: str = "",
    page: int = 1,
) -> list[ReportItem]:
    """One page of reports, and one more.

    Args:
        session: The committee's own.
        actor: Who looks.
        venue_pk: Only those about one venue.
        reference: Only the one of this number, as somebody typed it; empty for all.
        page: From 1.
    """
    rows = session.execute(
        read_sql("read_committee_reports"),
        {
            "is_direct": sees_all(actor) or venue_pk is not None,
            "venue_pk": venue_pk,
            "begins": "".join(sign for sign in reference.upper() if sign.isalnum()) or None,
            "most": PAGE_SIZE + 1,
            "skipped": (page - 1) * PAGE_SIZE,
        },
    )
    return [ReportItem(**row._mapping) for row in rows]


@dataclass(frozen=True, kw_only=True)
class OwnArea:
    """An area of a committee with its trust on a day."""

    code: str
    name: str
    name_en: str | None
    trust: AreaTrust | None


def read_own_areas(session: Session, actor: Actor, day: date) -> list[OwnArea]:
    """The areas of a committee in the active edition; those at the top for the ministry.

    Args:
        session: The committee's own.
        actor: Who looks.
        day: A counted day.
    """
    statement = (
        select(Area.code, Area.name, Area.name_en, Area.edition_code)
        .join(BoundaryEdition, BoundaryEdition.code == Area.edition_code)
        .where(BoundaryEdition.is_active)
        .order_by(Area.code)
    )
    statement = statement.where(
        Area.parent_id.is_(None) if sees_all(actor) else Area.area_id.in_(actor.area_ids)
    )
    rows = session.execute(statement).all()
    if not rows:
        return []
    trust = read_area_trust(
        session, edition_code=rows[0].edition_code, codes=[row.code for row in rows], day=day
    )
    return [
        OwnArea(code=row.code, name=row.name, name_en=row.name_en, trust=trust.get(row.code))
        for row in rows
    ]


def require_seen_venue(session: Session, venue_id: str) -> int:
    """Key of a venue that the person may see: of the committee's areas, or the owner's own.

    Args:
        session: The person's own.
        venue_id: Public id.

    Raises:
        NotFoundError: There is none, or it lies in other areas, or is another's.
    """
    venue_pk = session.scalar(
        select(Venue.venue_pk).where(
            Venue.venue_id == venue_id, func.antoan_sees_venue(Venue.venue_pk)
        )
    )
    if venue_pk is None:
        raise NotFoundError("there is no such venue")
    return venue_pk

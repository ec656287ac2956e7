"""Many assessments of one file, by one criteria set: scored, then stored in one go."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement, Text, any_, exists, literal, select, text, true, union_all
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session
from sqlalchemy.types import Integer

from assessments.criteria import CriteriaSet, criteria_set_on
from assessments.errors import AnswersError
from data.clock import day_of
from data.copying import copy_rows
from data.ingest.assessment_rows import AssessmentColumns, KnownVenue, ScoredRow, score_row
from data.ingest.assessments import copied_row
from data.ingest.cell_problems import CellProblem, RowError
from data.ingest.text_cells import Row
from data.ingest.upload_guard import UploadRefusedError
from data.ingest.uploaded_tables import UploadedRow, UploadedTable
from data.models import Area, Venue, VenueArea, VenueStaff
from data.queries.closures import past_closures_column, read_closures
from data.queries.provinces import province_code_column
from data.scope import Actor
from data.services import audit
from data.services.bulk.criteria_columns import allowed_text, criteria_columns, versions_of
from data.services.bulk.moments import read_moment
from data.services.bulk.tables import (
    EXTERNAL_ID,
    VENUE_ID,
    BulkCheck,
    BulkWords,
    ColumnPlan,
    cell,
    plan_columns,
    problem_of,
)
from data.services.bulk.venues import leave_scope, source_of
from data.services.counting.level_differences import changing_many_counts
from data.services.verification.review_choice import choose_reviews_of_venues
from data.services.verification.venue_trust import renew_trust_of_many
from data.sql_files import read_sql
from geo.names import fold

DAY: Final = "assessed_on"
HEAD_KEYS: Final = (EXTERNAL_ID, VENUE_ID, DAY)
COPY: Final = "COPY assessment_input FROM STDIN"


@dataclass(frozen=True, kw_only=True)
class AnswerWords:
    """What people call answers, folded to plain letters: `pass`, `fail`, `na` by word."""

    answers: Mapping[str, str] = field(default_factory=dict)


def check_assessments(
    session: Session,
    actor: Actor,
    table: UploadedTable,
    words: BulkWords,
    answer_words: AnswerWords,
    *,
    set_id: str,
    now: datetime,
) -> BulkCheck:
    """Say of every row whether and how it can be taken; leaves them in a temporary table.

    Args:
        session: The person's own, by `data.scope`.
        actor: Who uploads.
        table: The file.
        words: What headers may be called.
        answer_words: What answers may be called.
        set_id: Criteria set of all rows.
        now: The moment.

    Raises:
        UploadRefusedError: Columns are missing, stand twice, or belong to another set.
    """
    plan = plan_columns(table, words, keys=HEAD_KEYS, required=(DAY,))
    if not {EXTERNAL_ID, VENUE_ID} & plan.headers.keys():
        raise UploadRefusedError("missing_columns", keys=EXTERNAL_ID)
    criteria = criteria_columns(versions_of(set_id, now), plan)
    check = BulkCheck(
        ignored=tuple(header for header in plan.ignored if header not in criteria.values())
    )
    venues = _known_venues(session, actor, table, plan)
    scored: list[tuple[int, ScoredRow]] = []
    lines: dict[str, int] = {}
    for row in table.rows:
        if words.is_example(cell(row.cells, plan, EXTERNAL_ID)):
            check.examples += 1
            continue
        found = _score(
            row,
            plan=plan,
            criteria=criteria,
            venues=venues,
            answer_words=answer_words,
            actor=actor,
            set_id=set_id,
            now=now,
        )
        if isinstance(found, ScoredRow):
            first = lines.setdefault(found.submission_key, row.line)
            if first == row.line:
                scored.append((row.line, found))
            else:
                check.add(row.line, [problem_of(plan, None, "same_row", line=first)])
        else:
            check.add(row.line, found)
    session.execute(text("DROP TABLE IF EXISTS pg_temp.assessment_input"))
    session.execute(read_sql("assessment_input"))
    copy_rows(session, COPY, (copied_row(line, one) for line, one in scored))
    check.unchanged = session.scalar(read_sql("bulk_stored_assessments")) or 0
    check.new = len(scored) - check.unchanged
    return check


def store_assessments(
    session: Session, actor: Actor, *, upload_id: str, declared_name: str, set_id: str
) -> int:
    """Store the rows that `check_assessments` left, in its transaction, which holds `own_levels`.

    Args:
        session: The same as that of the check.
        actor: Who uploads, the author of all of them.
        upload_id: Stands in the audit.
        declared_name: Who declared the answers true.
        set_id: Criteria set of all rows.

    Returns:
        How many were new.
    """
    days = session.execute(
        text(
            "SELECT min((submitted_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date) AS first_day,"
            " coalesce(array_agg(DISTINCT venue_pk), '{}') AS venue_pks FROM assessment_input"
        )
    ).one()
    if days.first_day is None:
        return 0
    with changing_many_counts(session, days.venue_pks, days.first_day):
        session.execute(
            read_sql("insert_assessments"),
            {
                "source": source_of(actor),
                "account_pk": actor.account_pk,
                "declared_name": declared_name,
            },
        )
        leave_scope(session)
        stored = session.execute(read_sql("insert_results")).one()
        if stored.stored:
            session.execute(read_sql("rebuild_spans"), {"venue_pks": stored.venue_pks})
            renew_trust_of_many(session, stored.venue_pks)
            choose_reviews_of_venues(session, stored.venue_pks)
    if stored.stored:
        audit.record(
            session,
            actor_id=actor.account_id,
            action="bulk.assessments",
            subject_kind="bulk_upload",
            subject_id=upload_id,
            details={"new": stored.stored, "set": set_id},
        )
    return int(stored.stored)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Found:
    """A venue that a row names, and whether the person may assess it by a file."""

    venue: KnownVenue
    problem: str | None


def _known_venues(
    session: Session, actor: Actor, table: UploadedTable, plan: ColumnPlan
) -> dict[tuple[str, str], _Found]:
    """Their venues by key (`venue_id` or `external_id`) and the word under it."""
    ids = sorted({cell(row.cells, plan, VENUE_ID) for row in table.rows})
    codes = sorted({cell(row.cells, plan, EXTERNAL_ID) for row in table.rows})
    named = union_all(
        select(literal(VENUE_ID).label("key"), Venue.venue_id.label("word"), Venue.venue_pk).where(
            Venue.venue_id == any_(_texts(ids))
        ),
        select(literal(EXTERNAL_ID), Venue.external_id, Venue.venue_pk).where(
            Venue.source == source_of(actor), Venue.external_id == any_(_texts(codes))
        ),
    ).subquery()
    is_held = exists().where(VenueStaff.venue_pk == Venue.venue_pk)
    is_mine: ColumnElement[bool]
    if actor.role == "owner":
        is_mine = exists().where(
            VenueStaff.venue_pk == Venue.venue_pk, VenueStaff.account_pk == actor.account_pk
        )
    elif actor.role == "ministry":
        is_mine = true()
    else:
        areas = literal(list(actor.area_ids), ARRAY(Integer))
        is_mine = exists().where(
            VenueArea.venue_pk == Venue.venue_pk,
            Area.area_id == VenueArea.area_id,
            Area.path.op("&&")(areas),
        )
    rows = session.execute(
        select(
            named.c.key,
            named.c.word,
            Venue.venue_pk,
            Venue.venue_id,
            Venue.venue_type,
            Venue.closed_on,
            past_closures_column().label("past_closures"),
            province_code_column().label("province_code"),
            is_held.label("is_held"),
        )
        .join(named, named.c.venue_pk == Venue.venue_pk)
        .where(is_mine)
        .order_by(Venue.venue_pk)
    )
    return {
        (row.key, row.word): _Found(
            venue=KnownVenue(
                venue_pk=row.venue_pk,
                venue_id=row.venue_id,
                venue_type=row.venue_type,
                closures=read_closures(row.closed_on, row.past_closures),
                province_code=row.province_code,
            ),
            problem="has_owner" if actor.role != "owner" and row.is_held else None,
        )
        for row in rows
    }


def _texts(words: list[str]) -> ColumnElement[Sequence[str]]:
    return literal(words, ARRAY(Text))


def _score(
    row: UploadedRow,
    *,
    plan: ColumnPlan,
    criteria: Mapping[str, str],
    venues: Mapping[tuple[str, str], _Found],
    answer_words: AnswerWords,
    actor: Actor,
    set_id: str,
    now: datetime,
) -> ScoredRow | list[CellProblem]:
    key = VENUE_ID if cell(row.cells, plan, VENUE_ID) else EXTERNAL_ID
    word = cell(row.cells, plan, key)
    problems = list(row.problems)
    found = venues.get((key, word))
    moment: datetime | None = None
    if not word:
        problems.append(problem_of(plan, key, "id_missing"))
    elif found is None:
        problems.append(problem_of(plan, key, "venue_unknown", word))
    elif found.problem:
        problems.append(problem_of(plan, key, found.problem, word))
    try:
        moment = read_moment(cell(row.cells, plan, DAY), plan.headers[DAY], now)
    except RowError as error:
        problems.append(error.problem)
    if problems or found is None or moment is None:
        return problems
    columns = AssessmentColumns(venue=VENUE_ID, set_id=None, submitted_at=DAY, answers=None)
    cells: Row = {VENUE_ID: found.venue.venue_id, DAY: moment.isoformat()}
    for criterion_id, header in criteria.items():
        answer = row.cells[header]
        cells[criterion_id] = answer_words.answers.get(fold(answer), answer)
    try:
        return score_row(
            cells,
            columns,
            venues={found.venue.venue_id: found.venue},
            source=source_of(actor),
            default_set=set_id,
        )
    except RowError as error:
        criteria_set = criteria_set_on(set_id, day_of(moment))
        return _problems(
            error, row, plan=plan, criteria=criteria, key=key, criteria_set=criteria_set
        )


def _problems(
    error: RowError,
    row: UploadedRow,
    *,
    plan: ColumnPlan,
    criteria: Mapping[str, str],
    key: str,
    criteria_set: CriteriaSet | None,
) -> list[CellProblem]:
    cause = error.__cause__
    if not isinstance(cause, AnswersError):
        place = DAY if error.column == DAY else key
        return [
            CellProblem(
                column=plan.headers.get(place),
                value=cell(row.cells, plan, place)[:60],
                code=error.code,
                values=error.values,
            )
        ]
    return [
        CellProblem(
            column=criteria.get(one.criterion_id or ""),
            value=row.cells.get(criteria.get(one.criterion_id or "", ""), "")[:60],
            code=f"answer_{one.code}",
            values={
                "criterion": one.criterion_id or "",
                "allowed": allowed_text(criteria_set, one.criterion_id),
            },
        )
        for one in cause.problems
    ]

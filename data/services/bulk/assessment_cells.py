"""One row of an assessment file: its venue, its day, its answers, and their score."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from assessments.criteria import CriteriaSet, criteria_set_on
from assessments.errors import AnswersError
from data.clock import day_of
from data.ingest.assessment_rows import AssessmentColumns, ScoredRow, score_row
from data.ingest.cell_problems import CellProblem, RowError
from data.ingest.text_cells import Row
from data.ingest.uploaded_tables import UploadedRow
from data.scope import Actor
from data.services.bulk.assessed_venues import NamedVenue
from data.services.bulk.criteria_columns import allowed_text
from data.services.bulk.moments import read_moment
from data.services.bulk.tables import EXTERNAL_ID, VENUE_ID, ColumnPlan, cell, problem_of
from data.services.bulk.uploader import source_of
from geo.names import fold

DAY: Final = "assessed_on"
HEAD_KEYS: Final = (EXTERNAL_ID, VENUE_ID, DAY)


@dataclass(frozen=True, kw_only=True)
class AnswerWords:
    """What people call answers, folded to plain letters: `pass`, `fail`, `na` by word."""

    answers: Mapping[str, str] = field(default_factory=dict)


def score_uploaded(
    row: UploadedRow,
    *,
    plan: ColumnPlan,
    criteria: Mapping[str, str],
    venues: Mapping[tuple[str, str], NamedVenue],
    answer_words: AnswerWords,
    actor: Actor,
    set_id: str,
    now: datetime,
) -> ScoredRow | list[CellProblem]:
    """Score one row; or say what is wrong with it.

    Args:
        row: As uploaded.
        plan: Columns that name the venue and the day.
        criteria: Header by criterion id.
        venues: From `find_named_venues`.
        answer_words: What answers may be called.
        actor: Who uploads.
        set_id: Criteria set.
        now: The moment.
    """
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

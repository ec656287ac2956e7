"""The rows of an assessment file beside what is stored: whether each can be taken."""

from datetime import datetime
from typing import Final

from sqlalchemy import text
from sqlalchemy.orm import Session

from data.copying import copy_rows
from data.ingest.assessment_rows import ScoredRow
from data.ingest.assessments import copied_row
from data.ingest.upload_guard import UploadRefusedError
from data.ingest.uploaded_tables import UploadedTable
from data.scope import Actor
from data.services.bulk.assessed_venues import find_named_venues
from data.services.bulk.assessment_cells import DAY, HEAD_KEYS, AnswerWords, score_uploaded
from data.services.bulk.criteria_columns import criteria_columns, versions_of
from data.services.bulk.tables import (
    EXTERNAL_ID,
    VENUE_ID,
    BulkCheck,
    BulkWords,
    cell,
    plan_columns,
    problem_of,
)
from data.sql_files import read_sql

COPY: Final = "COPY assessment_input FROM STDIN"


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
    venues = find_named_venues(session, actor, table, plan)
    scored: list[tuple[int, ScoredRow]] = []
    lines: dict[str, int] = {}
    for row in table.rows:
        own_code = cell(row.cells, plan, EXTERNAL_ID)
        if words.is_example(own_code, cell(row.cells, plan, DAY)):
            check.examples.add(row.line)
            continue
        if words.has_example_code(own_code):
            check.add(row.line, [problem_of(plan, EXTERNAL_ID, "example_code", own_code)])
            continue
        found = score_uploaded(
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

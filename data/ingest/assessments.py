"""Imports a file of assessments: each scored, one transaction, nothing doubled."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from psycopg import Connection
from sqlalchemy import select, text
from sqlalchemy.orm import Session, sessionmaker

from data.errors import InputError
from data.ingest.assessment_rows import AssessmentColumns, KnownVenue, ScoredRow, score_row
from data.ingest.cell_problems import RowError
from data.ingest.rejected import RejectedRows
from data.ingest.tables import Table, TableChunk, open_table
from data.models import BoundaryEdition, Venue
from data.queries.closures import past_closures_column, read_closures
from data.queries.provinces import province_code_column
from data.services.assessing.assessment_store import points_json
from data.services.counting.aggregation import recount_from
from data.services.counting.level_locks import own_levels
from data.services.verification.review_choice import choose_reviews_of_venues
from data.services.verification.venue_trust import renew_trust_of_many
from data.sql_files import read_sql


@dataclass(kw_only=True)
class AssessmentReport:
    """What an import did.

    Attributes:
        reasons: How often each reason for rejecting was given.
        rejected_file: Where the rejected rows are listed; None where there are none.
    """

    read: int = 0
    loaded: int = 0
    unchanged: int = 0
    rejected: int = 0
    recounted_days: int = 0
    reasons: dict[str, int] = field(default_factory=dict)
    rejected_file: Path | None = None


class DryRunError(InputError):
    """Takes a dry run back; never leaves this module."""


def import_assessments(
    sessions: sessionmaker[Session],
    path: Path | str,
    *,
    columns: AssessmentColumns,
    source: str,
    default_set: str | None = None,
    is_dry_run: bool = False,
    progress: Callable[[int], object] | None = None,
) -> AssessmentReport:
    """Score and store the assessments of a file and count their days again.

    Rows may be in any order of time; the levels come out as if each had been
    submitted on its day.

    Args:
        sessions: Where to store; everything happens in one transaction.
        path: CSV, XLSX, Parquet or NDJSON file, or `-`.
        columns: Names of the file's columns.
        source: Name of the source: of the assessments, and of the venues where the file
            names them by external id.
        default_set: Criteria set of rows that name none.
        is_dry_run: Do all of it, then take it back; the file of rejected rows is written.
        progress: Called with the number of rows read after each chunk.

    Raises:
        InputError: The file cannot be read or lacks a column.
    """
    report = AssessmentReport()
    try:
        with open_table(path, chunk_rows=5_000) as table:
            table.require_columns(columns.named(), options=columns.options())
            with RejectedRows(path, table.columns) as rejected, sessions.begin() as session:
                for count in _copy_rows(
                    session, table, columns, rejected, source=source, default_set=default_set
                ):
                    report.read += count
                    if progress is not None:
                        progress(count)
                report.rejected = rejected.count
                report.reasons = dict(rejected.reasons)
                report.rejected_file = rejected.path if rejected.count else None
                _store(session, report, source)
                if is_dry_run:
                    raise DryRunError("taken back")
    except DryRunError:
        pass
    return report


def _copy_rows(
    session: Session,
    table: Table,
    columns: AssessmentColumns,
    rejected: RejectedRows,
    *,
    source: str,
    default_set: str | None,
) -> Iterator[int]:
    """Copy the rows that can be taken; yields how many were read, chunk by chunk."""
    session.execute(text("DROP TABLE IF EXISTS pg_temp.assessment_input"))
    session.execute(read_sql("assessment_input"))
    driver = session.connection().connection.driver_connection
    if not isinstance(driver, Connection):
        raise InputError("this import needs the psycopg driver")
    lines_by_key: dict[str, int] = {}
    for chunk in table.chunks:
        venues = _known_venues(session, chunk, columns, source)
        rows: list[tuple[int, ScoredRow]] = []
        for line_number, reason, raw in chunk.broken:
            rejected.add_broken(line_number, reason, raw)
        for line_number, row in zip(chunk.line_numbers, chunk.rows, strict=True):
            try:
                found = score_row(
                    row, columns, venues=venues, source=source, default_set=default_set
                )
                first_line = lines_by_key.setdefault(found.submission_key, line_number)
                if first_line != line_number:
                    raise RowError(f"is the same submission as line {first_line}")
                rows.append((line_number, found))
            except RowError as error:
                rejected.add(line_number, str(error), row)
        with driver.cursor().copy("COPY assessment_input FROM STDIN") as copy:
            for line_number, found in rows:
                copy.write_row(copied_row(line_number, found))
        yield len(chunk.rows) + len(chunk.broken)


def copied_row(line_number: int, row: ScoredRow) -> tuple[object, ...]:
    """A scored row in the order of the columns of `assessment_input`."""
    result = row.result
    return (
        line_number,
        row.venue_pk,
        result.set_id,
        row.set_version,
        json.dumps(result.answers),
        row.submitted_at,
        row.submission_key,
        result.score,
        result.safety_tenths,
        result.level.value,
        result.set_level,
        json.dumps(points_json(result)),
        row.valid_until,
        row.remedy_due,
    )


def _known_venues(
    session: Session, chunk: TableChunk, columns: AssessmentColumns, source: str
) -> dict[str, KnownVenue]:
    column = columns.venue_column
    words = sorted({row[column] for row in chunk.rows})
    name = Venue.external_id if columns.external_id is not None else Venue.venue_id
    statement = select(
        name.label("word"),
        Venue.venue_pk,
        Venue.venue_id,
        Venue.venue_type,
        Venue.closed_on,
        past_closures_column().label("past_closures"),
        province_code_column().label("province_code"),
    ).where(name.in_(words))
    if columns.external_id is not None:
        statement = statement.where(Venue.source == source)
    return {
        row.word: KnownVenue(
            venue_pk=row.venue_pk,
            venue_id=row.venue_id,
            venue_type=row.venue_type,
            closures=read_closures(row.closed_on, row.past_closures),
            province_code=row.province_code,
        )
        for row in session.execute(statement.order_by(Venue.venue_pk))
    }


def _store(session: Session, report: AssessmentReport, source: str) -> None:
    own_levels(session)
    session.execute(
        read_sql("insert_assessments"),
        {"source": source, "account_pk": None, "declared_name": None},
    )
    stored = session.execute(read_sql("insert_results")).one()
    report.loaded = stored.stored
    report.unchanged = report.read - report.rejected - report.loaded
    if not report.loaded:
        return
    session.execute(read_sql("rebuild_spans"), {"venue_pks": stored.venue_pks})
    renew_trust_of_many(session, stored.venue_pks)
    choose_reviews_of_venues(session, stored.venue_pks)
    first_day: date = stored.first_day
    codes = session.scalars(select(BoundaryEdition.code).order_by(BoundaryEdition.code)).all()
    for code in codes:
        report.recounted_days += recount_from(session, code, first_day)

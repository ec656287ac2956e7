"""Imports a file of venues: one transaction, rejected rows beside the file, nothing doubled."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Final

from psycopg import Connection
from sqlalchemy import select, text
from sqlalchemy.orm import Session, sessionmaker

from assessments.venue_types import VenueType
from data.errors import InputError
from data.ingest.cell_problems import RowError
from data.ingest.owned_venues import OwnedRows
from data.ingest.rejected import RejectedRows
from data.ingest.tables import Table, TableChunk, open_table
from data.ingest.venue_rows import VenueColumns, VenueRow, VenueRowReader
from data.models import BoundaryEdition
from data.services.boundaries.location import locate_venues
from data.services.counting.aggregation import recount_from
from data.services.counting.level_locks import own_levels
from data.sql_files import read_sql
from data.venue_ids import make_venue_ids

DEFAULT_FOOTFALL: Final = 100  # persons per day where neither footfall nor capacity is known
REMARK_COLUMNS: Final = ("edition", "venue_id", "external_id", "name", "address")


@dataclass(kw_only=True)
class VenueReport:
    """What an import did; `loaded` counts new and changed venues together.

    Attributes:
        outside: Venues outside every area, by edition; kept, and in no count.
        without_point: Venues without a point; kept, and in no count.
        contradicting: Venues whose address names another area than holds their point, by edition.
        reasons: How often each reason for rejecting was given.
        rejected_file, remarks_file: Where they are listed; None where there are none.
        encoding: Encoding found in a text file.
    """

    read: int = 0
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    rejected: int = 0
    without_point: int = 0
    recounted_days: int = 0
    outside: dict[str, int] = field(default_factory=dict)
    contradicting: dict[str, int] = field(default_factory=dict)
    reasons: dict[str, int] = field(default_factory=dict)
    rejected_file: Path | None = None
    remarks_file: Path | None = None
    encoding: str | None = None

    @property
    def loaded(self) -> int:
        """Venues stored or changed."""
        return self.new + self.changed


class DryRunError(InputError):
    """Takes a dry run back; never leaves this module."""


def import_venues(
    sessions: sessionmaker[Session],
    path: Path | str,
    *,
    columns: VenueColumns,
    source: str,
    today: date,
    type_map: Mapping[str, VenueType] | None = None,
    is_dry_run: bool = False,
    progress: Callable[[int], object] | None = None,
) -> VenueReport:
    """Store the venues of a file, place them in every edition and count their days again.

    A venue is known again by `source` and its id, or, in a file without ids, by
    its type, name, address and point. What the file does not say stays as it is,
    and so does a venue that has an owner: a row that would change it is rejected.

    Args:
        sessions: Where to store; everything happens in one transaction.
        path: CSV, XLSX, Parquet or NDJSON file, or `-`.
        columns: Names of the file's columns.
        source: Name of the source; the same for every edition of the same list.
        today: First day on which new venues count where the file does not say it.
        type_map: The file's words for types.
        is_dry_run: Do all of it, then take it back; the files of rows are written.
        progress: Called with the number of rows read after each chunk.

    Raises:
        InputError: The file cannot be read or lacks a column.
    """
    report = VenueReport()
    try:
        with open_table(path) as table:
            table.require_columns(columns.named(), options=columns.options())
            report.encoding = table.encoding
            with (
                RejectedRows(path, table.columns) as rejected,
                RejectedRows(path, REMARK_COLUMNS, kind="remarks") as remarks,
                sessions.begin() as session,
            ):
                owned = OwnedRows(session, source)
                for count in _copy_rows(
                    session,
                    table,
                    # Held by the copying alone: what it remembers of every row is free after it.
                    VenueRowReader(columns=columns, type_map=type_map or {}),
                    rejected,
                    owned,
                ):
                    report.read += count
                    if progress is not None:
                        progress(count)
                _store(session, report, rejected, owned, source=source, today=today)
                report.rejected = rejected.count
                report.reasons = dict(rejected.reasons)
                report.rejected_file = rejected.path if rejected.count else None
                _remark(session, source, remarks, report)
                report.remarks_file = remarks.path if remarks.count else None
                if is_dry_run:
                    raise DryRunError("taken back")
    except DryRunError:
        pass
    return report


def _copy_rows(
    session: Session,
    table: Table,
    reader: VenueRowReader,
    rejected: RejectedRows,
    owned: OwnedRows,
) -> Iterator[int]:
    """Copy the rows that can be taken; yields how many were read, chunk by chunk."""
    session.execute(text("DROP TABLE IF EXISTS pg_temp.venue_input, pg_temp.venue_change"))
    session.execute(read_sql("venue_input"))
    driver = session.connection().connection.driver_connection
    if not isinstance(driver, Connection):
        raise InputError("this import needs the psycopg driver")
    for chunk in table.chunks:
        rows = _read_chunk(chunk, reader, rejected)
        cells = dict(zip(chunk.line_numbers, chunk.rows, strict=True))
        owned.keep((line, row.external_id, cells[line]) for line, row in rows)
        ids = make_venue_ids(len(rows))
        with driver.cursor().copy("COPY venue_input FROM STDIN") as copy:
            for venue_id, (line_number, row) in zip(ids, rows, strict=True):
                copy.write_row(
                    (
                        line_number,
                        row.external_id,
                        venue_id,
                        row.venue_type,
                        row.name,
                        row.name_ascii,
                        row.address,
                        row.lon,
                        row.lat,
                        row.capacity,
                        row.footfall_per_day,
                        row.opened_on,
                        row.closed_on,
                    )
                )
        yield len(chunk.rows) + len(chunk.broken)
    session.execute(text("CREATE INDEX ON venue_input (external_id)"))
    session.execute(text("ANALYZE venue_input"))


def _read_chunk(
    chunk: TableChunk, reader: VenueRowReader, rejected: RejectedRows
) -> list[tuple[int, VenueRow]]:
    rows: list[tuple[int, VenueRow]] = []
    for line_number, reason, raw in chunk.broken:
        rejected.add_broken(line_number, reason, raw)
    for line_number, row in zip(chunk.line_numbers, chunk.rows, strict=True):
        try:
            rows.append((line_number, reader.read(line_number, row)))
        except RowError as error:
            rejected.add(line_number, str(error), row)
    return rows


def _store(
    session: Session,
    report: VenueReport,
    rejected: RejectedRows,
    owned: OwnedRows,
    *,
    source: str,
    today: date,
) -> None:
    own_levels(session)
    given = {"source": source, "opened_on": today, "default_footfall": DEFAULT_FOOTFALL}
    session.execute(read_sql("venue_changes"), given)
    left = owned.reject_changes(rejected)
    changed = session.execute(
        text("SELECT venue_pk, first_day, is_placed_anew FROM venue_change ORDER BY venue_pk")
    ).all()
    session.execute(read_sql("update_venues"))
    new = session.execute(read_sql("insert_venues"), given).all()
    rows = session.scalar(text("SELECT count(*) FROM venue_input")) or 0
    report.changed, report.new = len(changed), len(new)
    report.unchanged = rows - report.changed - report.new - left
    if not changed and not new:
        return
    to_place = [row.venue_pk for row in new]
    to_place += [row.venue_pk for row in changed if row.is_placed_anew]
    first_day = min([row.opened_on for row in new] + [row.first_day for row in changed])
    for code in _edition_codes(session):
        if to_place:
            locate_venues(session, code, venue_pks=to_place)
        report.recounted_days += recount_from(session, code, first_day)


def _remark(session: Session, source: str, remarks: RejectedRows, report: VenueReport) -> None:
    """List venues that are kept although their place is doubtful."""
    report.outside = dict.fromkeys(_edition_codes(session), 0)
    report.contradicting = dict(report.outside)
    without_point: set[str] = set()
    for row in session.execute(read_sql("venue_remarks"), {"source": source}):
        if row.is_without_point:
            without_point.add(row.venue_id)
            reason = "has no point, so no area counts it"
        elif row.is_outside:
            report.outside[row.edition_code] += 1
            reason = "lies outside every area, so no area counts it"
        else:
            report.contradicting[row.edition_code] += 1
            reason = f"is counted in {row.area_name} by its point, but its address names another"
        remarks.add(
            row.line_number,
            reason,
            {
                "edition": row.edition_code,
                "venue_id": row.venue_id,
                "external_id": row.external_id,
                "name": row.name,
                "address": row.address or "",
            },
        )
    report.without_point = len(without_point)


def _edition_codes(session: Session) -> list[str]:
    return list(session.scalars(select(BoundaryEdition.code).order_by(BoundaryEdition.code)).all())

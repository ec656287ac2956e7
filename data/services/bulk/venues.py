"""Many venues of one file: checked against what is stored, then stored in one go."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any, Final

import numpy as np
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from data.copying import copy_rows
from data.ingest.text_cells import Row
from data.ingest.uploaded_tables import UploadedRow, UploadedTable
from data.ingest.venue_rows import VenueColumns, VenueRow, VenueRowReader
from data.ingest.venues import DEFAULT_FOOTFALL
from data.models import BoundaryEdition
from data.queries.editions import active_edition_code
from data.scope import Actor
from data.services import audit
from data.services.boundaries.location import load_area_index, locate_venues
from data.services.bulk.changes import read_changes
from data.services.bulk.tables import (
    EXTERNAL_ID,
    VENUE_ID,
    BulkCheck,
    BulkWords,
    ColumnPlan,
    cell,
    decimal_point,
    plan_columns,
    problem_of,
    whole_number,
)
from data.services.counting.level_differences import changing_many_counts
from data.sql_files import read_sql
from data.venue_ids import make_venue_ids
from geo.locate import OUTSIDE
from geo.names import fold

VENUE_KEYS: Final = (
    EXTERNAL_ID,
    "name",
    "type",
    "address",
    "lat",
    "lon",
    "capacity",
    "footfall",
    VENUE_ID,
)
REQUIRED_KEYS: Final = (EXTERNAL_ID, "name", "type", "lat", "lon")
WHOLE_KEYS: Final = ("capacity", "footfall")
NUMBER_KEYS: Final = ("lat", "lon")
SAID_TWICE: Final = frozenset({"id_twice", "same_row"})
ONE_DAY: Final = timedelta(days=1)
LATITUDES: Final = (8, 24)  # of Việt Nam, as the template says
LONGITUDES: Final = (102, 118)
# A likely duplicate: the same rule as for one venue.
NEAR_M: Final = 50
BOX_DEGREES: Final = 0.0006  # 50 m east to west as far north as Việt Nam reaches
SIMILAR: Final = 0.5
MOST_NEAR: Final = 200
MOVED_M: Final = 1  # less is how the same point is written by another program
COPY: Final = (
    "COPY bulk_venue_input (line, external_id, venue_id, new_venue_id, venue_type, name,"
    " name_ascii, address, point, capacity, footfall_per_day, area_id) FROM STDIN"
)
STORE_STAFF: Final = text(
    "INSERT INTO venue_staff (venue_pk, account_pk, role)"
    " SELECT unnest(CAST(:venue_pks AS bigint[])), :account_pk, 'owner'"
)
STORE_EVENTS: Final = text(
    "INSERT INTO venue_event (venue_pk, kind, account_pk, details)"
    " SELECT given.venue_pk, :kind, :account_pk, CAST(:details AS jsonb)"
    " FROM unnest(CAST(:venue_pks AS bigint[])) AS given (venue_pk) ORDER BY given.venue_pk"
)


def source_of(actor: Actor) -> str:
    """The list to which a person's own codes belong; nobody else's codes are in it."""
    return f"bulk:{actor.account_id}"


def check_venues(
    session: Session, actor: Actor, table: UploadedTable, words: BulkWords, *, today: date
) -> BulkCheck:
    """Say of every row whether and how it can be taken; leaves them in a temporary table.

    Args:
        session: The person's own, by `data.scope`.
        actor: Who uploads.
        table: The file.
        words: What headers and types may be called.
        today: Calendar day in Asia/Ho_Chi_Minh.

    Raises:
        UploadRefusedError: Columns are missing or stand twice.
    """
    plan = plan_columns(table, words, keys=VENUE_KEYS, required=REQUIRED_KEYS)
    check = BulkCheck(ignored=plan.ignored)
    rows = _read_rows(table, plan, words, check)
    edition_code = active_edition_code(session)
    _copy_rows(session, rows, edition_code)
    facts = _facts(actor, today, has_edition=edition_code is not None)
    _match(session, facts)
    cells = {row.line: row.cells for row, *_ in rows}
    points = {row.line: found for row, found, _ in rows}
    for line, code in session.execute(read_sql("bulk_venue_verdicts"), facts):
        key = PROBLEM_KEYS[code]
        if key == "lat" and _is_lon_wrong(points[line]):
            key = "lon"
        check.add(line, [problem_of(plan, key, code, cell(cells[line], plan, key))])
    _drop_lines(session, list(check.bad))
    for line, code, name, other in session.execute(read_sql("bulk_like_venues"), facts | LIKENESS):
        where = {} if other is None else {"line": other}
        value = cell(cells[line], plan, "name")
        check.doubtful[line] = [problem_of(plan, "name", code, value, name=name, **where)]
    check.changes = read_changes(session)
    _count(session, check)
    return check


PROBLEM_KEYS: Final[Mapping[str, str]] = {
    "venue_unknown": VENUE_ID,
    "venue_lost": EXTERNAL_ID,
    "has_owner": EXTERNAL_ID,
    "venue_closed": EXTERNAL_ID,
    "venue_twice": VENUE_ID,
    "type_changed": "type",
    "outside": "lat",
    "outside_areas": "lat",
}
LIKENESS: Final = {
    "box_degrees": BOX_DEGREES,
    "near_m": NEAR_M,
    "similar": SIMILAR,
    "most": MOST_NEAR,
}


def store_venues(
    session: Session,
    actor: Actor,
    check: BulkCheck,
    *,
    upload_id: str,
    today: date,
    with_doubtful: bool,
    with_changes: bool,
) -> int:
    """Store the rows that `check_venues` left, in its transaction, which holds `own_levels`.

    An owner becomes the owner of the new venues. The counts of areas follow by
    the difference.

    Args:
        session: The same as that of the check.
        actor: Who uploads.
        check: What it said.
        upload_id: Stands in the history of each venue.
        today: First day on which new venues count, and moved ones at their new place.
        with_doubtful: Whether rows that look like other venues are stored too.
        with_changes: Whether rows that change stored venues are stored too.

    Returns:
        How many rows were new or changed.
    """
    if not with_doubtful:
        _drop_lines(session, list(check.doubtful))
    if not with_changes:
        _drop_lines(session, [one.line for one in check.changes])
    moved, edited = _changed(session)
    facts = {
        "source": source_of(actor),
        "today": today,
        "last_day": today - ONE_DAY,
        "default_footfall": DEFAULT_FOOTFALL,
    }
    leave_scope(session)
    with changing_many_counts(session, moved, today) as changing:
        session.execute(read_sql("bulk_keep_places"), facts)
        session.execute(read_sql("bulk_update_venues"))
        new = sorted(session.scalars(read_sql("bulk_insert_venues"), facts).all())
        placed = [*moved, *new]
        for code in session.scalars(select(BoundaryEdition.code).order_by(BoundaryEdition.code)):
            if placed:
                locate_venues(session, code, venue_pks=placed)
        changing.venue_pks += new
    mine = {"account_pk": actor.account_pk}
    if actor.role == "owner":
        session.execute(STORE_STAFF, mine | {"venue_pks": new})
    details = f'{{"upload": "{upload_id}"}}'
    for kind, pks in (("registered", new), ("moved", moved), ("edited", edited)):
        session.execute(STORE_EVENTS, mine | {"venue_pks": pks, "kind": kind, "details": details})
    stored = len(new) + len({*moved, *edited})
    if stored:
        audit.record(
            session,
            actor_id=actor.account_id,
            action="bulk.venues",
            subject_kind="bulk_upload",
            subject_id=upload_id,
            details={"new": len(new), "moved": len(moved), "edited": len(edited)},
        )
    return stored


def leave_scope(session: Session) -> None:
    """Go on as the site itself until the transaction ends.

    For what a person may cause but not do: to become the owner of venues that
    were made a moment ago, and to change the counts of areas.
    """
    session.execute(text("SELECT set_config('role', 'none', true)"))


def _is_lon_wrong(found: VenueRow) -> bool:
    """Whether the longitude alone cannot be one in Việt Nam."""
    if found.lat is None or found.lon is None:
        return False
    is_lat_right = LATITUDES[0] <= found.lat <= LATITUDES[1]
    return is_lat_right and not LONGITUDES[0] <= found.lon <= LONGITUDES[1]


def _read_rows(
    table: UploadedTable, plan: ColumnPlan, words: BulkWords, check: BulkCheck
) -> list[tuple[UploadedRow, VenueRow, str | None]]:
    headers = plan.headers
    reader = VenueRowReader(
        columns=VenueColumns(
            name=headers["name"],
            venue_type=headers["type"],
            lon=headers["lon"],
            lat=headers["lat"],
            external_id=headers[EXTERNAL_ID],
            address=headers.get("address"),
            capacity=headers.get("capacity"),
            footfall=headers.get("footfall"),
        ),
        type_map={},
    )
    rows: list[tuple[UploadedRow, VenueRow, str | None]] = []
    first_lines: dict[str, int] = {}
    for row in table.rows:
        own_code = cell(row.cells, plan, EXTERNAL_ID)
        if words.is_example(own_code):
            check.examples += 1
            continue
        cells = _prepare(row, plan, words)
        found, errors = reader.check(row.line, cells)
        flawed = {problem.column for problem in row.problems}
        # What is a formula or an error is said once: its text says nothing more.
        more = [error.problem for error in errors]
        problems = [*row.problems, *(one for one in more if one.column not in flawed)]
        if found is not None and found.lat is None and plan.headers["lat"] not in flawed:
            problems.append(problem_of(plan, "lat", "point_missing"))
        # The reader knows the codes of rows it took; a row with other faults repeats one as well.
        first = first_lines.setdefault(own_code, row.line) if own_code else row.line
        if first != row.line and not SAID_TWICE & {one.code for one in problems}:
            problems.append(problem_of(plan, EXTERNAL_ID, "id_twice", own_code, line=first))
        if found is None or problems:
            check.add(row.line, problems)
        else:
            rows.append((row, found, cell(cells, plan, VENUE_ID) or None))
    return rows


def _prepare(row: UploadedRow, plan: ColumnPlan, words: BulkWords) -> Row:
    """Cells in the form that imports by command know: type codes, decimal points, a code."""
    headers, cells = plan.headers, row.cells
    changed = {headers[key]: decimal_point(cells[headers[key]]) for key in NUMBER_KEYS}
    for header in filter(None, map(headers.get, WHOLE_KEYS)):
        # In a number cell the point parts decimals: 1.234 there is no whole number.
        if header not in row.numbers:
            changed[header] = whole_number(cells[header])
    word = cells[headers["type"]]
    changed[headers["type"]] = words.types.get(fold(word), word)
    venue_id = cell(cells, plan, VENUE_ID)
    if venue_id and not cells[headers[EXTERNAL_ID]]:
        changed[headers[EXTERNAL_ID]] = venue_id
    return cells | changed


def _copy_rows(
    session: Session,
    rows: list[tuple[UploadedRow, VenueRow, str | None]],
    edition_code: str | None,
) -> None:
    areas: list[int | None] = [None] * len(rows)
    if edition_code is not None and rows:
        lon = np.array([found.lon for _, found, _ in rows], dtype=np.float64)
        lat = np.array([found.lat for _, found, _ in rows], dtype=np.float64)
        located = load_area_index(session, edition_code).locate(lon, lat)
        areas = [None if area == OUTSIDE else area for area in located.tolist()]
    session.execute(text("DROP TABLE IF EXISTS pg_temp.bulk_venue_input"))
    session.execute(read_sql("bulk_venue_input"))
    copy_rows(
        session,
        COPY,
        (
            (
                row.line,
                found.external_id,
                venue_id,
                new_id,
                found.venue_type,
                found.name,
                found.name_ascii,
                found.address,
                f"SRID=4326;POINT({found.lon!r} {found.lat!r})",
                found.capacity,
                found.footfall_per_day,
                area,
            )
            for (row, found, venue_id), area, new_id in zip(
                rows, areas, make_venue_ids(len(rows)), strict=True
            )
        ),
    )


def _match(session: Session, facts: Mapping[str, Any]) -> None:
    session.execute(
        text(
            "UPDATE bulk_venue_input AS input SET venue_pk = venue.venue_pk FROM venue"
            " WHERE venue.venue_id = input.venue_id"
        )
    )
    session.execute(
        text(
            "UPDATE bulk_venue_input AS input SET venue_pk = venue.venue_pk FROM venue"
            " WHERE input.venue_id IS NULL"
            " AND venue.source = :source AND venue.external_id = input.external_id"
        ),
        facts,
    )
    session.execute(text("CREATE INDEX ON bulk_venue_input USING gist (point)"))
    session.execute(text("ANALYZE bulk_venue_input"))
    session.execute(read_sql("bulk_match_venues"), facts)


def _facts(actor: Actor, today: date, *, has_edition: bool) -> dict[str, Any]:
    return {
        "source": source_of(actor),
        "account_pk": actor.account_pk,
        "is_owner": actor.role == "owner",
        "is_everywhere": actor.role == "ministry",
        "area_ids": list(actor.area_ids),
        "moved_m": MOVED_M,
        "today": today,
        "has_edition": has_edition,
    }


def _drop_lines(session: Session, lines: list[int]) -> None:
    session.execute(
        text("DELETE FROM bulk_venue_input WHERE line = ANY (CAST(:lines AS integer[]))"),
        {"lines": lines},
    )


def _count(session: Session, check: BulkCheck) -> None:
    rows = session.execute(
        text(
            "SELECT line, venue_pk IS NULL AS is_new, is_changed OR is_moved AS is_changed"
            " FROM bulk_venue_input ORDER BY line"
        )
    )
    for row in rows:
        if row.line in check.doubtful:
            continue
        if row.is_new:
            check.new += 1
        elif row.is_changed:
            check.changed += 1
        else:
            check.unchanged += 1


def _changed(session: Session) -> tuple[list[int], list[int]]:
    """Keys of stored venues that move, and of those of which something else changes."""
    rows = session.execute(
        text(
            "SELECT venue_pk, is_moved, is_changed FROM bulk_venue_input"
            " WHERE venue_pk IS NOT NULL AND (is_moved OR is_changed) ORDER BY venue_pk"
        )
    ).all()
    return (
        [row.venue_pk for row in rows if row.is_moved],
        [row.venue_pk for row in rows if row.is_changed],
    )

"""The rows of a venue file beside what is stored: whether and how each can be taken."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, Final

import numpy as np
from sqlalchemy import Row, text
from sqlalchemy.orm import Session

from data.copying import copy_rows
from data.ingest.uploaded_tables import UploadedTable
from data.queries.editions import active_edition_code
from data.scope import Actor
from data.services.boundaries.location import load_area_index
from data.services.bulk.changes import read_changes
from data.services.bulk.tables import (
    EXTERNAL_ID,
    VENUE_ID,
    BulkCheck,
    BulkWords,
    cell,
    plan_columns,
    problem_of,
)
from data.services.bulk.uploader import source_of
from data.services.bulk.venue_cells import (
    REQUIRED_KEYS,
    VENUE_KEYS,
    ReadVenue,
    is_lon_wrong,
    read_venue_rows,
)
from data.sql_files import read_sql
from data.venue_ids import make_venue_ids
from geo.locate import OUTSIDE
from geo.venue_names import is_like

# A likely duplicate: the same rule as for one venue.
NEAR_M: Final = 50
BOX_DEGREES: Final = 0.0006  # 50 m east to west as far north as Việt Nam reaches
SIMILAR: Final = 0.1  # letters in common at all; `geo.venue_names` compares the names
MOST_NEAR: Final = 50
"""Of one type about one point; rows with more are not compared by name, but held back."""
PAIRS_AT_ONCE: Final = 2_000
MOVED_M: Final = 1  # less is how the same point is written by another program
COPY: Final = (
    "COPY bulk_venue_input (line, external_id, venue_id, new_venue_id, venue_type, name,"
    " name_ascii, address, point, capacity, footfall_per_day, area_id) FROM STDIN"
)
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
    rows = read_venue_rows(table, plan, words, check)
    edition_code = active_edition_code(session)
    _copy_rows(session, rows, edition_code)
    facts = _facts(actor, today, has_edition=edition_code is not None)
    _match(session, facts)
    by_line = {one.row.line: one for one in rows}
    for line, code in session.execute(read_sql("bulk_venue_verdicts"), facts):
        key = PROBLEM_KEYS[code]
        if key == "lat" and is_lon_wrong(by_line[line].found):
            key = "lon"
        check.add(line, [problem_of(plan, key, code, cell(by_line[line].row.cells, plan, key))])
    drop_lines(session, list(check.bad))

    def hold(line: int, key: str, code: str, /, **values: Any) -> None:
        value = cell(by_line[line].row.cells, plan, key)
        check.doubtful[line] = [problem_of(plan, key, code, value, **values)]

    for (line,) in session.execute(read_sql("bulk_crowded_venues"), {**facts, **LIKENESS}).all():
        hold(line, "lat", "crowded", most=MOST_NEAR)
    for line, code, name, other in _near_pairs(session, facts):
        if line not in check.doubtful and is_like(name, by_line[line].found.name):
            where = {} if other is None else {"line": other}
            hold(line, "name", code, name=name, **where)
    check.changes = read_changes(session)
    _count(session, check)
    return check


def drop_lines(session: Session, lines: list[int]) -> None:
    """Take rows out of those that are stored, by their lines."""
    session.execute(
        text("DELETE FROM bulk_venue_input WHERE line = ANY (CAST(:lines AS integer[]))"),
        {"lines": lines},
    )


def _near_pairs(
    session: Session, facts: Mapping[str, Any]
) -> Iterator[Row[int, str, str, int | None]]:
    """Rows beside what they may look like, some at a time: there may be half a million."""
    found = session.execute(
        read_sql("bulk_like_venues"),
        {**facts, **LIKENESS},
        execution_options={"yield_per": PAIRS_AT_ONCE},
    )
    return iter(found)


def _copy_rows(session: Session, rows: list[ReadVenue], edition_code: str | None) -> None:
    areas: list[int | None] = [None] * len(rows)
    if edition_code is not None and rows:
        lon = np.array([one.found.lon for one in rows], dtype=np.float64)
        lat = np.array([one.found.lat for one in rows], dtype=np.float64)
        located = load_area_index(session, edition_code).locate(lon, lat)
        areas = [None if area == OUTSIDE else area for area in located.tolist()]
    session.execute(text("DROP TABLE IF EXISTS pg_temp.bulk_venue_input"))
    session.execute(read_sql("bulk_venue_input"))
    copy_rows(
        session,
        COPY,
        (
            (
                one.row.line,
                one.found.external_id,
                one.venue_id,
                new_id,
                one.found.venue_type,
                one.found.name,
                one.found.name_ascii,
                one.found.address,
                f"SRID=4326;POINT({one.found.lon!r} {one.found.lat!r})",
                one.found.capacity,
                one.found.footfall_per_day,
                area,
            )
            for one, area, new_id in zip(rows, areas, make_venue_ids(len(rows)), strict=True)
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

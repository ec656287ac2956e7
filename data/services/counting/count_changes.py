"""Counts of areas while one venue opens, closes, moves or loses its level: by the difference.

What the venue adds to the counts is read before and after the change, and the
difference is added. The cost depends on the days that change, never on the
number of venues, and the result is exactly that of counting all venues anew.
"""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any, Final

from sqlalchemy import FromClause, and_, cast, column, delete, exists, func, insert, select, update
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Session

from data.services.counting.count_tables import COUNT_TABLES, CountTable
from data.sql_files import read_sql

KEY_COLUMNS: Final = ("day", "area_id")
Key = tuple[date, int]


@contextmanager
def changing_counts(session: Session, venue_pk: int, first_day: date) -> Iterator[None]:
    """What is done to a venue within changes the counts of its areas, from a day on.

    The caller holds `share_levels` and the venue's row, and changes nothing
    that matters to the counts of days before `first_day`.

    Args:
        session: The transaction.
        venue_pk: The venue.
        first_day: First calendar day whose counts may change.
    """
    is_counted = session.execute(read_sql("lock_counted_days"), {"first_day": first_day}).first()
    if not is_counted:
        yield
        return
    before = [_read(session, table, venue_pk, first_day) for table in COUNT_TABLES]
    yield
    session.flush()
    for table, standing in zip(COUNT_TABLES, before, strict=True):
        _add(session, table, standing, _read(session, table, venue_pk, first_day))


def _read(
    session: Session, table: CountTable, venue_pk: int, first_day: date
) -> dict[Key, Counter[str]]:
    rows = session.execute(read_sql(table.of_venue), {"venue_pk": venue_pk, "first_day": first_day})
    return {
        (row.day, row.area_id): Counter({name: getattr(row, name) for name in table.names})
        for row in rows
    }


def _add(
    session: Session,
    table: CountTable,
    before: dict[Key, Counter[str]],
    after: dict[Key, Counter[str]],
) -> None:
    changes: list[dict[str, Any]] = []
    for key in sorted(before.keys() | after.keys()):
        old, new = before.get(key, Counter()), after.get(key, Counter())
        steps = {name: new[name] - old[name] for name in table.names}
        if any(steps.values()):
            changes.append({"day": key[0].isoformat(), "area_id": key[1], **steps})
    if not changes:
        return
    model = table.model
    columns = (*KEY_COLUMNS, *table.names)
    steps_of = _as_rows(table, changes)
    is_same = and_(model.day == steps_of.c.day, model.area_id == steps_of.c.area_id)
    session.execute(
        update(model)
        .values({name: getattr(model, name) + steps_of.c[name] for name in table.names})
        .where(is_same)
        .execution_options(synchronize_session=False)
    )
    # An area without a venue has no row: the first one brings it, the last one takes it along.
    # Asked for after the update, so that only what stands nowhere is new.
    session.execute(
        insert(model).from_select(
            columns,
            select(*(steps_of.c[name] for name in columns)).where(
                steps_of.c[table.presence] > 0, ~exists().where(is_same).correlate(steps_of)
            ),
        )
    )
    session.execute(
        delete(model)
        .where(is_same, getattr(model, table.presence) == 0)
        .execution_options(synchronize_session=False)
    )


def _as_rows(table: CountTable, changes: list[dict[str, Any]]) -> FromClause:
    """The changes as a table of the statement, typed by the columns of the counts."""
    types = table.model.__table__.c
    return (
        func.jsonb_to_recordset(cast(changes, JSONB))
        .table_valued(
            *(column(name, types[name].type) for name in (*KEY_COLUMNS, *table.names)),
            name="change",
        )
        .render_derived(with_types=True)
    )

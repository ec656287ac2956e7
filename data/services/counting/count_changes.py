"""Counts of areas while one venue opens, closes, moves or loses its level: by the difference.

What the venue adds to the counts is read before and after the change, and the
difference is added. The cost depends on the days that change, never on the
number of venues, and the result is exactly that of counting all venues anew.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from typing import Any

from sqlalchemy import (
    FromClause,
    Row,
    and_,
    cast,
    column,
    delete,
    exists,
    func,
    insert,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Session

from data.services.counting.count_tables import DAILY_TABLES, DailyTable
from data.sql_files import read_sql

Counts = dict[tuple[Any, ...], Counter[str]]
"""Counts by the key of their table: day, area and what else it has."""


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
    before = _read(session, venue_pk, first_day)
    yield
    session.flush()
    after = _read(session, venue_pk, first_day)
    for table in DAILY_TABLES:
        add_difference(
            session,
            table,
            before=counts_by_key(table, before[table.of_venue]),
            after=counts_by_key(table, after[table.of_venue]),
        )


def counts_by_key(table: DailyTable, rows: list[Row[Any]]) -> Counts:
    """Rows as counts of one table; rows whose key is not whole belong to others."""
    found: Counts = {}
    for row in rows:
        key = tuple(getattr(row, name) for name in table.key)
        if None not in key:
            found[key] = Counter({name: getattr(row, name) for name in table.names})
    return found


def add_difference(
    session: Session, table: DailyTable, *, before: Mapping[Any, Any], after: Mapping[Any, Any]
) -> None:
    """Add to stored counts what comes more by `after` than by `before`, `Counts` both.

    The caller holds the days locked; see `lock_counted_days.sql`.
    """
    changes: list[dict[str, Any]] = []
    for key in sorted(before.keys() | after.keys()):
        old, new = before.get(key, Counter()), after.get(key, Counter())
        steps = {name: new[name] - old[name] for name in table.names}
        if any(steps.values()):
            where = {**dict(zip(table.key, key, strict=True)), "day": key[0].isoformat()}
            changes.append({**where, **steps})
    if not changes:
        return
    model = table.model
    columns = (*table.key, *table.names)
    steps_of = _as_rows(table, changes)
    is_same = and_(*(getattr(model, name) == steps_of.c[name] for name in table.key))
    session.execute(
        update(model)
        .values({name: getattr(model, name) + steps_of.c[name] for name in table.names})
        .where(is_same)
        .execution_options(synchronize_session=False)
    )
    # An area without a venue has no row: the first one brings it, the last one takes it along.
    # Asked for after the update, so that only what stands nowhere is new.
    if any(one[table.presence] > 0 for one in changes):
        session.execute(
            insert(model).from_select(
                columns,
                select(*(steps_of.c[name] for name in columns)).where(
                    steps_of.c[table.presence] > 0, ~exists().where(is_same).correlate(steps_of)
                ),
            )
        )
    if any(one[table.presence] < 0 for one in changes):
        session.execute(
            delete(model)
            .where(is_same, getattr(model, table.presence) == 0)
            .execution_options(synchronize_session=False)
        )


def _read(session: Session, venue_pk: int, first_day: date) -> dict[str, list[Row[Any]]]:
    """What the venue adds on every counted day from `first_day` on, by statement."""
    return {
        name: list(
            session.execute(read_sql(name), {"venue_pk": venue_pk, "first_day": first_day}).all()
        )
        for name in sorted({table.of_venue for table in DAILY_TABLES})
    }


def _as_rows(table: DailyTable, changes: list[dict[str, Any]]) -> FromClause:
    """The changes as a table of the statement, typed by the columns of the counts."""
    types = table.model.__table__.c
    return (
        func.jsonb_to_recordset(cast(changes, JSONB))
        .table_valued(
            *(column(name, types[name].type) for name in (*table.key, *table.names)),
            name="change",
        )
        .render_derived(with_types=True)
    )

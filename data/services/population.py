"""Census figures put on the areas of an edition by their codes."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.orm import Session, sessionmaker

from data.errors import InputError
from data.ingest.rejected import RejectedRows
from data.ingest.tables import open_table
from data.queries.editions import require_edition

CODE_COLUMNS = ("code", "ward_code", "district_code", "province_code")
POPULATION_COLUMNS = ("population", "population_2019")


@dataclass(frozen=True, kw_only=True)
class PopulationReport:
    """Rows of the file and what became of them; `areas_without` counts areas still without one."""

    read: int
    loaded: int
    unchanged: int
    rejected: int
    areas_without: int


def load_population(
    sessions: sessionmaker[Session],
    path: Path,
    edition_code: str,
    *,
    as_of: date | None = None,
    code_column: str | None = None,
    population_column: str | None = None,
) -> PopulationReport:
    """Load figures by code, in one transaction; rows without an area go to FILE.rejected.csv.

    Args:
        sessions: On a migrated database.
        path: CSV, XLSX, Parquet or NDJSON.
        edition_code: Edition whose areas get the figures.
        as_of: Day of the count.
        code_column: Column of codes; else the lowest of ward_code, district_code, province_code.
        population_column: Column of figures; else `population` or `population_2019`.

    Raises:
        InputError: A column is missing.
        NotFoundError: There is no such edition.
    """
    with sessions.begin() as session, open_table(path) as table:
        require_edition(session, edition_code)
        code = _column(table.columns, code_column, CODE_COLUMNS, "code", path)
        figure = _column(table.columns, population_column, POPULATION_COLUMNS, "population", path)
        known = _stored(session, edition_code)
        found: dict[str, int] = {}
        read = 0
        with RejectedRows(path, table.columns) as rejected:
            for chunk in table.chunks:
                for line, row in zip(chunk.line_numbers, chunk.rows, strict=True):
                    read += 1
                    area, number = row[code].strip(), _whole(row[figure])
                    if area not in known:
                        rejected.add(line, f"the edition has no area with code {area!r}", row)
                    elif area in found:
                        rejected.add(line, f"code {area!r} stands a second time", row)
                    elif number is None:
                        rejected.add(line, f"{row[figure]!r} is no whole number", row)
                    else:
                        found[area] = number
                for line, reason, raw in chunk.broken:
                    read += 1
                    rejected.add_broken(line, reason, raw)
            changed = [area for area, number in found.items() if known[area] != (number, as_of)]
            session.execute(
                text(
                    "UPDATE area SET population = new.population, population_as_of = :as_of"
                    " FROM unnest(CAST(:codes AS text[]), CAST(:figures AS bigint[]))"
                    " AS new (code, population)"
                    " WHERE area.edition_code = :edition AND area.code = new.code"
                ),
                {
                    "as_of": as_of,
                    "codes": changed,
                    "figures": [found[area] for area in changed],
                    "edition": edition_code,
                },
            )
            without = session.scalar(
                text("SELECT count(*) FROM area WHERE edition_code = :code AND population IS NULL"),
                {"code": edition_code},
            )
            return PopulationReport(
                read=read,
                loaded=len(changed),
                unchanged=len(found) - len(changed),
                rejected=rejected.count,
                areas_without=int(without or 0),
            )


def _column(
    columns: tuple[str, ...], chosen: str | None, usual: tuple[str, ...], what: str, path: Path
) -> str:
    candidates = usual if chosen is None else (chosen,)
    for name in candidates:
        if name in columns:
            return name
    raise InputError(
        f"{path} has no column {' or '.join(candidates)} for the {what}; it has: "
        f"{', '.join(columns)}; name it with --{what}-column"
    )


def _stored(session: Session, edition_code: str) -> dict[str, tuple[int | None, date | None]]:
    rows = session.execute(
        text(
            "SELECT code, population, population_as_of FROM area"
            " WHERE edition_code = :code ORDER BY code"
        ),
        {"code": edition_code},
    ).all()
    return {row.code: (row.population, row.population_as_of) for row in rows}


def _whole(value: str) -> int | None:
    """A count of persons; "12345.0" is one, 12.5 and -3 are none."""
    try:
        number = float(value.replace(",", "").strip())
    except ValueError:
        return None
    return int(number) if number >= 0 and number.is_integer() else None

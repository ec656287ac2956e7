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
from geo.totals import Figure, PartTotals, sum_parts

CODE_COLUMNS = ("code", "ward_code", "district_code", "province_code")
POPULATION_COLUMNS = ("population", "population_2019")


@dataclass(frozen=True, kw_only=True)
class PopulationReport:
    """Rows of the file and what became of them, and what the figures of upper areas are.

    Attributes:
        areas_without: Areas that have no figure now.
        summed: Upper areas whose figure is the sum of their parts.
        incomplete: Upper areas left without a figure because one of their parts has none.
        differing: Upper areas whose own figure, which is kept, is not the sum of their parts.
    """

    read: int
    loaded: int
    unchanged: int
    rejected: int
    areas_without: int
    summed: int
    incomplete: list[str]
    differing: list[str]


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

    An upper area that the file does not name gets the sum of its parts where
    every part has a figure, also a part without a polygon; else it stays
    without one. A figure of its own that an earlier file gave is kept.

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
        codes, known = _stored(session, edition_code)
        found: dict[str, Figure] = {}
        read = 0
        with RejectedRows(path, table.columns) as rejected:
            for chunk in table.chunks:
                for line, row in zip(chunk.line_numbers, chunk.rows, strict=True):
                    read += 1
                    area, number = row[code].strip(), _whole(row[figure])
                    if area not in codes:
                        rejected.add(line, f"the edition has no area with code {area!r}", row)
                    elif area in found:
                        rejected.add(line, f"code {area!r} stands a second time", row)
                    elif number is None:
                        rejected.add(line, f"{row[figure]!r} is no whole number", row)
                    else:
                        found[area] = Figure(persons=number, as_of=as_of)
                for line, reason, raw in chunk.broken:
                    read += 1
                    rejected.add_broken(line, reason, raw)
            parts = _parts(session, edition_code)
            # A figure that was the sum so far follows its parts; it was never one of its own.
            followers = sum_parts(parts, known).summed - set(found)
            own = {area: figure for area, figure in known.items() if area not in followers}
            totals = sum_parts(parts, own | found)
            _store(session, edition_code, known, totals)
            return PopulationReport(
                read=read,
                loaded=sum(known.get(area) != figure for area, figure in found.items()),
                unchanged=sum(known.get(area) == figure for area, figure in found.items()),
                rejected=rejected.count,
                areas_without=len(codes) - len(totals.figures),
                summed=len(totals.summed),
                incomplete=totals.incomplete,
                differing=totals.differing,
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


def _stored(session: Session, edition_code: str) -> tuple[set[str], dict[str, Figure]]:
    """Codes of all areas, and the figures that there are."""
    rows = session.execute(
        text(
            "SELECT code, population, population_as_of FROM area"
            " WHERE edition_code = :code ORDER BY code"
        ),
        {"code": edition_code},
    ).all()
    return {row.code for row in rows}, {
        row.code: Figure(persons=row.population, as_of=row.population_as_of)
        for row in rows
        if row.population is not None
    }


def _parts(session: Session, edition_code: str) -> dict[str, list[str]]:
    """Codes of the direct parts of each area that has some, upper levels first."""
    rows = session.execute(
        text(
            "SELECT above.code, array_agg(part.code ORDER BY part.code) AS parts"
            " FROM area AS above JOIN area AS part ON part.parent_id = above.area_id"
            " WHERE above.edition_code = :code"
            " GROUP BY above.area_id ORDER BY above.admin_level, above.code"
        ),
        {"code": edition_code},
    ).all()
    return {row.code: list(row.parts) for row in rows}


def _store(
    session: Session, edition_code: str, known: dict[str, Figure], totals: PartTotals
) -> None:
    """Bring `area` in line; a follower whose parts lost a figure loses its own too."""
    changed = [
        area
        for area in sorted(known.keys() | totals.figures.keys())
        if known.get(area) != totals.figures.get(area)
    ]
    figures = [totals.figures.get(area) for area in changed]
    session.execute(
        text(
            "UPDATE area SET population = new.population, population_as_of = new.as_of"
            " FROM unnest(CAST(:codes AS text[]), CAST(:figures AS bigint[]),"
            " CAST(:days AS date[])) AS new (code, population, as_of)"
            " WHERE area.edition_code = :edition AND area.code = new.code"
        ),
        {
            "codes": changed,
            "figures": [figure.persons if figure else None for figure in figures],
            "days": [figure.as_of if figure else None for figure in figures],
            "edition": edition_code,
        },
    )


def _whole(value: str) -> int | None:
    """A count of persons; "12345.0" is one, 12.5 and -3 are none."""
    try:
        number = float(value.replace(",", "").strip())
    except ValueError:
        return None
    return int(number) if number >= 0 and number.is_integer() else None

"""`antoan boundaries`."""

import json
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from data.commands.boundary_report import print_import, print_quality, print_totals
from data.commands.console import open_sessions, require_all_taken
from data.ingest.rejected import RejectedRows
from data.queries.editions import list_editions, require_edition
from data.services.boundaries.population import load_population
from data.step_bar import step_bar
from geo.levels import AdminLevel

if TYPE_CHECKING:
    from data.services.boundaries.boundary_import import BoundaryImportReport

app = typer.Typer(
    help="Boundary editions: import, population, list, check, activate.", no_args_is_help=True
)

ColumnOption = Annotated[str | None, typer.Option(show_default="the preset's")]
DayOption = Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"])]


@app.command("import")
def import_files(
    files: Annotated[
        list[Path],
        typer.Argument(
            help="GeoPackage, zipped Shapefile, GeoJSON, FlatGeobuf, GeoParquet, TopoJSON, KML."
        ),
    ],
    *,
    edition: Annotated[str, typer.Option(help="Code of the edition, such as vn-2021.")],
    level: Annotated[
        list[str],
        typer.Option(help="province, district or ward; once for each file, or each --layer."),
    ],
    layer: Annotated[
        list[str] | None, typer.Option(help="Layer of a file that has several; repeat it.")
    ] = None,
    preset: Annotated[
        str, typer.Option(help="Columns of a publisher: antoan, cod, gadm, geoboundaries.")
    ] = "antoan",
    code_column: ColumnOption = None,
    name_column: ColumnOption = None,
    type_column: ColumnOption = None,
    name_en_column: ColumnOption = None,
    parent_column: ColumnOption = None,
    parent_name_column: ColumnOption = None,
    province_column: ColumnOption = None,
    province_name_column: ColumnOption = None,
    units: Annotated[
        str | None,
        typer.Option(
            help="Official units, a CSV file or an edition's code: missing codes are matched by "
            "name, units without a polygon are kept and reported."
        ),
    ] = None,
    crs: Annotated[
        str | None, typer.Option(help="CRS of the files, where they do not say the true one.")
    ] = None,
    inside: Annotated[
        str, typer.Option(help="In a zip archive, which files to read, as a pattern.")
    ] = "*",
    join_duplicates: Annotated[
        bool, typer.Option("--join-duplicates", help="Join rows with one code into one area.")
    ] = False,
    title_vi: Annotated[str | None, typer.Option()] = None,
    title_en: Annotated[str | None, typer.Option()] = None,
    valid_from: DayOption = None,
    valid_to: DayOption = None,
    source: Annotated[str | None, typer.Option(help="Who published the boundaries.")] = None,
    licence: Annotated[str | None, typer.Option()] = None,
    max_unpacked_mb: Annotated[
        int, typer.Option(min=1, help="Largest size of a file, unpacked.")
    ] = 4_096,
    is_dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Report everything, store nothing.")
    ] = False,
) -> None:
    """Load a boundary edition from vector files, in one transaction.

    Levels above the files are made as unions. Run it again with the same code to replace a
    level or to add one. Rows that are not used go to FILE.rejected.csv.

    Example: antoan boundaries import provinces.gpkg wards.gpkg --level province --level ward
    --edition vn-2025 --valid-from 2025-07-01
    """
    # The geometry libraries take seconds to load, which other commands need not wait for.
    from data.ingest.boundaries.columns import Columns  # noqa: PLC0415 (heavy; loaded only where it runs)
    from data.services.boundaries.boundary_import import (  # noqa: PLC0415 (heavy; loaded only where it runs)
        EditionChoice,
        ImportOptions,
        import_boundaries,
        sources_of,
    )

    levels = [_level(word) for word in level]
    sources = sources_of(files, levels, layer or [])
    choice = EditionChoice(
        code=edition,
        title_vi=title_vi,
        title_en=title_en,
        valid_from=valid_from.date() if valid_from else None,
        valid_to=valid_to.date() if valid_to else None,
        source=source,
        licence=licence,
    )
    options = ImportOptions(
        preset=preset,
        columns=Columns(
            code=code_column,
            name=name_column,
            type_word=type_column,
            name_en=name_en_column,
            parent_code=parent_column,
            parent_name=parent_name_column,
            province_code=province_column,
            province_name=province_name_column,
        ),
        crs=crs,
        inside=inside,
        units=units,
        join_duplicates=join_duplicates,
        max_unpacked_mb=max_unpacked_mb,
    )
    with open_sessions() as sessions, step_bar("Importing boundaries", None) as step:
        report = import_boundaries(
            sessions, sources, choice, options, is_dry_run=is_dry_run, step=step
        )
    rejected = _write_rejected(files[0], report)
    print_import(report, edition)
    require_all_taken(len(report.refused), rejected)


@app.command("population")
def population(
    file: Annotated[Path, typer.Argument(help="CSV, XLSX, Parquet or NDJSON of figures by code.")],
    *,
    edition: Annotated[str, typer.Option(help="Code of the edition.")],
    code_column: Annotated[
        str | None, typer.Option(show_default="code, ward_code, district_code or province_code")
    ] = None,
    population_column: Annotated[
        str | None, typer.Option(show_default="population or population_2019")
    ] = None,
    as_of: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Day of the count.")
    ] = None,
) -> None:
    """Load census figures by area code.

    An area with parts gets their sum where each of them has a figure; those that stay
    without one are listed.

    Example: antoan boundaries population census.csv --edition vn-2021 --code-column ward_code
    --as-of 2019-04-01
    """
    with open_sessions() as sessions:
        report = load_population(
            sessions,
            file,
            edition,
            as_of=as_of.date() if as_of else None,
            code_column=code_column,
            population_column=population_column,
        )
    typer.echo(
        f"read {report.read:,} / loaded {report.loaded:,} / unchanged {report.unchanged:,} / "
        f"rejected {report.rejected:,}"
    )
    typer.echo(f"areas of {edition} without a figure: {report.areas_without:,}")
    print_totals(report)
    require_all_taken(report.rejected, Path(f"{file}.rejected.csv"))


@app.command("list")
def list_all() -> None:
    """List the editions; the one shown by default has a star.

    Example: antoan boundaries list
    """
    with open_sessions() as sessions, sessions() as session:
        editions = list_editions(session)
    for edition in editions:
        counts = ", ".join(f"{number:,} {level.word}s" for level, number in edition.areas.items())
        days = f"{edition.valid_from or '…'} to {edition.valid_to or '…'}"
        kind = " (approximate)" if edition.is_approximate else ""
        star = "*" if edition.is_active else " "
        typer.echo(f"{star} {edition.code}{kind}: {counts}; {days}; {edition.title_vi}")
    if not editions:
        typer.echo("no edition is loaded yet")


@app.command("check")
def check(
    code: Annotated[str, typer.Argument(help="Code of the edition.")],
    *,
    as_json: Annotated[bool, typer.Option("--json", help="The whole report as JSON.")] = False,
) -> None:
    """Print the quality report of an edition again.

    Example: antoan boundaries check vn-2021
    """
    with open_sessions() as sessions, sessions() as session:
        edition = require_edition(session, code)
    if as_json:
        typer.echo(json.dumps(edition.quality, ensure_ascii=False, indent=2))
    else:
        print_quality(edition.quality)


@app.command("activate")
def activate(code: Annotated[str, typer.Argument(help="Code of the edition.")]) -> None:
    """Show an edition by default.

    Example: antoan boundaries activate vn-2021
    """
    from data.services.boundaries.editions import activate_edition  # noqa: PLC0415 (heavy; loaded only where it runs)

    with open_sessions() as sessions, sessions.begin() as session:
        activate_edition(session, code)
    typer.echo(f"{code} is now the edition that is shown by default")


def _level(word: str) -> AdminLevel:
    try:
        return AdminLevel.from_word(word)
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="--level") from error


def _write_rejected(file: Path, report: "BoundaryImportReport") -> Path | None:
    columns = ("level", "name")
    with RejectedRows(file, columns) as rejected:
        for row in report.refused:
            rejected.add(row.number, row.reason, {"level": row.level.word, "name": row.name})
    return rejected.path if report.refused else None

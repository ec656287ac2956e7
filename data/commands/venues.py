"""`antoan venues`."""

from pathlib import Path
from typing import Annotated

import typer

from data.clock import today
from data.commands.console import CHECKOUT, open_sessions, progress, require_all_taken
from data.ingest.venue_rows import VenueColumns, read_type_map
from data.ingest.venues import VenueReport, import_venues
from data.local_site import use_local_site
from data.queries.editions import active_edition_code
from data.queries.outside import list_outside
from data.services.venues.venue_claims import claim_path, make_claim
from data.settings import read_link_settings

app = typer.Typer(help="Venues: import, list, link.", no_args_is_help=True)

ColumnOption = Annotated[str | None, typer.Option(show_default="none")]


@app.command("import")
def import_file(
    file: Annotated[Path, typer.Argument(help="CSV, XLSX, Parquet or NDJSON; - for CSV on stdin.")],
    *,
    source: Annotated[
        str | None,
        typer.Option(help="Name of the list, the same for each edition of it. [the file's name]"),
    ] = None,
    id_column: Annotated[
        str | None, typer.Option(help="The source's own key; without it the content is the key.")
    ] = None,
    name_column: Annotated[str, typer.Option()] = "name",
    type_column: Annotated[str, typer.Option()] = "type",
    type_map: Annotated[
        list[str] | None,
        typer.Option(help="OLD=NEW for a type, or a file with columns old,new; repeat it."),
    ] = None,
    address_column: ColumnOption = None,
    lon_column: Annotated[str, typer.Option(help="Longitude in degrees (WGS 84).")] = "lon",
    lat_column: Annotated[str, typer.Option(help="Latitude in degrees (WGS 84).")] = "lat",
    capacity_column: ColumnOption = None,
    footfall_column: Annotated[
        str | None, typer.Option(help="Persons expected on a day. [the capacity, else 100]")
    ] = None,
    opened_column: Annotated[
        str | None, typer.Option(help="First day on which the venue counts. [today]")
    ] = None,
    closed_column: Annotated[
        str | None, typer.Option(help="First day on which it does not any more.")
    ] = None,
    is_dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Report everything, store nothing.")
    ] = False,
) -> None:
    """Load venues from a file; run it again with a newer file to bring them up to date.

    Rejected rows go to FILE.rejected.csv; venues that are kept but lie outside every area,
    or whose address names another area than their point, to FILE.remarks.csv.

    Example: antoan venues import schools.csv --id-column code --address-column address
    --type-map preschool=kindergarten
    """
    columns = VenueColumns(
        name=name_column,
        venue_type=type_column,
        lon=lon_column,
        lat=lat_column,
        external_id=id_column,
        address=address_column,
        capacity=capacity_column,
        footfall=footfall_column,
        opened_on=opened_column,
        closed_on=closed_column,
    )
    types = read_type_map(type_map or [])
    with open_sessions() as sessions, progress("Reading venues", unit="row") as bar:
        report = import_venues(
            sessions,
            file,
            columns=columns,
            source=source or file.name,
            today=today(),
            type_map=types,
            is_dry_run=is_dry_run,
            progress=bar.update,
        )
    for line in report_lines(report, is_dry_run=is_dry_run):
        typer.echo(line)
    require_all_taken(report.rejected, report.rejected_file)


def report_lines(report: VenueReport, *, is_dry_run: bool) -> list[str]:
    """What an import did, for people."""
    lines = [
        f"read {report.read} · loaded {report.loaded} ({report.new} new, {report.changed} changed)"
        f" · unchanged {report.unchanged} · rejected {report.rejected}"
    ]
    if is_dry_run:
        lines.append("dry run: nothing was stored")
    if report.encoding == "cp1258":
        lines.append("the file is not in UTF-8 and was read as Windows-1258; look at its names")
    lines += [
        f"edition {code}: {report.outside[code]} outside every area,"
        f" {report.contradicting[code]} whose address names another area than their point"
        for code in report.outside
    ]
    if report.without_point:
        lines.append(f"{report.without_point} without a point")
    if report.remarks_file:
        lines.append(f"kept rows that need a look: {report.remarks_file}")
    return lines


@app.command("list")
def list_venues(
    is_outside: Annotated[
        bool, typer.Option("--outside", help="Only venues that no area counts.")
    ] = False,
    edition: Annotated[str | None, typer.Option(help="Boundary edition. [the active one]")] = None,
    limit: Annotated[int, typer.Option(min=1, help="At most so many lines.")] = 1000,
) -> None:
    """List venues: id, type, name, point and why no area counts it, parted by tabs.

    Example: antoan venues list --outside
    """
    with open_sessions() as sessions, sessions() as session:
        code = edition or active_edition_code(session)
        for row in list_outside(session, code, is_outside=is_outside, limit=limit):
            typer.echo("\t".join(row))


@app.command()
def link(venue: Annotated[str, typer.Argument(help="The venue's public id.")]) -> None:
    """Print a one-time link by which a person who signs in becomes a venue's owner.

    It works once, for 30 days, and ends earlier links of this command to the same venue.
    Only its hash is stored: who loses the link needs a new one. In a checkout whose site was
    started by 'make run', the address of that site is used.

    Example: antoan venues link 4ZK8M2QX7WPD31BF
    """
    use_local_site(CHECKOUT / ".local")
    settings = read_link_settings()
    with open_sessions() as sessions, sessions.begin() as session:
        key = make_claim(session, venue)
    typer.echo(settings.public_url.rstrip("/") + claim_path(key))

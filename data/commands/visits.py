"""`antoan visits`."""

from typing import Annotated

import typer

from checkins.visits import VisitSource
from data.clock import today
from data.commands.console import open_sessions, progress, require_all_taken
from data.settings import DensitySettings, RetentionSettings

app = typer.Typer(help="Visits (check-ins): import.", no_args_is_help=True)
STEPS = 4


@app.callback()
def group() -> None:
    """Visits (check-ins): import."""


@app.command("import")
def import_file(
    file: Annotated[
        str, typer.Argument(help="CSV, Parquet, NDJSON or XLSX file; - for standard input.")
    ],
    *,
    recorded_by: Annotated[
        str, typer.Option(help="Who recorded the visits, such as pccovid, web, paper, partner.")
    ] = "partner",
    source: Annotated[
        str | None,
        typer.Option(help="The venue column holds the venues' own keys of this source."),
    ] = None,
    venue_column: Annotated[str, typer.Option()] = "venue_id",
    entered_column: Annotated[str, typer.Option()] = "entered_at",
    left_column: Annotated[str, typer.Option()] = "left_at",
    event_column: Annotated[str, typer.Option()] = "event_id",
) -> None:
    """Load visits, roll them up by hour, and release the densities of finished days.

    Times without an offset are taken as Asia/Ho_Chi_Minh. Rows that cannot be taken are
    written with line and reason to FILE.rejected.csv; importing again doubles nothing.

    Example: antoan visits import visits.csv --recorded-by pccovid
    """
    # Arrow takes a third of a second to load, which every other command would pay.
    from data.ingest.visits import VisitColumns  # noqa: PLC0415 (heavy; loaded only where it runs)
    from data.services.visits.density import release_due  # noqa: PLC0415 (heavy; loaded only where it runs)
    from data.services.visits.visits_import import import_visits  # noqa: PLC0415 (heavy; loaded only where it runs)

    recorder = VisitSource.from_word(recorded_by)
    columns = VisitColumns(
        venue=venue_column, entered_at=entered_column, left_at=left_column, event_id=event_column
    )
    with open_sessions() as sessions, progress("Visits", STEPS) as bar:
        report = import_visits(
            sessions,
            file,
            source=recorder,
            columns=columns,
            venue_source=source,
            kept_days=RetentionSettings().visit_days,
            progress=lambda _title: bar.update(1),
        )
        release_due(
            sessions, report.days, threshold=DensitySettings().suppress_below, today=today()
        )
        bar.update(1)
    typer.echo(
        f"read {report.read:,}, loaded {report.loaded:,}, unchanged {report.unchanged:,}, "
        f"rejected {report.rejected:,}"
    )
    for reason, count in sorted(report.reasons.items(), key=lambda item: (-item[1], item[0])):
        typer.echo(f"  {count:,} × {reason}")
    require_all_taken(report.rejected, report.rejected_file)

"""`antoan assessments`."""

from pathlib import Path
from typing import Annotated

import typer

from data.commands.console import open_sessions, progress, require_all_taken
from data.ingest.assessment_rows import AssessmentColumns
from data.ingest.assessments import import_assessments

app = typer.Typer(help="Assessments: import.", no_args_is_help=True)


@app.callback()
def group() -> None:
    """Keeps `import` a subcommand although it is the only one."""


@app.command("import")
def import_file(
    file: Annotated[Path, typer.Argument(help="CSV, XLSX, Parquet or NDJSON; - for CSV on stdin.")],
    *,
    source: Annotated[
        str | None,
        typer.Option(help="Name of the source; with --external-id-column that of the venues."),
    ] = None,
    venue_column: Annotated[str, typer.Option(help="The venue's public id.")] = "venue_id",
    external_id_column: Annotated[
        str | None, typer.Option(help="The source's own key of the venue, instead.")
    ] = None,
    set_column: Annotated[
        str | None, typer.Option(help="Criteria set of each row. [that of the venue's type]")
    ] = None,
    criteria_set: Annotated[
        str | None, typer.Option("--set", help="Criteria set of all rows that name none.")
    ] = None,
    submitted_at_column: Annotated[
        str, typer.Option(help="Moment with its time zone, as 2021-11-20T08:15:00+07:00.")
    ] = "submitted_at",
    answers_column: Annotated[
        str | None,
        typer.Option(help="A JSON object of answers. [one column for each criterion's id]"),
    ] = None,
    key_column: Annotated[
        str | None, typer.Option(help="Key that the same row has again. [its content]")
    ] = None,
    is_dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Report everything, store nothing.")
    ] = False,
) -> None:
    """Load assessments from a file, each scored by its criteria set.

    Rejected rows go to FILE.rejected.csv, with every answer that cannot be taken by name.

    Example: antoan assessments import answers.csv --set hospital-3088 --answers-column answers
    """
    columns = AssessmentColumns(
        venue=None if external_id_column else venue_column,
        external_id=external_id_column,
        set_id=set_column,
        submitted_at=submitted_at_column,
        answers=answers_column,
        key=key_column,
    )
    with open_sessions() as sessions, progress("Scoring assessments", unit="row") as bar:
        report = import_assessments(
            sessions,
            file,
            columns=columns,
            source=source or file.name,
            default_set=criteria_set,
            is_dry_run=is_dry_run,
            progress=bar.update,
        )
    typer.echo(
        f"read {report.read} · loaded {report.loaded} · unchanged {report.unchanged}"
        f" · rejected {report.rejected}"
    )
    if is_dry_run:
        typer.echo("dry run: nothing was stored")
    require_all_taken(report.rejected, report.rejected_file)

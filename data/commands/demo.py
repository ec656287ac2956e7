"""`antoan demo`."""

from datetime import datetime
from typing import Annotated

import typer

from data.clock import today
from data.commands.console import open_sessions
from data.step_bar import step_bar

app = typer.Typer(help="Demo data: load.", no_args_is_help=True)


@app.callback()
def group() -> None:
    """Demo data: load."""


@app.command("load")
def load(
    *,
    venues: Annotated[int, typer.Option(min=1, help="How many venues.")] = 20_000,
    visits: Annotated[
        int, typer.Option(min=0, help="How many visits, over the last 21 days.")
    ] = 1_000_000,
    seed: Annotated[
        int, typer.Option(min=0, help="The same seed and day give the same rows.")
    ] = 2021,
    day: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="Last day of the data.", show_default="today"),
    ] = None,
) -> None:
    """Load invented venues, assessments and visits into an empty database, all or nothing.

    Example: antoan demo load --venues 20000 --visits 1000000 --seed 2021
    """
    from data.services.demo.load import STEPS, load_demo  # noqa: PLC0415 (heavy; loaded only where it runs)

    with open_sessions() as sessions, step_bar("demo data", STEPS) as step:
        report = load_demo(
            sessions,
            venues=venues,
            visits=visits,
            seed=seed,
            last_day=day.date() if day else today(),
            progress=step,
        )
    typer.echo(
        f"loaded {report.venues:,} venues, {report.assessments:,} assessments and "
        f"{report.visits:,} visits into the edition {report.edition_code}"
    )

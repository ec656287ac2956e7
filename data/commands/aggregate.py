"""`antoan aggregate` and `antoan worker`."""

from datetime import date, datetime
from typing import Annotated

import typer
from sqlalchemy.orm import Session, sessionmaker

from data.clock import today
from data.commands.console import open_sessions, progress
from data.errors import InputError
from data.queries.density import read_visit_days
from data.queries.editions import list_editions
from data.services.counting.aggregation import aggregate
from data.services.counting.levels import level_days, require_no_future
from data.services.visits.density import release_due
from data.settings import DensitySettings


def register(app: typer.Typer) -> None:
    """Add the commands to the program."""
    app.command("aggregate")(count_again)
    app.command("worker")(work)


def count_again(
    first: Annotated[
        datetime | None,
        typer.Option("--from", formats=["%Y-%m-%d"], help="First day. [the first assessed day]"),
    ] = None,
    last: Annotated[
        datetime | None, typer.Option("--to", formats=["%Y-%m-%d"], help="Last day. [today]")
    ] = None,
    edition: Annotated[str | None, typer.Option(help="Only one boundary edition. [all]")] = None,
) -> None:
    """Count the levels of all areas again, and release check-in density again.

    Densities are those of finished days in the active edition.

    Example: antoan aggregate --from 2021-11-01 --to 2021-11-20
    """
    with open_sessions() as sessions:
        with sessions() as session:
            codes = [edition] if edition else [one.code for one in list_editions(session)]
            if not codes:
                raise InputError("no boundary edition is loaded; see 'antoan boundaries import'")
            earliest, latest = level_days(session, codes[0])
        first_day = first.date() if first else earliest
        last_day = last.date() if last else max(latest, first_day)
        require_no_future(last_day, today())
        total = len(codes) * max((last_day - first_day).days + 1, 0)
        with progress("Counting days", total=total, unit="day") as bar:
            days = aggregate(
                sessions,
                edition_code=edition,
                first_day=first_day,
                last_day=last_day,
                progress=bar.update,
            )
        released = _release(sessions, edition, first_day, last_day)
    typer.echo(f"counted {days} days, {first_day} to {last_day}, in {len(codes)} editions")
    if released:
        typer.echo(f"released the check-in density of {released} days")


def _release(
    sessions: sessionmaker[Session], edition: str | None, first_day: date, last_day: date
) -> int:
    """Release the finished days of a range that have visits; how many those are."""
    with sessions() as session:
        active = next((one.code for one in list_editions(session) if one.is_active), None)
        days = [day for day in read_visit_days(session) if first_day <= day <= last_day]
    if not days or active is None or edition not in {None, active}:
        return 0
    return release_due(sessions, days, threshold=DensitySettings().suppress_below, today=today())


def work() -> None:
    """Run background jobs until Ctrl-C: each day's counts just after midnight, and retention.

    Example: DATABASE_URL=postgresql://… antoan worker
    """
    from data.jobs import run_worker  # noqa: PLC0415, the queue is loaded only where it runs

    with open_sessions() as sessions:
        run_worker(sessions)

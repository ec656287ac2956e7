"""The `antoan` command: groups of subcommands, and errors as one sentence."""

import sys
from typing import Annotated

import typer

from data.commands import (
    aggregate,
    assessments,
    audit,
    boundaries,
    criteria,
    database,
    demo,
    serve,
    users,
    venues,
    visits,
)
from data.commands.console import report_failure, set_debug
from geo.errors import AnToanError

app = typer.Typer(
    name="antoan",
    help="An Toàn Map: boundaries, venues, assessments, visits and the site.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)


@app.callback()
def common(
    debug: Annotated[
        bool, typer.Option("--debug", help="Show the traceback of a failure.")
    ] = False,
) -> None:
    """Options that stand before the subcommand."""
    set_debug(is_on=debug)


app.add_typer(database.app, name="db")
app.add_typer(boundaries.app, name="boundaries")
app.add_typer(venues.app, name="venues")
app.add_typer(assessments.app, name="assessments")
app.add_typer(criteria.app, name="criteria")
app.add_typer(visits.app, name="visits")
app.add_typer(users.app, name="users")
app.add_typer(audit.app, name="audit")
app.add_typer(demo.app, name="demo")
aggregate.register(app)
serve.register(app)


def main() -> None:
    """Run the command; 0 when all was done, 1 on failure, 2 on wrong usage."""
    try:
        app()
    except AnToanError as error:
        report_failure(error)
        sys.exit(1)

"""`antoan boundaries`."""

import typer

app = typer.Typer(
    help="Boundary editions: import, population, list, check, activate.", no_args_is_help=True
)

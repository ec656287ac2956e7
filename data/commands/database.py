"""`antoan db`."""

import typer

app = typer.Typer(
    help="The schema and the data: upgrade, status, backup, restore.", no_args_is_help=True
)

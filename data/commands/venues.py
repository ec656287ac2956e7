"""`antoan venues`."""

import typer

app = typer.Typer(help="Venues: import, link.", no_args_is_help=True)

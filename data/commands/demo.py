"""`antoan demo`."""

import typer

app = typer.Typer(help="Demo data: load.", no_args_is_help=True)

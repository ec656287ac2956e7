"""`antoan visits`."""

import typer

app = typer.Typer(help="Visits (check-ins): import.", no_args_is_help=True)

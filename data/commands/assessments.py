"""`antoan assessments`."""

import typer

app = typer.Typer(help="Assessments: import.", no_args_is_help=True)

"""`antoan audit`."""

import typer

from data.commands.console import open_sessions
from data.errors import ConflictError
from data.services.audit import find_broken_event, read_chain_end

app = typer.Typer(help="The record of acts.", no_args_is_help=True)


@app.command()
def check() -> None:
    """Check the chain of all recorded acts; exits 1 where one was changed or taken out.

    Note the number and hash elsewhere: acts that were cut off at the end show only by them.

    Example: antoan audit check
    """
    with open_sessions() as sessions, sessions() as session:
        broken = find_broken_event(session)
        events, last_hash = read_chain_end(session)
    if broken is not None:
        raise ConflictError(
            f"the record of acts was changed at event {broken}: it, or the one before it, is not "
            "what was written"
        )
    typer.echo(f"{events} acts, none changed; the last has the hash {last_hash}")

"""`antoan users`: accounts that are never made by registration, and help for lost phones."""

import sys
from typing import Annotated, Literal, cast

import typer
from sqlalchemy.orm import Session, sessionmaker

from data.commands.console import CHECKOUT, open_sessions
from data.errors import InputError
from data.local_site import use_local_site
from data.queries.editions import active_edition_code
from data.scope import Role
from data.services.accounts.contacts import Contact, ContactError, read_contact
from data.services.accounts.one_time_codes import SET_UP_AGE
from data.services.accounts.user_accounts import (
    SET_UP_PATH,
    add_user,
    disable_user,
    list_users,
    named_by,
    reset_second_factor,
    set_first_password,
)
from data.settings import read_link_settings

app = typer.Typer(
    help="Accounts of committees, the ministry and administrators.", no_args_is_help=True
)

WhoArgument = Annotated[
    str, typer.Argument(help="The account's id, e-mail address or phone number.")
]


@app.command()
def add(
    name: Annotated[str, typer.Argument(help="The person's name.")],
    *,
    role: Annotated[
        Literal["committee", "ministry", "administrator"],
        typer.Option(help="What the person may be."),
    ],
    email: Annotated[str | None, typer.Option(help="By which they sign in.")] = None,
    phone: Annotated[str | None, typer.Option(help="The same, instead of e-mail.")] = None,
    area: Annotated[
        list[str] | None, typer.Option(help="Official code of a committee's area; repeat it.")
    ] = None,
    edition: Annotated[
        list[str] | None,
        typer.Option(help="Boundary edition of the codes, where not the active one; repeat it."),
    ] = None,
    is_password_read: Annotated[
        bool, typer.Option("--password-stdin", help="Read the password from standard input.")
    ] = False,
) -> None:
    """Make an account and print the one-time link by which its person sets the password.

    The link works once, for two days; the same command makes a new one. Each code counts in
    each edition named, or in the active one. After the first sign-in the person sets up a
    second factor.

    Example: antoan users add "Nguyễn Thị Mai" --role committee --area 79
    --email mai@example.vn
    """
    use_local_site(CHECKOUT / ".local")
    settings = read_link_settings()
    if (email is None) == (phone is None):
        raise typer.BadParameter("give --email or --phone, and not both")
    contact = read_contact(email or phone or "")
    with open_sessions() as sessions:
        editions = edition or ([_active_edition(sessions)] if area else [])
        made = add_user(
            sessions,
            secret=settings.secret_key.get_secret_value(),
            role=cast("Role", role),
            name=name,
            contact=contact,
            areas=tuple((one, code) for one in editions for code in area or ()),
        )
        if is_password_read:
            set_first_password(sessions, made.account_id, contact, _read_password())
    typer.echo(f"account {made.account_id}")
    if not is_password_read:
        typer.echo(f"{settings.public_url.rstrip('/')}{SET_UP_PATH}?key={made.key}")
        typer.echo(f"the link works once, for {SET_UP_AGE.days} days", err=True)


@app.command("list")
def list_all(
    role: Annotated[
        Literal["owner", "committee", "ministry", "administrator"] | None,
        typer.Option(help="Only this role. [all but owners]"),
    ] = None,
) -> None:
    """List accounts: id, role, name, contact, areas, state, second factor, parted by tabs.

    Example: antoan users list --role committee
    """
    with open_sessions() as sessions:
        for user in list_users(sessions, role=role):
            state = "disabled" if user.disabled_at else "works" if user.confirmed_at else "waits"
            typer.echo(
                "\t".join(
                    (
                        user.account_id,
                        user.role,
                        user.name,
                        user.email or user.phone or "",
                        ",".join(user.areas),
                        state,
                        "second factor" if user.has_second_factor else "no second factor",
                    )
                )
            )


@app.command()
def disable(who: WhoArgument) -> None:
    """Close an account: its sessions end at once, its keys stop to work.

    Example: antoan users disable mai@example.vn
    """
    with open_sessions() as sessions:
        account_id = disable_user(sessions, named_by(who, _contact(who)))
    typer.echo(f"account {account_id} is disabled; its sessions have ended")


@app.command("reset-second-factor")
def reset(who: WhoArgument) -> None:
    """Forget a lost phone: the person sets up a new second factor at the next sign-in.

    Make sure first that it is really they who ask: call them on a number that you know.

    Example: antoan users reset-second-factor mai@example.vn
    """
    with open_sessions() as sessions:
        account_id = reset_second_factor(sessions, named_by(who, _contact(who)))
    typer.echo(f"account {account_id} sets up its second factor anew; its sessions have ended")


def _contact(who: str) -> Contact | None:
    try:
        return read_contact(who)
    except ContactError:
        return None


def _active_edition(sessions: sessionmaker[Session]) -> str:
    with sessions() as session:
        return active_edition_code(session)


def _read_password() -> str:
    password = sys.stdin.readline().rstrip("\r\n")
    if not password:
        raise InputError("standard input holds no password; give it as one line")
    return password

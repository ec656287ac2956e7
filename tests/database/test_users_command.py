"""`antoan users` and `antoan audit`: accounts that nobody can register."""

import re
from collections.abc import Iterator

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session, sessionmaker
from typer.testing import CliRunner

from data.cli import app
from data.models import Account, AccountArea
from data.services.accounts import passwords
from tests.level_data import add_tree

ADD = ("users", "add", "Nguyễn Thị Mai", "--role", "committee", "--email", "mai@example.vn")

ADMINISTRATOR = ("users", "add", "Quản trị", "--role", "administrator", "--phone", "0912345678")


@pytest.fixture
def run(
    database_url: str,
    committing_sessions: sessionmaker[Session],
    monkeypatch: pytest.MonkeyPatch,
    quick_passwords: None,
) -> Iterator[CliRunner]:
    monkeypatch.setenv("DATABASE_URL", database_url)
    monkeypatch.setenv("ANTOAN_SECRET_KEY", "a key for tests only, forty signs long..")
    monkeypatch.setenv("ANTOAN_PUBLIC_URL", "https://antoan.example.vn")
    with committing_sessions.begin() as session:
        session.execute(text("TRUNCATE audit_event"))
        add_tree(session)
        session.execute(text("UPDATE boundary_edition SET is_active = code = 'e3'"))
    yield CliRunner()
    with committing_sessions.begin() as session:
        session.execute(text("TRUNCATE audit_event"))  # a test broke its chain


def test_a_committee_gets_a_link_and_its_areas(
    run: CliRunner, committing_sessions: sessionmaker[Session]
) -> None:
    made = run.invoke(app, [*ADD, "--area", "01", "--area", "48"])  # in the active edition
    assert made.exit_code == 0, made.output
    link = r"^https://antoan\.example\.vn/set-up\?key=[\w-]{24}\.[\w-]{43}$"
    assert re.search(link, made.stdout, re.MULTILINE)
    again = run.invoke(app, [*ADD, "--area", "48", "--edition", "e3"])
    assert again.exit_code == 0  # a lost link is made anew
    assert again.stdout.splitlines()[0] == made.stdout.splitlines()[0]
    with committing_sessions() as session:
        assert session.scalars(select(AccountArea.area_code)).all() == ["48"]
        stored = session.execute(text("SELECT code_hash::text FROM one_time_code")).all()
        assert again.stdout.split("key=")[1].strip() not in str(stored)
    listed = run.invoke(app, ["users", "list", "--role", "committee"]).stdout
    assert "mai@example.vn\te3/48\twaits\tno second factor" in listed
    assert "argon2" not in listed


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((*ADD, "--area", "77", "--edition", "e3"), "has no area '77'"),
        ((*ADD, "--area", "48", "--edition", "vn-2021"), "there is no edition 'vn-2021'"),
        (ADD, "a committee needs --area"),
        (("users", "add", "x", "--role", "ministry"), "give --email or --phone"),
        (("users", "add", "x", "--role", "owner", "--email", "a@example.vn"), "Invalid value"),
        (("users", "add", "x", "--role", "ministry", "--phone", "12"), "this is no contact"),
        (("users", "disable", "nobody@example.vn"), "there is no such account"),
    ],
)
def test_what_cannot_be_made_is_said(
    run: CliRunner, arguments: tuple[str, ...], words: str
) -> None:
    result = run.invoke(app, arguments)
    assert result.exit_code != 0
    assert words in f"{result.output} {result.exception}"


def test_a_password_may_come_by_standard_input_and_nothing_prints_it(
    run: CliRunner, committing_sessions: sessionmaker[Session]
) -> None:
    secret = "con mèo trèo cây cau"
    result = run.invoke(
        app,
        [*ADMINISTRATOR, "--password-stdin"],
        input=f"{secret}\n",
    )
    assert result.exit_code == 0, result.output
    assert secret not in result.output
    assert "key=" not in result.output
    with committing_sessions() as session:
        account = session.scalars(select(Account)).one()
    assert passwords.is_right_password(account.password_hash, secret)
    assert run.invoke(app, ["users", "disable", "0912 345 678"]).exit_code == 0
    listed = run.invoke(app, ["users", "list"]).stdout
    assert "\tdisabled\t" in listed
    assert run.invoke(app, ["users", "reset-second-factor", account.account_id]).exit_code == 0


def test_the_audit_is_checked(run: CliRunner, committing_sessions: sessionmaker[Session]) -> None:
    run.invoke(app, [*ADD, "--area", "01", "--edition", "e3"])
    good = run.invoke(app, ["audit", "check"])
    assert good.exit_code == 0, good.output
    assert re.fullmatch(r"1 acts, none changed; the last has the hash [0-9a-f]{64}\n", good.stdout)
    with committing_sessions.begin() as session:
        session.execute(text("UPDATE audit_event SET action = 'account.harmless'"))
    bad = run.invoke(app, ["audit", "check"])
    assert bad.exit_code != 0
    assert "was changed at event" in str(bad.exception)

"""Writes `docs/settings.md` and `docs/commands.md` from the program itself: `make docs`.

A test compares the pages with what this makes, so they cannot fall behind.
"""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import typer
import typer.main
from pydantic import SecretStr
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings

import dashboard.settings
import data.settings
from data.cli import app

ROOT = Path(__file__).resolve().parents[1]
NOTE = "<!-- Made by `make docs` from the program. Change the program, then make it again. -->"


def settings_classes() -> list[type[BaseSettings]]:
    """Every class of settings, in the order of the modules."""
    return [
        item
        for module in (data.settings, dashboard.settings)
        for item in vars(module).values()
        if isinstance(item, type)
        and issubclass(item, BaseSettings)
        and item.__module__ == module.__name__
    ]


def settings_page() -> str:
    """The page of all settings: variable, default, meaning."""
    lines = [
        "# Settings",
        "",
        NOTE,
        "",
        "Read from the environment at the start; a wrong value stops the start with a sentence.",
        "`make run` sets `DATABASE_URL`, `ANTOAN_SECRET_KEY` and `ANTOAN_PUBLIC_URL` itself where "
        "they are not set.",
    ]
    for settings in settings_classes():
        title = (settings.__doc__ or "").splitlines()[0].rstrip(".")
        lines += ["", f"## {title}", "", "| variable | default | meaning |", "|---|---|---|"]
        for name, field in settings.model_fields.items():
            lines.append(
                f"| `{_variable(settings, name, field)}` | {_default(field)} "
                f"| {_cell(field.description or '')} |"
            )
    lines += [
        "",
        "## Only for `make`",
        "",
        "| variable | default | meaning |",
        "|---|---|---|",
        "| `PORT` | `8050` | Port of `make run` on 127.0.0.1 |",
        "| `PYTHON` | first of `python3`, `python3.14` … `python3.11` | Makes `.venv` |",
        "| `ARGS` | | Arguments of `make test` for pytest, of `make bench` for the benchmarks |",
    ]
    return "\n".join(lines) + "\n"


def commands_page() -> str:
    """The page of all commands with their help."""
    root = typer.main.get_command(app)
    lines = ["# Commands", "", NOTE, "", "Every command has `--help`; `antoan --debug …` shows the"]
    lines += [
        "traceback of a failure. Exit code: 0 all done, 1 failure with one sentence, 2 usage."
    ]
    for path, command in _commands(root, ("antoan",)):
        usage = command.collect_usage_pieces(typer.Context(command))
        lines += ["", f"## `{' '.join(path)}`", "", "    " + " ".join([*path, *usage]), ""]
        lines += [line.strip() for line in (command.help or "").strip().splitlines()]
        options = [row for item in command.params if (row := _option(item)) is not None]
        if options:
            lines += ["", "| argument or option | meaning |", "|---|---|", *options]
    return "\n".join(lines) + "\n"


def _commands(command: Any, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Any]]:
    if not hasattr(command, "commands"):
        yield path, command
        return
    for name in sorted(command.commands):
        yield from _commands(command.commands[name], (*path, name))


def _option(item: Any) -> str | None:
    if "--help" in item.opts:
        return None
    names = ", ".join(f"`{name}`" for name in [*item.opts, *item.secondary_opts])
    if item.param_type_name == "argument":
        names = f"`{(item.name or '').upper()}`"
    text = _cell(getattr(item, "help", None) or "")
    default = getattr(item, "default", None)
    is_shown = default not in (None, False, True) and not callable(default)
    shown = getattr(default, "value", default)
    return f"| {names} | {text}{f' Default `{shown}`.' if is_shown else ''} |"


def _variable(settings: type[BaseSettings], name: str, field: FieldInfo) -> str:
    if isinstance(field.validation_alias, str):
        return field.validation_alias
    return (settings.model_config.get("env_prefix", "") + name).upper()


def _default(field: FieldInfo) -> str:
    if field.is_required():
        return "none: must be set"
    default = field.get_default(call_default_factory=True)
    if isinstance(default, SecretStr) or default is None:
        return "none"
    return f"`{str(default).lower() if isinstance(default, bool) else default}`"


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


PAGES = {"docs/settings.md": settings_page, "docs/commands.md": commands_page}


def main() -> int:
    """Write the pages that differ."""
    for name, build in PAGES.items():
        path = ROOT / name
        text = build()
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")
            sys.stdout.write(f"wrote {name}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())

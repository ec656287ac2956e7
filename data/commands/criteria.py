"""`antoan criteria`."""

from pathlib import Path
from typing import Annotated, Final

import typer

from assessments.criteria import (
    CriteriaSet,
    ReferenceSet,
    build_set_book,
    load_criteria_sets,
    load_reference_sets,
)
from assessments.criteria_reading import parse_any_set, with_lines
from assessments.definition_files import read_definition_texts
from assessments.errors import DefinitionError
from data.commands.console import open_sessions, progress
from data.errors import InputError
from data.services.assessing.rescoring import rescore

app = typer.Typer(help="Criteria sets: list, check, rescore.", no_args_is_help=True)

SHOWN_DIFFERENCES: Final = 20


@app.command("list")
def list_sets() -> None:
    """List the criteria sets: document, territory, days in force, criteria, rule.

    Example: antoan criteria list
    """
    sets: dict[str, CriteriaSet | ReferenceSet] = {**load_criteria_sets(), **load_reference_sets()}
    for set_id in sorted(sets):
        typer.echo(_line(sets[set_id]))


@app.command("check")
def check(
    file: Annotated[Path, typer.Argument(help="A YAML file of one criteria set.")],
) -> None:
    """Say everything that is wrong with a criteria set, line by line.

    Nothing is stored. The file is also held against the sets that come with the program.

    Example: antoan criteria check my-city-school.yaml
    """
    try:
        text = file.read_text(encoding="utf-8")
    except OSError as error:
        raise InputError(f"{file} cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise InputError(f"{file} is not UTF-8 text; save it as UTF-8") from error
    try:
        found = parse_any_set(file.name, text)
        others = {
            name: other
            for name, other in read_definition_texts().items()
            if name not in ("area_levels.yaml", file.name)
        }
        build_set_book({**others, file.name: text})
    except DefinitionError as error:
        problems = sorted(with_lines(error, file.name, text), key=lambda one: one.line or 0)
        for one in problems:
            line = f"{one.line}:" if one.line is not None else ""
            typer.echo(f"{file}:{line} {one}")
        problem_count = f"{len(problems)} problem" + ("s" if len(problems) > 1 else "")
        raise InputError(f"{file.name} cannot be used: {problem_count}") from error
    typer.echo(f"{file} is sound: {_line(found)}")


@app.command("rescore")
def rescore_stored(
    set_id: Annotated[
        str | None, typer.Option("--set", help="Only submissions to this set. [all]")
    ] = None,
) -> None:
    """Score every stored submission again and compare it with its result.

    Each is scored by the version that was in force when it was submitted. Nothing is
    changed; a difference means that a file of criteria was altered without a new version.

    Example: antoan criteria rescore --set hospital-3088
    """
    if set_id is not None and set_id not in load_criteria_sets():
        raise InputError(f"there is no criteria set {set_id!r}; see 'antoan criteria list'")
    with open_sessions() as sessions, progress("Scoring again", unit="row") as bar:
        report = rescore(sessions, set_id=set_id, progress=bar.update)
    for one in report.differences[:SHOWN_DIFFERENCES]:
        typer.echo(
            f"assessment {one.assessment_pk} ({one.set_id} {one.set_version}): "
            f"{', '.join(one.what)}"
        )
    typer.echo(
        f"read {report.read} · same {report.same} · different {len(report.differences)}"
        f" · of unknown versions {report.unknown} · {report.per_second:,.0f} per second"
    )
    if report.differences or report.unknown:
        raise InputError(
            "stored results are not what their versions say; put back the files of those "
            "versions, and give changed criteria a new one"
        )


def _line(one: CriteriaSet | ReferenceSet) -> str:
    where = "national" if one.territory == "national" else f"province {', '.join(one.territory)}"
    head = f"{one.id} {one.version} · {one.document} · {where}"
    if isinstance(one, ReferenceSet):
        return f"{head} · criteria not known, cannot be filled"
    days = f"from {one.first_day}" + (f" to {one.last_day}" if one.last_day else "")
    kind = f"{len(one.criteria)} criteria, {one.rule.kind}, valid {one.validity_days} days"
    return f"{head} · {days} · {kind}"

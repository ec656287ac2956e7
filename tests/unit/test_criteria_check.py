"""`antoan criteria check`: everything that is wrong with a file, each with its line."""

import re
from importlib.resources import files
from pathlib import Path

import pytest
import yaml
from typer.testing import CliRunner

from assessments.criteria_reading import parse_any_set
from assessments.definition_files import read_definition_texts
from assessments.errors import DefinitionError
from data.cli import app
from data.errors import InputError

FOLDER = files("assessments") / "definitions"
SCHOOL = (FOLDER / "school-hcm-3588-general.yaml").read_text(encoding="utf-8")
TOURISM = (FOLDER / "tourism-hcm-1367.yaml").read_text(encoding="utf-8")
INDEX = (FOLDER / "workplace-hcm-1203.yaml").read_text(encoding="utf-8")
LODGING = (FOLDER / "lodging-national-4159.yaml").read_text(encoding="utf-8")
NATIONAL = (FOLDER / "school-1467.yaml").read_text(encoding="utf-8")
LISTED = (FOLDER / "service-area-2225.yaml").read_text(encoding="utf-8")


def problems(name: str, text: str) -> list[str]:
    """`line: path: problem` of everything that is wrong."""
    with pytest.raises(DefinitionError) as raised:
        parse_any_set(f"{name}.yaml", text)
    return [f"{one.line}: {one.path}: {one.problem}" for one in raised.value.problems]


def line_of(text: str, words: str) -> int:
    return f"\n{text}"[: f"\n{text}".index(f"\n{words}") + 1].count("\n")


def check(tmp_path: Path, name: str, text: str) -> tuple[str, Exception | None]:
    file = tmp_path / name
    file.write_text(text, encoding="utf-8")
    result = CliRunner().invoke(app, ["criteria", "check", str(file)])
    error = result.exception
    return result.output, error if isinstance(error, Exception) else None


def test_sound_file_is_called_sound(tmp_path: Path) -> None:
    output, error = check(tmp_path, "tourism-hcm-1367.yaml", TOURISM)
    assert error is None
    assert "is sound: tourism-hcm-1367" in output


def test_all_problems_come_at_once_each_with_its_line(tmp_path: Path) -> None:
    wrong = (
        SCHOOL.replace('territory: ["79"]', "territory: [79]")
        .replace("total_points: 10", "total_points: 11")
        .replace('  - id: "TP3"', '  - id: "TP2"')
        .replace("    at_least: 6\n", "    at_least: 5\n")
        .replace("  days: 7\n", "  dayz: 7\n")
        .replace('document: "3588/QĐ-BCĐ"\n', "")
    )
    output, error = check(tmp_path, "school-hcm-3588-general.yaml", wrong)
    assert isinstance(error, InputError)
    lines = output.splitlines()
    for words, where in (
        ("territory: neither 'national' nor a list of province codes; write national", "territory"),
        ("rule.total_points: the criteria sum to 10, not 11; correct", "  total_points"),
        ("criteria: 'TP2' stands more than once", "criteria:"),
        ("levels.unsafe and levels.safe: they overlap between 5 and 6", "  - code: unsafe"),
        ("validity.dayz: extra inputs are not permitted; remove it", "  dayz"),
        ("validity.days: field required; add it", "validity:"),
        ("document: field required; add it", "# Facts"),
        ("levels.high: the scale ends at 11; write at_most: 11", "  - code: high"),
    ):
        found = next(line for line in lines if words in line)
        assert f"yaml:{line_of(wrong, where)}: " in found
    assert len(lines) == 8
    assert str(error) == "school-hcm-3588-general.yaml cannot be used: 8 problems"


def test_one_wrong_criterion_does_not_hide_the_others() -> None:
    wrong = SCHOOL.replace("    max_points: 1\n", "    max_points: one\n", 1)
    wrong = wrong.replace('chapter: "1"', 'chapter: "9"').replace("below: 8", "below: 9")
    found = problems("school-hcm-3588-general", wrong)
    assert sum("there is no chapter '9'" in one for one in found) == 9
    assert any("criteria.0.max_points" in one for one in found)
    assert any("levels.safe and levels.high: they overlap between 8 and 9" in one for one in found)


CASES: tuple[tuple[str, str, str, str, str], ...] = (
    # text to change · what is changed · into what · line that is named · what is said
    (TOURISM, "      at_least: 5\n", "      below: 5\n",
     "    - level: conditional", "rule.limits.0: needs at_least and nothing else"),
    (TOURISM, "      at_least: 5\n", "      at_least: 11\n",
     "    - level: conditional", "TP1 can never reach it"),
    (TOURISM, "otherwise: adjust", "otherwise: unsafe",
     "    - level: conditional", "a better score would lead to a worse level"),
    (TOURISM, "otherwise: adjust", "otherwise: full",
     "    - level: conditional", "full is not worse than conditional"),
    (TOURISM, "otherwise: adjust", "otherwise: none",
     "    - level: conditional", "there is no level 'none'"),
    (TOURISM, "      - points: 5\n", "      - points: 10\n",
     "    scale:", "10 points stand more than once"),
    (TOURISM, "      - points: 0\n", "      - points: 2\n",
     "    scale:", "the steps run from 2 to 10, not from 0 to 10"),
    (TOURISM, "      - points: 10\n", "      - points: 12\n",
     "    scale:", "a step lies outside 0 … 10"),
    (TOURISM, "    max_points: 10\n", "    max_points: 10\n    min_points: 1\n",
     "    min_points", "only a risk index has a least number of points"),
    (INDEX, "      below: 7\n", "      at_least: 7\n",
     "    - level: medium", "needs below and nothing else"),
    (INDEX, "    at_least: 10\n    at_most: 10\n", "    at_least: 0\n    below: 10\n",
     "  - code: very_low", "no answers reach it: the lowest score is 10"),
    (INDEX, "      otherwise: medium_blocked\n", "      otherwise: high\n",
     "  - code: medium_blocked", "needs one of at_least and above"),
    (INDEX, "    min_points: 1\n", "    min_points: 10\n",
     "    min_points", "is not below max_points"),
    (LODGING, "    level: not_assessed\n", "    level: safe\n",
     "levels:", "a checklist gives no level"),
    (LODGING, "  kind: checklist\n", '  kind: checklist\n  veto: ["1"]\n',
     "rule:", "a checklist has no veto and no limits"),
    (LISTED, "issued_in: 2020\n", "issued_in: twenty\n",
     "issued_in", "issued_in: input should be a valid integer"),
    (LISTED, "fillable: false\n", "", "# Facts", "criteria: field required"),
    (SCHOOL, "first_day: 2021-10-15", "first_day: 2020-02-31",
     "first_day", "first_day: there is no such day as 2020-02-31"),
    (SCHOOL, "first_day: 2021-10-15", "first_day: 2021-10-14",
     "first_day", "is before the document was issued on 2021-10-15"),
    (SCHOOL, 'version: "2021-10-15.1"', 'version: "2021-13-15.1"',
     "version", "version: does not begin with a day"),
    (SCHOOL, 'version: "2021-10-15.1"', 'version: "2020-10-15.1"',
     "version", "is of a day before issued_on"),
    (SCHOOL, 'territory: ["79"]', 'territory: ["100"]',
     "territory", "there is no province '100'"),
    (SCHOOL, 'territory: ["79"]', 'territory: ["79", "79"]',
     "territory", "'79' stands more than once"),
    (NATIONAL, "veto_level: unsafe", "veto_level: good",
     "  veto_level", "good is the best level: the veto would change nothing"),
    (NATIONAL, '  veto: ["4", "5", "10", "11"] # mandatory for any safe level\n', "",
     "  veto_level", "there is no veto that could force it"),
    (NATIONAL, 'veto: ["4", "5",', 'veto: ["4", "4",', "  veto:", "'4' stands more than once"),
    (NATIONAL, "    confidence: {text: reconstructed, points: exact}\n",
     "    confidence: {text: exact, points: exact, mandatory: exact}\n",
     "    confidence", "criteria.1.confidence.mandatory: the rule does not name it"),
    (NATIONAL, "    action_confidence: exact\n", "",
     "  - code: good", "action and action_confidence go together"),
    (NATIONAL, 'en: "School COVID-19 safety criteria"', 'en: "Bộ tiêu chí trường học an toàn"',
     '  en: "Bộ tiêu chí', "title.en: is written in Vietnamese"),
    (NATIONAL, 'document: "1467/BGDĐT-GDTC"', 'document: " "',
     "document", "document: string should match pattern"),
    (NATIONAL, "    at_least: 11\n", "    at_least: .nan\n",
     "    at_least", "levels.0.at_least: input should be a finite number"),
    (LISTED, "issued_in: 2020\n", "issued_in: 2021\n",
     "issued_in", "is not the year of 2020-05-28"),
)  # fmt: skip


@pytest.mark.parametrize("case", range(len(CASES)))
def test_rules_of_every_type_are_checked(case: int) -> None:
    text, old, new, where, words = CASES[case]
    assert old in text
    wrong = text.replace(old, new, 1)
    found = problems(str(yaml.safe_load(text)["id"]), wrong)
    line = f"{line_of(wrong, where)}: "
    assert any(one.startswith(line) and words in one for one in found), found


def test_keys_that_stand_twice_are_all_named_with_what_else_is_wrong() -> None:
    wrong = SCHOOL.replace("rule:\n", 'version: "2021-10-15.2"\nrule:\n  veto_level: high\n')
    wrong = wrong.replace("  veto_level: high\n", "  veto_level: high\n  veto_level: none\n")
    found = problems("school-hcm-3588-general", wrong)
    assert sum("stands twice" in one for one in found) == 2
    assert any("there is no level 'none'" in one for one in found)


def test_file_that_is_no_set_at_all_says_so(tmp_path: Path) -> None:
    hostile = (
        "a: &x [*x]\n",
        "a: &x 1\nb: *x\n",
        "2020-01-01: 1\n",
        "? [1]\n: 2\n",
        "a: !!python/none\n",
    )
    for text in ("", "- 1\n", "just words\n", "a: [1\n", *hostile):
        output, error = check(tmp_path, "x.yaml", text)
        assert isinstance(error, InputError), text
        assert re.match(r".*x\.yaml:\d+: ", output), text
    (tmp_path / "y.yaml").write_bytes(b"\xff\xfe")
    result = CliRunner().invoke(app, ["criteria", "check", str(tmp_path / "y.yaml")])
    assert "is not UTF-8" in str(result.exception)
    result = CliRunner().invoke(app, ["criteria", "check", str(tmp_path / "none.yaml")])
    assert "cannot be read" in str(result.exception)


def test_file_is_held_against_the_sets_of_the_program(tmp_path: Path) -> None:
    double = SCHOOL.replace("id: school-hcm-3588-general", "id: school-hcm-x")
    output, error = check(tmp_path, "school-hcm-x.yaml", double)
    assert error is not None
    assert "school-hcm-3588-general also claims school.primary, school.secondary" in output
    assert f"yaml:{line_of(double, 'venue_types')}: " in output
    later = SCHOOL.replace("- school-hcm-1371", "- general-hcm-1303")
    output, error = check(tmp_path, "school-hcm-3588-general.yaml", later)
    assert f"yaml:{line_of(later, 'replaces')}: " in output
    assert "general-hcm-1303 begins only on 2022-04-21 and would never be in force" in output
    unknown = SCHOOL.replace("- school-hcm-1371", "- school-hcm-9999")
    output, error = check(tmp_path, "school-hcm-3588-general.yaml", unknown)
    assert "there is no set 'school-hcm-9999'" in output


def test_every_file_of_the_program_is_sound_and_listed() -> None:
    runner = CliRunner()
    listing = runner.invoke(app, ["criteria", "list"]).output.splitlines()
    names = [name for name in read_definition_texts() if name != "area_levels.yaml"]
    assert [line.split()[0] for line in listing] == sorted(name[:-5] for name in names)
    assert "criteria not known, cannot be filled" in listing[0]

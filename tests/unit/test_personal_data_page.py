"""R17: the data map cannot fall behind the schema, nor the threat model behind the tests."""

import re

from data.models import Base
from data.services.accounts.account_retention import UNCONFIRMED_KEPT
from data.services.accounts.one_time_codes import KEPT_AFTER_END as CODE_KEPT
from data.services.accounts.web_sessions import KEPT_AFTER_END as SESSION_KEPT
from tests.conftest import ROOT

PAGE = (ROOT / "docs" / "personal-data.md").read_text(encoding="utf-8")
PERSONAL, PLAIN = PAGE.split("## Tables with personal data")[1].split(
    "## Tables without personal data"
)
ROWS = {
    cells[1].strip().strip("`"): cells
    for line in PERSONAL.splitlines()
    if (cells := line.split("|"))[0] == "" and len(cells) == 6 and "`" in cells[1]
}
# What points at a person, or is written by one.
TELLING = re.compile(r"account_pk|_by|email|phone|wording|password_hash|declared_name|.*_secret")


def test_every_table_stands_in_one_of_the_two_lists() -> None:
    plain = set(re.findall(r"`(\w+)`", PLAIN.split("\n\n")[1]))
    assert not plain & ROWS.keys()
    assert plain | ROWS.keys() == set(Base.metadata.tables)


def test_every_personal_column_is_there_and_none_is_left_out() -> None:
    for name, cells in ROWS.items():
        columns = Base.metadata.tables[name].columns
        named = set(re.findall(r"`(\w+)`", cells[2]))
        assert named <= set(columns.keys()), name
        assert all(cell.strip() for cell in cells[3:5]), name
    for name, table in Base.metadata.tables.items():
        telling = {one.name for one in table.columns if TELLING.fullmatch(one.name)}
        assert name in ROWS or not telling, name


def test_periods_are_those_of_the_program() -> None:
    assert f"never confirmed: {UNCONFIRMED_KEPT.days} days" in ROWS["account"][4]
    assert f"{SESSION_KEPT.days} days after it ended" in ROWS["web_session"][4]
    assert f"{int(CODE_KEPT.total_seconds()) // 3600} hour after" in ROWS["one_time_code"][4]


def test_every_test_that_the_threat_model_names_is_there() -> None:
    page = (ROOT / "docs" / "threats.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`(test_\w+\.py)`", page))
    there = {path.name for path in (ROOT / "tests").rglob("test_*.py")}
    assert named
    assert named <= there

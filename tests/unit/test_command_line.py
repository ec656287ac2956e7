"""An interrupted command ends with one sentence and 130, however early."""

import subprocess
import sys

import pytest

EARLY = """
import importlib.abc, sys
class Interrupts(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        if name == {name!r}:
            raise KeyboardInterrupt
sys.meta_path.insert(0, Interrupts())
sys.argv = ["antoan", "--help"]
from data.command_line import main
main()
"""
WITHIN = """
import sys
import data.cli
@data.cli.app.command("wait")
def wait():
    raise KeyboardInterrupt
sys.argv = ["antoan", "wait"]
from data.command_line import main
main()
"""


@pytest.mark.parametrize(
    "program",
    [EARLY.format(name="data.cli"), EARLY.format(name="typer"), WITHIN],
    ids=["before anything is loaded", "while libraries load", "within a command"],
)
def test_interrupted_command_ends_with_one_sentence(program: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 130
    assert done.stderr.strip() == "antoan: stopped before it was done"

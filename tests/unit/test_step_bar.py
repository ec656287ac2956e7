import io
import sys

import pytest

from data.step_bar import step_bar


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_steps_are_lines_where_nobody_watches(capsys: pytest.CaptureFixture[str]) -> None:
    with step_bar("demo data", 2) as step:
        step("venues")
        step("visits")
    assert capsys.readouterr().err == "· venues\n· visits\n"


def test_steps_fill_a_bar_on_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = _Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    with step_bar("demo data", 2) as step:
        step("venues")
        step("visits")
    shown = terminal.getvalue()
    assert "demo data: venues" in shown
    assert "0/2" in shown
    assert "1/2" in shown
    assert shown.rstrip().split("\r")[-1].startswith("demo data ")
    assert "2/2" in shown.split("\r")[-1]

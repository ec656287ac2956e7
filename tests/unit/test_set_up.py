"""The set-up of a fresh checkout: what it asks of the system, and when it installs again."""

import importlib
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from tests.conftest import ROOT


@pytest.fixture
def scripts(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.syspath_prepend(str(ROOT / "scripts"))
    yield
    for name in ("system_packages", "virtual_environment", "setup_errors", "step_output"):
        sys.modules.pop(name, None)


@pytest.fixture
def packages(scripts: None) -> ModuleType:
    return importlib.import_module("system_packages")


@pytest.fixture
def environment(scripts: None) -> ModuleType:
    return importlib.import_module("virtual_environment")


def needs(packages: ModuleType) -> object:
    return packages.SystemNeeds(postgres=True, chromium=True, fonts=True, scanner=True)


def test_missing_things_are_named_by_package(
    packages: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(packages, "_has_postgres", lambda: False)
    monkeypatch.setattr(packages, "find_chromium", lambda: None)
    monkeypatch.setattr(packages, "_has_vietnamese_font", lambda: False)
    monkeypatch.setattr(packages, "is_ubuntu", lambda: False)
    monkeypatch.setattr(packages, "_has_library", lambda _name: False)
    monkeypatch.setattr(packages.importlib.util, "find_spec", lambda _name: None)
    assert packages.missing_packages(needs(packages)) == [
        f"python3.{sys.version_info[1]}-venv",
        "postgresql-postgis",
        "chromium",
        "libatomic1",
        "fontconfig",
        "fonts-noto-core",
    ]


@pytest.mark.parametrize("has_apt", [True, False])
def test_without_a_way_to_root_it_stops_with_what_to_type(
    packages: ModuleType, monkeypatch: pytest.MonkeyPatch, has_apt: bool
) -> None:
    def never(*_arguments: object, **_options: object) -> None:
        pytest.fail("nothing may be started")

    monkeypatch.setattr(packages, "missing_packages", lambda _needs: ["postgresql-postgis"])
    monkeypatch.setattr(packages.os, "geteuid", lambda: 1000)
    monkeypatch.setattr(
        packages.shutil, "which", lambda name: name if has_apt and name == "apt-get" else None
    )
    monkeypatch.setattr(packages.subprocess, "run", never)
    words = "sudo apt-get install -y postgresql-postgis" if has_apt else "postgresql-postgis"
    with pytest.raises(Exception, match=words.replace("sudo ", "")) as refusal:
        packages.install_missing(needs(packages))
    assert type(refusal.value).__name__ == "SetupError"


def test_nothing_missing_starts_nothing(
    packages: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(packages, "missing_packages", lambda _needs: [])
    monkeypatch.setattr(packages.subprocess, "run", lambda *_a, **_o: pytest.fail("started"))
    packages.install_missing(needs(packages))


def make_checkout(folder: Path) -> Path:
    for name in ("requirements.lock", "requirements-dev.lock", "pyproject.toml"):
        (folder / name).write_text(f"{name}\n")
    return folder


@pytest.fixture
def commands(environment: ModuleType, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What would be done, in words; nothing is installed."""
    done: list[str] = []

    def run(command: list[str], root: Path, what: str) -> None:
        done.append(what)
        if "venv" in command:
            (root / ".venv" / "bin").mkdir(parents=True)
            (root / ".venv" / "bin" / "python").touch()

    monkeypatch.setattr(environment, "_run", run)
    monkeypatch.setattr(
        environment, "_install_locked", lambda _python, lock, _root: done.append(lock.name)
    )
    return done


ALL = ["python3 -m venv", "requirements.lock", "installing the project"]


def test_second_run_installs_nothing(
    environment: ModuleType, commands: list[str], tmp_path: Path
) -> None:
    root = make_checkout(tmp_path)
    environment.ensure_environment(root, is_developer=False)
    assert commands == ALL
    environment.ensure_environment(root, is_developer=False)
    assert commands == ALL


def test_developer_environment_serves_a_run_too(
    environment: ModuleType, commands: list[str], tmp_path: Path
) -> None:
    root = make_checkout(tmp_path)
    environment.ensure_environment(root, is_developer=True)
    before = list(commands)
    environment.ensure_environment(root, is_developer=False)
    assert commands == before


def test_changed_lock_is_installed_over_the_old_one(
    environment: ModuleType, commands: list[str], tmp_path: Path
) -> None:
    root = make_checkout(tmp_path)
    environment.ensure_environment(root, is_developer=False)
    (root / "requirements.lock").write_text("changed\n")
    commands.clear()
    environment.ensure_environment(root, is_developer=False)
    assert commands == ALL[1:]


def test_interrupted_install_begins_with_a_new_environment(
    environment: ModuleType,
    commands: list[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def interrupt(*_arguments: object) -> None:
        raise KeyboardInterrupt

    root = make_checkout(tmp_path)
    with monkeypatch.context() as patched:
        patched.setattr(environment, "_install_locked", interrupt)
        with pytest.raises(KeyboardInterrupt):
            environment.ensure_environment(root, is_developer=False)
    (root / ".venv" / "half").touch()
    commands.clear()
    environment.ensure_environment(root, is_developer=False)
    assert commands == ALL
    assert not (root / ".venv" / "half").exists()


def test_locks_hold_hashes_and_no_address_of_an_index() -> None:
    for name in ("requirements.lock", "requirements-dev.lock"):
        text = (ROOT / name).read_text(encoding="utf-8")
        assert "://" not in text
        assert "--index" not in text
        pins = [line for line in text.splitlines() if "==" in line and not line.startswith(" ")]
        assert pins
        assert all(line.endswith("\\") for line in pins)
    assert "\nsetuptools==" in text

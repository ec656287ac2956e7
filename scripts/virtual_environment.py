"""`.venv` with the exact versions of the lock files. Standard library only."""

import fcntl
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from setup_errors import SetupError
from step_output import Bar, say

LOCKS = {False: "requirements.lock", True: "requirements-dev.lock"}
FREE_BYTES = 2_000_000_000


def ensure_environment(root: Path, *, is_developer: bool) -> Path:
    """Python of a complete `.venv`; installs only what changed since the last run.

    Raises:
        SetupError: It cannot be made; the sentence says why.
    """
    folder = root / ".venv"
    python = folder / "bin" / "python"
    with _one_at_a_time(root):
        marker = folder / "antoan-installed.json"
        wanted = _wanted(root, is_developer=is_developer)
        installed = _read(marker)
        if wanted.items() <= installed.items() and python.exists():
            return python
        _require_space(root)
        marker.unlink(missing_ok=True)
        if any(installed.get(key) != wanted[key] for key in ("python", "folder")):
            # Also where the marker is missing: an interrupted pip can leave packages that look
            # installed and are not.
            say(f"making {folder.name} with Python {wanted['python'].split(' ')[0]}")
            shutil.rmtree(folder, ignore_errors=True)
            _run([sys.executable, "-m", "venv", str(folder)], root, "python3 -m venv")
        _install_locked(python, root / LOCKS[is_developer], root)
        _run(
            [*_pip(python), "--no-deps", "--no-build-isolation", "--editable", str(root)],
            root,
            "installing the project",
        )
        draft = marker.with_suffix(".new")
        draft.write_text(json.dumps(wanted), encoding="utf-8")
        draft.replace(marker)
    return python


def _wanted(root: Path, *, is_developer: bool) -> dict[str, str]:
    """What a complete environment was made from; the developer's holds the other as well."""
    names = [LOCKS[False], *([LOCKS[True]] if is_developer else []), "pyproject.toml"]
    digests = {name: hashlib.sha256((root / name).read_bytes()).hexdigest() for name in names}
    version = ".".join(map(str, sys.version_info[:3]))
    return digests | {"python": f"{version} {sys.base_prefix}", "folder": str(root)}


def _read(marker: Path) -> dict[str, str]:
    try:
        return dict(json.loads(marker.read_text(encoding="utf-8")))
    except (OSError, ValueError):
        return {}


def _pip(python: Path) -> list[str]:
    # Compiling all modules takes half of the install; Python compiles those it imports.
    return [
        *(str(python), "-m", "pip", "--disable-pip-version-check", "--no-input"),
        *("install", "--no-compile", "--progress-bar", "off"),
    ]


def _install_locked(python: Path, lock: Path, root: Path) -> None:
    """Install a lock file with its hashes, with one bar over its packages."""
    total = len(set(re.findall(r"^([\w.-]+)==", lock.read_text(encoding="utf-8"), re.MULTILINE)))
    command = [*_pip(python), "--require-hashes", "--requirement", str(lock)]
    with Bar(f"installing {total} Python packages", total) as bar, _log(root).open("w") as log:
        with subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=log, text=True
        ) as pip:
            try:
                for line in pip.stdout or ():
                    log.write(line)
                    if match := re.match(r"Collecting ([\w.-]+)|Requirement already", line):
                        bar.advance(match[1] or "")
                    elif line.startswith("Installing collected"):
                        bar.note("unpacking, up to a minute")
            except BaseException:
                pip.terminate()
                raise
        if pip.returncode:
            log.flush()
            raise _failure("the Python packages were not installed", root)


def _run(command: list[str], root: Path, what: str) -> None:
    with _log(root).open("w") as log:
        done = subprocess.run(
            command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, check=False
        )
    if done.returncode:
        raise _failure(f"{what} failed", root)


def _log(root: Path) -> Path:
    folder = root / ".local"
    folder.mkdir(exist_ok=True)
    return folder / "setup.log"


def _failure(what: str, root: Path) -> SetupError:
    text = _log(root).read_text(encoding="utf-8", errors="replace")
    if "No space left on device" in text:
        return SetupError(f"{what}: the disk is full; free some space and start again")
    lines = [line for line in text.splitlines() if line.strip()]
    errors = [line for line in lines if line.startswith("ERROR")] or lines
    return SetupError(f"{what}; .local/setup.log says: {errors[-1] if errors else 'nothing'}")


def _require_space(root: Path) -> None:
    free = shutil.disk_usage(root).free
    if free < FREE_BYTES:
        raise SetupError(
            f"the disk that holds {root} has {free / 1e9:.1f} GB free; the Python packages need "
            f"{FREE_BYTES / 1e9:.0f} GB; free some and start again"
        )


@contextmanager
def _one_at_a_time(root: Path) -> Iterator[None]:
    """Let two commands started together (make -j) wait for each other."""
    folder = root / ".local"
    try:
        folder.mkdir(exist_ok=True)
        lock = os.open(folder / "setup-lock", os.O_RDWR | os.O_CREAT, 0o666)
    except OSError as error:
        raise SetupError(
            f"{folder} cannot be written ({error.strerror}); run as the user who owns it"
        ) from error
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
    finally:
        os.close(lock)

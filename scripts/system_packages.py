"""System packages that the tasks need: installed with apt where they are missing.

Standard library only.
"""

import ctypes
import importlib.util
import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass

from setup_errors import SetupError
from step_output import say

from data.cluster.programs import find_programs
from data.errors import NotFoundError

# Debian's packages make and start a server of their own on port 5432 while they install. This
# file, there only meanwhile, tells them not to: nobody asked for one.
NO_OWN_SERVER_FOLDER = "/etc/postgresql-common/createcluster.d"
NO_OWN_SERVER = f"{NO_OWN_SERVER_FOLDER}/an-toan-map.conf"
WITH_POSTGRES = f"""
set -e
mkdir -p {NO_OWN_SERVER_FOLDER}
trap 'rm -f {NO_OWN_SERVER}' EXIT
echo 'create_main_cluster = false' > {NO_OWN_SERVER}
"""
INSTALL = """
set -e
export DEBIAN_FRONTEND=noninteractive NEEDRESTART_SUSPEND=1
apt-get -o DPkg::Lock::Timeout=300 update -q
apt-get -o DPkg::Lock::Timeout=300 install -y -q --no-install-recommends "$@"
"""


@dataclass(frozen=True, kw_only=True)
class SystemNeeds:
    """What a task uses beside Python."""

    postgres: bool
    chromium: bool
    fonts: bool
    scanner: bool


def install_missing(needs: SystemNeeds) -> None:
    """Install with apt what is missing, as root or through sudo.

    Raises:
        SetupError: It cannot be installed from here; the sentence has the command to type.
    """
    packages = missing_packages(needs)
    if not packages:
        return
    typed = f"sudo apt-get update && sudo apt-get install -y {' '.join(packages)}"
    if not shutil.which("apt-get"):
        raise SetupError(
            f"these are missing: {', '.join(packages)} (Debian's names); install them, "
            "then start again"
        )
    prefix = _as_root()
    if prefix is None:
        raise SetupError(f"system packages are missing; type this, then start again:\n    {typed}")
    say(f"installing system packages: {' '.join(packages)}")
    script = (WITH_POSTGRES if "postgresql-postgis" in packages else "") + INSTALL
    done = subprocess.run(
        [*prefix, "/bin/sh", "-c", script, "sh", *packages],
        stdin=None if sys.stdin and sys.stdin.isatty() else subprocess.DEVNULL,
        stdout=sys.stderr,
        check=False,
    )
    still_missing = missing_packages(needs)
    if done.returncode or still_missing:
        raise SetupError(
            f"the system packages were not installed (see above); type this, then start again:\n"
            f"    {typed}"
        )


def missing_packages(needs: SystemNeeds) -> list[str]:
    """Debian's names of the packages whose programs or files are not there."""
    packages = []
    if importlib.util.find_spec("ensurepip") is None or importlib.util.find_spec("venv") is None:
        packages.append(f"python{sys.version_info[0]}.{sys.version_info[1]}-venv")
    if needs.postgres and not _has_postgres():
        packages.append("postgresql-postgis")
    # Ubuntu has no Chromium package but the snap's: playwright brings one (scripts/run_tests.py).
    if needs.chromium and find_chromium() is None and not is_ubuntu():
        packages.append("chromium")
    # The driver that playwright brings is linked against it, and a bare Debian lacks it.
    if needs.chromium and not _has_library("libatomic.so.1"):
        packages.append("libatomic1")
    if needs.fonts and not _has_vietnamese_font():
        packages += ["fontconfig", "fonts-noto-core"]
    # The tests print posters to pictures and scan them.
    if needs.scanner and not shutil.which("pdftoppm"):
        packages.append("poppler-utils")
    if needs.scanner and not shutil.which("zbarimg"):
        packages.append("zbar-tools")
    return packages


def find_chromium() -> str | None:
    """A Chromium or Chrome that answers; Ubuntu's stand-in for the snap does not count."""
    for name in ("chromium", "chromium-browser", "google-chrome"):
        path = shutil.which(name)
        if path and _answers([path, "--version"]):
            return path
    return None


def is_ubuntu() -> bool:
    """Whether this is Ubuntu."""
    try:
        return platform.freedesktop_os_release().get("ID") == "ubuntu"
    except OSError:
        return False


def _has_postgres() -> bool:
    try:
        find_programs()
    except NotFoundError:
        return False
    return True


def _has_vietnamese_font() -> bool:
    if not shutil.which("fc-list"):
        return False
    fonts = subprocess.run(
        ["fc-list", ":lang=vi", "family"], capture_output=True, text=True, check=False
    )
    return bool(fonts.stdout.strip())


def _has_library(name: str) -> bool:
    try:
        ctypes.CDLL(name)
    except OSError:
        return False
    return True


def _as_root() -> Sequence[str] | None:
    """What stands before a command that needs root; None where there is no way to it."""
    if os.geteuid() == 0:
        return ()
    if not shutil.which("sudo"):
        return None
    if _answers(["sudo", "-n", "true"]):
        return ("sudo", "-n")
    # A person at a terminal may type the password, at most three times.
    return ("sudo",) if sys.stdin and sys.stdin.isatty() and sys.stderr.isatty() else None


def _answers(command: Sequence[str]) -> bool:
    try:
        return not subprocess.run(
            command, stdin=subprocess.DEVNULL, capture_output=True, timeout=30, check=False
        ).returncode
    except (OSError, subprocess.TimeoutExpired):
        return False

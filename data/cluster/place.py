"""Where a private cluster keeps its files, and the system user that runs it.

PostgreSQL refuses to run as root, and the folder of a checkout that root made
(`/root/…`, a temporary folder with mode 0700) is closed to every other user.
See `docs/adr/0004-data-folder-outside-the-checkout.md`.
"""

import hashlib
import os
import pwd
import secrets
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from data.errors import StartError

UNPRIVILEGED_USERS: Final = ("postgres", "nobody")
SYSTEM_FOLDER: Final = Path("/var/lib/an-toan-map")
LAST_FOLDER: Final = Path("/var/tmp")  # noqa: S108 (a 0700 folder of its own is made in it)
PRIVATE: Final = 0o700
PASS_THROUGH: Final = 0o711


@dataclass(frozen=True, kw_only=True)
class ServerUser:
    """The system user that runs the server's programs."""

    uid: int
    gid: int

    @property
    def is_other(self) -> bool:
        """Whether it is another user than the one who runs us."""
        return self.uid != os.geteuid()

    def process_options(self) -> dict[str, Any]:
        """Arguments for `subprocess`: run as this user, in a folder that it may enter."""
        if not self.is_other:
            return {"cwd": "/"}
        return {"cwd": "/", "user": self.uid, "group": self.gid, "extra_groups": []}

    def can_enter(self, folder: Path) -> bool:
        """Whether this user may open things below the folder."""
        return not subprocess.run(  # noqa: S603 (a fixed command; the folder is an argument)
            ["/bin/sh", "-c", 'cd "$1"', "sh", str(folder)],
            stderr=subprocess.DEVNULL,
            check=False,
            **self.process_options(),
        ).returncode


def server_user(data_folder: Path | None = None) -> ServerUser:
    """Who runs the server: we ourselves, or an unprivileged user where we are root.

    Args:
        data_folder: An existing data folder; root runs the server as its owner.

    Raises:
        StartError: We are root and there is no unprivileged user.
    """
    if os.geteuid() != 0:
        return ServerUser(uid=os.geteuid(), gid=os.getegid())
    if data_folder is not None:
        owner = data_folder.stat()
        if owner.st_uid != 0:
            return ServerUser(uid=owner.st_uid, gid=owner.st_gid)
    for name in UNPRIVILEGED_USERS:
        try:
            user = pwd.getpwnam(name)
        except KeyError:
            continue
        return ServerUser(uid=user.pw_uid, gid=user.pw_gid)
    raise StartError(
        "PostgreSQL does not run as root and this system has neither a user 'postgres' nor "
        "'nobody'; run as another user"
    )


def choose_data_folder(local_folder: Path, user: ServerUser) -> Path:
    """A folder that does not exist yet, for a new cluster of this checkout.

    Below `local_folder` where the server's user can use it; else outside the
    checkout, under a name made from its path and a random word, so that two
    checkouts never share one.

    Raises:
        StartError: No place can be used.
    """
    inside = local_folder / "postgres"
    if user.is_other and _is_owned(local_folder):
        local_folder.chmod(local_folder.stat().st_mode | 0o011)
    if not inside.exists() and _is_usable(inside, user):
        return inside
    digest = hashlib.sha256(str(local_folder.resolve()).encode()).hexdigest()[:12]
    name = f"{digest}-{secrets.token_hex(4)}"
    for parent in _outside_folders():
        try:
            parent.mkdir(mode=PASS_THROUGH, parents=True, exist_ok=True)
        except OSError:
            continue
        if _is_usable(parent / name, user):
            return parent / name
    raise StartError(
        f"no folder for the private database: the user that runs it can write neither in "
        f"{local_folder} nor in {SYSTEM_FOLDER}; move the checkout to a folder that others may "
        "enter, or set DATABASE_URL"
    )


def make_data_folder(folder: Path, user: ServerUser) -> None:
    """Make the empty folder, closed to all but the server's user."""
    folder.mkdir(mode=PRIVATE)
    folder.chmod(PRIVATE)
    if user.is_other:
        os.chown(folder, user.uid, user.gid)


def _outside_folders() -> Iterator[Path]:
    if os.geteuid() == 0:
        yield SYSTEM_FOLDER
    else:
        home = os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share"
        yield Path(home) / "an-toan-map"
    yield LAST_FOLDER / f"an-toan-map-{os.geteuid()}"


def _is_owned(folder: Path) -> bool:
    return folder.stat().st_uid == os.geteuid()


def _is_usable(folder: Path, user: ServerUser) -> bool:
    """Whether the folder can be made, closed to others and entered by the server's user.

    Some mounted file systems keep no owners or modes; PostgreSQL refuses them.
    """
    try:
        make_data_folder(folder, user)
    except OSError:
        return False
    try:
        made = folder.stat()
        is_kept = made.st_mode & 0o777 == PRIVATE and made.st_uid == user.uid
        return is_kept and user.can_enter(folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)

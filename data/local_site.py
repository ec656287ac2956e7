"""What commands in a second terminal take from the site that `make run` serves from a checkout."""

import os
from pathlib import Path
from typing import Final

SECRET_FILE: Final = "secret"  # noqa: S105 (a file name)
ADDRESS_FILE: Final = "site"


def remember_address(local_folder: Path, address: str) -> None:
    """Leave the site's address for commands that print links to it."""
    (local_folder / ADDRESS_FILE).write_text(address + "\n", encoding="ascii")


def use_local_site(local_folder: Path) -> None:
    """Let settings that the environment lacks be those of the checkout's own site.

    Never in production, where a key that lies in a folder would be a surprise.
    """
    if os.environ.get("ANTOAN_ENV") == "production":
        return
    for name, file in (
        ("ANTOAN_SECRET_KEY", SECRET_FILE),
        ("ANTOAN_PUBLIC_URL", ADDRESS_FILE),
    ):
        path = local_folder / file
        if not os.environ.get(name) and path.is_file():
            os.environ[name] = path.read_text(encoding="ascii").strip()

"""The folder of accepted files: random names, private, written whole or not at all."""

import os
import re
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from data.errors import NotFoundError

PRIVATE_FOLDER: Final = 0o700
PRIVATE_FILE: Final = 0o600
NAME: Final = re.compile(r"[0-9a-f]{32}", re.ASCII)
UNFINISHED: Final = ".new"
FILES: Final = "[0-9a-f][0-9a-f]/[0-9a-f][0-9a-f]/*"


@dataclass(frozen=True, kw_only=True)
class EvidenceStore:
    """Accepted files below one folder, which no web server gives out.

    Attributes:
        folder: Made where it is missing; 65,536 folders in it hold the files.
    """

    folder: Path

    def write(self, data: bytes) -> str:
        """Store a file; it is on the disk when this returns.

        Returns:
            Its name: 128 random bits, so that nobody finds it by guessing.
        """
        name = secrets.token_hex(16)
        self.put(name, data)
        return name

    def put(self, name: str, data: bytes) -> None:
        """Store a file under the name that it had, as when a backup comes back.

        Raises:
            NotFoundError: It is no name of ours.
        """
        place = self._place(name)
        for folder in (self.folder, place.parent.parent, place.parent):
            folder.mkdir(mode=PRIVATE_FOLDER, parents=folder == self.folder, exist_ok=True)
        unfinished = place.with_suffix(UNFINISHED)
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW
        try:
            with os.fdopen(os.open(unfinished, flags, PRIVATE_FILE), "wb") as stream:
                stream.write(data)
                stream.flush()
                os.fsync(stream.fileno())
            unfinished.replace(place)
        except BaseException:
            unfinished.unlink(missing_ok=True)
            raise
        _sync_folder(place.parent)

    @property
    def is_empty(self) -> bool:
        """Whether it holds no file, finished or not."""
        return not any(self.folder.glob(FILES))

    def has(self, name: str) -> bool:
        """Whether there is a file of this name."""
        return self._place(name).is_file()

    def read(self, name: str) -> bytes:
        """The bytes of a stored file.

        Raises:
            NotFoundError: There is none of this name.
        """
        try:
            return self._place(name).read_bytes()
        except FileNotFoundError:
            raise NotFoundError("the file is not there any more") from None

    def remove(self, name: str) -> None:
        """Delete a stored file; one that is gone already is no error."""
        self._place(name).unlink(missing_ok=True)

    def names_before(self, moment: float) -> Iterator[str]:
        """Names of the files that were written before a moment, shard by shard.

        Files that were never finished are deleted on the way.

        Args:
            moment: Seconds since the epoch.
        """
        for place in sorted(self.folder.glob(FILES)):
            if place.stat().st_mtime >= moment:
                continue
            if place.suffix == UNFINISHED:
                place.unlink(missing_ok=True)
            elif NAME.fullmatch(place.name):
                yield place.name

    def _place(self, name: str) -> Path:
        # The name may come from an address: nothing but ours leads to a path.
        if not NAME.fullmatch(name):
            raise NotFoundError("there is no such file")
        return self.folder / name[:2] / name[2:4] / name


def _sync_folder(folder: Path) -> None:
    """Make a new name in a folder outlast a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)

"""The file of a backup: a plain tar with the database's dump, the evidence files and their hashes.

    antoan-backup       what this is, and its form
    database.dump       PostgreSQL's custom form
    evidence/{name}     accepted files, in the order of their names
    SHA256SUMS          of all before it, as `sha256sum -c` reads it

`tar xf` opens it where this program is not at hand. It is written and read block by
block, for `tarfile` remembers every member, and a site may have millions of files.
"""

import hashlib
import re
import tarfile
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

from data.errors import InputError

ABOUT: Final = "antoan-backup"
DUMP: Final = "database.dump"
SUMS: Final = "SHA256SUMS"
EVIDENCE: Final = re.compile(r"evidence/([0-9a-f]{32})", re.ASCII)
ABOUT_TEXT: Final = (
    b"Backup of An Toan Map, form 1\n"
    b"'antoan db restore' fills an empty database and an empty evidence folder from it.\n"
)
CHUNK: Final = 1 << 20


@dataclass(frozen=True, kw_only=True)
class Member:
    """One file of an archive; its chunks are read before the next member is asked for."""

    name: str
    size: int
    chunks: Iterator[bytes]


class ArchiveWriter:
    """Writes an archive to a file that can be sought in."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._sums = tempfile.TemporaryFile()  # noqa: SIM115 (closed by `finish`)
        self.add(ABOUT, [ABOUT_TEXT])

    def add(self, name: str, chunks: Iterable[bytes]) -> None:
        """Write a member whose size is known only when its last chunk has come."""
        digest = self._write(name, chunks)
        self._sums.write(_sum_line(name, digest))

    def finish(self) -> None:
        """Write the hashes and the end."""
        with self._sums as sums:
            sums.seek(0)
            self._write(SUMS, iter(lambda: sums.read(CHUNK), b""))
        self._stream.write(bytes(2 * tarfile.BLOCKSIZE))

    def _write(self, name: str, chunks: Iterable[bytes]) -> str:
        start = self._stream.tell()
        self._stream.write(bytes(tarfile.BLOCKSIZE))
        digest, size = hashlib.sha256(), 0
        for chunk in chunks:
            self._stream.write(chunk)
            digest.update(chunk)
            size += len(chunk)
        self._stream.write(bytes(-size % tarfile.BLOCKSIZE))
        end = self._stream.tell()
        header = tarfile.TarInfo(name)
        header.size, header.mode = size, 0o600
        self._stream.seek(start)
        self._stream.write(header.tobuf(tarfile.GNU_FORMAT))
        self._stream.seek(end)
        return digest.hexdigest()


def is_archive(file: Path) -> bool:
    """Whether a file begins as one of ours.

    Raises:
        OSError: It cannot be read.
    """
    with file.open("rb") as stream:
        return stream.read(len(ABOUT) + 1) == ABOUT.encode() + b"\0"


def read_members(file: Path) -> Iterator[Member]:
    """The members of an archive from the first to the hashes.

    Raises:
        InputError: It is cut off or damaged.
    """
    with file.open("rb") as stream:
        name = ""
        while name != SUMS:
            try:
                header = tarfile.TarInfo.frombuf(
                    stream.read(tarfile.BLOCKSIZE), "utf-8", "surrogateescape"
                )
            except tarfile.HeaderError:
                raise _damaged(file) from None
            name, size, start = header.name, header.size, stream.tell()
            if not header.isreg() or size < 0:
                raise _damaged(file)
            yield Member(name=name, size=size, chunks=_read_chunks(stream, size, file))
            stream.seek(start + size + -size % tarfile.BLOCKSIZE)


def check_archive(file: Path) -> int:
    """Compare everything in an archive with its hashes, before anything is made of it.

    Returns:
        How many evidence files it holds.

    Raises:
        InputError: It is cut off or damaged, or of another form.
    """
    names: list[str] = [ABOUT, DUMP]
    files, last = 0, ""
    with tempfile.TemporaryFile() as found:
        for place, member in enumerate(read_members(file)):
            if place == 0 and b"".join(member.chunks) != ABOUT_TEXT:
                raise InputError(f"{file} was written by a newer program; restore it with that")
            if place < len(names):
                is_due = member.name == names[place]
            else:
                is_due = member.name == SUMS or (
                    EVIDENCE.fullmatch(member.name) is not None and member.name > last
                )
            if not is_due:
                raise _damaged(file)
            if member.name == SUMS:
                _compare(file, member, found)
                return files
            if place >= len(names):
                files, last = files + 1, member.name
            digest = hashlib.sha256(ABOUT_TEXT if place == 0 else b"")
            for chunk in member.chunks:
                digest.update(chunk)
            found.write(_sum_line(member.name, digest.hexdigest()))
    raise _damaged(file)


def _compare(file: Path, sums: Member, found: BinaryIO) -> None:
    if found.tell() != sums.size:
        raise _damaged(file)
    found.seek(0)
    for chunk in sums.chunks:
        if found.read(len(chunk)) != chunk:
            raise _damaged(file)


def _read_chunks(stream: BinaryIO, size: int, file: Path) -> Iterator[bytes]:
    left = size
    while left:
        chunk = stream.read(min(CHUNK, left))
        if not chunk:
            raise _damaged(file)
        left -= len(chunk)
        yield chunk


def _sum_line(name: str, digest: str) -> bytes:
    return f"{digest}  {name}\n".encode()


def _damaged(file: Path) -> InputError:
    return InputError(f"{file} is cut off or damaged; nothing was restored, take another copy")

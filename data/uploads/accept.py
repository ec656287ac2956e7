"""Takes an upload: looks at its first bytes, and has a worker process make it anew."""

import hashlib
import json
import logging
import subprocess
import sys
import tempfile
from collections.abc import Collection
from threading import BoundedSemaphore
from typing import Final

from data.uploads.clean_file import (
    DOCUMENT_TYPES,
    IMAGE_TYPES,
    JPEG,
    MOST_UPLOAD_BYTES,
    PDF,
    CleanFile,
    UploadError,
)
from data.uploads.kinds import find_kind

logger = logging.getLogger(__name__)

MOST_WORKERS: Final = 2  # a gigabyte of memory each, at worst
MOST_WAIT_S: Final = 20.0
MOST_RUN_S: Final = 30.0

_free_workers = BoundedSemaphore(MOST_WORKERS)


def accept_upload(data: bytes, *, kinds: Collection[str] = DOCUMENT_TYPES) -> CleanFile:
    """Make an upload anew, in a process with limits of memory and time.

    Blocks for as long as that takes, at most a minute; call it in a thread.

    Args:
        data: The file as it came.
        kinds: Media types to take: `DOCUMENT_TYPES`, or `IMAGE_TYPES` for pictures alone.

    Raises:
        UploadError: The file is not taken; its code and sentence say why.
    """
    if not data:
        raise UploadError("empty")
    if len(data) > MOST_UPLOAD_BYTES:
        raise UploadError("too_big")
    kind = find_kind(data)
    if kind is None or kind not in kinds:
        raise UploadError("wrong_type" if PDF in kinds else "not_image")
    if not _free_workers.acquire(timeout=MOST_WAIT_S):
        raise UploadError("busy")
    try:
        pages, cleaned = _run_worker(data, kind)
    finally:
        _free_workers.release()
    if len(cleaned) > MOST_UPLOAD_BYTES:
        raise UploadError("too_costly")
    return CleanFile(
        data=cleaned,
        media_type=JPEG if kind in IMAGE_TYPES else PDF,
        pages=pages,
        sha256=hashlib.sha256(cleaned).digest(),
    )


def _run_worker(data: bytes, kind: str) -> tuple[int, bytes]:
    with tempfile.TemporaryFile() as given, tempfile.TemporaryFile() as made:
        given.write(data)
        given.seek(0)
        try:
            # -I and an empty environment: no key or address of ours is in reach of the file.
            done = subprocess.run(  # noqa: S603 (our own module; the kind is one of four words)
                [sys.executable, "-I", "-m", "data.uploads.worker", kind],
                stdin=given,
                stdout=made,
                stderr=subprocess.DEVNULL,
                env={},
                timeout=MOST_RUN_S,
                check=False,
            )
        except subprocess.TimeoutExpired:
            logger.warning("upload took too long", extra={"kind": kind})
            raise UploadError("too_costly") from None
        if done.returncode:
            # Out of time or memory, or the library itself broke down: the worker took it along.
            logger.warning("upload ended its worker", extra={"kind": kind, "code": done.returncode})
            raise UploadError("too_costly")
        made.seek(0)
        head = json.loads(made.readline())
        if "code" in head:
            raise UploadError(head["code"])
        return int(head["pages"]), made.read()

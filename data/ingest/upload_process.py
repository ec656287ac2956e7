"""Reads an uploaded table in a process of its own, within limits of memory and time."""

import json
import logging
import subprocess
import sys
import tempfile
from typing import Final

from data.ingest.packed_tables import table_of
from data.ingest.upload_guard import UploadRefusedError
from data.ingest.uploaded_tables import UploadedTable

logger = logging.getLogger(__name__)

MOST_RUN_S: Final = 60.0


def read_upload_apart(content: bytes) -> UploadedTable:
    """Read an uploaded file as `read_upload` does, apart from this process.

    Blocks until that is done; call it in a thread.

    Args:
        content: The whole file.

    Raises:
        UploadRefusedError: As `read_upload`; and `too_costly` where it takes too much.
    """
    with tempfile.TemporaryFile() as given, tempfile.TemporaryFile() as made:
        given.write(content)
        given.seek(0)
        try:
            # -I and an empty environment: no key or address of ours is in reach of the file.
            done = subprocess.run(
                [sys.executable, "-I", "-m", "data.ingest.upload_worker"],
                stdin=given,
                stdout=made,
                stderr=subprocess.DEVNULL,
                env={},
                timeout=MOST_RUN_S,
                check=False,
            )
        except subprocess.TimeoutExpired:
            logger.warning("uploaded table took too long")
            raise UploadRefusedError("too_costly") from None
        if done.returncode:
            # Out of time or memory, or the library itself broke down: the worker took it along.
            logger.warning("uploaded table ended its worker", extra={"code": done.returncode})
            raise UploadRefusedError("too_costly")
        made.seek(0)
        found = json.load(made)
    if "code" in found:
        raise UploadRefusedError(found["code"], **found["values"])
    return table_of(found)

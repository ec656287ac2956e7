"""What a checkout remembers of its private cluster: `.local/cluster.json`."""

import contextlib
import json
import os
import socket
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from data.errors import StartError

ROLE: Final = "antoan"
DATABASE: Final = "antoan"
FILE_NAME: Final = "cluster.json"


@dataclass(frozen=True, kw_only=True)
class ClusterRecord:
    """Place, password and last port; `is_ready` is written once the cluster is complete."""

    data_folder: str
    password: str
    port: int
    is_ready: bool

    def url(self, database: str = DATABASE) -> str:
        """Address of one of its databases, the site's own unless named."""
        return f"postgresql://{ROLE}:{self.password}@127.0.0.1:{self.port}/{database}"


def read_record(local_folder: Path) -> ClusterRecord | None:
    """The record of a checkout; None where no cluster was begun.

    Raises:
        StartError: The file is there and cannot be understood.
    """
    path = local_folder / FILE_NAME
    try:
        return ClusterRecord(**json.loads(path.read_text(encoding="utf-8")))
    except FileNotFoundError:
        return None
    except PermissionError as error:
        raise StartError(
            f"{path} belongs to another user; run as the user who ran this checkout first"
        ) from error
    except (ValueError, TypeError) as error:
        raise StartError(
            f"{path} is damaged; move {local_folder} away to begin with a new database"
        ) from error


def write_record(local_folder: Path, record: ClusterRecord) -> None:
    """Store the record, readable by its owner only; never half written."""
    path = local_folder / FILE_NAME
    draft = path.with_suffix(".new")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as stream:
        json.dump(asdict(record), stream, indent=1)
        stream.flush()
        os.fsync(stream.fileno())
    draft.replace(path)


def running_url(local_folder: Path) -> str | None:
    """Address of the checkout's private database while a run holds it, else None."""
    record = read_record(local_folder)
    if record is None or not record.is_ready:
        return None
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", record.port), 1):
        return record.url()
    return None

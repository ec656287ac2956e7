"""The process that reads one uploaded table: little memory, little time, nothing to steal.

Started by `data.ingest.upload_process` with the file as standard input; writes one
JSON document to standard output. Whatever a hostile workbook does ends with it, and
reading a long one keeps no request waiting.
"""

import json
import resource
import sys
from typing import Final

MOST_MEMORY_BYTES: Final = 1_500_000_000
MOST_CPU_S: Final = 40


def main() -> None:
    """Read the table on standard input."""
    for what, most in (
        (resource.RLIMIT_AS, MOST_MEMORY_BYTES),
        (resource.RLIMIT_CPU, MOST_CPU_S),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (most, most))
    # After the limits: no library reads foreign bytes in a process without them.
    from data.ingest.packed_tables import table_values  # noqa: PLC0415 (after the limits)
    from data.ingest.upload_guard import UploadRefusedError  # noqa: PLC0415 (after the limits)
    from data.ingest.uploaded_tables import read_upload  # noqa: PLC0415 (after the limits)

    content = sys.stdin.buffer.read()
    found: dict[str, object]
    try:
        found = table_values(read_upload(content))
    except UploadRefusedError as error:
        found = {"code": error.code, "values": error.values}
    except MemoryError:
        found = {"code": "too_costly", "values": {}}
    sys.stdout.write(json.dumps(found))


if __name__ == "__main__":
    main()

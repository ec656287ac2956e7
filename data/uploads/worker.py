"""The process that opens one uploaded file: little memory, little time, nothing to steal.

Started by `data.uploads.accept` with the upload as standard input. Writes to standard
output one line of JSON, and after it the bytes of the clean file. What a hostile file
does to this process ends with it.
"""

import json
import resource
import sys
from typing import Final

MOST_MEMORY_BYTES: Final = 1_000_000_000
MOST_CPU_S: Final = 15
MOST_OUTPUT_BYTES: Final = 24 * 1024 * 1024


def limit_process() -> None:
    """Take from this process all that it does not need; nothing gives it back."""
    for what, most in (
        (resource.RLIMIT_AS, MOST_MEMORY_BYTES),
        (resource.RLIMIT_CPU, MOST_CPU_S),
        (resource.RLIMIT_FSIZE, MOST_OUTPUT_BYTES),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (most, most))


def main(media_type: str) -> None:
    """Clean the file on standard input."""
    limit_process()
    # After the limits: the libraries that read hostile bytes are never in a process without them.
    from data.uploads.clean_file import PDF, UploadError  # noqa: PLC0415 (after the limits)

    data = sys.stdin.buffer.read()
    try:
        if media_type == PDF:
            from data.uploads.documents import clean_document  # noqa: PLC0415 (after the limits)

            cleaned, pages = clean_document(data)
        else:
            from data.uploads.images import clean_image  # noqa: PLC0415 (after the limits)

            cleaned, pages = clean_image(data, media_type), 1
        head: dict[str, object] = {"pages": pages}
    except UploadError as error:
        head, cleaned = {"code": error.code}, b""
    except MemoryError:
        head, cleaned = {"code": "too_costly"}, b""
    sys.stdout.buffer.write(json.dumps(head).encode() + b"\n" + cleaned)
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    main(sys.argv[1])

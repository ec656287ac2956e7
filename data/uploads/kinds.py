"""What kind of file some bytes are, by the bytes alone: a name or a header may say anything."""

from typing import Final

from data.uploads.clean_file import JPEG, PDF, PNG, WEBP

PNG_SIGNATURE: Final = b"\x89PNG\r\n\x1a\n"
JPEG_START: Final = b"\xff\xd8\xff"


def find_kind(data: bytes) -> str | None:
    """Media type of a JPEG, PNG, WebP or PDF that begins at the first byte; None for all else.

    Readers of PDF look for its beginning within the first kilobyte, which is how a file
    can be a PDF and something else at once; ours has to begin at once.
    """
    if data.startswith(JPEG_START):
        return JPEG
    if data.startswith(PNG_SIGNATURE):
        return PNG
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return WEBP
    if data.startswith(b"%PDF-"):
        return PDF
    return None

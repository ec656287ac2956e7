"""What an accepted upload is, why one is refused, and the limits of both."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from data.errors import InputError

MOST_UPLOAD_BYTES: Final = 10 * 1024 * 1024
MOST_PIXELS: Final = 40_000_000
MOST_PAGES: Final = 20

JPEG: Final = "image/jpeg"
PNG: Final = "image/png"
WEBP: Final = "image/webp"
PDF: Final = "application/pdf"
IMAGE_TYPES: Final = frozenset({JPEG, PNG, WEBP})
DOCUMENT_TYPES: Final = IMAGE_TYPES | {PDF}

# By code; pages translate them as `evidence.problem.<code>`.
SENTENCES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "empty": "the file is empty; choose it again",
        "too_big": "the file is larger than 10 MB; send a smaller one",
        "wrong_type": "the file is not a JPEG, PNG or WebP picture or a PDF; send one of these",
        "not_image": "the file is not a JPEG, PNG or WebP picture; send one of these",
        "broken": "the file is damaged or not complete; take the picture or make the file again",
        "too_many_pixels": "the picture has more than 40 million pixels; send a smaller one",
        "too_small": "the picture or page is too small to show anything; send a larger one",
        "animated": "the picture moves; send one that stands still",
        "encrypted": "the PDF is locked with a password; save it without one",
        "too_many_pages": "the PDF has more than 20 pages; send only those that matter",
        "no_pages": "the PDF has no page that can be shown; make it again",
        "too_costly": "the file takes too much time or memory to open; send a simpler one",
        "busy": "too many files are being received at this moment; try again in a minute",
    }
)


@dataclass(frozen=True, kw_only=True)
class CleanFile:
    """A picture or document made anew from an upload.

    Attributes:
        data: The bytes to store; nothing of the upload's own bytes is among them.
        media_type: Of `data`: `image/jpeg` or `application/pdf`.
        pages: 1 for a picture.
        sha256: Of `data`.
    """

    data: bytes
    media_type: str
    pages: int
    sha256: bytes


class UploadError(InputError):
    """A file that is not taken.

    Attributes:
        code: One of `SENTENCES`.
    """

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(SENTENCES[code])

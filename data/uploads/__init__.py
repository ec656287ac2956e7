"""Files that people bring: known by their bytes, made anew in a process of their own.

Nothing of an uploaded file is kept as it came. What is stored and shown is a picture
that we drew from it, so that whatever else was in the file is gone: places where
photos were taken, scripts, attachments, a second file behind the first.
"""

from data.uploads.accept import accept_upload
from data.uploads.clean_file import (
    DOCUMENT_TYPES,
    IMAGE_TYPES,
    MOST_UPLOAD_BYTES,
    CleanFile,
    UploadError,
)

__all__ = [
    "DOCUMENT_TYPES",
    "IMAGE_TYPES",
    "MOST_UPLOAD_BYTES",
    "CleanFile",
    "UploadError",
    "accept_upload",
]

"""Forms that bring files: read within limits, so that a long one is refused while it arrives."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Final

from fastapi import Depends
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartException
from starlette.requests import Request

from dashboard.pages.forms import MAX_FIELDS, UNREADABLE, PageForm
from data.uploads import MOST_UPLOAD_BYTES

UPLOAD_TYPE: Final = "multipart/form-data"
MAX_FIELD_BYTES: Final = 20_000


@dataclass(frozen=True, kw_only=True)
class UploadForm:
    """A form with files as sent; the names of the files are not kept: they may hold anything.

    Attributes:
        form: Its texts, for the door's token and all else.
        files: Bytes by field name; fields in which no file was chosen are left out. One byte
            more than is allowed stands for every longer file.
    """

    form: PageForm = UNREADABLE
    files: Mapping[str, bytes] = field(default_factory=dict)

    @property
    def is_readable(self) -> bool:
        """Whether there was a form at all."""
        return self.form.is_readable


async def read_upload_form(request: Request) -> UploadForm:
    """Read a form with files; one that cannot be read has no fields and no files.

    The length of the whole body is limited by `dashboard.limits`, at the addresses that
    it names; longer parts lie in nameless temporary files until they are read here.
    """
    if request.headers.get("content-type", "").split(";")[0].strip().lower() != UPLOAD_TYPE:
        return UploadForm()
    try:
        sent = await request.form(
            max_files=MAX_FIELDS, max_fields=MAX_FIELDS, max_part_size=MAX_FIELD_BYTES
        )
    except (HTTPException, MultiPartException, ValueError):
        return UploadForm()
    fields: dict[str, str] = {}
    files: dict[str, bytes] = {}
    try:
        for name, part in sent.multi_items():
            if isinstance(part, UploadFile):
                content = await part.read(MOST_UPLOAD_BYTES + 1)
                if content or part.filename:
                    files[name] = content
            else:
                fields[name] = part.strip()
    finally:
        await sent.close()
    return UploadForm(form=PageForm(fields=fields), files=files)


Upload = Annotated[UploadForm, Depends(read_upload_form)]
"""Parameter type of a route that takes a form with files."""

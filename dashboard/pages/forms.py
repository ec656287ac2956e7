"""Forms of pages as they arrive, within limits."""

from dataclasses import dataclass
from typing import Annotated, Final
from urllib.parse import parse_qsl

from fastapi import Depends
from starlette.requests import Request

MAX_BYTES: Final = 64_000
MAX_FIELDS: Final = 600
FORM_TYPE: Final = "application/x-www-form-urlencoded"


@dataclass(frozen=True, kw_only=True)
class PageForm:
    """A form as sent; empty where the body was none of our forms.

    Attributes:
        fields: Texts by field name, trimmed of spaces at both ends; the last of a name counts.
        is_readable: False where the body was too long, of another type, or not UTF-8.
    """

    fields: dict[str, str]
    is_readable: bool = True

    def get(self, name: str) -> str:
        """A field's text; empty where it was not sent."""
        return self.fields.get(name, "")


UNREADABLE: Final = PageForm(fields={}, is_readable=False)


async def read_page_form(request: Request) -> PageForm:
    """Read a form that is not an upload; one that cannot be read has no fields."""
    if request.headers.get("content-type", "").split(";")[0].strip().lower() != FORM_TYPE:
        return UNREADABLE
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > MAX_BYTES:
            return UNREADABLE
    try:
        pairs = parse_qsl(
            body.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=MAX_FIELDS
        )
    except ValueError:
        return UNREADABLE
    return PageForm(fields={name: text.strip() for name, text in pairs})


Form = Annotated[PageForm, Depends(read_page_form)]
"""Parameter type of a route that takes a form."""

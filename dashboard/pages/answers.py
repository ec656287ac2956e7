"""Answers of pages that are no page themselves: another address, a file."""

from urllib.parse import quote

from starlette.responses import RedirectResponse, Response

from dashboard.pages.templates import PRIVATE_HEADERS

NO_PAGE_POLICY = "default-src 'none'; frame-ancestors 'none'"


def go_to(address: str) -> RedirectResponse:
    """On to another address of ours with GET; never cached."""
    return RedirectResponse(address, status_code=303, headers={"Cache-Control": "no-store"})


def download(content: bytes, *, media_type: str, name: str, is_shown: bool = False) -> Response:
    """A file for one person.

    Args:
        content: Its bytes.
        media_type: Such as `application/pdf`.
        name: File name; may hold Vietnamese letters.
        is_shown: Opened in the browser instead of saved.
    """
    plain = "".join(
        sign if sign.isascii() and (sign.isalnum() or sign in "-._") else "_" for sign in name
    )
    kind = "inline" if is_shown else "attachment"
    return Response(
        content,
        media_type=media_type,
        headers={
            **PRIVATE_HEADERS,
            "Content-Security-Policy": NO_PAGE_POLICY,
            "Content-Disposition": f"{kind}; filename=\"{plain}\"; filename*=UTF-8''{quote(name)}",
        },
    )

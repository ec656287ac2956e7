"""Forms for visitors who are not signed in: sign-in, registration, a report about a venue.

A signed cookie names the browser, and the form carries a token bound to it, so
that another site can send no form in the visitor's name. How a page uses it:

    visitor = door.visitor(request)                        # GET, and pages that answer a POST
    page = site_page("report.html", ..., csrf=visitor.csrf)  # template: {{ csrf_field() }}
    return visitor.keep(page)                              # sets the cookie where it is new

    visitor = door.require_visitor(request, form)          # POST, first thing; else 403

`require_visitor` also takes the form of somebody who is signed in (pages given
`person=` carry the token of their session), so a public page serves both. An
upload form reads its own fields and hands over `PageForm(fields=...)`, or sends
the token in the header `X-CSRF-Token`.
"""

import secrets
from dataclasses import dataclass
from typing import Final, TypeVar

from itsdangerous import BadData, URLSafeSerializer
from starlette.requests import Request
from starlette.responses import Response

from dashboard.auth.csrf import make_csrf_token

VISITOR_COOKIE: Final = "antoan_visitor"
SALT: Final = "antoan.visitor"

Answer = TypeVar("Answer", bound=Response)


@dataclass(frozen=True, kw_only=True)
class Visitor:
    """One browser, signed in or not.

    Attributes:
        token: Random; names the browser until it is closed.
        csrf: The token of its forms.
        cookie: The signed cookie to give it; empty where it has it already.
        is_https: Whether the cookie demands HTTPS.
    """

    token: str
    csrf: str
    cookie: str
    is_https: bool

    def keep(self, response: Answer) -> Answer:
        """Give the browser its cookie where it has none, with the page that needs it."""
        if self.cookie:
            response.set_cookie(
                VISITOR_COOKIE,
                self.cookie,
                path="/",
                secure=self.is_https,
                httponly=True,
                samesite="lax",
            )
        return response


def find_visitor(request: Request, *, secret: str, is_https: bool) -> Visitor:
    """The browser of a request; a new token where it brings no cookie of ours."""
    serializer = URLSafeSerializer(secret, salt=SALT)
    cookie = ""
    try:
        token = serializer.loads(request.cookies.get(VISITOR_COOKIE, ""))
    except BadData:
        token = None
    if not isinstance(token, str):
        token = secrets.token_urlsafe(24)
        cookie = str(serializer.dumps(token))
    return Visitor(
        token=token, csrf=make_csrf_token(secret, token), cookie=cookie, is_https=is_https
    )

"""What a person is shown once and has to keep: recovery codes, a key.

The server stores these as hashes only. So that a reload or another language does not lose
them, the browser that made them carries them for some minutes, encrypted, in a cookie that
scripts cannot read; for any other account, and after that time, it holds nothing.
"""

import base64
import json
from typing import Final

from cryptography.fernet import Fernet, InvalidToken
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from dashboard.pages.account.view import go
from dashboard.pages.context import PageContext
from dashboard.pages.local_paths import local_path
from data.site_keys import derive_key

COOKIE: Final = "antoan_shown_once"
PATH: Final = "/account"
RECOVERY: Final = "recovery"
RECOVERY_PATH: Final = "/account/recovery"
KEY: Final = "key"
SHOWN_S: Final = 15 * 60


def keep_shown(
    context: PageContext, response: Response, *, account_pk: int, kind: str, lines: list[str]
) -> None:
    """Let the browser carry what was just made.

    Args:
        context: Of the application.
        response: Leads to the page that shows it.
        account_pk: Whose; nobody else's page shows it.
        kind: Of what; a page asks for its own kind.
        lines: The codes or keys.
    """
    plain = json.dumps([account_pk, kind, lines]).encode()
    response.set_cookie(
        COOKIE,
        _cipher(context).encrypt(plain).decode(),
        max_age=SHOWN_S,
        path=PATH,
        secure=context.settings.is_https,
        httponly=True,
        samesite="strict",
    )


def read_shown(
    context: PageContext, request: Request, *, account_pk: int, kind: str
) -> list[str] | None:
    """What the browser carries; None where that is nothing, too old, or somebody else's."""
    try:
        plain = _cipher(context).decrypt(request.cookies.get(COOKIE, ""), ttl=SHOWN_S)
    except InvalidToken:
        return None
    whose, what, lines = json.loads(plain)
    return [str(line) for line in lines] if (whose, what) == (account_pk, kind) else None


def forget_shown(context: PageContext, response: Response) -> None:
    """Take it from the browser: it was kept."""
    response.delete_cookie(COOKIE, path=PATH, secure=context.settings.is_https, httponly=True)


def show_codes(
    context: PageContext, *, account_pk: int, codes: list[str], wished: str, lang: str
) -> RedirectResponse:
    """On to the page of new recovery codes.

    Args:
        context: Of the application.
        account_pk: Whose.
        codes: Just made.
        wished: Where to go once they are kept.
        lang: Of the page; empty for the person's own.
    """
    answer = go(RECOVERY_PATH, next=local_path(wished) or "", lang=lang)
    keep_shown(context, answer, account_pk=account_pk, kind=RECOVERY, lines=codes)
    return answer


def _cipher(context: PageContext) -> Fernet:
    return Fernet(base64.urlsafe_b64encode(derive_key(context.secret, "shown-once")))

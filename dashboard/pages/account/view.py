"""What pages of accounts share: the visitor's request, the form shown again, the code's cookie."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Protocol
from urllib.parse import urlencode

from itsdangerous import BadData, URLSafeTimedSerializer
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from dashboard.auth.visitor import Visitor
from dashboard.pages.context import PageContext
from dashboard.pages.forms import PageForm
from dashboard.pages.local_paths import local_path
from dashboard.pages.site import site_page
from dashboard.texts.catalogue import Texts
from data.scope import Role
from data.services.accounts.account_access import AccountAccess
from data.services.accounts.account_limits import AccountLimits, LimitedError
from data.services.accounts.contacts import Contact, ContactError
from data.services.accounts.passwords import BusyError, PasswordError
from data.settings import LimitSettings, read_settings
from geo.errors import AnToanError

CODE_COOKIE: Final = "antoan_code"
CODE_COOKIE_AGE_S: Final = 3600
HOMES: Final[Mapping[Role, str]] = {
    "owner": "/venue",
    "committee": "/committee",
    "ministry": "/committee",
    "administrator": "/account",
}


@dataclass(frozen=True, kw_only=True)
class PendingCode:
    """A code that a browser waits for, kept in its signed cookie.

    Attributes:
        code_id: Its handle.
        purpose: What for.
        kind: Kind of the contact it went to.
        to: The contact; stays in the browser that typed it.
        next: Where to go afterwards.
    """

    code_id: str
    purpose: str
    kind: str
    to: str
    next: str = ""

    @property
    def contact(self) -> Contact:
        """Where it went."""
        return Contact(kind="email" if self.kind == "email" else "phone", value=self.to)


@dataclass(frozen=True, kw_only=True)
class VisitorView:
    """One request of a browser that need not be signed in."""

    context: PageContext
    request: Request
    visitor: Visitor
    t: Texts

    def page(
        self,
        template: str,
        *,
        status_code: int = 200,
        query: dict[str, str] | None = None,
        **values: object,
    ) -> Response:
        """A page with a form of this visitor."""
        page = site_page(
            template,
            t=self.t,
            person=self.context.door.find_person(self.request),
            path=self.request.url.path,
            query=query,
            csrf=self.visitor.csrf,
            status_code=status_code,
            visitor_csrf=self.visitor.csrf,
            **values,
        )
        return self.visitor.keep(page)

    def go(self, path: str, **query: str) -> RedirectResponse:
        """To another page of ours, in the same language."""
        return go(path, lang=self.t.language, **query)

    def say(self, kind: str, status_code: int, **values: object) -> Response:
        """A page of one message: texts `account.<kind>.title` and `account.<kind>.text`."""
        return self.page("account_message.html", status_code=status_code, kind=kind, values=values)

    def attempt(self, work: Callable[[], Response]) -> Response:
        """Do something limited; what was too much is said on a page of its own."""
        return answer_limited(work, self.say)


@dataclass
class FormView:
    """A form as it is shown: values typed, and what is wrong with which field."""

    values: Mapping[str, str] = field(default_factory=dict)
    problems: dict[str, str] = field(default_factory=dict)
    """Key of a text under `account.problem.`, by field; "" for the form as a whole."""

    def value(self, name: str) -> str:
        """What was typed; never of a password."""
        return self.values.get(name, "")

    def refuse(self, name: str, error: AnToanError | str) -> None:
        """Note what is wrong with a field."""
        self.problems.setdefault(name, problem_of(error))


class SaysMessage(Protocol):
    """Makes a page of one message."""

    def __call__(self, kind: str, status_code: int, **values: object) -> Response:
        """Texts `account.<kind>.title` and `account.<kind>.text`."""


def answer_limited(work: Callable[[], Response], say: SaysMessage) -> Response:
    """Do something limited; what was too much is said on a page, with when to come again."""
    try:
        return work()
    except LimitedError as error:
        answer = say("limited", 429, minutes=error.minutes)
        answer.headers["Retry-After"] = str(max(1, int(error.wait.total_seconds())))
    except BusyError:
        answer = say("busy", 503)
        answer.headers["Retry-After"] = "5"
    return answer


def problem_of(error: AnToanError | str) -> str:
    """Key of the text for an error."""
    if isinstance(error, str):
        return error
    if isinstance(error, PasswordError):
        return f"password_{error.problem}"
    if isinstance(error, ContactError):
        return f"contact_{error.problem}"
    return "name"


def view_of(context: PageContext, request: Request, form: PageForm | None = None) -> VisitorView:
    """A visitor's request; with a form only where the form is this browser's own.

    Raises:
        TurnedAway: 403, where the form is not one that this browser was given.
    """
    door = context.door
    visitor = door.visitor(request) if form is None else door.require_visitor(request, form)
    return VisitorView(
        context=context,
        request=request,
        visitor=visitor,
        t=door.text_of(request, door.find_person(request), None),
    )


def account_access(context: PageContext) -> AccountAccess:
    """The services of accounts, for an application."""
    limits = AccountLimits(attempts=context.attempts, settings=read_settings(LimitSettings))
    return AccountAccess(
        sessions=context.sessions,
        secret=context.secret,
        public_url=context.settings.public_url,
        messenger=context.messenger,
        limits=limits,
    )


def go(path: str, **query: str) -> RedirectResponse:
    """To another page of ours with GET; never cached."""
    given = {name: value for name, value in query.items() if value}
    joint = "&" if "?" in path else "?"
    address = f"{path}{joint}{urlencode(given)}" if given else path
    return RedirectResponse(address, status_code=303, headers={"Cache-Control": "no-store"})


def home_of(role: Role, wished: str | None) -> str:
    """Where somebody goes who just signed in."""
    return local_path(wished) or HOMES[role]


def keep_pending(context: PageContext, response: Response, pending: PendingCode) -> None:
    """Let the browser remember which code it waits for."""
    response.set_cookie(
        CODE_COOKIE,
        str(_serializer(context).dumps(vars(pending))),
        max_age=CODE_COOKIE_AGE_S,
        path="/",
        secure=context.settings.is_https,
        httponly=True,
        samesite="lax",
    )


def read_pending(context: PageContext, request: Request, purpose: str) -> PendingCode | None:
    """The code of a purpose that the browser waits for; None where it waits for none."""
    try:
        kept: Any = _serializer(context).loads(
            request.cookies.get(CODE_COOKIE, ""), max_age=CODE_COOKIE_AGE_S
        )
    except BadData:
        return None
    return PendingCode(**kept) if kept["purpose"] == purpose else None


def forget_pending(context: PageContext, response: Response) -> None:
    """The code was used, or given up."""
    response.delete_cookie(CODE_COOKIE, path="/", secure=context.settings.is_https, httponly=True)


def _serializer(context: PageContext) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(context.secret, salt="antoan.pending-code")

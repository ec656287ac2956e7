"""One request of a signed-in person to the pages of their own account."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from dashboard.auth.person import Person
from dashboard.pages.account.second import second_factor
from dashboard.pages.account.view import (
    FormView,
    PendingCode,
    account_access,
    answer_limited,
    go,
)
from dashboard.pages.context import PageContext
from dashboard.pages.days import moment_text
from dashboard.pages.site import site_page
from dashboard.texts.catalogue import LANGUAGES, Texts
from data.services.accounts.account_deletion import ENDED_BY_OWNER
from data.services.accounts.api_keys import list_api_keys
from data.services.accounts.web_sessions import NEEDS_SECOND_FACTOR, list_web_sessions

SAID: Final = (
    "saved",
    "password_changed",
    "contact_changed",
    "session_ended",
    "key_revoked",
    "second_off",
)


@dataclass(frozen=True)
class OwnView:
    """What a signed-in person sees of their own account."""

    context: PageContext
    request: Request
    person: Person

    @property
    def t(self) -> Texts:
        """Texts in the page's language."""
        return self.context.door.text_of(self.request, self.person, None)

    @property
    def account_pk(self) -> int:
        """Whose page it is."""
        return self.person.actor.account_pk

    def page(
        self,
        template: str,
        *,
        status_code: int = 200,
        path: str = "",
        query: dict[str, str] | None = None,
        **values: object,
    ) -> Response:
        """A page of this person; `path` is where it stands, if it also answers a form."""
        is_get = self.request.method == "GET"
        return site_page(
            template,
            t=self.t,
            person=self.person,
            path=path or (self.request.url.path if is_get else "/account"),
            query=query,
            csrf="",
            status_code=status_code,
            **values,
        )

    def go(self, path: str, **query: str) -> RedirectResponse:
        """To another page of ours, in the same language."""
        return go(path, **{"lang": self.t.language, **query})

    def attempt(self, work: Callable[[], Response]) -> Response:
        """Do something limited; what was too much is said on a page of its own."""
        return answer_limited(
            work,
            lambda kind, status_code, **values: self.page(
                "account_message.html", status_code=status_code, kind=kind, values=values
            ),
        )

    def account(self, form: FormView | None = None, *, said: str = "") -> Response:
        """The page with all its forms; one of them may come back with what is wrong."""
        account = account_access(self.context).read(self.account_pk)
        has_second = account.totp_confirmed_at is not None
        left = second_factor(self.context).count_codes(self.account_pk) if has_second else 0
        return self.page(
            "account.html",
            status_code=422 if form and form.problems else 200,
            form=form or FormView(),
            notice=said if said in SAID else "",
            account=account,
            languages=LANGUAGES,
            has_second=has_second,
            left=left,
            may_switch_off=account.role not in NEEDS_SECOND_FACTOR,
            has_keys=account.role == "owner",
            are_codes_kept=account.recovery_kept_at is not None,
            may_delete=account.role == ENDED_BY_OWNER,
            browsers=list_web_sessions(
                self.context.sessions, self.account_pk, this=self.person.session_hash
            ),
            keys=list_api_keys(self.context.sessions, self.account_pk),
            moment=self.moment,
        )

    def code(self, pending: PendingCode, form: FormView) -> Response:
        """Ask for the code that went to a new contact."""
        return self.page(
            "account_code.html",
            status_code=422 if form.problems else 200,
            to=pending.contact.masked,
            form=form,
            notice="",
            action="/account/contact/confirm",
            again="",
            back="/account",
        )

    def moment(self, at: datetime) -> str:
        """A moment in Việt Nam's time."""
        return moment_text(at, self.t)

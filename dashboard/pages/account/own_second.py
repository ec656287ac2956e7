"""`/account/second`: a person switches their own second factor on or off, or renews its codes."""

from collections.abc import Callable

from fastapi import APIRouter, Request
from starlette.responses import Response

from dashboard.api.audience import SIGNED_IN
from dashboard.pages.account.own import OwnView
from dashboard.pages.account.second import qr_address, second_factor
from dashboard.pages.account.shown_once import show_codes
from dashboard.pages.account.view import FormView, account_access
from dashboard.pages.context import PageContext
from dashboard.pages.forms import Form, PageForm
from data.errors import ConflictError
from data.services.accounts.second_factor import remove_second_factor
from data.services.accounts.web_sessions import (
    NEEDS_SECOND_FACTOR,
    max_age_s,
    renew_web_session,
    revoke_account_sessions,
)


def build_router(context: PageContext) -> APIRouter:
    """The addresses of one's own second factor."""
    router = APIRouter(include_in_schema=False)
    access = account_access(context)
    second = second_factor(context)
    door = context.door

    def on_form(
        request: Request, form: PageForm, act: Callable[[OwnView, PageForm], Response]
    ) -> Response:
        view = OwnView(context, request, door.require_person(request, form))
        return view.attempt(lambda: act(view, form))

    def show(view: OwnView, codes: list[str], form: PageForm) -> Response:
        return show_codes(
            context,
            account_pk=view.account_pk,
            codes=codes,
            wished=form.get("next"),
            lang=view.t.language,
        )

    def ask(view: OwnView, form: FormView) -> Response:
        try:
            set_up = second.begin(view.account_pk)
        except ConflictError:
            return view.go("/account")
        return view.page(
            "account_second_on.html",
            status_code=422 if form.problems else 200,
            form=form,
            set_up=set_up,
            qr=qr_address(set_up),
        )

    @router.get("/account/second", openapi_extra=SIGNED_IN)
    def open_form(request: Request) -> Response:
        return ask(OwnView(context, request, door.require_person(request)), FormView())

    @router.post("/account/second", openapi_extra=SIGNED_IN)
    def switch_on(request: Request, form: Form) -> Response:
        return on_form(request, form, _switch_on)

    def _switch_on(view: OwnView, form: PageForm) -> Response:
        account = access.read(view.account_pk)
        if not access.is_own_password(account, form.get("second_current")):
            return ask(view, FormView(problems={"second_current": "password_wrong"}))
        try:
            codes = second.confirm(view.account_pk, form.get("code"))
        except ConflictError:
            return view.go("/account")
        if codes is None:
            return ask(view, FormView(problems={"code": "second_wrong"}))
        # This browser showed the second factor just now; all others have to.
        with context.sessions.begin() as session:
            revoke_account_sessions(session, view.account_pk, but=view.person.session_hash)
        answer = show(view, codes, form)
        token = renew_web_session(context.sessions, view.person.session_hash)
        if token is not None:
            door.keep(answer, token, max_age_s=max_age_s(view.person.actor.role))
        access.tell(account, "second_factor_changed")
        return answer

    @router.post("/account/second/off", openapi_extra=SIGNED_IN)
    def switch_off(request: Request, form: Form) -> Response:
        return on_form(request, form, _switch_off)

    def _switch_off(view: OwnView, form: PageForm) -> Response:
        if view.person.actor.role in NEEDS_SECOND_FACTOR:
            return view.go("/account")
        account = access.read(view.account_pk)
        if not access.is_own_password(account, form.get("off_current")):
            return view.account(FormView(problems={"off_current": "password_wrong"}))
        with context.sessions.begin() as session:
            remove_second_factor(session, view.account_pk, account_id=account.account_id)
        access.tell(account, "second_factor_changed")
        return view.go("/account", said="second_off")

    @router.post("/account/second/codes", openapi_extra=SIGNED_IN)
    def renew_codes(request: Request, form: Form) -> Response:
        return on_form(request, form, _renew_codes)

    def _renew_codes(view: OwnView, form: PageForm) -> Response:
        account = access.read(view.account_pk)
        if account.totp_confirmed_at is None:
            return view.go("/account")
        if not access.is_own_password(account, form.get("codes_current")):
            return view.account(FormView(problems={"codes_current": "password_wrong"}))
        codes = second.renew_codes(view.account_pk)
        access.tell(account, "second_factor_changed")
        return show(view, codes, form)

    return router

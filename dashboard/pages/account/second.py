"""`/sign-in/second`: the second factor after the password, and its first set-up."""

from collections.abc import Callable
from typing import Annotated

import segno
from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from dashboard.api.audience import PUBLIC
from dashboard.auth.csrf import make_csrf_token
from dashboard.auth.door import SECOND_FACTOR_PATH
from dashboard.auth.turned_away import TurnedAway
from dashboard.pages.account.shown_once import RECOVERY_PATH, show_codes
from dashboard.pages.account.view import (
    FormView,
    VisitorView,
    account_access,
    go,
    home_of,
    view_of,
)
from dashboard.pages.context import PageContext
from dashboard.pages.forms import Form, PageForm
from dashboard.pages.local_paths import local_path
from data.services.accounts.second_factor import SecondFactor, SetUp
from data.services.accounts.web_sessions import SignedIn, max_age_s, renew_web_session

Next = Annotated[str | None, Query(alias="next", max_length=500)]


def build_router(context: PageContext) -> APIRouter:
    """The addresses of the second step."""
    router = APIRouter(include_in_schema=False)
    second = second_factor(context)

    @router.get(SECOND_FACTOR_PATH, openapi_extra=PUBLIC)
    def open_form(request: Request, wished: Next = None) -> Response:
        held, token = _require_waiting(context, request, wished)
        return _ask(view_of(context, request), second, held, token, form=FormView(), wished=wished)

    @router.post(SECOND_FACTOR_PATH, openapi_extra=PUBLIC)
    def send_form(request: Request, form: Form) -> Response:
        return _on_form(context, request, form, _check)

    @router.post(f"{SECOND_FACTOR_PATH}/set-up", openapi_extra=PUBLIC)
    def set_up(request: Request, form: Form) -> Response:
        return _on_form(context, request, form, _confirm)

    def _on_form(
        context: PageContext,
        request: Request,
        form: PageForm,
        act: Callable[[VisitorView, PageForm, SignedIn, str], Response],
    ) -> Response:
        view = view_of(context, request, form)
        held, token = _require_waiting(context, request, form.get("next"))
        return view.attempt(lambda: act(view, form, held, token))

    def _check(view: VisitorView, form: PageForm, held: SignedIn, token: str) -> Response:
        if not held.is_set_up or not second.is_right(held.actor.account_pk, form.get("code")):
            shown = FormView(problems={"code": "second_wrong"})
            return _ask(view, second, held, token, form=shown, wished=form.get("next"))
        home = home_of(held.actor.role, form.get("next"))
        answer = view.go(home)
        if not second.are_codes_kept(held.actor.account_pk):
            answer = view.go(RECOVERY_PATH, next=home)
        return _let_in(view.context, answer, held)

    def _confirm(view: VisitorView, form: PageForm, held: SignedIn, token: str) -> Response:
        codes = None
        if not held.is_set_up:
            codes = second.confirm(held.actor.account_pk, form.get("code"))
        if codes is None:
            shown = FormView(problems={"code": "second_wrong"})
            return _ask(view, second, held, token, form=shown, wished=form.get("next"))
        answer = show_codes(
            view.context,
            account_pk=held.actor.account_pk,
            codes=codes,
            wished=home_of(held.actor.role, form.get("next")),
            lang=view.request.query_params.get("lang", ""),
        )
        return _let_in(view.context, answer, held)

    return router


def second_factor(context: PageContext) -> SecondFactor:
    """The service of second factors, for an application."""
    limits = account_access(context).limits
    return SecondFactor(sessions=context.sessions, secret=context.secret, limits=limits)


def qr_address(set_up: SetUp) -> str:
    """The QR code as an address that an image takes: it never leaves the page."""
    return segno.make(set_up.uri, error="m").svg_data_uri(scale=4, border=3, light="#fff")


def _require_waiting(
    context: PageContext, request: Request, wished: str | None
) -> tuple[SignedIn, str]:
    """Who showed the password and not yet the second factor.

    Raises:
        TurnedAway: To sign-in, or on, where nothing is to be shown.
    """
    lang = request.query_params.get("lang", "")
    found = context.door.find_signed_in(request)
    if found is None:
        raise TurnedAway(go("/sign-in", next=local_path(wished) or "", lang=lang))
    if not found[0].needs_second_factor:
        raise TurnedAway(go(home_of(found[0].actor.role, wished), lang=lang))
    return found


def _ask(
    view: VisitorView,
    second: SecondFactor,
    held: SignedIn,
    token: str,
    *,
    form: FormView,
    wished: str | None,
) -> Response:
    wished = local_path(wished)
    values: dict[str, object] = {
        "form": form,
        "wished": wished or "",
        "session_csrf": make_csrf_token(view.context.secret, token),
    }
    template = "account_second.html"
    if not held.is_set_up:
        set_up = second.begin(held.actor.account_pk)
        template = "account_second_set_up.html"
        values |= {"set_up": set_up, "qr": qr_address(set_up)}
    return view.page(
        template,
        status_code=422 if form.problems else 200,
        query={"next": wished} if wished else None,
        **values,
    )


def _let_in(context: PageContext, answer: Response, held: SignedIn) -> Response:
    token = renew_web_session(context.sessions, held.session_hash)
    if token is None:
        return go("/sign-in")
    context.door.keep(answer, token, max_age_s=max_age_s(held.actor.role))
    return answer

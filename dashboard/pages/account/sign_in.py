"""`/sign-in` and `/sign-out`."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from dashboard.api.audience import PUBLIC, SIGNED_IN
from dashboard.auth.door import SECOND_FACTOR_PATH
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
from data.services.accounts.sign_in import WrongSignInError, sign_in
from data.services.accounts.web_sessions import max_age_s, revoke_web_session

Next = Annotated[str | None, Query(alias="next", max_length=500)]
Notice = Annotated[str | None, Query(max_length=20)]

NOTICES = ("signed_out", "password_set", "deleted")


def build_router(context: PageContext) -> APIRouter:
    """The addresses of signing in and out."""
    router = APIRouter(include_in_schema=False)
    access = account_access(context)
    door = context.door

    def show(view: VisitorView, form: FormView, wished: str | None, **values: object) -> Response:
        wished = local_path(wished)
        return view.page(
            "account_sign_in.html",
            status_code=422 if form.problems else 200,
            query={"next": wished} if wished else None,
            form=form,
            wished=wished or "",
            **{"notice": "", **values},
        )

    @router.get("/sign-in", openapi_extra=PUBLIC)
    def open_form(
        request: Request, wished: Next = None, said: Annotated[Notice, Query()] = None
    ) -> Response:
        person = door.find_person(request)
        if person is not None:
            return go(home_of(person.actor.role, wished), lang=request.query_params.get("lang", ""))
        notice = said if said in NOTICES else ""
        return show(view_of(context, request), FormView(), wished, notice=notice)

    @router.post("/sign-in", openapi_extra=PUBLIC)
    def send_form(request: Request, form: Form) -> Response:
        view = view_of(context, request, form)
        return view.attempt(lambda: _sign_in(view, form))

    def _sign_in(view: VisitorView, form: PageForm) -> Response:
        wished = form.get("next")
        try:
            opened = sign_in(
                context.sessions,
                access.limits,
                contact=form.get("contact"),
                password=form.get("password"),
                address=door.address_of(view.request),
            )
        except WrongSignInError:
            shown = FormView(values=form.fields)
            shown.refuse("", "wrong_sign_in")
            return show(view, shown, wished)
        # Whoever used this browser before is signed out: two tokens at once help nobody.
        before = door.find_signed_in(view.request)
        if before is not None:
            revoke_web_session(context.sessions, before[0].session_hash)
        lang = view.request.query_params.get("lang", "")
        if opened.needs_second_factor:
            answer = go(SECOND_FACTOR_PATH, next=local_path(wished) or "", lang=lang)
        else:
            answer = go(home_of(opened.role, wished), lang=lang)
        door.keep(answer, opened.token, max_age_s=max_age_s(opened.role))
        return answer

    @router.post("/sign-out", openapi_extra=SIGNED_IN)
    def sign_out(request: Request, form: Form) -> Response:
        # Also for those who wait for their second factor; a form of nobody changes nothing.
        found = door.find_signed_in(request)
        if found is not None:
            door.require_session_form(request, form, found[1])
            revoke_web_session(context.sessions, found[0].session_hash)
        answer = go("/sign-in", said="signed_out", lang=request.query_params.get("lang", ""))
        door.forget(answer)
        answer.headers["Clear-Site-Data"] = '"cache"'
        return answer

    return router

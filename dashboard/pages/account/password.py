"""`/password`: a new password by a code, for those who forgot theirs."""

from typing import Final

from fastapi import APIRouter, Request
from starlette.responses import Response

from dashboard.api.audience import PUBLIC
from dashboard.pages.account.register import plain_code, read_reachable
from dashboard.pages.account.view import (
    FormView,
    PendingCode,
    VisitorView,
    account_access,
    forget_pending,
    keep_pending,
    read_pending,
    view_of,
)
from dashboard.pages.context import PageContext
from dashboard.pages.forms import Form, PageForm
from data.services.accounts.account_access import AccountAccess
from data.services.accounts.password_changes import begin_reset, finish_reset
from data.services.accounts.passwords import PasswordError
from data.services.accounts.registration import send_again

PURPOSE: Final = "reset_password"


def build_router(context: PageContext) -> APIRouter:
    """The addresses of a forgotten password."""
    router = APIRouter(include_in_schema=False)
    access = account_access(context)

    @router.get("/password", openapi_extra=PUBLIC)
    def open_form(request: Request) -> Response:
        view = view_of(context, request)
        if not any(access.messenger.can_reach(kind) for kind in ("email", "phone")):
            return view.say("closed_reset", 503)
        return view.page("account_password.html", form=FormView())

    @router.post("/password", openapi_extra=PUBLIC)
    def send_form(request: Request, form: Form) -> Response:
        view = view_of(context, request, form)
        return view.attempt(lambda: _begin(view, access, form))

    @router.get("/password/new", openapi_extra=PUBLIC)
    def open_new(request: Request) -> Response:
        view = view_of(context, request)
        pending = read_pending(context, request, PURPOSE)
        return view.go("/password") if pending is None else _ask_new(view, pending, FormView())

    @router.post("/password/new", openapi_extra=PUBLIC)
    def send_new(request: Request, form: Form) -> Response:
        view = view_of(context, request, form)
        return view.attempt(lambda: _finish(view, access, form))

    @router.post("/password/again", openapi_extra=PUBLIC)
    def again(request: Request, form: Form) -> Response:
        view = view_of(context, request, form)
        return view.attempt(lambda: _again(view, access))

    return router


def _begin(view: VisitorView, access: AccountAccess, form: PageForm) -> Response:
    shown = FormView(values=form.fields)
    contact = read_reachable(access, form.get("contact"), shown)
    if contact is None:
        return view.page("account_password.html", status_code=422, form=shown)
    code_id = begin_reset(
        access,
        contact,
        language=view.t.language,
        address=view.context.door.address_of(view.request),
    )
    answer = view.go("/password/new")
    pending = PendingCode(code_id=code_id, purpose=PURPOSE, kind=contact.kind, to=contact.value)
    keep_pending(view.context, answer, pending)
    return answer


def _ask_new(
    view: VisitorView, pending: PendingCode, form: FormView, *, notice: str = ""
) -> Response:
    return view.page(
        "account_password_new.html",
        status_code=422 if form.problems else 200,
        to=pending.contact.masked,
        form=form,
        notice=notice,
    )


def _finish(view: VisitorView, access: AccountAccess, form: PageForm) -> Response:
    context = view.context
    pending = read_pending(context, view.request, PURPOSE)
    if pending is None:
        return view.go("/password")
    shown = FormView(values=form.fields)
    try:
        check = finish_reset(
            access,
            pending.code_id,
            plain_code(form.get("code")),
            form.get("password"),
            pending.contact,
            address=context.door.address_of(view.request),
        )
    except PasswordError as error:
        shown.refuse("password", error)
        return _ask_new(view, pending, shown)
    if check.state != "right":
        shown.refuse("code", f"code_{check.state}")
        return _ask_new(view, pending, shown)
    answer = view.go("/sign-in", said="password_set")
    forget_pending(context, answer)
    context.door.forget(answer)
    return answer


def _again(view: VisitorView, access: AccountAccess) -> Response:
    pending = read_pending(view.context, view.request, PURPOSE)
    if pending is None:
        return view.go("/password")
    code_id = send_again(
        access,
        PURPOSE,
        pending.code_id,
        contact=pending.contact,
        language=view.t.language,
        address=view.context.door.address_of(view.request),
    )
    renewed = PendingCode(**{**vars(pending), "code_id": code_id})
    answer = _ask_new(view, renewed, FormView(), notice="sent_again")
    keep_pending(view.context, answer, renewed)
    return answer

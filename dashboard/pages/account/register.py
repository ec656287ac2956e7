"""`/register` and `/confirm`: a new owner's account, once the code came back."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from dashboard.api.audience import PUBLIC
from dashboard.pages.account.view import (
    FormView,
    PendingCode,
    VisitorView,
    account_access,
    forget_pending,
    go,
    home_of,
    keep_pending,
    read_pending,
    view_of,
)
from dashboard.pages.context import PageContext
from dashboard.pages.forms import Form, PageForm
from dashboard.pages.local_paths import local_path
from data.errors import InputError
from data.services.accounts.account_access import AccountAccess
from data.services.accounts.contacts import Contact, ContactError, read_contact
from data.services.accounts.passwords import PasswordError, require_good_password
from data.services.accounts.person_names import read_person_name
from data.services.accounts.registration import begin_registration, finish_registration, send_again
from data.services.accounts.web_sessions import max_age_s, open_web_session

Next = Annotated[str | None, Query(alias="next", max_length=500)]


def build_router(context: PageContext) -> APIRouter:
    """The addresses of registration."""
    router = APIRouter(include_in_schema=False)
    access = account_access(context)
    door = context.door

    @router.get("/register", openapi_extra=PUBLIC)
    def open_form(request: Request, wished: Next = None) -> Response:
        person = door.find_person(request)
        if person is not None:
            return go(home_of(person.actor.role, wished), lang=request.query_params.get("lang", ""))
        return _show(view_of(context, request), access, FormView(), wished)

    @router.post("/register", openapi_extra=PUBLIC)
    def send_form(request: Request, form: Form) -> Response:
        view = view_of(context, request, form)
        return view.attempt(lambda: _register(view, access, form))

    @router.get("/confirm", openapi_extra=PUBLIC)
    def open_confirm(request: Request) -> Response:
        view = view_of(context, request)
        pending = read_pending(context, request, "register")
        return view.go("/register") if pending is None else _ask_code(view, pending)

    @router.post("/confirm", openapi_extra=PUBLIC)
    def confirm(request: Request, form: Form) -> Response:
        view = view_of(context, request, form)
        return view.attempt(lambda: _confirm(view, access, form))

    @router.post("/confirm/again", openapi_extra=PUBLIC)
    def again(request: Request, form: Form) -> Response:
        view = view_of(context, request, form)
        return view.attempt(lambda: _again(view, access))

    return router


def _show(view: VisitorView, access: AccountAccess, form: FormView, wished: str | None) -> Response:
    kinds = [kind for kind in ("phone", "email") if access.messenger.can_reach(kind)]
    if not kinds:
        return view.say("closed", 503)
    wished = local_path(wished)
    return view.page(
        "account_register.html",
        status_code=422 if form.problems else 200,
        query={"next": wished} if wished else None,
        form=form,
        wished=wished or "",
        kinds="_".join(kinds),
    )


def _register(view: VisitorView, access: AccountAccess, form: PageForm) -> Response:
    wished = form.get("next")
    shown = FormView(values=form.fields)
    contact = read_reachable(access, form.get("contact"), shown)
    try:
        read_person_name(form.get("name"))
    except InputError as error:
        shown.refuse("name", error)
    try:
        require_good_password(form.get("password"), contact)
    except PasswordError as error:
        shown.refuse("password", error)
    if shown.problems or contact is None:
        return _show(view, access, shown, wished)
    code_id = begin_registration(
        access,
        name=form.get("name"),
        contact=contact,
        password=form.get("password"),
        language=view.t.language,
        address=view.context.door.address_of(view.request),
    )
    answer = view.go("/confirm")
    keep_pending(
        view.context,
        answer,
        PendingCode(
            code_id=code_id,
            purpose="register",
            kind=contact.kind,
            to=contact.value,
            next=local_path(wished) or "",
        ),
    )
    return answer


def _ask_code(
    view: VisitorView, pending: PendingCode, *, problem: str = "", notice: str = ""
) -> Response:
    return view.page(
        "account_code.html",
        status_code=422 if problem else 200,
        to=pending.contact.masked,
        form=FormView(problems={"code": problem} if problem else {}),
        notice=notice,
        action="/confirm",
        again="/confirm/again",
        back="/register",
    )


def _confirm(view: VisitorView, access: AccountAccess, form: PageForm) -> Response:
    context = view.context
    pending = read_pending(context, view.request, "register")
    if pending is None:
        return view.go("/register")
    check = finish_registration(
        access,
        pending.code_id,
        plain_code(form.get("code")),
        address=context.door.address_of(view.request),
    )
    if check.state != "right" or check.account_pk is None:
        return _ask_code(view, pending, problem=f"code_{check.state}")
    token = open_web_session(context.sessions, check.account_pk, role="owner")
    answer = view.go(home_of("owner", pending.next))
    context.door.keep(answer, token, max_age_s=max_age_s("owner"))
    forget_pending(context, answer)
    return answer


def _again(view: VisitorView, access: AccountAccess) -> Response:
    pending = read_pending(view.context, view.request, "register")
    if pending is None:
        return view.go("/register")
    code_id = send_again(
        access,
        "register",
        pending.code_id,
        contact=pending.contact,
        language=view.t.language,
        address=view.context.door.address_of(view.request),
    )
    answer = _ask_code(view, pending, notice="sent_again")
    keep_pending(view.context, answer, PendingCode(**{**vars(pending), "code_id": code_id}))
    return answer


def read_reachable(access: AccountAccess, text: str, shown: FormView) -> Contact | None:
    """The contact typed, where a code can be sent to it; else what is wrong is noted."""
    try:
        contact = read_contact(text)
    except ContactError as error:
        shown.refuse("contact", error)
        return None
    if not access.messenger.may_reach(contact):
        shown.refuse("contact", f"contact_no_{contact.kind}")
        return None
    return contact


def plain_code(text: str) -> str:
    """A code as typed or pasted, without its spaces."""
    return "".join(text.split())[:100]

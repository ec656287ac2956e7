"""`/account`: what a person sees and changes of their own account."""

from collections.abc import Callable
from typing import Annotated, Final

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from dashboard.api.audience import SIGNED_IN
from dashboard.pages.account.own import OwnView
from dashboard.pages.account.register import plain_code, read_reachable
from dashboard.pages.account.shown_once import KEY, forget_shown, keep_shown, read_shown
from dashboard.pages.account.view import (
    FormView,
    PendingCode,
    account_access,
    forget_pending,
    keep_pending,
    read_pending,
)
from dashboard.pages.context import PageContext
from dashboard.pages.forms import Form, PageForm
from data.errors import ConflictError, InputError
from data.services.accounts.accounts import begin_contact_change, change_name, finish_contact_change
from data.services.accounts.api_keys import make_api_key, revoke_api_key
from data.services.accounts.password_changes import change_password
from data.services.accounts.passwords import PasswordError
from data.services.accounts.web_sessions import end_listed_session, revoke_account_sessions

PURPOSE: Final = "change_contact"
KEY_PATH: Final = "/account/keys/new"
Said = Annotated[str | None, Query(max_length=20)]


def build_router(context: PageContext) -> APIRouter:  # noqa: PLR0915 (one short route after another)
    """The addresses of the account's own page, but those of the second factor."""
    router = APIRouter(include_in_schema=False)
    access = account_access(context)
    door = context.door

    def on_form(
        request: Request, form: PageForm, act: Callable[[OwnView, PageForm], Response]
    ) -> Response:
        view = OwnView(context, request, door.require_person(request, form))
        return view.attempt(lambda: act(view, form))

    @router.get("/account", openapi_extra=SIGNED_IN)
    def open_page(request: Request, said: Said = None) -> Response:
        return OwnView(context, request, door.require_person(request)).account(said=said or "")

    @router.post("/account/name", openapi_extra=SIGNED_IN)
    def save_name(request: Request, form: Form) -> Response:
        return on_form(request, form, _save_name)

    def _save_name(view: OwnView, form: PageForm) -> Response:
        try:
            change_name(
                access, view.account_pk, name=form.get("name"), language=form.get("language")
            )
        except InputError as error:
            return view.account(_refused(form, "name", error))
        return view.go("/account", said="saved", lang=form.get("language"))

    @router.post("/account/password", openapi_extra=SIGNED_IN)
    def save_password(request: Request, form: Form) -> Response:
        return on_form(request, form, _save_password)

    def _save_password(view: OwnView, form: PageForm) -> Response:
        try:
            is_right = change_password(
                access,
                view.account_pk,
                current=form.get("password_current"),
                password=form.get("password"),
                session_hash=view.person.session_hash,
            )
        except PasswordError as error:
            return view.account(_refused(form, "password", error))
        if not is_right:
            return view.account(_refused(form, "password_current", "password_wrong"))
        return view.go("/account", said="password_changed")

    @router.post("/account/contact", openapi_extra=SIGNED_IN)
    def begin_contact(request: Request, form: Form) -> Response:
        return on_form(request, form, _begin_contact)

    def _begin_contact(view: OwnView, form: PageForm) -> Response:
        shown = FormView(values=form.fields)
        contact = read_reachable(access, form.get("contact"), shown)
        if contact is None:
            return view.account(shown)
        code_id = begin_contact_change(
            access,
            view.account_pk,
            contact,
            current=form.get("contact_current"),
            language=view.t.language,
            address=door.address_of(view.request),
        )
        if code_id is None:
            return view.account(_refused(form, "contact_current", "password_wrong"))
        answer = view.go("/account/contact")
        pending = PendingCode(code_id=code_id, purpose=PURPOSE, kind=contact.kind, to=contact.value)
        keep_pending(context, answer, pending)
        return answer

    @router.get("/account/contact", openapi_extra=SIGNED_IN)
    def ask_code(request: Request) -> Response:
        view = OwnView(context, request, door.require_person(request))
        pending = read_pending(context, request, PURPOSE)
        return view.go("/account") if pending is None else view.code(pending, FormView())

    @router.post("/account/contact/confirm", openapi_extra=SIGNED_IN)
    def confirm_contact(request: Request, form: Form) -> Response:
        return on_form(request, form, _confirm_contact)

    def _confirm_contact(view: OwnView, form: PageForm) -> Response:
        pending = read_pending(context, view.request, PURPOSE)
        if pending is None:
            return view.go("/account")
        check = finish_contact_change(
            access,
            view.account_pk,
            pending.code_id,
            plain_code(form.get("code")),
            address=door.address_of(view.request),
        )
        if check.state != "right":
            return view.code(pending, FormView(problems={"code": f"code_{check.state}"}))
        answer = view.go("/account", said="contact_changed")
        forget_pending(context, answer)
        return answer

    @router.post("/account/sessions", openapi_extra=SIGNED_IN)
    def end_session(request: Request, form: Form) -> Response:
        return on_form(request, form, _end_session)

    def _end_session(view: OwnView, form: PageForm) -> Response:
        if form.get("which") == "others":
            with context.sessions.begin() as session:
                revoke_account_sessions(session, view.account_pk, but=view.person.session_hash)
        else:
            end_listed_session(context.sessions, view.account_pk, form.get("which"))
        return view.go("/account", said="session_ended")

    @router.post("/account/keys", openapi_extra=SIGNED_IN)
    def make_key(request: Request, form: Form) -> Response:
        return on_form(request, form, _make_key)

    def _make_key(view: OwnView, form: PageForm) -> Response:
        if view.person.actor.role != "owner":
            return view.go("/account")
        try:
            key = make_api_key(context.sessions, view.account_pk, form.get("label"))
        except ConflictError:
            return view.account(_refused(form, "label", "keys_full"))
        except InputError:
            return view.account(_refused(form, "label", "label"))
        answer = view.go(KEY_PATH)
        keep_shown(context, answer, account_pk=view.account_pk, kind=KEY, lines=[key])
        return answer

    @router.get(KEY_PATH, openapi_extra=SIGNED_IN)
    def show_key(request: Request) -> Response:
        view = OwnView(context, request, door.require_person(request))
        shown = read_shown(context, request, account_pk=view.account_pk, kind=KEY)
        return view.page("account_key.html", key=shown[0]) if shown else view.go("/account")

    @router.post("/account/keys/kept", openapi_extra=SIGNED_IN)
    def say_kept(request: Request, form: Form) -> Response:
        answer = OwnView(context, request, door.require_person(request, form)).go("/account")
        forget_shown(context, answer)
        return answer

    @router.post("/account/keys/revoke", openapi_extra=SIGNED_IN)
    def revoke_key(request: Request, form: Form) -> Response:
        return on_form(request, form, _revoke_key)

    def _revoke_key(view: OwnView, form: PageForm) -> Response:
        number = form.get("which")
        if number.isascii() and number.isdecimal() and len(number) <= 18:
            revoke_api_key(context.sessions, view.account_pk, int(number))
        return view.go("/account", said="key_revoked")

    return router


def _refused(form: PageForm, name: str, error: InputError | str) -> FormView:
    shown = FormView(values=form.fields)
    shown.refuse(name, error)
    return shown

"""`/account/delete`: a person ends their own account, after reading what goes and what stays."""

from typing import Final

from fastapi import APIRouter, Request
from starlette.responses import Response

from dashboard.api.audience import SIGNED_IN
from dashboard.pages.account.own import OwnView
from dashboard.pages.account.second import second_factor
from dashboard.pages.account.view import FormView, account_access
from dashboard.pages.context import PageContext
from dashboard.pages.forms import Form, PageForm
from data.services.accounts.account_deletion import (
    ENDED_BY_OWNER,
    LastOwnerOfVenuesError,
    delete_account,
    list_held_venues,
)

MOST_SHOWN: Final = 20
PATH: Final = "/account/delete"


def build_router(context: PageContext) -> APIRouter:
    """The addresses by which an account ends."""
    router = APIRouter(include_in_schema=False)
    access = account_access(context)
    second = second_factor(context)
    door = context.door

    @router.get(PATH, openapi_extra=SIGNED_IN)
    def open_page(request: Request) -> Response:
        return show(OwnView(context, request, door.require_person(request)), FormView())

    @router.post(PATH, openapi_extra=SIGNED_IN)
    def send_form(request: Request, form: Form) -> Response:
        view = OwnView(context, request, door.require_person(request, form))
        return view.attempt(lambda: end(view, form))

    def show(view: OwnView, form: FormView, *, status_code: int = 200) -> Response:
        account = access.read(view.account_pk)
        if account.role != ENDED_BY_OWNER:
            return view.go("/account")
        with view.person.scoped(context.sessions)() as session:
            held = list_held_venues(session, view.account_pk, most=MOST_SHOWN + 1)
        return view.page(
            "account_delete.html",
            status_code=422 if form.problems else status_code,
            form=form,
            account=account,
            has_second=account.totp_confirmed_at is not None,
            held=held[:MOST_SHOWN],
            has_more=len(held) > MOST_SHOWN,
        )

    def end(view: OwnView, form: PageForm) -> Response:
        account = access.read(view.account_pk)
        if account.role != ENDED_BY_OWNER:
            return view.go("/account")
        if form.get("sure") != "yes":
            return show(view, FormView(problems={"sure": "delete_sure"}))
        if not access.is_own_password(account, form.get("delete_current")):
            return show(view, FormView(problems={"delete_current": "password_wrong"}))
        # Last: a code is used up by being right.
        if account.totp_confirmed_at is not None and not second.is_right(
            view.account_pk, form.get("code")
        ):
            return show(view, FormView(problems={"code": "second_wrong"}))
        try:
            delete_account(access, view.account_pk)
        except LastOwnerOfVenuesError:
            return show(view, FormView(), status_code=409)
        answer = view.go("/sign-in", said="deleted")
        door.forget(answer)
        answer.headers["Clear-Site-Data"] = '"cache", "storage"'
        return answer

    return router

"""`/account/recovery`: recovery codes are shown until their person says that they are kept."""

from typing import Annotated, Final

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from dashboard.api.audience import SIGNED_IN
from dashboard.pages.account.own import OwnView
from dashboard.pages.account.second import second_factor
from dashboard.pages.account.shown_once import RECOVERY, RECOVERY_PATH, forget_shown, read_shown
from dashboard.pages.account.view import FormView, account_access, home_of
from dashboard.pages.answers import download
from dashboard.pages.context import PageContext
from dashboard.pages.days import day_text
from dashboard.pages.forms import Form
from dashboard.pages.local_paths import local_path
from data.clock import today

FILE_NAME: Final = "recovery-codes-an-toan-map.txt"

Next = Annotated[str | None, Query(alias="next", max_length=500)]


def build_router(context: PageContext) -> APIRouter:
    """The addresses of recovery codes that were just made."""
    router = APIRouter(include_in_schema=False)
    access = account_access(context)
    second = second_factor(context)
    door = context.door

    @router.get(RECOVERY_PATH, openapi_extra=SIGNED_IN)
    def open_page(request: Request, wished: Next = None) -> Response:
        view = OwnView(context, request, door.require_person(request))
        return show(view, wished)

    @router.get(f"{RECOVERY_PATH}/file", openapi_extra=SIGNED_IN)
    def download_file(request: Request) -> Response:
        view = OwnView(context, request, door.require_person(request))
        codes = read_shown(context, request, account_pk=view.account_pk, kind=RECOVERY)
        if codes is None:
            return view.go(RECOVERY_PATH)
        head = view.t("account.recovery.file", day=day_text(today(), view.t))
        content = "\n".join((head, "", *codes, "")).replace("\n", "\r\n")
        return download(content.encode(), media_type="text/plain; charset=utf-8", name=FILE_NAME)

    @router.post(f"{RECOVERY_PATH}/kept", openapi_extra=SIGNED_IN)
    def say_kept(request: Request, form: Form) -> Response:
        view = OwnView(context, request, door.require_person(request, form))
        wished = form.get("next")
        if form.get("kept") != "yes":
            return show(view, wished, FormView(problems={"kept": "recovery_kept"}))
        second.mark_kept(view.account_pk)
        answer = view.go(home_of(view.person.actor.role, wished or "/account"))
        forget_shown(context, answer)
        return answer

    def show(view: OwnView, wished: str | None, form: FormView | None = None) -> Response:
        account = access.read(view.account_pk)
        codes = read_shown(context, view.request, account_pk=view.account_pk, kind=RECOVERY)
        if account.totp_confirmed_at is None or (codes is None and account.recovery_kept_at):
            return view.go(home_of(view.person.actor.role, wished or "/account"))
        wished = local_path(wished)
        return view.page(
            "account_recovery.html" if codes else "account_recovery_gone.html",
            status_code=422 if form else 200,
            path=RECOVERY_PATH,
            query={"next": wished} if wished else None,
            codes=codes,
            form=form or FormView(),
            wished=wished or "",
            account=account,
        )

    return router

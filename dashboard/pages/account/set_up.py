"""`/set-up`: the first password of an account that an administrator made, by a one-time link."""

from typing import Annotated, Final

from fastapi import APIRouter, Query, Request
from itsdangerous import BadData, URLSafeTimedSerializer
from starlette.responses import Response

from dashboard.api.audience import PUBLIC
from dashboard.pages.account.view import FormView, VisitorView, account_access, go, view_of
from dashboard.pages.context import PageContext
from dashboard.pages.forms import Form, PageForm
from data.services.accounts.account_access import AccountAccess
from data.services.accounts.one_time_codes import SET_UP_AGE
from data.services.accounts.passwords import PasswordError
from data.services.accounts.user_accounts import SET_UP_PATH, finish_set_up, read_set_up_name

COOKIE: Final = "antoan_set_up"

Key = Annotated[str | None, Query(max_length=200)]


def build_router(context: PageContext) -> APIRouter:
    """The addresses of the set-up link."""
    router = APIRouter(include_in_schema=False)
    access = account_access(context)

    @router.get(SET_UP_PATH, openapi_extra=PUBLIC)
    def open_form(request: Request, key: Key = None) -> Response:
        if key is not None:
            # Out of the address at once: addresses stay in histories.
            answer = go(SET_UP_PATH, lang=request.query_params.get("lang", ""))
            answer.set_cookie(
                COOKIE,
                str(_serializer(context).dumps(key)),
                max_age=3600,
                path=SET_UP_PATH,
                secure=context.settings.is_https,
                httponly=True,
                samesite="lax",
            )
            return answer
        return _show(view_of(context, request), access, FormView())

    @router.post(SET_UP_PATH, openapi_extra=PUBLIC)
    def send_form(request: Request, form: Form) -> Response:
        view = view_of(context, request, form)
        return view.attempt(lambda: _finish(view, access, form))

    return router


def _show(view: VisitorView, access: AccountAccess, form: FormView) -> Response:
    name = read_set_up_name(access.sessions, access.secret, _key(view))
    if name is None:
        return view.say("gone_link", 404)
    return view.page(
        "account_set_up.html", status_code=422 if form.problems else 200, form=form, name=name
    )


def _finish(view: VisitorView, access: AccountAccess, form: PageForm) -> Response:
    try:
        is_done = finish_set_up(
            access,
            _key(view),
            form.get("password"),
            address=view.context.door.address_of(view.request),
        )
    except PasswordError as error:
        shown = FormView()
        shown.refuse("password", error)
        return _show(view, access, shown)
    if not is_done:
        return view.say("gone_link", 404)
    answer = view.go("/sign-in", said="password_set")
    answer.delete_cookie(
        COOKIE, path=SET_UP_PATH, secure=view.context.settings.is_https, httponly=True
    )
    view.context.door.forget(answer)
    return answer


def _key(view: VisitorView) -> str:
    try:
        key = _serializer(view.context).loads(
            view.request.cookies.get(COOKIE, ""), max_age=int(SET_UP_AGE.total_seconds())
        )
    except BadData:
        return ""
    return str(key)


def _serializer(context: PageContext) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(context.secret, salt="antoan.set-up")

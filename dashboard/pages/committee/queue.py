"""`/committee`: what waits for a committee, and the reports of the public."""

import contextlib
from collections.abc import Mapping
from datetime import date
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from assessments.agreement import FEWEST_PAIRS
from assessments.review_choice import ReviewReason
from assessments.venue_types import VenueType
from dashboard.api.audience import COMMITTEE
from dashboard.auth.turned_away import TurnedAway
from dashboard.pages.answers import download, go_to
from dashboard.pages.committee.view import NOTICES, Done, Language, Page, words_of
from dashboard.pages.context import PageContext
from dashboard.pages.forms import Form
from dashboard.pages.site import site_page
from data.clock import day_of
from data.errors import ConflictError, NotFoundError
from data.queries.committee import (
    PAGE_SIZE,
    count_work,
    read_own_areas,
    read_queue,
    read_reports,
    read_tasks,
)
from data.queries.editions import active_edition_code
from data.services.assessing.evidence import MAY_SEE_FILES, open_evidence
from data.services.counting.aggregation import ensure_day
from data.services.verification.reports import judge_report

Filter = Annotated[str, Query(max_length=40)]


def build_router(context: PageContext) -> APIRouter:
    """The addresses `/committee`, `/committee/reports…` and `/committee/evidence/…`."""
    router = APIRouter(prefix="/committee", include_in_schema=False)
    door = context.door

    @router.get("", openapi_extra=COMMITTEE)
    def show_queue(
        request: Request,
        *,
        reason: Filter = "",
        kind: Annotated[Filter, Query(alias="type")] = "",
        page: Page = 1,
        done: Done = "",
        lang: Language = None,
    ) -> Response:
        person = door.require_committee(request, lang=lang)
        t = door.text_of(request, person, lang)
        chosen = reason if reason in set(ReviewReason) else ""
        venue_type = kind if kind in set(VenueType) else ""
        today = day_of(context.now())
        _count(context, today)
        with person.scoped(context.sessions)() as session:
            items = read_queue(
                session,
                person.actor,
                reason=chosen or None,
                venue_type=venue_type or None,
                page=page,
            )
            work = count_work(session, person.actor)
            tasks = read_tasks(session, person.actor)
            areas = read_own_areas(session, person.actor, today)
        query = {"reason": chosen, "type": venue_type}
        return site_page(
            "committee_queue.html",
            t=t,
            person=person,
            path="/committee",
            query={name: word for name, word in query.items() if word},
            items=items[:PAGE_SIZE],
            pages=_pages(
                "/committee", page, has_next=len(items) > PAGE_SIZE, query=query, lang=lang
            ),
            work=work,
            claims=work.get("claim", 0),
            fewest_pairs=FEWEST_PAIRS,
            waiting=sum(work.get(one.value, 0) for one in ReviewReason),
            tasks=tasks,
            areas=areas,
            reasons=[one.value for one in ReviewReason],
            types=[one.value for one in VenueType],
            chosen_reason=chosen,
            chosen_type=venue_type,
            today=today,
            age=lambda at: (today - day_of(at)).days,
            notice=done if done in NOTICES else "",
            **words_of(t),
        )

    @router.get("/reports", openapi_extra=COMMITTEE)
    def show_reports(
        request: Request,
        *,
        number: Filter = "",
        page: Page = 1,
        done: Done = "",
        lang: Language = None,
    ) -> Response:
        person = door.require_committee(request, lang=lang)
        t = door.text_of(request, person, lang)
        with person.scoped(context.sessions)() as session:
            reports = read_reports(session, person.actor, reference=number, page=page)
        return site_page(
            "committee_reports.html",
            t=t,
            person=person,
            path="/committee/reports",
            reports=reports[:PAGE_SIZE],
            pages=_pages(
                "/committee/reports",
                page,
                has_next=len(reports) > PAGE_SIZE,
                query={"number": number},
                lang=lang,
            ),
            query={"number": number} if number else {},
            sought=number,
            sees_files=person.actor.role in MAY_SEE_FILES,
            today=day_of(context.now()),
            notice=done if done in NOTICES else "",
            **words_of(t),
        )

    @router.post("/reports/{report_id}", openapi_extra=COMMITTEE)
    def judge(request: Request, report_id: str, form: Form) -> Response:
        person = door.require_committee(request, form, lang=form.get("lang"))
        is_founded = form.get("do") == "checked"
        try:
            judge_report(
                person.scoped(context.sessions),
                report_id=report_id,
                is_founded=is_founded,
                actor=person.actor,
                at=context.now(),
            )
        except NotFoundError:
            raise TurnedAway(door.refusal(request, "missing", 404, person=person)) from None
        except ConflictError:
            return go_to(f"/committee/reports?{urlencode({'lang': form.get('lang')})}")
        done = "report_checked" if is_founded else "report_unfounded"
        return go_to(f"/committee/reports?{urlencode({'done': done, 'lang': form.get('lang')})}")

    @router.get("/evidence/{evidence_id}", openapi_extra=COMMITTEE)
    def show_evidence(request: Request, evidence_id: str) -> Response:
        person = door.require_committee(request)
        try:
            opened = open_evidence(person.scoped(context.sessions), evidence_id)
        except NotFoundError:
            raise TurnedAway(door.refusal(request, "missing", 404, person=person)) from None
        return download(
            opened.data,
            media_type=opened.media_type,
            name=f"evidence-{opened.evidence_id[:8]}",
            is_shown=True,
        )

    return router


def _count(context: PageContext, day: date) -> None:
    """Count a day that nobody has read yet."""
    with contextlib.suppress(NotFoundError), context.sessions.begin() as session:
        ensure_day(session, active_edition_code(session), day)


def _pages(
    path: str, page: int, *, has_next: bool, query: Mapping[str, str], lang: str | None
) -> dict[str, str]:
    """Addresses of the pages before and after."""

    def address(number: int) -> str:
        words = {**query, "page": str(number) if number > 1 else "", "lang": lang or ""}
        return f"{path}?{urlencode({name: word for name, word in words.items() if word})}"

    return {
        "previous": address(page - 1) if page > 1 else "",
        "next": address(page + 1) if has_next else "",
    }

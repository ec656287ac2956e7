"""`/venue/{venue_id}/verification`: what the committee decided, and what the owner can do."""

from collections.abc import Callable
from typing import Any, Final

from fastapi import APIRouter, Request
from fastapi.responses import Response

from dashboard.api.audience import VENUE_STAFF
from dashboard.auth.person import Person
from dashboard.auth.turned_away import TurnedAway
from dashboard.pages.answers import go_to
from dashboard.pages.committee.view import Done, Language, words_of
from dashboard.pages.context import PageContext
from dashboard.pages.forms import Form, PageForm
from dashboard.pages.site import site_page
from dashboard.texts.catalogue import Texts
from data.clock import day_of
from data.errors import ConflictError, InputError, NotFoundError
from data.queries.committee import require_seen_venue
from data.queries.owner_venues import OwnerVenue
from data.queries.standing import read_standing
from data.queries.trust import read_trust
from data.queries.verification import read_report_tally, read_verification
from data.services.verification.appeals import file_appeal, withdraw_appeal
from data.services.verification.replies import LONGEST_REPLY, ask_for_revisit, write_reply

NOTICES: Final = frozenset({"appealed", "withdrawn", "replied", "wished"})


def build_router(context: PageContext) -> APIRouter:
    """The address `/venue/{venue_id}/verification`."""
    router = APIRouter(prefix="/venue/{venue_id}/verification", include_in_schema=False)

    @router.get("", openapi_extra=VENUE_STAFF)
    def show(request: Request, venue_id: str, done: Done = "", lang: Language = None) -> Response:
        person, venue = context.door.require_venue(request, venue_id, lang=lang)
        t = context.door.text_of(request, person, lang)
        return _show(context, person, venue, t, notice=done if done in NOTICES else "")

    @router.post("", openapi_extra=VENUE_STAFF)
    def act(request: Request, venue_id: str, form: Form) -> Response:
        lang = form.get("lang") or None
        person, venue = context.door.require_venue(
            request, venue_id, form, needs="owner", lang=lang
        )
        t = context.door.text_of(request, person, lang)
        try:
            done = _store(context, person, venue_id, form)
        except NotFoundError:
            raise TurnedAway(context.door.refusal(request, "missing", 404, person=person)) from None
        except ConflictError:
            return _show(context, person, venue, t, problem="conflict", sent=form, status_code=409)
        except InputError:
            return _show(context, person, venue, t, problem="words", sent=form, status_code=422)
        return go_to(f"/venue/{venue_id}/verification?done={done}&lang={t.language}")

    return router


def _show(
    context: PageContext,
    person: Person,
    venue: OwnerVenue,
    t: Texts,
    *,
    notice: str = "",
    problem: str = "",
    sent: PageForm | None = None,
    status_code: int = 200,
) -> Response:
    today = day_of(context.now())
    with person.scoped(context.sessions)() as session:
        venue_pk = require_seen_venue(session, venue.venue_id)
        verification = read_verification(session, venue_pk)
        trust = read_trust(session, venue_pk, today)
        standing = read_standing(session, venue.venue_id, today)
    with context.sessions() as session:
        # The person may see the venue; of reports they learn how many, never what they say.
        tally = read_report_tally(session, venue_pk)
    return site_page(
        "verification_page.html",
        t=t,
        person=person,
        path=f"/venue/{venue.venue_id}/verification",
        status_code=status_code,
        venue=venue,
        verification=verification,
        trust=trust,
        level=standing.held.level.value if standing and standing.held else "not_assessed",
        tally=tally,
        longest_reply=LONGEST_REPLY,
        notice=notice,
        problem=problem,
        sent=sent.fields if sent else {},
        today=today,
        **words_of(t),
    )


def _store(context: PageContext, person: Person, venue_id: str, form: PageForm) -> str:
    sessions = person.scoped(context.sessions)
    common: dict[str, Any] = {"actor": person.actor, "at": context.now()}
    of_venue = {"venue_id": venue_id, "wording": form.get("words"), **common}
    decision = form.get("decision")
    assessment_pk = int(decision) if decision.isdecimal() and len(decision) < 18 else 0
    acts: dict[str, tuple[str, Callable[[], object]]] = {
        "appeal": (
            "appealed",
            lambda: file_appeal(sessions, assessment_pk=assessment_pk, **of_venue),
        ),
        "withdraw": (
            "withdrawn",
            lambda: withdraw_appeal(sessions, appeal_id=form.get("appeal"), **common),
        ),
        "reply": (
            "replied",
            lambda: write_reply(sessions, assessment_pk=assessment_pk, **of_venue),
        ),
        "wish": ("wished", lambda: ask_for_revisit(sessions, **of_venue)),
    }
    if form.get("do") not in acts:
        raise InputError("choose what to do")
    done, act = acts[form.get("do")]
    act()
    return done

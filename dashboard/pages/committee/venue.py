"""`/committee/venues/{venue_id}`: an inspection, the certificate, replies and wishes."""

from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response

from assessments.answers import read_text_answers
from assessments.criteria import CriteriaSet
from dashboard.api.audience import COMMITTEE
from dashboard.auth.person import Person
from dashboard.auth.turned_away import TurnedAway
from dashboard.pages.answers import go_to
from dashboard.pages.committee.answers import answer_chapters
from dashboard.pages.committee.attempt import NOTHING_TRIED, Attempt, attempt
from dashboard.pages.committee.certificate import certificate_view, withdraw_of_venue
from dashboard.pages.committee.view import (
    NOTICES,
    Done,
    Language,
    read_head,
    sent_answers,
    words_of,
)
from dashboard.pages.context import PageContext
from dashboard.pages.forms import Form, PageForm
from dashboard.pages.notices import then_tell_owners
from dashboard.pages.site import site_page
from dashboard.texts.catalogue import Texts
from data.clock import day_of
from data.errors import ConflictError, NotFoundError
from data.queries.certificates import find_newest_certificate
from data.queries.committee import read_reports, require_seen_venue
from data.queries.owner_venues import OwnerVenue
from data.queries.provinces import read_province_code
from data.queries.reviews import find_waiting_review
from data.queries.verification import read_verification
from data.services.assessing.submissions import choose_set
from data.services.codes.certificates import LONGEST_REASON
from data.services.verification.inspections import inspect_venue
from data.services.verification.replies import moderate_reply, refuse_revisit

NOTHING: Mapping[str, str] = {}


def build_router(context: PageContext) -> APIRouter:
    """The address `/committee/venues/{venue_id}`."""
    router = APIRouter(prefix="/committee/venues", include_in_schema=False)
    pages = _VenuePages(context)

    @router.get("/{venue_id}", openapi_extra=COMMITTEE)
    def show(request: Request, venue_id: str, done: Done = "", lang: Language = None) -> Response:
        person = context.door.require_committee(request, lang=lang)
        t = context.door.text_of(request, person, lang)
        return pages.show(request, person, venue_id, t, notice=done if done in NOTICES else "")

    @router.post("/{venue_id}", openapi_extra=COMMITTEE)
    def act(request: Request, venue_id: str, form: Form) -> Response:
        lang = form.get("lang") or None
        person = context.door.require_committee(request, form, lang=lang)
        t = context.door.text_of(request, person, lang)
        return pages.act(request, person, venue_id, form, t)

    return router


class _VenuePages:
    def __init__(self, context: PageContext) -> None:
        self._context = context

    def show(
        self,
        request: Request,
        person: Person,
        venue_id: str,
        t: Texts,
        *,
        notice: str = "",
        given: Mapping[str, str] = NOTHING,
        words: str = "",
        reason: str = "",
        tried: Attempt = NOTHING_TRIED,
    ) -> Response:
        """The page, with what was chosen and what is wrong with it."""
        today = day_of(self._context.now())
        with person.scoped(self._context.sessions)() as session:
            try:
                venue_pk = require_seen_venue(session, venue_id)
            except NotFoundError:
                raise TurnedAway(
                    self._context.door.refusal(request, "missing", 404, person=person)
                ) from None
            head = read_head(session, venue_id, venue_pk, today)
            province_code = read_province_code(session, venue_pk)
            verification = read_verification(session, venue_pk)
            reports = read_reports(session, person.actor, venue_pk=venue_pk)
            waiting = find_waiting_review(session, venue_pk)
            certificate = find_newest_certificate(session, venue_id)
        criteria_set = self._set(head.venue, province_code)
        return site_page(
            "committee_venue.html",
            t=t,
            person=person,
            path=f"/committee/venues/{venue_id}",
            status_code=tried.status_code,
            head=head,
            criteria_set=criteria_set,
            chapters=answer_chapters(criteria_set, given, t, problems=tried.problems)
            if criteria_set
            else (),
            verification=verification,
            reports=reports,
            waiting=waiting,
            certificate=certificate_view(certificate, today, t),
            reason=reason,
            longest_reason=LONGEST_REASON,
            words=words,
            problem=tried.problem,
            notice=notice,
            today=today,
            **words_of(t),
        )

    def act(
        self, request: Request, person: Person, venue_id: str, form: PageForm, t: Texts
    ) -> Response:
        """Store what was decided, or show what stands against it."""
        given, words = sent_answers(form), form.get("words")
        tried = attempt(
            self._context,
            request,
            person,
            lambda: self._store(person, venue_id, form, given),
            field="reason" if form.get("do") == "withdraw" else "words",
        )
        if tried.problem:
            return self.show(
                request,
                person,
                venue_id,
                t,
                tried=tried,
                given=given,
                words=words,
                reason=form.get("reason"),
            )
        return then_tell_owners(
            self._context,
            go_to(f"/committee/venues/{venue_id}?done={tried.done}&lang={t.language}"),
        )

    def _store(
        self, person: Person, venue_id: str, form: PageForm, given: Mapping[str, str]
    ) -> str:
        sessions, at = person.scoped(self._context.sessions), self._context.now()
        common: dict[str, Any] = {"venue_id": venue_id, "actor": person.actor, "at": at}
        do = form.get("do")
        if do in ("publish", "refuse"):
            moderate_reply(
                sessions,
                refusal=None if do == "publish" else form.get("words"),
                wording=form.get("reply"),
                **common,
            )
            return "published" if do == "publish" else "refused"
        if do == "refuse_wish":
            refuse_revisit(sessions, reason=form.get("words"), **common)
            return "wish_refused"
        if do == "withdraw":
            withdraw_of_venue(
                sessions,
                certificate_id=form.get("certificate"),
                reason=form.get("reason"),
                **common,
            )
            return "withdrawn"
        with sessions() as session:
            venue_pk = require_seen_venue(session, venue_id)
            venue = read_head(session, venue_id, venue_pk, day_of(at)).venue
            criteria_set = self._set(venue, read_province_code(session, venue_pk))
        if do != "inspect" or criteria_set is None:
            raise ConflictError("there is no criteria set for this venue")
        inspect_venue(
            sessions,
            answers=read_text_answers(criteria_set, given),
            note=form.get("words"),
            set_version=form.get("set_version"),
            **common,
        )
        return "inspected"

    def _set(self, venue: OwnerVenue, province_code: str | None) -> CriteriaSet | None:
        try:
            return choose_set(
                venue.venue_type,
                day_of(self._context.now()),
                None,
                province_code=province_code,
            )
        except ConflictError:
            return None

"""`/committee/reviews/{review_id}`: a submission beside its evidence, and the decision on it."""

from collections.abc import Mapping

from fastapi import APIRouter, Request
from fastapi.responses import Response

from assessments.answers import read_text_answers
from assessments.criteria import criteria_set_version
from dashboard.api.audience import COMMITTEE
from dashboard.auth.person import Person
from dashboard.auth.turned_away import TurnedAway
from dashboard.pages.answers import go_to
from dashboard.pages.committee.answers import answer_chapters, read_chapters, stored_reasons
from dashboard.pages.committee.attempt import NOTHING_TRIED, Attempt, attempt
from dashboard.pages.committee.view import (
    Language,
    read_head,
    sent_answers,
    stored_texts,
    words_of,
)
from dashboard.pages.context import PageContext
from dashboard.pages.forms import Form, PageForm
from dashboard.pages.notices import then_tell_owners
from dashboard.pages.set_words import set_words
from dashboard.pages.site import site_page
from dashboard.texts.catalogue import Texts
from data.clock import day_of
from data.errors import ConflictError, NotFoundError
from data.queries.committee import read_reports
from data.queries.evidence import read_submitted_evidence
from data.queries.reviews import gives_level, read_review
from data.queries.submission_history import StoredSubmission, read_submission
from data.services.assessing.evidence import MAY_SEE_FILES
from data.services.verification.reviews import ask_again, confirm, correct

NOTHING: Mapping[str, str] = {}


def build_router(context: PageContext) -> APIRouter:
    """The address `/committee/reviews/{review_id}`."""
    router = APIRouter(prefix="/committee/reviews", include_in_schema=False)
    pages = _ReviewPages(context)

    @router.get("/{review_id}", openapi_extra=COMMITTEE)
    def show(request: Request, review_id: str, lang: Language = None) -> Response:
        person = context.door.require_committee(request, lang=lang)
        return pages.show(request, person, review_id, context.door.text_of(request, person, lang))

    @router.post("/{review_id}", openapi_extra=COMMITTEE)
    def decide(request: Request, review_id: str, form: Form) -> Response:
        lang = form.get("lang") or None
        person = context.door.require_committee(request, form, lang=lang)
        return pages.decide(
            request, person, review_id, form, context.door.text_of(request, person, lang)
        )

    return router


class _ReviewPages:
    def __init__(self, context: PageContext) -> None:
        self._context = context

    def show(
        self,
        request: Request,
        person: Person,
        review_id: str,
        t: Texts,
        *,
        given: Mapping[str, str] = NOTHING,
        words: str = "",
        tried: Attempt = NOTHING_TRIED,
    ) -> Response:
        """The page, with what was chosen and what is wrong with it."""
        today = day_of(self._context.now())
        with person.scoped(self._context.sessions)() as session:
            try:
                review = read_review(session, review_id)
            except NotFoundError:
                raise TurnedAway(
                    self._context.door.refusal(request, "missing", 404, person=person)
                ) from None
            head = read_head(session, review.venue_id, review.venue_pk, today)
            stored = _require(read_submission(session, review.venue_id, review.assessment_pk))
            evidence = read_submitted_evidence(session, review.assessment_pk)
            reports = read_reports(session, person.actor, venue_pk=review.venue_pk)
            can_correct = gives_level(session, review.assessment_pk, today)
        criteria_set = criteria_set_version(stored.set_id, stored.set_version)
        declared = stored_texts(stored.answers)
        chapters = (
            answer_chapters(
                criteria_set,
                given or declared,
                t,
                problems=tried.problems,
                evidence=evidence,
                reasons=stored_reasons(stored.points),
            )
            if criteria_set
            else ()
        )
        return site_page(
            "committee_review.html",
            t=t,
            person=person,
            path=f"/committee/reviews/{review_id}",
            status_code=tried.status_code,
            review=review,
            head=head,
            stored=stored,
            stored_texts=declared,
            result=set_words(
                set_id=stored.set_id,
                set_version=stored.set_version,
                set_level=stored.set_level,
                score=stored.score,
                text=t,
            ),
            chapters=read_chapters(chapters, declared, t, points=stored.points),
            sees_files=person.actor.role in MAY_SEE_FILES,
            reports=reports,
            can_correct=can_correct and criteria_set is not None,
            words=words,
            problem=tried.problem,
            today=today,
            **words_of(t),
        )

    def decide(
        self, request: Request, person: Person, review_id: str, form: PageForm, t: Texts
    ) -> Response:
        """Store a decision, or show the page again with what stands against it."""
        given, words = sent_answers(form), form.get("words")
        tried = attempt(
            self._context,
            request,
            person,
            lambda: self._store(person, review_id, form.get("do"), given, words),
        )
        if tried.problem:
            return self.show(request, person, review_id, t, tried=tried, given=given, words=words)
        return then_tell_owners(
            self._context, go_to(f"/committee?done={tried.done}&lang={t.language}")
        )

    def _store(
        self, person: Person, review_id: str, do: str, given: Mapping[str, str], words: str
    ) -> str:
        sessions, at = person.scoped(self._context.sessions), self._context.now()
        with sessions() as session:
            review = read_review(session, review_id)
            stored = _require(read_submission(session, review.venue_id, review.assessment_pk))
        if do == "ask":
            ask_again(sessions, review_id=review_id, question=words, actor=person.actor, at=at)
            return "asked"
        if do == "correct":
            criteria_set = criteria_set_version(stored.set_id, stored.set_version)
            if criteria_set is None:
                raise ConflictError("the criteria set of this assessment is not installed")
            answers = read_text_answers(criteria_set, given)
            correct(
                sessions,
                review_id=review_id,
                answers=answers,
                reason=words,
                actor=person.actor,
                at=at,
            )
            return "corrected"
        if do != "confirm" or (given and given != stored_texts(stored.answers)):
            raise ConflictError("answers were changed; a confirmation changes none")
        confirm(sessions, review_id=review_id, actor=person.actor, at=at)
        return "confirmed"


def _require(stored: StoredSubmission | None) -> StoredSubmission:
    if stored is None:
        raise NotFoundError("there is no such submission")
    return stored

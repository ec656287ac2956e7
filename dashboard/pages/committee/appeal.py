"""`/committee/appeals/{appeal_id}`: the contested decision, the owner's words, the judgement."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from assessments.criteria import criteria_set_version
from dashboard.api.audience import COMMITTEE
from dashboard.auth.person import Person
from dashboard.auth.turned_away import TurnedAway
from dashboard.pages.answers import go_to
from dashboard.pages.assess.view import answer_word
from dashboard.pages.committee.attempt import NOTHING_TRIED, Attempt, attempt
from dashboard.pages.committee.view import Language, read_head, words_of
from dashboard.pages.context import PageContext
from dashboard.pages.forms import Form, PageForm
from dashboard.pages.notices import then_tell_owners
from dashboard.pages.site import site_page
from dashboard.texts.catalogue import Texts
from data.clock import day_of
from data.errors import InputError, NotFoundError
from data.queries.appeals import find_declared_before, read_appeal
from data.queries.submission_history import StoredSubmission, read_submission
from data.services.verification.judgements import overturn, uphold


def build_router(context: PageContext) -> APIRouter:
    """The address `/committee/appeals/{appeal_id}`."""
    router = APIRouter(prefix="/committee/appeals", include_in_schema=False)

    @router.get("/{appeal_id}", openapi_extra=COMMITTEE)
    def show(request: Request, appeal_id: str, lang: Language = None) -> Response:
        person = context.door.require_committee(request, lang=lang)
        t = context.door.text_of(request, person, lang)
        return _show(context, request, person, appeal_id, t)

    @router.post("/{appeal_id}", openapi_extra=COMMITTEE)
    def decide(request: Request, appeal_id: str, form: Form) -> Response:
        lang = form.get("lang") or None
        person = context.door.require_committee(request, form, lang=lang)
        t = context.door.text_of(request, person, lang)
        return _decide(context, request, person, appeal_id, form=form, t=t)

    return router


def _show(
    context: PageContext,
    request: Request,
    person: Person,
    appeal_id: str,
    t: Texts,
    *,
    words: str = "",
    tried: Attempt = NOTHING_TRIED,
) -> Response:
    today = day_of(context.now())
    with person.scoped(context.sessions)() as session:
        try:
            appeal = read_appeal(session, appeal_id)
        except NotFoundError:
            raise TurnedAway(context.door.refusal(request, "missing", 404, person=person)) from None
        head = read_head(session, appeal.venue_id, appeal.venue_pk, today)
        found = read_submission(session, appeal.venue_id, appeal.assessment_pk)
        declared_pk = find_declared_before(session, appeal.venue_pk, appeal.assessment_pk)
        declared = (
            None if declared_pk is None else read_submission(session, appeal.venue_id, declared_pk)
        )
    return site_page(
        "committee_appeal.html",
        t=t,
        person=person,
        path=f"/committee/appeals/{appeal_id}",
        status_code=tried.status_code,
        appeal=appeal,
        head=head,
        differences=_differences(declared, found, t),
        declared=declared,
        found=found,
        is_own=appeal.author_pk == person.actor.account_pk,
        words=words,
        problem=tried.problem,
        today=today,
        **words_of(t),
    )


def _differences(
    declared: StoredSubmission | None, found: StoredSubmission | None, t: Texts
) -> list[tuple[str, str, str, str]]:
    """Criteria in which the two differ: id, title, the venue's answer, the committee's."""
    if declared is None or found is None or declared.set_id != found.set_id:
        return []
    criteria_set = criteria_set_version(found.set_id, found.set_version)
    titles = {} if criteria_set is None else criteria_set.criteria_by_id
    return [
        (
            criterion_id,
            titles[criterion_id].title.of(t.language) if criterion_id in titles else "",
            answer_word(declared.answers[criterion_id], t),
            answer_word(answer, t),
        )
        for criterion_id, answer in found.answers.items()
        if criterion_id in declared.answers and declared.answers[criterion_id] != answer
    ]


def _decide(
    context: PageContext,
    request: Request,
    person: Person,
    appeal_id: str,
    *,
    form: PageForm,
    t: Texts,
) -> Response:
    words = form.get("words")

    def judge() -> str:
        by_name = {"uphold": (uphold, "upheld"), "overturn": (overturn, "overturned")}
        if form.get("do") not in by_name:
            raise InputError("choose uphold or overturn")
        act, done = by_name[form.get("do")]
        act(
            person.scoped(context.sessions),
            appeal_id=appeal_id,
            reason=words,
            actor=person.actor,
            at=context.now(),
        )
        return done

    tried = attempt(context, request, person, judge)
    if tried.problem:
        return _show(context, request, person, appeal_id, t, words=words, tried=tried)
    return then_tell_owners(context, go_to(f"/committee?done={tried.done}&lang={t.language}"))

"""`/venue/{venue_id}`: the desk of one venue; where it stands, what comes next, all its pages."""

from datetime import date

from fastapi import APIRouter, Request
from fastapi.responses import Response

from assessments.certificates import CertificateState
from assessments.criteria import criteria_set_for
from dashboard.api.audience import VENUE_STAFF
from dashboard.pages.assess.days import standing_notices
from dashboard.pages.context import PageContext
from dashboard.pages.days import day_text
from dashboard.pages.site import site_page
from dashboard.pages.venue.next_step import StepFacts, next_step
from dashboard.pages.venue.view import NOTICES, Done, Language
from data.clock import day_of
from data.queries.certificates import CertificateRecord, find_newest_certificate
from data.queries.owner_venues import read_staff_role
from data.queries.submission_history import StoredSubmission, read_latest_submission
from data.queries.trust import read_trust
from data.queries.venue_desk import VenueDesk, read_venue_desk
from data.queries.verification import Decision, read_open_question, read_verification


def build_router(context: PageContext) -> APIRouter:
    """The address `/venue/{venue_id}`."""
    router = APIRouter(include_in_schema=False)

    @router.get("/venue/{venue_id}", openapi_extra=VENUE_STAFF)
    def show_desk(
        request: Request, venue_id: str, done: Done = "", lang: Language = None
    ) -> Response:
        person, _ = context.door.require_venue(request, venue_id, lang=lang)
        t = context.door.text_of(request, person, lang)
        with person.scoped(context.sessions)() as session:
            desk = read_venue_desk(session, venue_id, day_of(context.now()))
            is_owner = read_staff_role(session, venue_id, person.actor.account_pk) == "owner"
            latest = read_latest_submission(session, venue_id)
            trust = read_trust(session, desk.venue_pk, desk.day).trust
            question = read_open_question(session, desk.venue_pk)
            decisions = read_verification(session, desk.venue_pk).decisions
            certificate = find_newest_certificate(session, venue_id)
        facts = _facts(desk, latest, decisions, certificate)
        return site_page(
            "venue_desk.html",
            t=t,
            person=person,
            path=f"/venue/{venue_id}",
            desk=desk,
            is_owner=is_owner,
            facts=facts,
            step=next_step(facts),
            trust=None if trust is None or desk.is_closed else trust.value,
            notices=() if desk.is_closed else standing_notices(latest, desk.day, t),
            question=question,
            notice=done if done in NOTICES else "",
            day_text=lambda day: day_text(day, t),
        )

    return router


def _facts(
    desk: VenueDesk,
    latest: StoredSubmission | None,
    decisions: tuple[Decision, ...],
    certificate: CertificateRecord | None,
) -> StepFacts:
    held = desk.holding
    state = certificate.state_on(desk.day) if certificate else None
    return StepFacts(
        day=desk.day,
        has_set=criteria_set_for(desk.venue_type, desk.day, desk.province_code) is not None,
        is_closed=desk.is_closed,
        closed_on=desk.closed_on,
        was_assessed=desk.last_submitted_at is not None,
        level=desk.level,
        first_day=day_of(held.submitted_at) if held else None,
        last_day=held.valid_until if held else None,
        mend_by=latest.remedy_due if held and latest else None,
        appeal_by=_appeal_by(latest, decisions),
        has_certificate=state is CertificateState.VALID,
        is_certificate_withdrawn=state is CertificateState.WITHDRAWN
        and certificate is not None
        and latest is not None
        and certificate.submission.assessment_pk == latest.assessment_pk,
    )


def _appeal_by(latest: StoredSubmission | None, decisions: tuple[Decision, ...]) -> date | None:
    """Last day to appeal against the newest result; None where nothing is to be appealed."""
    for one in decisions:
        if latest is not None and one.assessment_pk == latest.assessment_pk:
            can_appeal = not one.is_restored and one.appeal_state in (None, "withdrawn")
            return one.last_day_to_appeal if can_appeal else None
    return None

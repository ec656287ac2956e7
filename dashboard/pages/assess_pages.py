"""The assessment pages of one venue: the form, its moving score, the submission, the result."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from urllib.parse import urlencode

from fastapi import Request
from fastapi.responses import JSONResponse, Response
from sqlalchemy.orm import Session, sessionmaker

from assessments.answers import read_text_answers
from assessments.criteria import CriteriaSet, criteria_set_for, criteria_set_version
from assessments.errors import AnswerProblem, AnswersError
from dashboard.auth.turned_away import TurnedAway
from dashboard.pages.assess_draft import Draft, build_draft
from dashboard.pages.assess_form import (
    AssessForm,
    FormTokenError,
    form_texts,
    make_form_token,
    new_submission_key,
    read_form_token,
)
from dashboard.pages.assess_owner import (
    OwnerDoor,
    OwnerVisit,
    other_language,
    redirect,
)
from dashboard.pages.assess_result_view import build_result, day_text
from dashboard.pages.assess_view import build_chapters, build_score
from dashboard.pages.templates import PRIVATE_HEADERS, private_page, render
from data import clock
from data.errors import ConflictError
from data.queries.owner_venues import (
    StoredSubmission,
    read_latest_submission,
    read_submission,
)
from data.services.submissions import submit

SOURCE: Final = "owner_link"


@dataclass(frozen=True, kw_only=True)
class _Hints:
    """What the form says beside its questions."""

    notice: str = ""
    previous: str = ""


class AssessPages:
    """The pages' requests, on one database with one signing secret."""

    def __init__(
        self, *, sessions: sessionmaker[Session], door: OwnerDoor, now: Callable[[], datetime]
    ) -> None:
        self._sessions = sessions
        self._door = door
        self._now = now

    def open(
        self, request: Request, venue_id: str, *, lang: str | None, use_last: bool
    ) -> Response:
        """The form, empty or with the answers of last time."""
        visit = self._door.require_visit(request, venue_id, lang)
        criteria_set = self._require_set(visit)
        with self._sessions() as session:
            latest = read_latest_submission(session, venue_id)
        if latest is None or latest.set_id != criteria_set.id:
            return self._form(visit, criteria_set, build_draft(criteria_set, {}))
        answers = form_texts(latest.answers.items()) if use_last else {}
        hints = _previous_hints(visit, latest, is_used=use_last)
        return self._form(visit, criteria_set, build_draft(criteria_set, answers), hints=hints)

    def send(self, request: Request, venue_id: str, form: AssessForm) -> Response:
        """Store a form, or show it again with what is wrong and all that was answered."""
        visit = self._door.require_visit(request, venue_id, form.fields.get("lang"))
        criteria_set = self._require_set(visit)
        draft = build_draft(criteria_set, form.answers)
        if form.fields.get("do") == "preview":
            return self._form(visit, criteria_set, draft)
        try:
            version, submission_key = read_form_token(
                self._door.secret,
                form.fields.get("form", ""),
                venue_id=venue_id,
                owner_token=visit.owner_token,
            )
        except FormTokenError:
            return self._again(visit, criteria_set, draft, "form_expired", status_code=403)
        if version != criteria_set.version:
            return self._again(visit, criteria_set, draft, "set_changed", status_code=409)
        try:
            submit(
                self._sessions,
                venue_id=venue_id,
                answers=read_text_answers(criteria_set, form.answers),
                submitted_at=self._now(),
                source=SOURCE,
                set_id=criteria_set.id,
                submission_key=submission_key,
            )
        except AnswersError as error:
            return self._form(visit, criteria_set, draft, problems=error.problems, status_code=422)
        except ConflictError:
            reason = "closed" if visit.venue.closed_on is not None else "form_used"
            return self._again(visit, criteria_set, draft, reason, status_code=409)
        address = {"receipt": submission_key, "lang": visit.text.language}
        return redirect(f"{visit.path}/result?{urlencode(address)}")

    def score(self, request: Request, venue_id: str, form: AssessForm) -> Response:
        """The moving score: a piece of the page and the reasons; stores nothing."""
        visit = self._door.require_visit(request, venue_id, form.fields.get("lang"))
        criteria_set = self._require_set(visit)
        draft = build_draft(criteria_set, form.answers)
        view = build_score(criteria_set, draft.preview, visit.text)
        content = {
            "score": render("assess_score.html", t=visit.text, score=view),
            "reasons": {
                key: {"code": code, "text": visit.text(f"assess.reason.{code}")}
                for key, code in draft.reasons.items()
            },
        }
        return JSONResponse(content, headers=dict(PRIVATE_HEADERS))

    def result(
        self, request: Request, venue_id: str, *, receipt: str, lang: str | None
    ) -> Response:
        """The result of one submission of this venue."""
        visit = self._door.require_visit(request, venue_id, lang)
        text = visit.text
        with self._sessions() as session:
            stored = read_submission(session, venue_id, receipt)
        if stored is None:
            return redirect(f"{visit.path}?{urlencode({'lang': text.language})}")
        criteria_set = criteria_set_version(stored.set_id, stored.set_version)
        area = {"area": visit.venue.area_code} if visit.venue.area_code else {}
        switched = {"receipt": receipt, "lang": other_language(text)}
        received_at = stored.submitted_at.astimezone(clock.VIETNAM)
        return private_page(
            "assess_result.html",
            t=text,
            venue=visit.venue,
            path=visit.path,
            language_address=f"{visit.path}/result?{urlencode(switched)}",
            criteria_set=criteria_set,
            stored=stored,
            receipt=receipt[:8],
            result=build_result(criteria_set, stored, text),
            is_expired=stored.valid_until < clock.day_of(self._now()),
            valid_until=day_text(stored.valid_until, text),
            received_at=f"{received_at:%H:%M}, {day_text(received_at.date(), text)}",
            map_address="/?" + urlencode({**area, "lang": text.language}),
        )

    def _require_set(self, visit: OwnerVisit) -> CriteriaSet:
        today = clock.day_of(self._now())
        criteria_set = criteria_set_for(visit.venue.venue_type, today, visit.venue.province_code)
        if criteria_set is None:
            raise TurnedAway(private_page("assess_message.html", t=visit.text, kind="no_set"))
        return criteria_set

    def _again(
        self,
        visit: OwnerVisit,
        criteria_set: CriteriaSet,
        draft: Draft,
        reason: str,
        *,
        status_code: int,
    ) -> Response:
        hints = _Hints(notice=visit.text(f"assess.problem.{reason}"))
        return self._form(visit, criteria_set, draft, hints=hints, status_code=status_code)

    def _form(
        self,
        visit: OwnerVisit,
        criteria_set: CriteriaSet,
        draft: Draft,
        *,
        problems: tuple[AnswerProblem, ...] = (),
        hints: _Hints = _Hints(),
        status_code: int = 200,
    ) -> Response:
        problems = problems or draft.problems
        text = visit.text
        return private_page(
            "assess_form.html",
            status_code=status_code,
            t=text,
            venue=visit.venue,
            path=visit.path,
            language_address=f"{visit.path}?{urlencode({'lang': other_language(text)})}",
            criteria_set=criteria_set,
            issued_on=day_text(criteria_set.issued_on, text),
            chapters=build_chapters(
                criteria_set,
                draft.answers,
                reasons=draft.reasons,
                problems={one.criterion_id: one for one in problems if one.criterion_id},
                text=text,
            ),
            score=build_score(criteria_set, draft.preview, text),
            problems=problems,
            known_ids=criteria_set.criteria_by_id,
            hints=hints,
            form_token=make_form_token(
                self._door.secret,
                venue_id=visit.venue.venue_id,
                owner_token=visit.owner_token,
                version=criteria_set.version,
                submission_key=new_submission_key(),
            ),
        )


def _previous_hints(visit: OwnerVisit, latest: StoredSubmission, *, is_used: bool) -> _Hints:
    text = visit.text
    date = day_text(clock.day_of(latest.submitted_at), text)
    if is_used:
        return _Hints(notice=text("assess.previous.used", date=date))
    level = text(f"level.{latest.level}")
    return _Hints(previous=text("assess.previous", date=date, level=level))

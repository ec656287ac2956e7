"""Criteria sets, a score without storing it, and a venue owner's submission."""

import asyncio
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query
from starlette.responses import Response

from assessments.criteria import (
    CriteriaSet,
    ReferenceSet,
    criteria_set_version,
    load_criteria_sets,
    load_reference_sets,
)
from assessments.errors import AnswersError
from assessments.scoring import ScoreResult, preview
from dashboard.api import PREFIX
from dashboard.api.areas import json_response
from dashboard.api.audience import OWNER, PUBLIC
from dashboard.api.context import Context
from dashboard.api.keys import OwnerKey, require_key_holder, require_staff
from dashboard.api.models import problems
from dashboard.api.models_criteria import (
    Answers,
    CriteriaSetList,
    ScorePreview,
    SubmissionReceipt,
    Submitted,
)
from dashboard.api.parameters import CriteriaSetParameters, Parameters
from dashboard.api.problems import ProblemError
from data.clock import now
from data.errors import ConflictError, NotFoundError
from data.scope import scoped_sessions
from data.services.assessing.submissions import submit

SetId = Annotated[str, Path(pattern=r"^[a-z0-9-]{1,64}$", examples=["school-1467"])]

router = APIRouter(prefix=PREFIX, tags=["assessments"])


@router.get(
    "/criteria",
    summary="Criteria sets",
    response_model=CriteriaSetList,
    responses=problems(422),
    openapi_extra=PUBLIC,
)
async def get_criteria_sets(query: Annotated[Parameters, Query()]) -> Response:
    """All criteria sets that this program knows, those included that cannot be filled.

    A set of which `fillable` is false is listed with its document; its criteria were not found.
    """
    del query  # takes no parameter; declared so that any is refused
    sets: dict[str, CriteriaSet | ReferenceSet] = {**load_criteria_sets(), **load_reference_sets()}
    document = {"items": [_head(sets[set_id]) for set_id in sorted(sets)], "next": None}
    return json_response(document, cache_control="public, max-age=300")


@router.get(
    "/criteria/{set_id}",
    summary="One criteria set",
    response_model=CriteriaSet | ReferenceSet,
    responses=problems(404, 422),
    openapi_extra=PUBLIC,
)
async def get_criteria_set(
    set_id: SetId, query: Annotated[CriteriaSetParameters, Query()]
) -> Response:
    """Chapters, criteria, rule, levels and validity, with where each text comes from.

    Of a set that cannot be filled it is the document alone.
    """
    found: CriteriaSet | ReferenceSet | None = load_reference_sets().get(set_id)
    if found is None:
        found = require_set(set_id)
    if query.version not in (None, found.version):
        found = criteria_set_version(set_id, str(query.version))
    if found is None:
        raise NotFoundError(f"there is no version {query.version} of {set_id}")
    document = found.model_dump(mode="json")
    return json_response(document, cache_control="public, max-age=300")


@router.post(
    "/criteria/{set_id}/score",
    summary="Score answers without storing them",
    response_model=ScorePreview,
    responses=problems(404, 409, 413, 422),
    openapi_extra=PUBLIC,
)
async def post_score(
    set_id: SetId, body: Answers, query: Annotated[Parameters, Query()]
) -> Response:
    """Points and level so far; answers may be missing, and nothing is guessed for them."""
    del query
    criteria_set = require_set(set_id)
    try:
        found = await asyncio.to_thread(preview, criteria_set, body.answers)
    except AnswersError as error:
        raise answers_problem(error) from None
    document = {
        "missing": found.missing,
        "points": found.points,
        "max_points": found.max_points,
        "best": score_document(found.best),
        "worst": score_document(found.worst),
        "result": None if found.result is None else score_document(found.result),
    }
    return json_response(document, cache_control="no-store")


@router.post(
    "/venues/{venue_id}/assessments",
    summary="Submit an assessment",
    status_code=201,
    response_model=SubmissionReceipt,
    responses={
        200: {"model": SubmissionReceipt, "description": "The key had been stored before"},
        **problems(401, 403, 404, 409, 413, 422),
    },
    openapi_extra=OWNER,
)
async def post_assessment(
    context: Context,
    venue_id: Annotated[str, Path(pattern=r"^[0-9A-Za-z]{1,32}$")],
    body: Submitted,
    key: OwnerKey,
    query: Annotated[Parameters, Query()],
) -> Response:
    """Stores answers and result; the venue's areas are up to date when the answer arrives."""
    del query
    actor = await asyncio.to_thread(require_key_holder, context.sessions, key)
    await asyncio.to_thread(require_staff, context.sessions, actor, venue_id)
    try:
        stored = await asyncio.to_thread(
            submit,
            scoped_sessions(context.sessions, actor),
            venue_id=venue_id,
            answers=body.answers,
            submitted_at=now(),
            source="api_key",
            account_pk=actor.account_pk,
            set_id=body.set_id,
            submission_key=body.submission_key,
        )
    except AnswersError as error:
        raise answers_problem(error) from None
    document = {
        "venue_id": stored.venue_id,
        "set_id": stored.set_id,
        "set_version": stored.set_version,
        "submitted_at": stored.submitted_at,
        "score": stored.score,
        "level": stored.level.value,
        "set_level": stored.set_level,
        "valid_until": stored.valid_until,
        "remedy_due": stored.remedy_due,
        "is_new": stored.is_new,
        "result": None if stored.result is None else score_document(stored.result),
    }
    response = json_response(document, cache_control="no-store")
    response.status_code = 201 if stored.is_new else 200
    return response


def require_set(set_id: str) -> CriteriaSet:
    """The criteria set of an id, in its newest version.

    Raises:
        NotFoundError: There is none.
        ConflictError: Its criteria are not known, so that it cannot be filled.
    """
    if set_id in load_reference_sets():
        raise ConflictError(f"the criteria of {set_id} are not known, so it cannot be filled")
    sets = load_criteria_sets()
    if set_id not in sets:
        raise NotFoundError(
            f"there is no criteria set {set_id}; there are {', '.join(sorted(sets))}"
        )
    return sets[set_id]


def _head(one: CriteriaSet | ReferenceSet) -> dict[str, Any]:
    """What the list says of a set."""
    head = {
        "id": one.id,
        "version": one.version,
        "title": one.title.model_dump(),
        "issuer": one.issuer.model_dump(),
        "document": one.document,
        "issued_on": one.issued_on,
        "venue_types": [venue_type.value for venue_type in one.venue_types],
        "fillable": one.fillable,
        "territory": None if one.territory == "national" else list(one.territory),
        "replaces": list(one.replaces),
    }
    if isinstance(one, ReferenceSet):
        return head | {
            "validity_days": None,
            "has_official_text": False,
            "gives_level": False,
            "first_day": one.issued_on,
            "last_day": None,
        }
    return head | {
        "validity_days": one.validity_days,
        "has_official_text": one.has_official_text,
        "gives_level": one.gives_level,
        "first_day": one.first_day,
        "last_day": one.last_day,
    }


def answers_problem(error: AnswersError) -> ProblemError:
    """A 422 that names every answer that cannot be taken."""
    return ProblemError(
        "invalid-body",
        422,
        f"answers to {error.set_id} cannot be scored",
        errors=[
            {
                "name": "answers" if one.criterion_id is None else f"answers.{one.criterion_id}",
                "where": "body",
                "reason": f"{one.problem}; {one.remedy}",
            }
            for one in error.problems
        ],
    )


def score_document(result: ScoreResult) -> dict[str, Any]:
    """A result as JSON."""
    return {
        "set_id": result.set_id,
        "set_version": result.set_version,
        "score": result.score,
        "safety_tenths": result.safety_tenths,
        "level": result.level.value,
        "set_level": result.set_level,
        "points": result.points,
        "max_points": result.max_points,
        "criteria": [
            {
                "id": one.id,
                "answer": one.answer,
                "points": one.points,
                "max_points": one.max_points,
                "reason": one.reason,
            }
            for one in result.criteria
        ],
        "vetoed_by": result.vetoed_by,
        "limited_by": result.limited_by,
        "next_level": None
        if result.next_level is None
        else {
            "set_level": result.next_level.set_level,
            "level": result.next_level.level.value,
            "changes": [
                {
                    "criterion_id": change.criterion_id,
                    "old_answer": change.old_answer,
                    "new_answer": change.new_answer,
                }
                for change in result.next_level.changes
            ],
        },
    }

"""Tries a decision: what was done, or what the page says against it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from fastapi import Request

from assessments.errors import AnswerProblem, AnswersError
from dashboard.auth.person import Person
from dashboard.auth.turned_away import TurnedAway
from dashboard.pages.context import PageContext
from data.errors import ConflictError, InputError, NotFoundError
from data.services.verification.judgements import SamePersonError


@dataclass(frozen=True, kw_only=True)
class Attempt:
    """What became of a decision.

    Attributes:
        done: What was stored, as the notice names it; empty where nothing was.
        problem: What stands against it, as the page names it; empty where nothing does.
        problems: Answers that cannot be taken.
        status_code: Of the page that says so.
    """

    done: str = ""
    problem: str = ""
    problems: tuple[AnswerProblem, ...] = ()
    status_code: int = 200


NOTHING_TRIED: Final = Attempt()


def attempt(
    context: PageContext,
    request: Request,
    person: Person,
    act: Callable[[], str],
    *,
    field: str = "words",
) -> Attempt:
    """Let somebody decide, and put what is refused into the page's words.

    Args:
        context: The site's.
        request: What was sent.
        person: Who decides.
        act: Stores the decision and names it.
        field: The field that is missing or too long where the input is refused.

    Raises:
        TurnedAway: The person sees no such thing.
    """
    try:
        return Attempt(done=act())
    except NotFoundError:
        raise TurnedAway(context.door.refusal(request, "missing", 404, person=person)) from None
    except AnswersError as error:
        return Attempt(problem="answers", problems=tuple(error.problems), status_code=422)
    except SamePersonError:
        return Attempt(problem="same_person", status_code=409)
    except ConflictError:
        return Attempt(problem="conflict", status_code=409)
    except InputError:
        return Attempt(problem=field, status_code=422)

"""Answers of a form that is not yet stored: what they score, and what cannot be taken."""

from collections.abc import Mapping
from dataclasses import dataclass

from assessments.answers import read_text_answers
from assessments.criteria import CriteriaSet
from assessments.errors import AnswerProblem, AnswersError
from assessments.scoring import Preview, preview


@dataclass(frozen=True, kw_only=True)
class Draft:
    """Answers so far: their texts, what is wrong with them, what they score."""

    answers: Mapping[str, str]
    problems: tuple[AnswerProblem, ...]
    preview: Preview

    @property
    def reasons(self) -> dict[str, str]:
        """Reason codes of what is answered, by criterion id."""
        missing = set(self.preview.missing)
        return {one.id: one.reason for one in self.preview.best.criteria if one.id not in missing}


def build_draft(criteria_set: CriteriaSet, answers: Mapping[str, str]) -> Draft:
    """Score what can be scored; what cannot is named and left out.

    Args:
        criteria_set: The set to answer.
        answers: Texts of the form by criterion id; empty ones are missing, not wrong.
    """
    read = read_text_answers(criteria_set, answers)
    try:
        return Draft(answers=answers, problems=(), preview=preview(criteria_set, read))
    except AnswersError as error:
        wrong = {one.criterion_id for one in error.problems}
        usable = {} if None in wrong else {k: v for k, v in read.items() if k not in wrong}
        return Draft(
            answers=answers, problems=error.problems, preview=preview(criteria_set, usable)
        )

"""Scoring stored answers again: only what is compared with the stored result."""

from collections.abc import Mapping

from assessments.answers import check_answers
from assessments.criteria_models import CriteriaSet
from assessments.outcomes import Answer, CriterionResult
from assessments.rules import verdict_of
from assessments.verdict import Verdict


class Rescorer:
    """Scores answers to one version of a set, tens of thousands in a second.

    It gives what `assessments.scoring.score` gives, without the way to the next level.
    """

    def __init__(self, criteria_set: CriteriaSet) -> None:
        self._set = criteria_set
        self._outcomes = list(criteria_set.outcomes.items())

    def results(self, answers: Mapping[str, Answer]) -> list[CriterionResult]:
        """Result of every criterion, in the set's order.

        Args:
            answers: As they were stored: every criterion, in the form that is stored.

        Raises:
            AnswersError: They do not fit the set.
        """
        try:
            found = [known[answers[key]] for key, known in self._outcomes]
        except (KeyError, TypeError):
            checked = check_answers(self._set, answers)
            return [known[checked[key]] for key, known in self._outcomes]
        if len(answers) != len(found):
            check_answers(self._set, answers)  # names those that are too many
        return found

    def verdict(self, results: list[CriterionResult]) -> Verdict:
        """What the results come to."""
        return verdict_of(self._set, sum([one.weight for one in results]))

"""Errors of criteria sets, answers and counts."""

from dataclasses import dataclass

from geo.errors import AnToanError


@dataclass(frozen=True)
class DefinitionProblem:
    """One thing that is wrong in a definitions file.

    Attributes:
        path: Place in the document, criteria and levels by their own ids.
        line: Line of the file, from 1; None where the text is not at hand.
    """

    path: str
    problem: str
    remedy: str
    line: int | None = None

    def __str__(self) -> str:
        return f"{self.path or 'the file'}: {self.problem}; {self.remedy}"


class DefinitionError(AnToanError):
    """A definitions file cannot be used; every problem is named with its place and remedy."""

    def __init__(self, file_name: str, problems: tuple[DefinitionProblem, ...]) -> None:
        self.file_name = file_name
        self.problems = problems
        super().__init__("\n".join(f"{file_name}: {problem}" for problem in problems))


@dataclass(frozen=True)
class AnswerProblem:
    """One answer that cannot be taken.

    Attributes:
        criterion_id: The criterion, or the unknown key; None where it concerns all answers.
        code: `missing`, `unknown`, `not_allowed`, `out_of_range`, `wrong_step` or
            `none_applies`; pages translate it as `assess.problem.<code>`.
        problem: What is wrong, in English.
        remedy: What to send instead, in English.
    """

    criterion_id: str | None
    code: str
    problem: str
    remedy: str

    def __str__(self) -> str:
        where = f"{self.criterion_id}: " if self.criterion_id is not None else ""
        return f"{where}{self.problem}; {self.remedy}"


class AnswersError(AnToanError):
    """Answers that cannot be scored; `problems` names every one of them."""

    def __init__(self, set_id: str, problems: tuple[AnswerProblem, ...]) -> None:
        self.set_id = set_id
        self.problems = problems
        super().__init__(
            f"answers to {set_id} cannot be scored: " + " · ".join(str(one) for one in problems)
        )


class UnknownVenueTypeError(AnToanError):
    """A venue type that is not in `assessments.venue_types`."""


class InvalidCountsError(AnToanError):
    """Counts of venues that contradict each other."""

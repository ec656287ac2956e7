"""Words of the bulk pages: what headers and answers may be called, and sentences of problems."""

from collections.abc import Mapping
from functools import cache
from typing import Final

from assessments.venue_types import VenueType
from dashboard.texts.catalogue import LANGUAGES, Texts, texts
from data.ingest.cell_problems import CellProblem
from data.services.bulk.assessment_cells import DAY, AnswerWords
from data.services.bulk.reports import BulkTexts
from data.services.bulk.tables import BulkWords
from data.services.bulk.venue_cells import VENUE_KEYS
from geo.names import fold

COLUMN_KEYS: Final = (*VENUE_KEYS, DAY)
DAY_EXAMPLE: Final = "2021-11-20"
# A spreadsheet that took it for a day may give it back in another form.
DAY_EXAMPLE_FORMS: Final = (DAY_EXAMPLE, "20/11/2021", "20/11/21")
ANSWER_CODES: Final = ("pass", "fail", "na")


@cache
def bulk_words() -> BulkWords:
    """Headers, types and example codes in all languages."""
    every = [texts(language) for language in LANGUAGES]
    return BulkWords(
        headers={fold(t(f"bulk.column.{key}")): key for t in every for key in COLUMN_KEYS},
        types={fold(str(code)): str(code) for code in VenueType}
        | {fold(t(f"venue_type.{code}")): str(code) for t in every for code in VenueType},
        example_codes=frozenset(fold(t("bulk.example.code")) for t in every),
        example_words=frozenset(fold(t("bulk.example.name")) for t in every)
        | {fold(form) for form in DAY_EXAMPLE_FORMS},
    )


@cache
def answer_words() -> AnswerWords:
    """Answers in all languages."""
    every = [texts(language) for language in LANGUAGES]
    return AnswerWords(
        answers={fold(code): code for code in ANSWER_CODES}
        | {fold(t(f"bulk.answer.{code}")): code for t in every for code in ANSWER_CODES}
    )


def bulk_texts(t: Texts) -> BulkTexts:
    """The words of the work, its sentences in one language."""
    return BulkTexts(
        words=bulk_words(),
        answers=answer_words(),
        describe=lambda problem: describe(t, problem),
        problem_header=t("bulk.column.problem"),
        problem_headers=frozenset(texts(language)("bulk.column.problem") for language in LANGUAGES),
        sheet=t("bulk.sheet.rest"),
    )


def describe(t: Texts, problem: CellProblem) -> str:
    """One sentence: what is wrong with a cell and how to mend it."""
    values: dict[str, object] = {"value": problem.value, **problem.values}
    if "allowed" in values:
        values["allowed"] = ", ".join(
            t(f"bulk.answer.{one}") if one in ANSWER_CODES else one
            for one in str(values["allowed"]).split("|")
        )
    if problem.code == "persons":
        # As it is to be written: without separators.
        values["most"] = str(values.get("most", ""))
    return t(f"bulk.problem.{problem.code}", **with_numbers(t, values))


def with_numbers(t: Texts, values: Mapping[str, object]) -> dict[str, object]:
    """Values of a sentence, its whole numbers as the language writes them."""
    return {
        name: t.number(value) if isinstance(value, int) else value for name, value in values.items()
    }


def column_names(t: Texts, keys: str) -> str:
    """Headers of columns by their keys, as a template of this language has them."""
    return ", ".join(f"“{t(f'bulk.column.{key}')}”" for key in keys.split(", "))

"""The templates of tables that people upload: columns, explanations, an example row."""

from typing import Final

from assessments.answers import allowed_answers
from assessments.criteria import CriteriaSet
from assessments.venue_types import ASSESSED_VENUE_TYPES, VenueType
from dashboard.pages.bulk.words import ANSWER_CODES, DAY_EXAMPLE
from dashboard.texts.catalogue import LANGUAGES, Texts, texts
from data.services.bulk.assessment_cells import DAY
from data.services.bulk.tables import EXTERNAL_ID, VENUE_ID
from data.services.bulk.venue_cells import REQUIRED_KEYS, VENUE_KEYS
from data.services.bulk.workbooks import (
    TemplateColumn,
    TemplateTexts,
    write_csv,
    write_template,
)

NUMBERS: Final = frozenset({"lat", "lon", "capacity", "footfall"})
WIDTHS: Final = {"name": 34, "address": 40, "type": 24, VENUE_ID: 22}
MOST_HEADER_SIGNS: Final = 60


def venue_columns(t: Texts) -> list[TemplateColumn]:
    """Columns of the template for venues."""
    return [
        TemplateColumn(
            header=t(f"bulk.column.{key}"),
            explanations=_explanations(t, f"bulk.help.{key}"),
            example=_example(t, key),
            choices=_type_names(t) if key == "type" else (),
            is_required=key in REQUIRED_KEYS,
            is_number=key in NUMBERS,
            width=WIDTHS.get(key, 16),
        )
        for key in VENUE_KEYS
    ]


def assessment_columns(t: Texts, criteria_set: CriteriaSet) -> list[TemplateColumn]:
    """Columns of the template for assessments by one criteria set."""
    head = [
        TemplateColumn(
            header=t(f"bulk.column.{key}"),
            explanations=_explanations(t, f"bulk.help.assess.{key}"),
            example=example,
            is_required=key != VENUE_ID,
            width=WIDTHS.get(key, 16),
        )
        for key, example in (
            (EXTERNAL_ID, t("bulk.example.code")),
            (VENUE_ID, ""),
            (DAY, DAY_EXAMPLE),
        )
    ]
    return head + [
        _criterion_column(t, criteria_set, place) for place in range(len(criteria_set.criteria))
    ]


def build_template(t: Texts, columns: list[TemplateColumn], *, is_workbook: bool) -> bytes:
    """The file itself: a workbook with explanations, or a text table with the example row."""
    if not is_workbook:
        return write_csv(
            [column.header for column in columns], [[column.example for column in columns]]
        )
    others = [texts(language) for language in LANGUAGES if language != t.language]
    every = [t, *others]
    return write_template(
        columns,
        TemplateTexts(
            data_sheet=t("bulk.sheet.data"),
            help_sheet=t("bulk.sheet.help"),
            list_sheet=t("bulk.sheet.lists"),
            help_headers=(
                t("bulk.sheet.column"),
                *(one("bulk.sheet.explanation") for one in every),
            ),
            notes=tuple(tuple(one(f"bulk.note.{note}") for one in every) for note in (1, 2, 3)),
            required=t("bulk.sheet.required"),
        ),
    )


def _example(t: Texts, key: str) -> str:
    if key == EXTERNAL_ID:
        return t("bulk.example.code")
    if key == "type":
        return t(f"venue_type.{VenueType.SCHOOL_PRIMARY}")
    return "" if key == VENUE_ID else t(f"bulk.example.{key}")


def _explanations(t: Texts, key: str) -> tuple[str, ...]:
    others = (texts(language) for language in LANGUAGES if language != t.language)
    return (t(key), *(other(key) for other in others))


def _type_names(t: Texts) -> tuple[str, ...]:
    first = list(ASSESSED_VENUE_TYPES)
    ordered = [*first, *(code for code in VenueType if code not in first)]
    return tuple(t(f"venue_type.{code}") for code in ordered)


def _criterion_column(t: Texts, criteria_set: CriteriaSet, place: int) -> TemplateColumn:
    criterion = criteria_set.criteria[place]
    answers = allowed_answers(criterion)
    title = " ".join(criterion.title.of(t.language).split())
    short = title if len(title) <= MOST_HEADER_SIGNS else f"{title[: MOST_HEADER_SIGNS - 1]}…"

    def explain(language: Texts) -> str:
        words = ", ".join(_answer(language, answer) for answer in answers)
        text = " ".join(criterion.title.of(language.language).split())
        return language("bulk.help.criterion", allowed=words, text=text)

    others = [texts(language) for language in LANGUAGES if language != t.language]
    return TemplateColumn(
        header=f"[{criterion.id}] {short}",
        explanations=(explain(t), *(explain(other) for other in others)),
        example=_answer(t, answers[-2] if criterion.may_not_apply else answers[-1]),
        choices=tuple(_answer(t, answer) for answer in answers),
        is_required=True,
        width=20,
    )


def _answer(t: Texts, answer: object) -> str:
    return t(f"bulk.answer.{answer}") if answer in ANSWER_CODES else str(answer)

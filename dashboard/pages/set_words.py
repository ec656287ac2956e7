"""A stored result in words, by the version of the criteria set that scored it."""

from dataclasses import dataclass

from assessments.criteria import criteria_set_version
from assessments.trust import Trust
from dashboard.pages.numbers import number_text
from dashboard.texts.catalogue import Texts


@dataclass(frozen=True, kw_only=True)
class SetWords:
    """What a result says.

    Attributes:
        title: Of the set; its id where the version is not known any more.
        document: The issuer's number of the document, and the version; empty where not known.
        level: The set's own name of the level; empty where not known.
        score: With its scale, as `87,5 / 100`.
        is_lower_safer: Whether a lower score is the better one.
    """

    title: str
    document: str
    level: str
    score: str
    is_lower_safer: bool


def set_words(
    *, set_id: str, set_version: str, set_level: str, score: float | None, text: Texts
) -> SetWords:
    """A result in words.

    Args:
        set_id: The set.
        set_version: Its version that scored.
        set_level: Code of the set's own level.
        score: On the set's scale; None where only the level is shown.
        text: Language.
    """
    number = "" if score is None else number_text(score, text)
    criteria_set = criteria_set_version(set_id, set_version)
    if criteria_set is None:
        return SetWords(title=set_id, document="", level="", score=number, is_lower_safer=False)
    level = next((one for one in criteria_set.levels if one.code == set_level), None)
    return SetWords(
        title=criteria_set.title.of(text.language),
        document=f"{criteria_set.document} ({set_version})",
        level=level.title.of(text.language) if level else "",
        score=f"{number} / {criteria_set.rule.scale_max}" if number else "",
        is_lower_safer=criteria_set.rule.is_lower_safer,
    )


def trust_text(trust: Trust, text: Texts) -> str:
    """A trust grade in words: its name, and who found out what."""
    return f"{text(f'trust.{trust.value}')} – {text(f'trust.{trust.value}.hint')}"

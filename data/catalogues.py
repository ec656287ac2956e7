"""Texts that people read, from gettext catalogues: `<folder>/<language>/<subject>.po`.

The message id is a stable key such as `level.safe`; the translation is the
text. All languages are catalogues, so that no text stands in code. Pages have
theirs in `dashboard/texts`; what is sent by mail or SMS, also by jobs that know
of no page, stands in `data/texts`.
"""

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Final

from babel.messages.pofile import read_po
from babel.numbers import format_decimal

LANGUAGES: Final = ("vi", "en")
DEFAULT_LANGUAGE: Final = "vi"
SHORTEST_GROUPED: Final = 1000


class Texts:
    """The texts of one language; a key that is not there is an error, never shown raw."""

    def __init__(self, language: str, messages: Mapping[str, str]) -> None:
        self.language = language
        self.messages = messages

    def __call__(self, key: str, **values: object) -> str:
        """The text of a key with `{name}` places filled in.

        Raises:
            KeyError: The key is not in the catalogue, or a place has no value.
        """
        text = self.messages[key]
        if not values:
            return text
        return text.format(**{name: self._shown(value) for name, value in values.items()})

    def number(self, value: float) -> str:
        """A number with two decimals at most, and the language's own signs between digits."""
        return format_decimal(value, format="#,##0.##", locale=self.language)

    def _shown(self, value: object) -> object:
        """Whole numbers of sentences are counts: grouped; numbers that name come as text."""
        if isinstance(value, int) and abs(value) >= SHORTEST_GROUPED:
            return self.number(value)
        return value


def language_of(word: str | None) -> str:
    """A known language, Vietnamese for anything else."""
    return word if word in LANGUAGES else DEFAULT_LANGUAGE


def read_texts(folder: Traversable, language: str) -> Texts:
    """All catalogues of one language.

    Args:
        folder: Holds a folder for each language.
        language: One of `LANGUAGES`.

    Raises:
        ValueError: The language has no catalogue, or two catalogues share a key.
    """
    if language not in LANGUAGES:
        raise ValueError(f"no texts in {language!r}; there are {', '.join(LANGUAGES)}")
    messages: dict[str, str] = {}
    for entry in sorted((folder / language).iterdir(), key=lambda item: item.name):
        if not entry.name.endswith(".po"):
            continue
        with entry.open("rb") as stream:
            for message in read_po(stream, locale=language):
                if not message.id:
                    continue
                key, text = str(message.id), str(message.string)
                if key in messages:
                    raise ValueError(
                        f"text {key!r} stands twice in {language}, again in {entry.name}"
                    )
                messages[key] = text
    return Texts(language, messages)


@cache
def message_texts(language: str) -> Texts:
    """The texts of mails and SMS in one language, read once.

    Raises:
        ValueError: The language has no catalogue, or two catalogues share a key.
    """
    return read_texts(files("data") / "texts", language)

"""Texts that people see, from gettext catalogues: `texts/<language>/<subject>.po`.

The message id is a stable key such as `level.safe`; the translation is the
text. Both languages are catalogues, so that no text stands in code.
"""

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Final

from babel.messages.pofile import read_po

LANGUAGES: Final = ("vi", "en")
DEFAULT_LANGUAGE: Final = "vi"


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
        return text.format(**values) if values else text


def language_of(word: str | None) -> str:
    """A known language, Vietnamese for anything else."""
    return word if word in LANGUAGES else DEFAULT_LANGUAGE


@cache
def texts(language: str) -> Texts:
    """All texts of one language, read once.

    Raises:
        ValueError: The language has no catalogue, or two catalogues share a key.
    """
    if language not in LANGUAGES:
        raise ValueError(f"no texts in {language!r}; there are {', '.join(LANGUAGES)}")
    messages: dict[str, str] = {}
    for entry in sorted((files(__package__) / language).iterdir(), key=lambda item: item.name):
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

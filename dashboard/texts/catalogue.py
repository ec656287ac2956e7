"""Texts of pages, from gettext catalogues: `texts/<language>/<subject>.po`.

How they are read stands in `data.catalogues`; texts of mails and SMS too.
"""

from functools import cache
from importlib.resources import files

from data.catalogues import DEFAULT_LANGUAGE, LANGUAGES, Texts, language_of, read_texts

__all__ = ["DEFAULT_LANGUAGE", "LANGUAGES", "Texts", "language_of", "texts"]


@cache
def texts(language: str) -> Texts:
    """All texts of one language, read once.

    Raises:
        ValueError: The language has no catalogue, or two catalogues share a key.
    """
    return read_texts(files(__package__), language)

"""Numbers as the languages write them."""

from dashboard.texts.catalogue import Texts


def number_text(value: float, text: Texts) -> str:
    """A number with two decimals at most, and the language's own signs between digits."""
    return text.number(value)

"""Days as the languages write them."""

from datetime import date

from babel.dates import format_date

from dashboard.texts.catalogue import Texts


def day_text(day: date, text: Texts) -> str:
    """A day in the order in which the language writes it."""
    pattern = "dd/MM/yyyy" if text.language == "vi" else "d MMMM yyyy"
    return format_date(day, format=pattern, locale=text.language)

"""Days and moments as the languages write them; the only place that knows how."""

from datetime import date, datetime

from babel.dates import format_date

from dashboard.texts.catalogue import Texts
from data.clock import VIETNAM


def day_text(day: date, text: Texts) -> str:
    """A day in the order in which the language writes it."""
    pattern = "dd/MM/yyyy" if text.language == "vi" else "d MMMM yyyy"
    return format_date(day, format=pattern, locale=text.language)


def moment_text(at: datetime, text: Texts) -> str:
    """A moment in Việt Nam's time, to the minute.

    Args:
        at: With its time zone.
        text: Of the page.
    """
    local = at.astimezone(VIETNAM)
    day, time = day_text(local.date(), text), f"{local:%H:%M}"
    return f"{time}, {day}" if text.language == "vi" else f"{day}, {time}"

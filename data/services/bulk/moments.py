"""When the assessments of an uploaded file were made: a day, or a moment; not long ago."""

from datetime import date, datetime, time, timedelta
from typing import Final

from data.clock import VIETNAM, day_of
from data.ingest.cell_problems import RowError
from data.ingest.venue_rows import DAY_FORMS

MOST_LATE: Final = timedelta(days=31)
"""Days that were shown already change no further back than this by a file."""


def read_moment(text: str, column: str, now: datetime) -> datetime:
    """A cell's moment; a day begins at midnight in Việt Nam.

    Args:
        text: Such as `2021-11-20`, `20/11/2021` or `2021-11-20T08:15:00+07:00`; a moment
            without a time zone is Vietnamese.
        column: Header of its column.
        now: The moment of the upload.

    Raises:
        RowError: It is missing, unreadable, in the future or too long ago.
    """
    if not text:
        raise RowError("has no day", code="day_missing", column=column)
    moment = _moment_of(text)
    if moment is None:
        code = "day_number" if text.isascii() and text.isdigit() else "day_form"
        raise RowError("has no readable day", code=code, column=column, value=text)
    if moment > now:
        raise RowError("lies in the future", code="day_future", column=column, value=text)
    earliest = day_of(now) - MOST_LATE
    if day_of(moment) < earliest:
        raise RowError(
            "is too old",
            code="day_old",
            column=column,
            value=text,
            day=earliest.isoformat(),
        )
    return moment


def _moment_of(text: str) -> datetime | None:
    for form in DAY_FORMS:
        try:
            day: date = datetime.strptime(text, form).date()  # noqa: DTZ007, a calendar day
        except ValueError:
            continue
        return datetime.combine(day, time(), VIETNAM)
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=VIETNAM)

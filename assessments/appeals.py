"""Time limits of appeals and re-visits.

Limits of owners are calendar days, as people count them; one that ends on a day off ends on
the next working day instead (Civil Code 2015, article 148, paragraph 5). Limits of
committees are working days: weekends, public holidays and the days that the government
gives off around them do not count, so that an answer due after Tết is not late on its
first morning.
"""

from datetime import date, timedelta
from functools import cache
from typing import Final

import holidays

ONE_DAY: Final = timedelta(days=1)
APPEAL_DAYS: Final = 21
APPEAL_ANSWER_DAYS: Final = 15
REVISIT_DAYS: Final = 10
REPORT_DAYS: Final = 10


def is_working_day(day: date) -> bool:
    """Whether offices in Việt Nam work on a day.

    Saturdays and Sundays are off, unless the government made one a working day in exchange
    for a bridge day. Days off that it announces late are those the installed `holidays`
    library knows.
    """
    return bool(_calendar().is_working_day(day))


def add_working_days(day: date, count: int) -> date:
    """The working day that is `count` working days after a day, which itself does not count.

    Args:
        day: Day of the request.
        count: From 1.
    """
    while count > 0:
        day += ONE_DAY
        if is_working_day(day):
            count -= 1
    return day


def last_day_to_appeal(decided_on: date) -> date:
    """Last day on which an owner may appeal against a decision.

    Args:
        decided_on: Day of the inspection or correction; the day after it is the first of 21.
    """
    last_day = decided_on + timedelta(days=APPEAL_DAYS)
    while not is_working_day(last_day):
        last_day += ONE_DAY
    return last_day


def report_due_on(reported_on: date) -> date:
    """Last working day for the committee to look into a report of the public."""
    return add_working_days(reported_on, REPORT_DAYS)


def appeal_due_on(filed_on: date) -> date:
    """Last working day for the committee to decide an appeal."""
    return add_working_days(filed_on, APPEAL_ANSWER_DAYS)


def revisit_due_on(asked_on: date) -> date:
    """Last working day for the committee to come again, or to say why not."""
    return add_working_days(asked_on, REVISIT_DAYS)


def load_calendar() -> None:
    """Load the calendar of days off, so that nobody waits for it later.

    The library loads the calendars of all countries together, which takes a second or more.
    """
    _calendar()


@cache
def _calendar() -> holidays.HolidayBase:
    return holidays.country_holidays("VN")

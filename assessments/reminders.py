"""When a venue's people are told that a result ends soon, or that a deadline is near."""

from collections.abc import Collection
from datetime import date
from typing import Final

EXPIRY_DAYS: Final = (7, 1)
"""Days before the last day of a result, the longer first."""

REMEDY_DAYS: Final = 1
"""Days before the last day for mending."""


def expiry_lead_days(validity_days: int) -> tuple[int, ...]:
    """Days before its last day at which a result is due for a reminder, the longer first.

    A result that holds for a week is not worth a reminder on the day on which it was
    given: half of its time passes first. One that holds for a single day gets none.

    Args:
        validity_days: Days for which the result holds, both its first and last included.
    """
    return tuple(days for days in EXPIRY_DAYS if 2 * days <= validity_days)


def due_reminder(
    *, submitted_day: date, valid_until: date, today: date, sent: Collection[int]
) -> int | None:
    """Which reminder of a result is to be sent today; None for none.

    Where days were missed, as when no job ran, the nearest one is sent and not all.

    Args:
        submitted_day: First day of the result.
        valid_until: Its last day.
        today: Calendar day in Asia/Ho_Chi_Minh.
        sent: Reminders sent already, by their days.
    """
    left = (valid_until - today).days
    if left < 0:
        return None
    leads = expiry_lead_days((valid_until - submitted_day).days + 1)
    nearest = min((days for days in leads if left <= days), default=None)
    is_done = nearest is None or any(days <= nearest for days in sent)
    return None if is_done else nearest

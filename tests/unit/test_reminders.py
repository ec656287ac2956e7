from datetime import date, timedelta

import pytest

from assessments.reminders import due_reminder, expiry_lead_days

DAY = date(2026, 11, 1)


@pytest.mark.parametrize(
    ("validity_days", "leads"),
    [(1, ()), (2, (1,)), (7, (1,)), (13, (1,)), (14, (7, 1)), (365, (7, 1))],
)
def test_leads_are_at_most_half_of_the_validity(validity_days: int, leads: tuple[int, ...]) -> None:
    assert expiry_lead_days(validity_days) == leads


@pytest.mark.parametrize(
    ("left", "sent", "due"),
    [
        (8, (), None),
        (7, (), 7),
        (7, (7,), None),
        (4, (), 7),  # the job did not run on the day itself
        (4, (7,), None),
        (1, (7,), 1),
        (1, (), 1),  # both were missed: one message, not two
        (1, (1,), None),
        (0, (7,), 1),
        (0, (1,), None),
        (-1, (), None),
    ],
)
def test_each_reminder_is_due_once(left: int, sent: tuple[int, ...], due: int | None) -> None:
    valid_until = DAY + timedelta(days=29)
    found = due_reminder(
        submitted_day=DAY,
        valid_until=valid_until,
        today=valid_until - timedelta(days=left),
        sent=sent,
    )
    assert found == due

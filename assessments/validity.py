"""How long a result holds."""

from datetime import date, timedelta

from assessments.criteria_models import CriteriaSet


def valid_until(criteria_set: CriteriaSet, submitted_day: date) -> date:
    """Last day on which a result holds; the day of submission is the first of them.

    Args:
        criteria_set: The set that scored the answers.
        submitted_day: Calendar day in Asia/Ho_Chi_Minh.
    """
    return submitted_day + timedelta(days=criteria_set.validity_days - 1)

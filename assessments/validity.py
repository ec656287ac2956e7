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


def remedy_due(criteria_set: CriteriaSet, set_level: str, submitted_day: date) -> date | None:
    """Last day for mending, or for being assessed again; None where the level has no deadline.

    Args:
        criteria_set: The set that scored the answers.
        set_level: Code of the set's own level that was reached.
        submitted_day: Calendar day in Asia/Ho_Chi_Minh; the days count from the next one.
    """
    remedy = criteria_set.levels_by_code[set_level].remedy
    return None if remedy is None else submitted_day + timedelta(days=remedy.days)

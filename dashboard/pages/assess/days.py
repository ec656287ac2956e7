"""Days in words: dates, days left, and what is to be said when few are left."""

from dataclasses import dataclass
from datetime import date

from assessments.criteria import criteria_set_version
from assessments.reminders import expiry_lead_days
from dashboard.pages.days import day_text
from dashboard.texts.catalogue import Texts
from data.clock import day_of
from data.queries.submission_history import HistoryLine, StoredSubmission


@dataclass(frozen=True, kw_only=True)
class Deadline:
    """A remedy deadline and how many days are left.

    Attributes:
        kind: `mend` or `recheck`.
        days_left: 0 on the last day; negative when it is over.
        text: The countdown in words.
    """

    kind: str
    due: str
    days_left: int
    text: str

    @property
    def is_over(self) -> bool:
        """Whether the deadline has passed."""
        return self.days_left < 0


def days_left_text(days: int, text: Texts) -> str:
    """How many days are left, counting today as none."""
    if days < 0:
        return text("assess.days.over", days=-days)
    return text("assess.days.today") if days == 0 else text("assess.days.left", days=days)


def build_deadline(
    stored: StoredSubmission | HistoryLine, today: date, text: Texts
) -> Deadline | None:
    """The remedy deadline of a submission; None where its set gives none."""
    if stored.remedy_due is None:
        return None
    criteria_set = criteria_set_version(stored.set_id, stored.set_version)
    level = criteria_set.levels_by_code.get(stored.set_level) if criteria_set else None
    days = (stored.remedy_due - today).days
    return Deadline(
        kind=level.remedy.kind if level and level.remedy else "mend",
        due=day_text(stored.remedy_due, text),
        days_left=days,
        text=days_left_text(days, text),
    )


def standing_notices(
    latest: StoredSubmission | HistoryLine | None, today: date, text: Texts
) -> tuple[str, ...]:
    """What the owner should know of the newest result: that it ends soon, or a deadline."""
    if latest is None:
        return ()
    found = []
    days = (latest.valid_until - today).days
    if latest.level != "not_assessed":
        if days < 0:
            found.append(text("assess.notice.expired", date=day_text(latest.valid_until, text)))
        elif days <= _longest_lead(latest):
            found.append(
                text(
                    "assess.notice.expires",
                    date=day_text(latest.valid_until, text),
                    left=days_left_text(days, text),
                )
            )
    deadline = build_deadline(latest, today, text)
    if deadline is not None:
        found.append(text(f"assess.notice.{deadline.kind}", date=deadline.due, left=deadline.text))
    return tuple(found)


def _longest_lead(latest: StoredSubmission | HistoryLine) -> int:
    """Days before its last day at which a result is near its end; -1 for one of a day."""
    validity_days = (latest.valid_until - day_of(latest.submitted_at)).days + 1
    return max(expiry_lead_days(validity_days), default=-1)

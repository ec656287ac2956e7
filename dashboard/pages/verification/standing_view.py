"""How safe a place is now, in words, from what is stored."""

from dataclasses import dataclass
from datetime import date

from assessments.levels import VenueLevel
from dashboard.pages.days import day_text
from dashboard.pages.set_words import set_words, trust_text
from dashboard.texts.catalogue import Texts
from data import clock
from data.queries.standing import Standing


@dataclass(frozen=True, kw_only=True)
class StandingView:
    """What the page of a place shows.

    Attributes:
        level: Code of the level.
        set_level: The criteria set's own name of it; empty where it has none.
        author: Who assessed, in words; empty where nobody did.
        trust: How far that was checked, in words; empty with no level.
        assessed_on, valid_until: Days in words; empty where not assessed.
        expired_on: Last day of the level before; empty where there was none.
        closed_since: Empty while the venue is open.
    """

    level: str
    set_level: str
    set_title: str
    author: str
    trust: str
    assessed_on: str
    valid_until: str
    expired_on: str
    closed_since: str


def build_standing(standing: Standing, text: Texts, *, today: date) -> StandingView:
    """The words for a venue's standing on a day."""
    held, closed_on = standing.held, standing.venue.closed_on
    is_closed = closed_on is not None and closed_on <= today
    closed_since = day_text(closed_on, text) if is_closed and closed_on else ""
    if held is None:
        expired_on = day_text(standing.expired_on, text) if standing.expired_on else ""
        return StandingView(
            level=VenueLevel.NOT_ASSESSED.value,
            set_level="",
            set_title="",
            author="",
            trust="",
            assessed_on="",
            valid_until="",
            expired_on=expired_on,
            closed_since=closed_since,
        )
    words = set_words(
        set_id=held.set_id,
        set_version=held.set_version,
        set_level=held.set_level,
        score=None,
        text=text,
    )
    return StandingView(
        level=held.level.value,
        set_level=words.level,
        set_title=words.title,
        author=text(f"place.author.{held.kind}"),
        trust=trust_text(standing.trust, text),
        assessed_on=day_text(clock.day_of(held.submitted_at), text),
        valid_until=day_text(held.valid_until, text),
        expired_on="",
        closed_since=closed_since,
    )

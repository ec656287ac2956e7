"""What the committee's pages share: the venue's head, its history, the form of answers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, Final

from babel.numbers import format_decimal
from fastapi import Query
from sqlalchemy.orm import Session

from dashboard.pages.days import day_text
from dashboard.pages.forms import PageForm
from dashboard.texts.catalogue import Texts
from data.clock import day_of
from data.queries.owner_venues import OwnerVenue, read_owner_venue
from data.queries.standing import Standing, read_standing
from data.queries.submission_history import HistoryLine, read_history
from data.queries.trust import VenueTrust, read_trust

Language = Annotated[str | None, Query(alias="lang", max_length=8)]
Done = Annotated[str, Query(max_length=24)]
Page = Annotated[int, Query(ge=1, le=400)]

ANSWER_PREFIX: Final = "a."
HISTORY_LINES: Final = 10
NOTICES: Final = frozenset(
    {
        "confirmed",
        "corrected",
        "asked",
        "inspected",
        "upheld",
        "overturned",
        "published",
        "refused",
        "wish_refused",
        "withdrawn",
        "report_checked",
        "report_unfounded",
    }
)


@dataclass(frozen=True, kw_only=True)
class VenueHead:
    """A venue as the committee's pages head it."""

    venue: OwnerVenue
    standing: Standing | None
    trust: VenueTrust
    history: Sequence[HistoryLine]

    @property
    def level(self) -> str:
        """Its level on the day."""
        held = self.standing.held if self.standing else None
        return held.level.value if held else "not_assessed"


def read_head(session: Session, venue_id: str, venue_pk: int, day: date) -> VenueHead:
    """The head of a venue on a day; the caller has made sure that it may be seen."""
    return VenueHead(
        venue=read_owner_venue(session, venue_id),
        standing=read_standing(session, venue_id, day),
        trust=read_trust(session, venue_pk, day),
        history=read_history(session, venue_id, limit=HISTORY_LINES),
    )


def sent_answers(form: PageForm) -> dict[str, str]:
    """Texts of the answers of a form, by criterion."""
    return {
        name.removeprefix(ANSWER_PREFIX): given
        for name, given in form.fields.items()
        if name.startswith(ANSWER_PREFIX) and given
    }


def stored_texts(answers: Mapping[str, object]) -> dict[str, str]:
    """Stored answers as a form sends them."""
    return {criterion_id: str(answer) for criterion_id, answer in answers.items()}


def words_of(text: Texts) -> dict[str, Any]:
    """Functions that the templates write days with."""
    return {
        "day_text": lambda day: day_text(day, text),
        "moment_text": lambda moment: day_text(day_of(moment), text),
        "number": lambda value: format_decimal(value, format="0.00", locale=text.language),
    }

"""Pages of codes and certificates on a test's sessions, with a clock that can be set."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from dashboard.auth.door import Door
from dashboard.auth.turned_away import TurnedAway, answer_turned_away
from dashboard.pages.certificates import certificate, verify
from dashboard.pages.codes import place, posters, screen
from dashboard.pages.codes import routes as codes
from dashboard.pages.context import PageContext
from data.models import Assessment, AssessmentResult, Venue, VenueLevelSpan
from tests.api_app import SECRET, site_settings

PUBLIC_URL = "https://antoan.example.vn"
START = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)  # 10:00 in Việt Nam


@dataclass
class Clock:
    """Now, as the pages see it."""

    at: datetime = START

    def __call__(self) -> datetime:
        return self.at

    def pass_(self, **span: int) -> None:
        self.at += timedelta(**span)


@dataclass
class PageSite:
    """A client of the pages."""

    sessions: sessionmaker[Session]
    clock: Clock = field(default_factory=Clock)

    def __post_init__(self) -> None:
        settings = site_settings(public_url=PUBLIC_URL)
        # Cookies of the test's client: it speaks http.
        door = Door(sessions=self.sessions, secret=SECRET, is_https=False)
        context = PageContext(
            settings=settings,
            sessions=self.sessions,
            door=door,
            now=self.clock,
            **_messenger(),
        )
        app = FastAPI()
        app.state.door = door
        app.add_exception_handler(TurnedAway, answer_turned_away)
        for module in (certificate, codes, place, posters, screen, verify):
            app.include_router(module.build_router(context))
        self.client = TestClient(app, follow_redirects=False, base_url="https://testserver")


def _messenger() -> dict[str, Any]:
    """None of these pages sends anything."""
    return {"messenger": None}


def assess(
    sessions: sessionmaker[Session],
    venue_id: str,
    *,
    at: datetime,
    level: str = "safe",
    kind: str = "self",
    days: int = 30,
    set_level: str = "safe",
) -> int:
    """Stores a submission with its result and its span, from its day on; gives its key."""
    day = at.date()
    last_day = day + timedelta(days=days - 1)
    with sessions.begin() as session:
        venue_pk = session.scalars(select(Venue.venue_pk).where(Venue.venue_id == venue_id)).one()
        assessment = Assessment(
            venue_pk=venue_pk,
            set_id="school-1467",
            set_version="2020-04-28.1",
            answers={},
            submitted_at=at,
            source="test",
            kind=kind,
        )
        session.add(assessment)
        session.flush()
        session.add(
            AssessmentResult(
                assessment_pk=assessment.assessment_pk,
                score=14.0,
                safety_tenths=933,
                level=level,
                set_level=set_level,
                points={},
                valid_until=last_day,
            )
        )
        for span in session.scalars(
            select(VenueLevelSpan).where(
                VenueLevelSpan.venue_pk == venue_pk,
                VenueLevelSpan.first_day <= day,
                VenueLevelSpan.last_day >= day,
            )
        ):
            if span.first_day == day:
                session.delete(span)
            else:
                span.last_day = day - timedelta(days=1)
        session.flush()
        session.add(
            VenueLevelSpan(
                venue_pk=venue_pk,
                first_day=day,
                last_day=last_day,
                level=level,
                safety_tenths=933,
                footfall_per_day=100,
                assessment_pk=assessment.assessment_pk,
            )
        )
        return assessment.assessment_pk


def close(sessions: sessionmaker[Session], venue_id: str, day: date | None) -> None:
    """Closes a venue from a day on; opens it again with None."""
    with sessions.begin() as session:
        venue = session.scalars(select(Venue).where(Venue.venue_id == venue_id)).one()
        venue.closed_on = day

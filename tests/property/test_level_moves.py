"""Venues register, move, close, reopen and change their type; counts against a plain twin.

Each act happens at a moment of its own, oldest first. Counts are then what the
twin says for every counted day, and counting all days anew changes nothing.
"""

import random
from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session, sessionmaker

from assessments.criteria import criteria_set_for
from assessments.levels import VenueLevel
from data.clock import day_of, today
from data.models import Venue
from data.scope import Actor, scoped_sessions
from data.services.assessing.submissions import submit
from data.services.boundaries.location import locate_venues
from data.services.counting.aggregation import aggregate, count_days, ensure_day
from data.services.venues.venue_editing import edit_venue
from data.services.venues.venue_life import (
    close_venue,
    closing_days,
    move_venue,
    reopen_venue,
    reopening_days,
)
from data.services.venues.venue_registration import VenueDetails, register_venue
from tests.level_data import add_area, add_edition, at_noon, counts_of, days_between
from tests.people import make_account
from tests.property.test_level_counts import random_answers

Box = tuple[float, float, float, float]
ONE_DAY = timedelta(days=1)
# Two wards side by side with a gap to a third; the second edition cuts the same ground elsewhere.
WARDS: dict[str, dict[str, Box]] = {
    "e3": {
        "90001": (105.0, 21.0, 105.1, 21.1),
        "90004": (105.1, 21.0, 105.2, 21.1),
        "90006": (105.3, 21.0, 105.4, 21.1),
    },
    "e2": {"90008": (105.0, 21.0, 105.15, 21.1), "90009": (105.15, 21.0, 105.4, 21.1)},
}


@dataclass
class PlainVenue:
    """Everything that happened to a venue, and no cleverness."""

    opened_on: date
    places: list[tuple[date, tuple[float, float]]]
    footfall: int
    types: list[tuple[date, str]]
    closures: list[list[date | None]] = field(default_factory=list)
    type_changes: list[datetime] = field(default_factory=list)
    given: list[tuple[datetime, int, date, str, int, int]] = field(default_factory=list)

    def is_open(self, day: date) -> bool:
        return day >= self.opened_on and not self.is_closed(day)

    def is_closed(self, day: date) -> bool:
        return any(
            first is not None and first <= day and (end is None or day < end)
            for first, end in self.closures
        )

    def point_on(self, day: date) -> tuple[float, float]:
        earlier = [point for moved, point in self.places if moved <= day]
        return earlier[-1] if earlier else self.places[0][1]

    def type_on(self, day: date) -> str:
        earlier = [name for changed, name in self.types if changed <= day]
        return earlier[-1] if earlier else self.types[0][1]

    def level_on(self, day: date) -> tuple[str, int, int] | None:
        earlier = [one for one in self.given if day_of(one[0]) <= day]
        if not earlier:
            return None
        at, _, until, level, weight, tenths = max(earlier, key=lambda one: one[:2])
        changed = [moment for moment in self.type_changes if at < moment and day_of(moment) <= day]
        return None if changed or day > until else (level, weight, tenths)


@dataclass
class World:
    """The database, and its twin."""

    sessions: sessionmaker[Session]
    chance: random.Random
    actor: Actor
    paths: dict[str, dict[str, list[int]]]
    venues: dict[str, PlainVenue] = field(default_factory=dict)
    steps: int = 0

    def point(self) -> tuple[float, float]:
        return (self.chance.uniform(104.95, 105.45), self.chance.uniform(21.0, 21.1))

    def register(self, at: datetime) -> None:
        lon, lat = self.point()
        footfall = self.chance.randint(1, 500)
        venue_type = self.chance.choice(["office", "school.primary"])
        venue_id = register_venue(
            self.sessions,
            VenueDetails(
                name=f"Nơi {self.steps}",
                venue_type=venue_type,
                address=None,
                footfall_per_day=footfall,
                capacity=None,
            ),
            lon=lon,
            lat=lat,
            actor=self.actor,
            not_same=self.venues.keys(),
            at=at,
        )
        self.venues[venue_id] = PlainVenue(
            opened_on=day_of(at),
            places=[(day_of(at), (lon, lat))],
            footfall=footfall,
            types=[(day_of(at), venue_type)],
        )

    def move(self, venue_id: str, at: datetime) -> None:
        lon, lat = self.point()
        with scoped_sessions(self.sessions, self.actor).begin() as session:
            move_venue(session, venue_id, lon=lon, lat=lat, address=None, actor=self.actor, at=at)
        self.venues[venue_id].places.append((day_of(at), (lon, lat)))

    def close(self, venue_id: str, at: datetime) -> None:
        plain = self.venues[venue_id]
        with scoped_sessions(self.sessions, self.actor).begin() as session:
            venue = session.scalars(select(Venue).where(Venue.venue_id == venue_id)).one()
            if venue.closed_on is not None:
                return
            earliest, latest = closing_days(session, venue, day_of(at))
            day = min(earliest + ONE_DAY * self.chance.randint(0, 12), latest)
            close_venue(session, venue_id, first_day=day, actor=self.actor, at=at)
        plain.closures.append([day, None])

    def reopen(self, venue_id: str, at: datetime) -> None:
        plain = self.venues[venue_id]
        with scoped_sessions(self.sessions, self.actor).begin() as session:
            venue = session.scalars(select(Venue).where(Venue.venue_id == venue_id)).one()
            if venue.closed_on is None:
                return
            earliest, latest = reopening_days(venue, day_of(at))
            day = min(earliest + ONE_DAY * self.chance.randint(0, 8), latest)
            reopen_venue(session, venue_id, first_day=day, actor=self.actor, at=at)
        plain.closures[-1][1] = day

    def change(self, venue_id: str, at: datetime) -> None:
        plain = self.venues[venue_id]
        footfall = self.chance.randint(1, 500)
        venue_type = self.chance.choice(["office", "school.primary"])
        with scoped_sessions(self.sessions, self.actor).begin() as session:
            has_new_type = edit_venue(
                session,
                venue_id,
                VenueDetails(
                    name="Nơi khác",
                    venue_type=venue_type,
                    address=None,
                    footfall_per_day=footfall,
                    capacity=None,
                ),
                actor=self.actor,
                at=at,
            )
        plain.footfall = footfall
        if has_new_type:
            plain.type_changes.append(at)
            plain.types.append((day_of(at), venue_type))

    def assess(self, venue_id: str, at: datetime) -> None:
        plain = self.venues[venue_id]
        with self.sessions() as session:
            venue = session.scalars(select(Venue).where(Venue.venue_id == venue_id)).one()
        moment = at - ONE_DAY * self.chance.choice([0, 0, 0, 1, 3])
        if plain.is_closed(day_of(moment)):
            return
        criteria_set = criteria_set_for(venue.venue_type, day_of(moment))
        assert criteria_set is not None
        done = submit(
            scoped_sessions(self.sessions, self.actor),
            venue_id=venue_id,
            answers=random_answers(self.chance, venue.venue_type, day_of(moment)),
            submitted_at=moment,
            source="test",
            set_id=criteria_set.id,
        )
        if done.level != VenueLevel.NOT_ASSESSED and done.safety_tenths is not None:
            plain.given.append(
                (moment, self.steps, done.valid_until, done.level.value, plain.footfall,
                 done.safety_tenths)
            )  # fmt: skip

    def expected(self, counted: list[tuple[str, date]]) -> dict[tuple[date, int], tuple[int, ...]]:
        found: dict[tuple[date, int], Counter[str]] = {}
        for edition, day in counted:
            for plain in self.venues.values():
                ward = ward_of(edition, plain.point_on(day))
                if ward is None or not plain.is_open(day):
                    continue
                holding = plain.level_on(day)
                for area_id in self.paths[edition][ward]:
                    counter = found.setdefault((day, area_id), Counter())
                    counter["venues"] += 1
                    if holding:
                        level, weight, tenths = holding
                        counter[level] += 1
                        counter["footfall"] += weight
                        counter["safety"] += weight * tenths
        names = ("venues", "safe", "at_risk", "unsafe", "footfall", "safety")
        return {key: tuple(counter[name] for name in names) for key, counter in found.items()}

    def expected_types(self, counted: list[tuple[str, date]]) -> dict[object, tuple[int, ...]]:
        """Venues at the top by type, each day and venue for itself."""
        found: dict[object, Counter[str]] = {}
        for edition, day in counted:
            for plain in self.venues.values():
                ward = ward_of(edition, plain.point_on(day))
                if ward is None or not plain.is_open(day):
                    continue
                key = (day, self.paths[edition][ward][0], plain.type_on(day))
                holding = plain.level_on(day)
                found.setdefault(key, Counter()).update(["venues", *(holding or ())[:1]])
        names = ("venues", "safe", "at_risk", "unsafe")
        return {key: tuple(counter[name] for name in names) for key, counter in found.items()}


def ward_of(edition: str, point: tuple[float, float]) -> str | None:
    for code, (west, south, east, north) in WARDS[edition].items():
        if west <= point[0] <= east and south <= point[1] <= north:
            return code
    return None


def make_world(sessions: sessionmaker[Session], seed: int) -> World:
    paths: dict[str, dict[str, list[int]]] = {}
    with sessions.begin() as session:
        for edition, wards in WARDS.items():
            add_edition(session, edition)
            top = add_area(session, edition, "90", 1)
            middle = [top]
            if edition == "e3":
                middle.append(add_area(session, edition, "900", 2, parent=top))
            paths[edition] = {
                code: [*middle, add_area(session, edition, code, 3, parent=middle[-1], box=box)]
                for code, box in wards.items()
            }
    return World(
        sessions=sessions,
        chance=random.Random(seed),  # noqa: S311  # a seeded draw of a test, no secret
        actor=make_account(sessions),
        paths=paths,
    )


def stored(sessions: sessionmaker[Session]) -> tuple[object, ...]:
    """Counts of levels, of trust and by type."""
    with sessions() as session:
        trust = session.execute(text("SELECT * FROM area_trust_daily ORDER BY day, area_id")).all()
    return counts_of(sessions), [tuple(row) for row in trust], types_of(sessions)


def types_of(sessions: sessionmaker[Session]) -> dict[object, tuple[int, ...]]:
    with sessions() as session:
        rows = session.execute(text("SELECT * FROM area_type_daily ORDER BY 1, 2, 3"))
        return {tuple(row[:3]): tuple(row[3:]) for row in rows}


def counted_days(sessions: sessionmaker[Session]) -> list[tuple[str, date]]:
    with sessions() as session:
        rows = session.execute(text("SELECT edition_code, day FROM level_generation ORDER BY 1, 2"))
        return [(row.edition_code, row.day) for row in rows]


@pytest.mark.parametrize("seed", range(8))
def test_acts_of_venues_change_counts_exactly(sessions: sessionmaker[Session], seed: int) -> None:
    world = make_world(sessions, seed)
    chance, now = world.chance, today()
    first_day, last_day = now - timedelta(days=30), now + timedelta(days=4)
    world.register(at_noon(first_day) - timedelta(hours=4))
    # Some days are counted before anything happens on them, some only between, some never.
    aggregate(sessions, first_day=first_day - ONE_DAY, last_day=now - timedelta(days=9))
    aggregate(sessions, first_day=now - timedelta(days=3), last_day=last_day)
    for day in days_between(first_day, now - ONE_DAY):
        for place in range(chance.randint(0, 3)):
            world.steps += 1
            at = at_noon(day) - timedelta(hours=3) + timedelta(minutes=10 * place)
            venue_id = chance.choice(list(world.venues))
            act = chance.choice(
                ["register", "move", "close", "reopen", "reopen", "change", "assess", "assess"]
            )
            if act == "register":
                world.register(at)
            else:
                getattr(world, act)(venue_id, at)
        if chance.random() < 0.1:
            with sessions.begin() as session:
                ensure_day(session, chance.choice(["e3", "e2"]), day - timedelta(days=1))
    counted = counted_days(sessions)
    assert counts_of(sessions) == world.expected(counted)
    assert types_of(sessions) == world.expected_types(counted)

    # The same days counted anew, after all venues were located anew, stay as they are.
    before = stored(sessions)
    with sessions.begin() as session:
        for edition in WARDS:
            locate_venues(session, edition)
            for day in sorted(day for code, day in counted if code == edition):
                count_days(session, edition, day, day)
    assert stored(sessions) == before

"""A committee's lists show exactly what waits in its areas, whatever became of venues and areas."""

# ruff: noqa: S608 - statements are put together from the constants of this file alone

import random

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session, sessionmaker

from data.queries.committee import (
    PAGE_SIZE,
    count_work,
    read_queue,
    read_reports,
    read_tasks,
)
from data.scope import Actor, scoped_sessions
from tests.level_data import add_area, add_edition, add_tree, add_venue
from tests.people import make_account

Sessions = sessionmaker[Session]

# The plain twin: every waiting row, with whether its venue lies in the areas by `venue_area`.
INSIDE = (
    " venue_pk IN (SELECT venue_pk FROM venue_area JOIN area USING (area_id)"
    " WHERE CAST(:all AS boolean) OR path && CAST(:areas AS integer[]))"
)
REVIEWS = "SELECT review_id, reason FROM review WHERE state = 'waiting' AND" + INSIDE
REPORTS = "SELECT report_id, state FROM venue_report WHERE" + INSIDE
OTHERS = {
    "appeal": "SELECT count(*) FROM appeal WHERE state = 'open' AND" + INSIDE,
    "reply": "SELECT count(*) FROM owner_reply WHERE state = 'waiting' AND" + INSIDE,
    "wish": "SELECT count(*) FROM revisit_request WHERE state = 'open' AND" + INSIDE,
    "claim": "SELECT count(*) FROM claim_request WHERE answered_at IS NULL AND" + INSIDE,
}
ASSESSED = (
    "WITH made AS (INSERT INTO assessment (venue_pk, set_id, set_version, answers, submitted_at,"
    " source) VALUES (:venue, 'x', '1', '{}', now(), 'test') RETURNING assessment_pk)"
    " INSERT INTO assessment_result (assessment_pk, score, safety_tenths, level, set_level, points,"
    " valid_until) SELECT assessment_pk, 90, 900, 'safe', 'safe', '{}', '2099-01-01' FROM made"
    " RETURNING assessment_pk"
)
ADD = (
    "INSERT INTO review (review_id, venue_pk, assessment_pk, reason, priority)"
    " VALUES (:id, :venue, :assessed, :reason, :rank)",
    "INSERT INTO venue_report (report_id, venue_pk, reason) VALUES (:id, :venue, 'unsafe')",
    "INSERT INTO appeal (appeal_id, venue_pk, assessment_pk, wording, due_on)"
    " VALUES (:id, :venue, :assessed, 'w', '2099-01-01')",
    "INSERT INTO owner_reply (venue_pk, assessment_pk, wording) VALUES (:venue, :assessed, 'w')"
    " ON CONFLICT DO NOTHING",
    "INSERT INTO revisit_request (venue_pk, wording, due_on) VALUES (:venue, 'w', '2099-01-01')"
    " ON CONFLICT DO NOTHING",
    "INSERT INTO claim_request (venue_pk, account_pk, reason) VALUES (:venue, :account, 'w')"
    " ON CONFLICT DO NOTHING",
)
SETTLE = (
    "UPDATE review SET state = 'confirmed' WHERE venue_pk = :venue",
    "UPDATE venue_report SET state = 'checked' WHERE venue_pk = :venue",
    "UPDATE appeal SET state = 'upheld' WHERE venue_pk = :venue",
    "UPDATE owner_reply SET state = 'published' WHERE venue_pk = :venue",
    "UPDATE revisit_request SET state = 'done' WHERE venue_pk = :venue",
    "UPDATE claim_request SET answered_at = now(), outcome = 'refused' WHERE venue_pk = :venue",
    "DELETE FROM review WHERE venue_pk = :venue",
    "DELETE FROM venue WHERE venue_pk = :venue",
)


class Country:
    """Venues of two editions, with what waits, changed at random by a seed."""

    def __init__(self, session: Session, seed: int) -> None:
        self.session = session
        self.chance = random.Random(seed)  # noqa: S311  # a seeded draw of a test, no secret
        self.ids = add_tree(session)
        self.leaves = [self.ids[code] for code in ("00001", "00004", "00006", "498")]
        add_edition(session, "e4")
        tops = [add_area(session, "e4", code, 1) for code in ("01", "48")]
        self.wards = [
            add_area(session, "e4", code, 2, parent=top, is_leaf=True)
            for code, top in (("10001", tops[0]), ("10002", tops[0]), ("10003", tops[1]))
        ]
        self.venues = [add_venue(session, leaf)[0] for leaf in self.leaves * 4]
        self.number = 0

    def add(self, account_pk: int) -> None:
        venue = self.chance.choice(self.venues)
        assessed = self.session.scalar(text(ASSESSED), {"venue": venue})
        self.number += 1
        self.session.execute(
            text(self.chance.choice(ADD)),
            {
                "id": f"{self.number:016}",
                "venue": venue,
                "assessed": assessed,
                "account": account_pk,
                "reason": self.chance.choice(["random", "jump"]),
                "rank": self.chance.randrange(3),
            },
        )

    def settle(self) -> None:
        venue = self.chance.choice(self.venues)
        statement = self.chance.choice(SETTLE)
        self.session.execute(text(statement), {"venue": venue})
        if statement.startswith("DELETE FROM venue "):
            self.venues.remove(venue)

    def move(self) -> None:
        venue = self.chance.choice(self.venues)
        self._run("DELETE FROM venue_area WHERE venue_pk = :venue", venue=venue)
        if self.chance.random() < 0.8:
            self._place(venue, "e3", self.chance.choice(self.leaves))

    def hang_elsewhere(self) -> None:
        self._run(
            "UPDATE area SET path = ARRAY[:top, area_id] WHERE area_id = :leaf",
            top=self.chance.choice([self.ids["01"], self.ids["48"]]),
            leaf=self.chance.choice(self.leaves),
        )

    def locate_anew(self) -> None:
        """As an edition that is imported, or imported again: all venues in one statement."""
        self._run(
            "INSERT INTO venue_area SELECT venue_pk, 'e4',"
            " (CAST(:wards AS integer[]))[1 + (venue_pk + :turn) % 3] FROM venue"
            " ON CONFLICT (venue_pk, edition_code) DO UPDATE SET area_id = excluded.area_id",
            wards=self.wards,
            turn=self.chance.randrange(3),
        )

    def drop_edition(self) -> None:
        self._run("DELETE FROM venue_area WHERE edition_code = 'e4'")

    def _place(self, venue: int, edition: str, area_id: int) -> None:
        self._run(
            "INSERT INTO venue_area VALUES (:venue, :edition, :area)",
            venue=venue,
            edition=edition,
            area=area_id,
        )

    def _run(self, statement: str, **values: object) -> None:
        self.session.execute(text(statement), values)


def assert_as_plain(sessions: Sessions, actor: Actor) -> int:
    """Every list and count of a committee is what the plain twin says; gives how much it is."""
    values = {"all": actor.role == "ministry", "areas": list(actor.area_ids)}
    with sessions() as session:
        reviews = session.execute(text(REVIEWS), values).all()
        reports = session.execute(text(REPORTS), values).all()
        counts = {kind: session.scalar(text(one), values) for kind, one in OTHERS.items()}
    counts["new_report"] = sum(row.state == "new" for row in reports)
    for row in reviews:
        counts[row.reason] = counts.get(row.reason, 0) + 1
    with scoped_sessions(sessions, actor)() as session:
        assert count_work(session, actor) == {kind: n for kind, n in counts.items() if n}
        queue = [
            item.review_id
            for page in range(1, 2 + len(reviews) // PAGE_SIZE)
            for item in read_queue(session, actor, page=page)[:PAGE_SIZE]
        ]
        listed = [
            item.report_id
            for page in range(1, 2 + len(reports) // PAGE_SIZE)
            for item in read_reports(session, actor, page=page)[:PAGE_SIZE]
        ]
        tasks = [task.kind for task in read_tasks(session, actor)]
        few = read_queue(session, actor, reason="jump", venue_type="office")
    assert sorted(queue) == sorted(row.review_id for row in reviews)
    assert sorted(listed) == sorted(row.report_id for row in reports)
    assert {kind: tasks.count(kind) for kind in ("appeal", "reply", "wish")} == {
        kind: counts[kind] for kind in ("appeal", "reply", "wish")
    }
    assert len(few) == min(PAGE_SIZE + 1, sum(row.reason == "jump" for row in reviews))
    return len(queue) + len(listed) + len(tasks)


@pytest.mark.parametrize("seed", range(4))
def test_lists_are_those_of_the_plain_twin_after_every_change(
    sessions: Sessions, seed: int
) -> None:
    with sessions.begin() as session:
        country = Country(session, seed)
    asking = make_account(sessions)
    actors = [
        make_account(sessions, role="committee", areas=areas)
        for areas in (
            (("e3", "01"),),
            (("e3", "48"), ("e4", "48")),
            (("e3", "00004"),),
            (("e4", "10002"),),
        )
    ]
    actors.append(make_account(sessions, role="ministry"))
    changes = [country.settle] * 4 + [country.move] * 6
    changes += [country.hang_elsewhere, country.locate_anew, country.locate_anew]
    changes += [country.drop_edition]
    for turn in range(30):
        with sessions.begin() as session:
            country.session = session
            for _ in range(12 if turn == 0 else 3):
                country.add(asking.account_pk)
            if turn == 1:
                country.locate_anew()
            for change in country.chance.sample(changes, 3):
                change()
        seen = [assert_as_plain(sessions, actor) for actor in actors if actor.role != "ministry"]
        # The ministry sees what lies outside every area too.
        if turn == 0:
            assert sum(seen) > 0
    country_wide = actors[-1]
    with sessions.begin() as session:
        session.execute(
            text("DELETE FROM venue WHERE venue_pk NOT IN (SELECT venue_pk FROM venue_area)")
        )
    assert assert_as_plain(sessions, country_wide) > 0


def test_the_keys_are_given_to_committees_alone(sessions: Sessions) -> None:
    with sessions.begin() as session:
        country = Country(session, 1)
        for leaf in country.leaves:
            country.venues = [add_venue(session, leaf)[0]]
            country.session.execute(
                text("INSERT INTO venue_report (report_id, venue_pk, reason)"
                     " VALUES (:id, :venue, 'unsafe')"),
                {"id": f"{leaf:016}", "venue": country.venues[0]},
            )  # fmt: skip
    seen = {}
    for role, areas in (
        ("owner", ()),
        ("administrator", ()),
        ("committee", ()),
        ("committee", (("e3", "48"),)),
    ):
        actor = make_account(sessions, role=role, areas=areas)  # type: ignore[arg-type]
        with scoped_sessions(sessions, actor)() as session:
            seen[role, bool(areas)] = (
                session.scalar(text("SELECT count(*) FROM antoan_waiting()")),
                session.scalar(text("SELECT count(*) FROM antoan_reports(NULL, 100)")),
            )
    assert seen == {
        ("owner", False): (0, 0),
        ("administrator", False): (0, 0),
        ("committee", False): (0, 0),
        ("committee", True): (1, 1),
    }


def test_a_committee_cannot_write_or_read_the_keys_themselves(sessions: Sessions) -> None:
    actor = make_account(sessions, role="committee")
    for statement in ("SELECT 1 FROM committee_work", "DELETE FROM committee_work"):
        with (
            pytest.raises(DBAPIError, match="permission denied"),
            scoped_sessions(sessions, actor).begin() as session,
        ):
            session.execute(text(statement))


def test_only_the_application_may_ask_for_keys(sessions: Sessions) -> None:
    with sessions() as session:
        granted = session.scalars(
            text(
                "SELECT DISTINCT CASE WHEN entry.grantee = 0 THEN 'everybody'"
                " ELSE CAST(CAST(entry.grantee AS regrole) AS text) END"
                " FROM pg_proc, aclexplode(proacl) AS entry"
                " WHERE proname IN ('antoan_waiting', 'antoan_reports')"
                " AND entry.grantee <> proowner ORDER BY 1"
            )
        ).all()
    assert granted == ["antoan_app"]

"""Codes of places: made, renewed, given up, and what each leads to."""

import threading
from datetime import date

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import Engine, select, text
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.orm import Session, sessionmaker

from checkins.place_codes import grouped, read_code, read_short_code, screen_mark, step_of
from dashboard.pages.codes.place import UNKNOWN_CODES
from data.errors import NotFoundError
from data.models import AuditEvent, OwnerReply, PlaceCode, PlaceZone, Venue
from data.queries.place_codes import Place, find_place, find_venue_pk, list_places
from data.scope import scoped_sessions
from data.services.codes import place_codes
from data.services.codes.place_codes import (
    ZoneError,
    add_zone,
    ensure_codes,
    remove_zone,
    renew_code,
)
from tests.api_app import SECRET
from tests.people import make_account, make_venue
from tests.place_pages import START, PageSite, assess, close


@pytest.fixture
def site(sessions: sessionmaker[Session]) -> PageSite:
    return PageSite(sessions)


def code_of_venue(
    sessions: sessionmaker[Session], venue_id: str, zone_pk: int | None = None
) -> Place:
    with sessions.begin() as session:
        venue_pk = find_venue_pk(session, venue_id)
        assert venue_pk is not None
        ensure_codes(session, [venue_pk])
        return next(one for one in list_places(session, venue_pk) if one.zone_pk == zone_pk)


def get(client: TestClient, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, answer.text
    return answer.text


def test_codes_are_made_once_and_are_not_the_public_id(sessions: sessionmaker[Session]) -> None:
    venue_id = make_venue(sessions)
    first = code_of_venue(sessions, venue_id)
    assert code_of_venue(sessions, venue_id) == first
    assert read_code(first.code) == first.code != venue_id
    assert read_short_code(first.short_code) == first.short_code


def test_a_short_code_that_exists_is_made_anew(
    sessions: sessionmaker[Session], monkeypatch: pytest.MonkeyPatch
) -> None:
    venues = [make_venue(sessions) for _ in range(3)]
    taken = code_of_venue(sessions, venues[0])
    made = [{"code": "0" * 16, "short_code": taken.short_code}]
    new_code = place_codes._new_code
    monkeypatch.setattr(place_codes, "_new_code", lambda: made.pop() if made else new_code())
    with sessions.begin() as session:
        pks = [find_venue_pk(session, venue_id) or 0 for venue_id in venues]
        ensure_codes(session, pks)
    assert not made
    codes = {code_of_venue(sessions, venue_id).short_code for venue_id in venues}
    assert len(codes) == 3


def test_two_at_once_end_with_one_code(
    committing_sessions: sessionmaker[Session],
) -> None:
    venue_id = make_venue(committing_sessions)
    barrier = threading.Barrier(4)
    problems: list[Exception] = []

    def work() -> None:
        try:
            barrier.wait()
            code_of_venue(committing_sessions, venue_id)
            renew_code(committing_sessions, venue_id=venue_id, zone_pk=None, actor=None)
        except Exception as error:
            problems.append(error)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not problems
    with committing_sessions() as session:
        current = session.scalars(
            select(PlaceCode).where(PlaceCode.retired_at.is_(None)).order_by(PlaceCode.code)
        ).all()
        assert len(current) == 1


def test_the_page_of_a_code_says_what_is_true_now(
    sessions: sessionmaker[Session], site: PageSite
) -> None:
    venue_id = make_venue(sessions, name="Trường <Ánh & Dương>")
    place = code_of_venue(sessions, venue_id)
    page = get(site.client, f"/v/{place.code}")
    assert "Trường &lt;Ánh &amp; Dương&gt;" in page
    assert "Chưa đánh giá" in page
    assert f"/report/{venue_id}" in page
    assess(sessions, venue_id, at=START, level="at_risk")
    page = get(site.client, f"/v/{place.code}?lang=en")
    assert "At risk" in page
    assert "Self-declared" in page
    assert "19 December 2026" in page
    site.clock.pass_(days=30)
    page = get(site.client, f"/v/{place.code}")
    assert "Chưa đánh giá" in page
    assert "hết hạn sau ngày 19/12/2026" in page
    close(sessions, venue_id, date(2026, 12, 1))
    assert "ngừng hoạt động từ 01/12/2026" in get(site.client, f"/v/{place.code}")


def test_the_owner_s_published_reply_stands_on_the_page(
    sessions: sessionmaker[Session], site: PageSite
) -> None:
    venue_id = make_venue(sessions)
    assessment_pk = assess(sessions, venue_id, at=START, kind="inspection", level="unsafe")
    with sessions.begin() as session:
        session.add_all(
            OwnerReply(
                venue_pk=find_venue_pk(session, venue_id),
                assessment_pk=assessment_pk,
                wording=f"Lời {state}",
                state=state,
                decided_at=START,
            )
            for state in ("published", "refused")
        )
    page = get(site.client, f"/v/{venue_id}")
    assert "Phản hồi của cơ sở (20/11/2026)" in page
    assert "Lời published" in page
    assert "Lời refused" not in page


def test_the_page_is_light_and_needs_no_script(
    sessions: sessionmaker[Session], site: PageSite
) -> None:
    from importlib.resources import files

    venue_id = make_venue(sessions)
    assess(sessions, venue_id, at=START)
    answer = site.client.get(f"/v/{code_of_venue(sessions, venue_id).code}")
    styles = [
        files("dashboard").joinpath("static", *name)
        for name in (("site", "site.css"), ("place", "place.css"))
    ]
    size = len(answer.content) + sum(len(style.read_bytes()) for style in styles)
    assert size < 60_000
    assert "<script" not in answer.text
    assert answer.headers["cache-control"] == "no-store"


def test_the_public_id_shows_the_same_page_marked_as_not_scanned(
    sessions: sessionmaker[Session], site: PageSite
) -> None:
    venue_id = make_venue(sessions, name="Chợ Bến Thành")
    code = code_of_venue(sessions, venue_id).code
    mark = "không phải từ mã QR"
    assert mark in get(site.client, f"/v/{venue_id}")
    assert "Chợ Bến Thành" in get(site.client, f"/v/{venue_id}")
    assert mark not in get(site.client, f"/v/{code}")


def test_a_renewed_code_says_when_and_never_leads_to_another(
    sessions: sessionmaker[Session], site: PageSite
) -> None:
    venue_id, other_id = make_venue(sessions, name="Cũ"), make_venue(sessions, name="Khác")
    old, other = code_of_venue(sessions, venue_id), code_of_venue(sessions, other_id)
    renew_code(sessions, venue_id=venue_id, zone_pk=None, actor=None, at=START)
    new = code_of_venue(sessions, venue_id)
    assert {new.code, new.short_code}.isdisjoint({old.code, old.short_code})
    answer = site.client.get(f"/v/{old.code}")
    assert answer.status_code == 410
    assert "10:00, 20/11/2026" in answer.text
    for one in (new.code, new.short_code, grouped(new.short_code), other.code, "Khác"):
        assert one not in answer.text
    assert "Cũ" in get(site.client, f"/v/{new.code}")
    by_hand = site.client.get(f"/v/{old.short_code}")
    assert by_hand.headers["location"] == f"/v/{old.code}"
    assert "Khác" in get(site.client, f"/v/{other.code}")


def test_zones_have_codes_of_their_own(sessions: sessionmaker[Session], site: PageSite) -> None:
    venue_id = make_venue(sessions)
    zone = add_zone(sessions, venue_id=venue_id, name="  Tầng\t2 ", actor=None)
    place, whole = code_of_venue(sessions, venue_id, zone), code_of_venue(sessions, venue_id)
    assert place.zone_name == "Tầng 2"
    assert "Tầng 2" in get(site.client, f"/v/{place.code}")
    assert "Tầng 2" not in get(site.client, f"/v/{whole.code}")
    renew_code(sessions, venue_id=venue_id, zone_pk=zone, actor=None)
    assert site.client.get(f"/v/{place.code}").status_code == 410
    assert site.client.get(f"/v/{whole.code}").status_code == 200
    newer = code_of_venue(sessions, venue_id, zone)
    remove_zone(sessions, venue_id=venue_id, zone_pk=zone, actor=None, at=START)
    gone = site.client.get(f"/v/{newer.code}?lang=en")
    assert gone.status_code == 410
    assert "no code of its own since 20 November 2026, 10:00" in gone.text
    again = add_zone(sessions, venue_id=venue_id, name="Tầng 2", actor=None)
    assert again != zone


def test_a_zone_of_another_venue_is_not_changed(sessions: sessionmaker[Session]) -> None:
    mine, other = make_venue(sessions), make_venue(sessions)
    zone = add_zone(sessions, venue_id=other, name="A", actor=None)
    for change in (renew_code, remove_zone):
        with pytest.raises(NotFoundError):
            change(sessions, venue_id=mine, zone_pk=zone, actor=None)
    assert code_of_venue(sessions, other, zone).retired_at is None


@pytest.mark.parametrize(
    ("name", "problem"),
    [
        ("  ", "empty"),
        ("x" * 81, "long"),
        ("Tầng\u202e2", "signs"),
        ("tầng 1", "twice"),
    ],
)
def test_names_of_zones_that_are_refused(
    sessions: sessionmaker[Session], name: str, problem: str
) -> None:
    venue_id = make_venue(sessions)
    add_zone(sessions, venue_id=venue_id, name="Tầng 1", actor=None)
    with pytest.raises(ZoneError) as caught:
        add_zone(sessions, venue_id=venue_id, name=name, actor=None)
    assert caught.value.problem == problem


def test_a_venue_has_so_many_zones(
    sessions: sessionmaker[Session], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(place_codes, "MOST_ZONES", 2)
    venue_id = make_venue(sessions)
    for name in ("A", "B"):
        add_zone(sessions, venue_id=venue_id, name=name, actor=None)
    with pytest.raises(ZoneError, match="many"):
        add_zone(sessions, venue_id=venue_id, name="C", actor=None)


def test_unknown_codes_are_a_clear_page(site: PageSite) -> None:
    for code in ("0123456789ABCDEF", "nothing", "A" * 16):
        answer = site.client.get(f"/v/{code}")
        assert answer.status_code == 404
        assert "chưa từng được cấp" in answer.text
        assert "<form" in answer.text


def test_a_code_in_another_writing_leads_to_its_one_address(
    sessions: sessionmaker[Session], site: PageSite
) -> None:
    code = code_of_venue(sessions, make_venue(sessions)).code
    answer = site.client.get(f"/v/{grouped(code).lower()}?lang=en")
    assert (answer.status_code, answer.headers["location"]) == (303, f"/v/{code}?lang=en")


def test_a_short_code_is_typed_by_hand(sessions: sessionmaker[Session], site: PageSite) -> None:
    place = code_of_venue(sessions, make_venue(sessions))
    typed = grouped(place.short_code).lower().replace("0", "o").replace("1", "i")
    assert "<form" in get(site.client, "/v")
    first = site.client.get("/v", params={"code": typed})
    assert first.headers["location"] == f"/v/{place.short_code}"
    second = site.client.get(first.headers["location"])
    assert second.headers["location"] == f"/v/{place.code}"
    wrong = place.short_code[:-1] + ("0" if place.short_code[-1] != "0" else "1")
    answer = site.client.get("/v", params={"code": wrong})
    assert answer.status_code == 422
    assert "nhầm ký tự" in answer.text


def test_trying_short_codes_is_limited_and_scanning_never_is(
    sessions: sessionmaker[Session], site: PageSite
) -> None:
    place = code_of_venue(sessions, make_venue(sessions))
    from checkins.place_codes import short_code_of

    for number in range(UNKNOWN_CODES.most):
        guess = short_code_of(number.to_bytes(6))
        assert site.client.get(f"/v/{guess}").status_code == 404
    assert site.client.get(f"/v/{short_code_of(bytes([9] * 6))}").status_code == 429
    assert site.client.get(f"/v/{place.short_code}").status_code == 429
    assert site.client.get(f"/v/{place.code}").status_code == 200


def test_a_screen_s_mark_is_told_from_a_photo_of_it(
    sessions: sessionmaker[Session], site: PageSite
) -> None:
    code = code_of_venue(sessions, make_venue(sessions)).code
    mark = screen_mark(SECRET, code, step_of(START.timestamp()))
    assert "màn hình" not in get(site.client, f"/v/{code}?t={mark}")
    assert "màn hình" in get(site.client, f"/v/{code}?t={mark}x")
    site.clock.pass_(minutes=20)
    assert "đã hết hạn" in get(site.client, f"/v/{code}?t={mark}")


def test_an_owner_writes_only_to_own_venues(sessions: sessionmaker[Session]) -> None:
    owner, other = make_account(sessions), make_account(sessions)
    venue_id = make_venue(sessions, owner=owner)
    code_of_venue(sessions, venue_id)
    add_zone(scoped_sessions(sessions, owner), venue_id=venue_id, name="A", actor=owner)
    theirs = scoped_sessions(sessions, other)
    with theirs() as session:
        for table in (PlaceCode, PlaceZone):
            assert session.scalars(select(table)).all() == []
    for write in (
        lambda: add_zone(theirs, venue_id=venue_id, name="B", actor=other),
        lambda: renew_code(theirs, venue_id=venue_id, zone_pk=None, actor=other),
    ):
        with pytest.raises(NotFoundError):
            write()
    with sessions() as session:
        venue_pk = find_venue_pk(session, venue_id)
    with pytest.raises(ProgrammingError, match="row-level security"), theirs.begin() as session:
        session.add(PlaceZone(venue_pk=venue_pk, name="B"))


def test_changes_stand_in_the_audit(sessions: sessionmaker[Session]) -> None:
    owner = make_account(sessions)
    venue_id = make_venue(sessions, owner=owner)
    mine = scoped_sessions(sessions, owner)
    zone = add_zone(mine, venue_id=venue_id, name="A", actor=owner)
    renew_code(mine, venue_id=venue_id, zone_pk=zone, actor=owner)
    remove_zone(mine, venue_id=venue_id, zone_pk=zone, actor=owner)
    with sessions() as session:
        actions = session.execute(
            select(AuditEvent.action, AuditEvent.actor_id, AuditEvent.subject_id).order_by(
                AuditEvent.event_pk
            )
        ).all()
    assert [tuple(one) for one in actions][-3:] == [
        (f"venue.{verb}", owner.account_id, venue_id)
        for verb in ("zone_added", "code_renewed", "zone_removed")
    ]


def test_a_code_is_found_by_its_index(engine: Engine) -> None:
    queries = {
        "code = 'A'": "pk_place_code",
        "short_code = 'A'": "uq_place_code_short_code",
        "venue_pk = 1 AND zone_pk IS NULL AND retired_at IS NULL": "uq_place_code_current",
    }
    with engine.begin() as connection:
        connection.execute(text("SET LOCAL enable_seqscan = off"))
        for where, index in queries.items():
            plan = connection.execute(
                text(f"EXPLAIN SELECT code FROM place_code WHERE {where}")  # noqa: S608  # the test's own
            )
            assert index in "\n".join(row[0] for row in plan)


def test_find_place_knows_no_other_code(sessions: sessionmaker[Session]) -> None:
    venue_id = make_venue(sessions)
    with sessions() as session:
        assert session.scalars(select(Venue.venue_id).where(Venue.venue_id == venue_id)).one()
        assert find_place(session, venue_id) is None

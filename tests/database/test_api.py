"""Every endpoint of the API on a small country."""

import gzip
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import brotli
import pytest
from pydantic import TypeAdapter
from sqlalchemy import Engine, event, text

from dashboard.api import models, models_criteria, models_venues
from dashboard.api.trust import SHARE_LETTERS
from data.clock import today
from tests.database.api_country import Country, small_country
from tests.database.api_data import EDITION


@pytest.fixture(scope="module")
def country(engine: Engine) -> Iterator[Country]:
    with small_country(engine) as made:
        yield made


def fits(model: Any, document: Any) -> None:
    TypeAdapter(model).validate_python(document)


def problem(country: Country, path: str, status: int, **query: Any) -> dict[str, Any]:
    response = country.client.get(f"/api/v1/{path}", params=query)
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/problem+json"
    document: dict[str, Any] = response.json()
    assert document["status"] == status
    assert document["type"].startswith("/problems/")
    return document


@pytest.mark.parametrize(
    ("path", "query", "model"),
    [
        ("editions", {}, models.EditionList),
        ("areas", {}, models.AreaList),
        ("areas/00001", {}, models.AreaDetail),
        ("areas/01/summary", {}, models.Summary),
        ("summary", {}, models.Summary),
        ("boundaries", {"level": "ward", "parent": "01"}, models.BoundaryAddress),
        ("levels", {"level": "ward"}, models.LevelList),
        ("levels", {"level": "ward", "form": "compact"}, models.CompactLevels),
        ("density", {"level": "province", "hour": 8}, models.DensityList),
        ("density", {"level": "province", "form": "compact"}, models.CompactDensity),
        ("days", {}, models.Days),
        ("venues", {"area": "01", "limit": 3}, models_venues.VenueList),
        ("venues", {"area": "00001", "form": "points"}, models_venues.VenuePoints),
        ("venues/0000000000000000", {}, models_venues.VenueDetail),
        ("search", {"q": "ba dinh"}, models_venues.SearchResult),
        ("criteria", {}, models_criteria.CriteriaSetList),
    ],
)
def test_answers_are_what_the_document_promises(
    country: Country, path: str, query: dict[str, Any], model: Any
) -> None:
    fits(model, country.get(path, **query))


def test_codes_keep_their_leading_zeros(country: Country) -> None:
    items = country.get("areas", level="ward", parent="01")["items"]
    assert [one["code"] for one in items] == ["00001", "00004", "00037"]
    assert country.get("areas/001")["within"][0]["code"] == "01"
    assert problem(country, "areas/1", 404)["type"] == "/problems/not-found"


def test_levels_count_venues_from_themselves(country: Country) -> None:
    answer = country.get("levels", level="province")
    assert answer["edition"] == EDITION
    assert answer["computed_at"].endswith("Z")
    hanoi = next(one for one in answer["items"] if one["code"] == "01")
    counts = {name: hanoi[name] for name in ("venues", "safe", "at_risk", "unsafe")}
    assert counts == {"venues": 18, "safe": 9, "at_risk": 3, "unsafe": 3}
    assert hanoi["not_assessed"] == 3
    assert hanoi["coverage"] == pytest.approx(15 / 18, abs=1e-4)


def test_district_without_wards_keeps_its_place(country: Country) -> None:
    codes = [one["code"] for one in country.get("levels", level="district", parent="79")["items"]]
    assert codes == ["498", "760"]
    empty = country.get("levels", level="district", parent="79")["items"][0]
    assert empty["level"] == "not_enough_data"
    assert empty["index"] is None


def test_compact_letters_follow_the_boundary_file(country: Country) -> None:
    compact = country.get("levels", level="ward", form="compact")
    shapes = country.client.get(compact["boundary"]).json()["features"]
    full = {one["code"]: one["level"] for one in country.get("levels", level="ward")["items"]}
    names = {"s": "safe", "r": "at_risk", "u": "unsafe", "n": "not_enough_data"}
    assert [names[letter] for letter in compact["classes"]] == [full[one["id"]] for one in shapes]


def test_compact_trust_says_the_shares_of_the_full_answer(country: Country) -> None:
    compact = country.get("levels", level="ward", form="compact")
    shapes = country.client.get(compact["boundary"]).json()["features"]
    full = {one["code"]: one["trust"] for one in country.get("levels", level="ward")["items"]}
    for grade in ("self_declared", "inspected"):
        assert len(compact[grade]) == len(shapes)
        for shape, letter in zip(shapes, compact[grade], strict=True):
            shares = full[shape["id"]]["shares"]
            if shares is None:
                assert letter == "-"
            else:
                step = SHARE_LETTERS.index(letter)
                assert abs(step / 50 - shares[grade]) < 0.03
                assert (step == 0) == (shares[grade] == 0)
                assert (step == 50) == (shares[grade] == 1)
    assert "-" in compact["inspected"]  # a district without venues
    assert "A" in compact["inspected"]


def test_district_without_wards_stands_among_the_wards(country: Country) -> None:
    for parent in ({}, {"parent": "79"}):
        areas = country.get("areas", level="ward", **parent)["items"]
        codes = [one["code"] for one in areas]
        assert "498" in codes
        assert next(one for one in areas if one["code"] == "498")["level"] == "district"
        for path in ("levels", "density"):
            items = country.get(path, level="ward", **parent)["items"]
            assert [one["code"] for one in items] == codes
            compact = country.get(path, level="ward", form="compact", **parent)
            shapes = country.client.get(compact["boundary"]).json()["features"]
            assert sorted(one["id"] for one in shapes) == codes
            assert len(compact["classes"]) == len(codes)


def test_summary_holds_thirty_days_and_the_worst_parts(country: Country) -> None:
    answer = country.get("areas/01/summary")
    assert len(answer["trend"]) == 30
    assert answer["trend"][-1]["day"] == str(today())
    assert answer["trend"][-1]["index"] is not None
    assert {one["code"] for one in answer["worst"]} <= {"001", "002"}
    assert answer["venue_types"][0]["venues"] == 18


def test_boundaries_are_immutable_and_come_in_every_form(country: Country) -> None:
    href = country.get("boundaries", level="ward", parent="01")["href"]
    bodies = []
    for accept, unpack in (("br", brotli.decompress), ("gzip", gzip.decompress), ("", bytes)):
        with country.client.stream("GET", href, headers={"accept-encoding": accept}) as answer:
            assert answer.status_code == 200
            assert answer.headers.get("content-encoding", "") == accept
            assert "immutable" in answer.headers["cache-control"]
            assert "max-age=31536000" in answer.headers["cache-control"]
            assert answer.headers["content-type"] == "application/geo+json"
            bodies.append(unpack(b"".join(answer.iter_raw())))
            tag = answer.headers["etag"]
    assert bodies[0] == bodies[1] == bodies[2]
    again = country.client.get(href, headers={"if-none-match": tag})
    assert again.status_code == 304
    assert again.content == b""


def test_a_replaced_boundary_file_names_the_current_address(country: Country) -> None:
    href = country.get("boundaries", level="ward", parent="01")["href"]
    old = href.replace(href.rsplit(".", 2)[1], "0000abcd")
    response = country.client.get(old)
    assert response.status_code == 404
    assert response.json()["type"] == "/problems/boundary-replaced"
    assert response.json()["current"] == href
    assert country.client.get(response.json()["current"]).status_code == 200


@pytest.mark.parametrize(
    ("path", "query", "name"),
    [
        ("levels", {"level": "ward", "colour": "red"}, "colour"),
        ("levels", {"level": "commune"}, "level"),
        ("levels", {}, "level"),
        ("levels", {"level": "ward", "day": "2021-13-01"}, "day"),
        ("levels", {"level": "ward", "day": "20211120"}, "day"),
        ("levels", {"level": "ward", "day": "1637366400"}, "day"),
        ("levels", {"level": "ward", "form": "xml"}, "form"),
        ("levels", {"level": "ward", "parent": "7 9"}, "parent"),
        ("density", {"level": "ward", "hour": 24}, "hour"),
        ("density", {"level": "ward", "hour": -1}, "hour"),
        ("areas", {"limit": 0}, "limit"),
        ("areas", {"cursor": "!"}, "cursor"),
        ("areas", {"cursor": "dmVudWVzOjI"}, "cursor"),
        ("areas", {"q": ""}, "q"),
        ("areas", {"q": "\x00"}, "q"),
        ("areas", {"q": "x" * 101}, "q"),
        ("venues", {"type": "castle"}, "type"),
        ("venues", {"level": "green"}, "level"),
        ("venues", {"bbox": "1,2,3"}, "bbox"),
        ("venues", {"bbox": "106,21,105,22"}, "bbox"),
        ("venues", {"bbox": "nan,21,105,22"}, "bbox"),
        ("venues", {"form": "points"}, "form"),
        ("venues", {"cursor": "YXJlYXM6MDE"}, "cursor"),
        ("search", {}, "q"),
        ("search", {"q": "ba", "limit": 1000}, "limit"),
        ("editions", {"edition": "vn"}, "edition"),
    ],
)
def test_unknown_and_wrong_parameters_are_named(
    country: Country, path: str, query: dict[str, Any], name: str
) -> None:
    document = problem(country, path, 422, **query)
    assert [one["name"] for one in document["errors"]] == [name]
    assert name in document["detail"]


def test_a_future_day_is_refused(country: Country) -> None:
    tomorrow = today() + timedelta(days=1)
    for path in ("levels", "density"):
        document = problem(country, path, 422, level="ward", day=tomorrow)
        assert document["errors"][0]["name"] == "day"
    assert country.get("levels", level="ward", day=today())["day"] == str(today())


@pytest.mark.parametrize(
    ("path", "query"),
    [
        ("areas/99999", {}),
        ("areas/99999/summary", {}),
        ("areas", {"edition": "no-such"}),
        ("levels", {"level": "ward", "parent": "99999"}),
        ("levels", {"level": "ward", "edition": "no-such"}),
        ("levels", {"level": "ward", "edition": "no-such", "form": "compact"}),
        ("density", {"level": "ward", "parent": "99999"}),
        ("boundaries", {"level": "ward", "parent": "99999"}),
        ("days", {"edition": "no-such"}),
        ("venues", {"area": "99999"}),
        ("venues/ZZZZ", {}),
        ("search", {"q": "ba", "edition": "no-such"}),
        ("criteria/no-such", {}),
    ],
)
def test_what_is_not_there_is_a_404(country: Country, path: str, query: dict[str, Any]) -> None:
    assert problem(country, path, 404, **query)["type"] == "/problems/not-found"


def test_areas_come_in_pages_without_gaps(country: Country) -> None:
    everything = [one["code"] for one in country.get("areas")["items"]]
    assert everything == sorted(everything)
    found: list[str] = []
    cursor: str | None = None
    while True:
        page = country.get("areas", limit=4, **({"cursor": cursor} if cursor else {}))
        found += [one["code"] for one in page["items"]]
        cursor = page["next"]
        if cursor is None:
            break
    assert found == everything


def test_venues_come_in_pages_without_gaps(country: Country) -> None:
    everything = [one["venue_id"] for one in country.get("venues")["items"]]
    assert len(everything) == 30
    found: list[str] = []
    cursor: str | None = None
    while True:
        page = country.get("venues", limit=7, **({"cursor": cursor} if cursor else {}))
        found += [one["venue_id"] for one in page["items"]]
        cursor = page["next"]
        if cursor is None:
            break
    assert found == everything


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ({"area": "01"}, 18),
        ({"area": "001"}, 12),
        ({"area": "00001"}, 6),
        ({"area": "498"}, 0),
        ({"level": "safe"}, 15),
        ({"level": "not_assessed", "area": "79"}, 2),
        ({"type": "office"}, 30),
        ({"type": "cafe"}, 0),
        ({"q": "van phong 12"}, 1),
        ({"q": "VĂN PHÒNG", "area": "760"}, 12),
        ({"bbox": "105.8,21.0,105.81,21.01"}, 6),
        ({"bbox": "105.8,21.0,105.82,21.02"}, 18),
        ({"q": "%"}, 0),
        ({"q": "_"}, 0),
    ],
)
def test_venues_are_filtered(country: Country, query: dict[str, Any], count: int) -> None:
    assert len(country.get("venues", **query)["items"]) == count


def test_a_venue_is_grey_outside_its_span(country: Country) -> None:
    before = country.get("venues/0000000000000000", day=country.day - timedelta(days=1))
    assert (before["level"], before["set_level"], before["valid_until"]) == (
        "not_assessed",
        None,
        None,
    )
    assert country.get("venues/0000000000000000", day=country.day)["level"] == "safe"


def test_public_facts_hold_nothing_of_the_owner(country: Country) -> None:
    venue = country.get("venues/0000000000000000")
    assert not {"answers", "source", "external_id", "capacity", "venue_pk"} & set(venue)


def test_points_are_columns_of_one_length(country: Country) -> None:
    points = country.get("venues", area="00001", form="points")
    lengths = {len(points[name]) for name in ("venue_id", "name", "type", "lon", "lat", "levels")}
    assert lengths == {6}
    assert points["levels"] == "sssrun"
    assert points["is_cut_off"] is False


@pytest.mark.parametrize("query", ["ba dinh", "Ba Đình", "  BA   ĐÌNH ", "quan ba dinh"])
def test_search_finds_ba_dinh_first(country: Country, query: str) -> None:
    areas = country.get("search", q=query)["areas"]
    assert areas[0]["name"] == "Quận Ba Đình"
    assert areas[0]["within"] == ["Thành phố Hà Nội"]


def test_search_finds_venues_by_beginning_then_by_words(country: Country) -> None:
    assert country.get("search", q="van phong so 7")["venues"][0]["name"] == "Văn phòng số 7"
    assert country.get("search", q="phong 29")["venues"][0]["name"] == "Văn phòng số 29"
    assert country.get("search", q="zzzz") == {"edition": EDITION, "areas": [], "venues": []}


def test_a_repeated_question_is_a_304(country: Country) -> None:
    first = country.client.get("/api/v1/levels?level=ward&parent=79")
    for tag in (first.headers["etag"], "W/" + first.headers["etag"]):
        again = country.client.get(
            "/api/v1/levels?level=ward&parent=79", headers={"if-none-match": tag}
        )
        assert again.status_code == 304
        assert again.content == b""
    assert "max-age=0" in first.headers["cache-control"]
    past = country.client.get(f"/api/v1/levels?level=ward&day={country.day}")
    assert past.headers["cache-control"] == "public, max-age=60"


def test_a_ready_answer_asks_the_database_at_most_for_its_change_marks(
    country: Country, engine: Engine
) -> None:
    address = "/api/v1/levels?level=ward&parent=01"
    country.client.get(address)
    statements: list[str] = []

    def note(*args: Any) -> None:
        statements.append(args[2])

    event.listen(engine, "before_cursor_execute", note)
    try:
        for _ in range(100):
            assert country.client.get(address).status_code == 200
    finally:
        event.remove(engine, "before_cursor_execute", note)
    # Three facts, each at most every 100 ms; never one reading for each request.
    assert len(statements) < 60
    assert not any("area_level_daily" in one for one in statements)


@pytest.mark.parametrize(
    ("path", "most"),
    [
        ("areas/00001", 2),
        ("venues?area=01", 6),
        ("venues/0000000000000000", 4),
        ("search?q=ba+dinh", 7),
    ],
)
def test_number_of_queries_does_not_grow_with_the_rows(
    country: Country, engine: Engine, path: str, most: int
) -> None:
    statements: list[str] = []

    def note(*args: Any) -> None:
        statements.append(args[2])

    event.listen(engine, "before_cursor_execute", note)
    try:
        assert country.client.get(f"/api/v1/{path}").status_code == 200
    finally:
        event.remove(engine, "before_cursor_execute", note)
    assert len(statements) <= most, statements


def test_ready_once_the_schema_is_current_and_an_edition_active(
    country: Country, engine: Engine
) -> None:
    assert country.client.get("/healthz").status_code == 200
    assert country.client.get("/readyz").status_code == 200
    with engine.begin() as connection:
        connection.execute(text("UPDATE boundary_edition SET is_active = false"))
    try:
        response = country.client.get("/readyz")
        assert response.status_code == 503
        assert "active" in response.text
    finally:
        with engine.begin() as connection:
            connection.execute(text("UPDATE boundary_edition SET is_active = true"))

"""Which set is whose: territory, venue type, day, version, replacement."""

from datetime import date
from importlib.resources import files

import pytest
import yaml

from assessments.criteria import (
    SetBook,
    build_set_book,
    criteria_set_for,
    load_criteria_sets,
    load_reference_sets,
    reference_sets_for,
)
from assessments.errors import DefinitionError
from assessments.venue_types import ASSESSED_VENUE_TYPES

SCHOOL = (files("assessments") / "definitions" / "school-1467.yaml").read_text(encoding="utf-8")


def renamed(text: str, name: str, **values: str) -> str:
    lines = {"id": name, **values}
    kept = [line for line in text.splitlines() if line.split(":")[0] not in lines]
    return "\n".join([*(f"{key}: {value}" for key, value in lines.items()), *kept]) + "\n"


def book_of(*texts: str) -> SetBook:
    """A book of texts that begin with their id; a version has its own name."""
    named: dict[str, str] = {}
    for text in texts:
        name = text.splitlines()[0].removeprefix("id: ")
        key = f"{name}.yaml"
        if key in named:
            version = yaml.safe_load(text)["version"]
            key = f"{name}@{version}.yaml"
        named[key] = text
    return build_set_book(named)


def test_two_sets_that_nothing_tells_apart_are_refused() -> None:
    one, other = renamed(SCHOOL, "school-a"), renamed(SCHOOL, "school-b")
    with pytest.raises(DefinitionError, match="also claims continuing_education"):
        book_of(one, other)
    book_of(one, renamed(SCHOOL, "school-b", first_day="2021-01-02"))
    book_of(one, renamed(SCHOOL, "school-b", territory='["79"]'))
    book_of(one, renamed(SCHOOL, "school-b", venue_types="any"))
    with pytest.raises(DefinitionError, match="also claims"):
        book_of(
            renamed(SCHOOL, "school-a", territory='["01", "79"]'),
            renamed(SCHOOL, "school-b", territory='["79"]'),
        )


def test_provincial_goes_before_national_named_before_any_newer_before_older() -> None:
    day = date(2021, 5, 1)
    book = book_of(
        renamed(SCHOOL, "national"),
        renamed(SCHOOL, "newer", first_day="2021-01-01"),
        renamed(SCHOOL, "city-any", territory='["79"]', venue_types="any", first_day="2021-04-01"),
        renamed(SCHOOL, "city-school", territory='["79"]', venue_types="[kindergarten]"),
    )

    def chosen(venue_type: str, province: str | None, on: date = day) -> str | None:
        found = book.choose(venue_type, on, province)
        return None if found is None else found.id

    assert chosen("kindergarten", "79") == "city-school"
    assert chosen("school.primary", "79") == "city-any"
    assert chosen("cafe", "79") == "city-any"
    assert chosen("cafe", "01") is None
    assert chosen("kindergarten", "01") == chosen("kindergarten", None) == "newer"
    assert chosen("kindergarten", "01", date(2020, 12, 31)) == "national"
    assert chosen("school.primary", "79", date(2021, 3, 31)) == "newer"
    assert chosen("kindergarten", "79", date(2020, 4, 27)) is None


def test_replaced_set_ends_on_the_day_before() -> None:
    book = book_of(
        renamed(SCHOOL, "old"),
        renamed(SCHOOL, "new", first_day="2021-01-02", replaces="[old]", venue_types="[factory]"),
    )
    assert book.newest["old"].last_day == date(2021, 1, 1)
    # It ends for all its types, those included that the new one does not name.
    assert book.choose("kindergarten", date(2021, 1, 1), None) is not None
    assert book.choose("kindergarten", date(2021, 1, 2), None) is None
    with pytest.raises(DefinitionError, match="no set 'gone'"):
        book_of(renamed(SCHOOL, "new", replaces="[gone]"))


def test_old_version_stays_and_is_taken_for_its_days() -> None:
    first = renamed(SCHOOL, "school-x", version='"2020-04-28.1"')
    second = renamed(SCHOOL, "school-x", version='"2020-04-28.2"', version_from="2021-03-01")
    book = book_of(second, first)
    assert set(book.versions) == {("school-x", "2020-04-28.1"), ("school-x", "2020-04-28.2")}
    assert book.newest["school-x"].version == "2020-04-28.2"
    for day, version in ((date(2021, 2, 28), "1"), (date(2021, 3, 1), "2")):
        found = book.choose("kindergarten", day, None)
        assert found is not None
        assert found.version == f"2020-04-28.{version}"
    with pytest.raises(DefinitionError, match="does not follow the version"):
        book_of(first, renamed(SCHOOL, "school-x", version='"2020-04-28.2"'))
    lower = renamed(SCHOOL, "school-x", version='"2020-04-28.0"', version_from="2021-03-01")
    with pytest.raises(DefinitionError, match="does not follow the version"):
        book_of(first, lower)
    with pytest.raises(DefinitionError, match="the same version"):
        build_set_book({"school-x.yaml": first, "school-x@2020-04-28.1.yaml": first})


@pytest.mark.parametrize(
    ("venue_type", "province", "day", "set_id"),
    [
        ("kindergarten", None, "2020-04-27", None),
        ("kindergarten", None, "2020-04-28", "school-1467"),
        ("kindergarten", "79", "2021-10-14", "school-hcm-1371"),
        ("kindergarten", "79", "2021-10-15", "school-hcm-3588-preschool"),
        ("school.secondary", "79", "2021-10-15", "school-hcm-3588-general"),
        ("continuing_education", "79", "2021-10-15", "school-1467"),
        ("school.secondary", "79", "2022-04-20", "school-hcm-3588-general"),
        ("school.secondary", "79", "2022-04-21", "general-hcm-1303"),
        ("school.primary", "01", "2021-10-28", "school-1467"),
        ("school.primary", "01", "2021-10-29", "school-hanoi-16"),
        ("kindergarten", "01", "2021-10-29", "school-1467"),
        ("factory", "79", "2020-05-27", "workplace-hcm-1203"),
        ("factory", "01", "2020-05-27", "workplace-2194"),
        ("industrial_park", "79", "2020-05-27", "workplace-2194"),
        ("bus", "79", "2021-09-14", "transport-hcm-1368"),
        ("bus", "79", "2021-09-15", "transport-hcm-3324"),
        ("station", "79", "2021-09-15", "transport-hcm-1368"),
        ("restaurant", "79", "2021-10-27", "food-hcm-1369"),
        ("restaurant", "79", "2021-10-28", "food-hcm-3677"),
        ("canteen", "79", "2021-10-28", "food-hcm-1369"),
        ("restaurant", "01", "2021-10-28", None),
        ("market", "79", "2021-01-01", "market-hcm-1370-traditional"),
        ("market.wholesale", "79", "2021-01-01", "market-hcm-1370-wholesale"),
        ("mall", "79", "2021-01-01", "market-hcm-1370-retail"),
        ("hotel", "79", "2021-01-01", "tourism-hcm-1367"),
        ("hotel", "01", "2021-01-01", "lodging-national-4159"),
        ("resort", "79", "2021-01-01", "lodging-national-4159"),
        ("resort", "79", "2022-04-21", "general-hcm-1303"),
        ("clinic", "79", "2021-01-01", "clinic-4999"),
        ("cafe", "79", "2022-04-20", None),
        ("cafe", "79", "2022-04-21", "general-hcm-1303"),
        ("cafe", None, "2022-04-21", None),
        ("apartment_building", "01", "2021-01-01", None),
    ],
)  # fmt: skip
def test_set_is_that_of_type_province_and_day(
    venue_type: str, province: str | None, day: str, set_id: str | None
) -> None:
    found = criteria_set_for(venue_type, date.fromisoformat(day), province)
    assert (None if found is None else found.id) == set_id


def test_general_set_of_the_city_ends_all_earlier_ones_of_the_city() -> None:
    general = load_criteria_sets()["general-hcm-1303"]
    city = {key for key, one in load_criteria_sets().items() if one.territory == ("79",)}
    assert set(general.replaces) == city - {general.id}
    assert all(not load_criteria_sets()[key].holds_on(general.first_day) for key in city - {
        general.id
    })  # fmt: skip


def test_exactly_the_assessed_types_are_named_by_a_set() -> None:
    named = {
        kind
        for one in load_criteria_sets().values()
        if not one.is_for_any_type
        for kind in one.venue_types
    }
    assert named == set(ASSESSED_VENUE_TYPES)


def test_sets_without_criteria_are_listed_and_never_chosen() -> None:
    listed = load_reference_sets()
    assert set(listed) == {"apartment-2234", "service-area-2225", "service-hue-2020"}
    assert not any(one.fillable for one in listed.values())
    assert [one.id for one in reference_sets_for("restaurant", "46")] == [
        "service-hue-2020",
        "service-area-2225",
    ]
    assert [one.id for one in reference_sets_for("market.traditional", "01")] == [
        "service-area-2225"
    ]

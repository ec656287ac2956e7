from typing import Any

import pytest
import shapely

from geo.assembly import DuplicateCodeError, assemble
from geo.levels import AdminLevel
from geo.matching import ListedUnit, RawUnit, UnitList, match_unit

P, D, W = AdminLevel.PROVINCE, AdminLevel.DISTRICT, AdminLevel.WARD

LISTED = UnitList.of(
    [
        ListedUnit(code="42", level=P, name="Tỉnh Hà Tĩnh", parent_code=None),
        ListedUnit(code="449", level=D, name="Thị xã Kỳ Anh", parent_code="42"),
        ListedUnit(code="447", level=D, name="Huyện Kỳ Anh", parent_code="42"),
        ListedUnit(code="15", level=P, name="Tỉnh Yên Bái", parent_code=None),
        ListedUnit(code="138", level=D, name="Huyện Trấn Yên", parent_code="15"),
        ListedUnit(code="04531", level=W, name="Xã Minh Quán", parent_code="138"),
        ListedUnit(code="04560", level=W, name="Xã Minh Quân", parent_code="138"),
        ListedUnit(code="48", level=P, name="Thành phố Đà Nẵng", parent_code=None),
        ListedUnit(code="498", level=D, name="Huyện Hoàng Sa", parent_code="48"),
    ]
)


def raw(level: AdminLevel, name: str | None, **facts: Any) -> RawUnit:
    defaults: dict[str, Any] = dict.fromkeys(
        (
            "code",
            "type_word",
            "name_en",
            "parent_code",
            "parent_name",
            "province_code",
            "province_name",
        )
    )
    shape: dict[str, Any] = {"geometry": shapely.box(0, 0, 1, 1), "number": 1}
    return RawUnit(level=level, name=name, **{**defaults, **shape, **facts})


def code_of(row: RawUnit) -> str | None:
    unit = match_unit(row, LISTED).unit
    return unit.code if unit else None


def test_names_that_differ_only_in_tone_are_told_apart() -> None:
    assert code_of(raw(W, "Xã Minh Quán", parent_name="Huyện Trấn Yên")) == "04531"
    assert code_of(raw(W, "Xã Minh Quân", parent_name="Huyện Trấn Yên")) == "04560"


def test_name_without_tones_is_listed_and_not_matched() -> None:
    match = match_unit(raw(W, "Xa Minh Quan", parent_name="Huyện Trấn Yên"), LISTED)
    assert match.unit is None
    match = match_unit(raw(W, "Minh Quan", parent_name="Huyện Trấn Yên"), LISTED)
    assert match.unit is None
    assert "Minh Quán (04531), Xã Minh Quân (04560)" in match.reason


def test_names_that_differ_only_in_type_are_told_apart() -> None:
    assert code_of(raw(D, "Thị xã Kỳ Anh", province_name="Hà Tĩnh")) == "449"
    assert code_of(raw(D, "Huyện Kỳ Anh", province_name="Hà Tĩnh")) == "447"
    assert code_of(raw(D, "Kỳ Anh", type_word="Huyện")) == "447"


def test_name_without_type_that_fits_two_units_is_ambiguous() -> None:
    match = match_unit(raw(D, "Kỳ Anh"), LISTED)
    assert match.unit is None
    assert "fits several units" in match.reason


def test_wrong_type_is_not_matched() -> None:
    match = match_unit(raw(D, "Quận Trấn Yên"), LISTED)
    assert match.unit is None
    assert "another type" in match.reason


def test_code_of_another_level_is_no_code() -> None:
    assert code_of(raw(W, None, code="42")) is None


def test_name_counts_only_within_its_parent() -> None:
    assert code_of(raw(W, "Xã Minh Quán", parent_name="Thị xã Kỳ Anh")) is None


def test_listed_units_without_a_polygon_are_kept_in_the_provinces_of_the_file() -> None:
    made = assemble([raw(W, "Xã Minh Quán", code="04531")], LISTED)
    by_code = {unit.code: unit for unit in made.units}
    assert set(by_code) == {"15", "138", "04531", "04560"}
    assert by_code["04560"].geometry is None
    assert made.without_polygon == ["04560"]
    assert by_code["138"].geometry is not None


def test_two_rows_with_one_code_are_refused_or_joined() -> None:
    rows = [
        raw(P, "Tỉnh Hà Tĩnh", code="42"),
        raw(P, "Tỉnh Hà Tĩnh", code="42", geometry=shapely.box(5, 5, 6, 6), number=2),
    ]
    with pytest.raises(DuplicateCodeError, match="42"):
        assemble(rows, None)
    made = assemble(rows, None, join_duplicates=True)
    assert [shapely.get_num_geometries(unit.geometry) for unit in made.units] == [2]


def test_parents_are_made_as_unions_and_named_by_the_columns() -> None:
    rows = [
        raw(
            W,
            "xã A",
            code="00001",
            parent_code="001",
            parent_name="Huyện B",
            province_code="01",
            province_name="Tỉnh C",
        ),
        raw(
            W,
            "Xã D",
            code="00002",
            parent_code="001",
            province_code="01",
            geometry=shapely.box(1, 0, 2, 1),
            number=2,
        ),
    ]
    made = assemble(rows, None)
    by_code = {unit.code: unit for unit in made.units}
    assert by_code["001"].name == "Huyện B"
    assert by_code["01"].name == "Tỉnh C"
    assert by_code["00001"].name == "Xã A"
    assert shapely.area(by_code["01"].geometry) == pytest.approx(2.0)
    assert set(made.made_parents) == {"001", "01"}


def test_orphan_is_named_and_put_under_the_area_that_holds_it() -> None:
    rows = [
        raw(P, "Tỉnh C", code="01", geometry=shapely.box(0, 0, 9, 9)),
        raw(D, "Huyện B", code="001", parent_code="77", number=1),
    ]
    made = assemble(rows, None)
    assert made.orphans == ["001"]
    assert {unit.code: unit.parent_code for unit in made.units} == {"01": None, "001": "01"}


def test_wards_right_below_a_province() -> None:
    rows = [
        raw(P, "Tỉnh C", code="01"),
        raw(W, "Xã A", code="00004", parent_code="01", province_code="01"),
    ]
    made = assemble(rows, None)
    assert not made.orphans
    assert {unit.level for unit in made.units} == {P, W}


def test_bow_tie_is_repaired_and_a_line_is_refused() -> None:
    bow_tie = shapely.Polygon([(0, 0), (1, 1), (1, 0), (0, 1)])
    line = shapely.Polygon([(0, 0), (1, 1), (0, 0)])
    made = assemble(
        [raw(P, "A", code="01", geometry=bow_tie), raw(P, "B", code="02", geometry=line, number=2)],
        None,
    )
    assert dict(made.repaired) == {"province": 1}
    assert [row.reason for row in made.refused] == ["it has no polygon"]

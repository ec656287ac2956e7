import pytest

from geo.addresses import address_agrees, named_areas
from geo.names import english_name, fold, has_tones, spelling_key, split_type


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Hòa Khánh", "Hoà Khánh"),
        ("Phường 01", "Phường 1"),
        ("Ea H'leo", "Ea H’leo"),
        ("Phan Rang-Tháp Chàm", "Phan Rang - Tháp Chàm"),
        ("Hải Châu  I", "Hải Châu I"),
        ("Thuỵ Khuê", "Thụy Khuê"),
    ],
)
def test_two_spellings_of_one_name_have_one_key(one: str, other: str) -> None:
    assert spelling_key(one) == spelling_key(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [("Minh Quán", "Minh Quân"), ("Tân Thành", "Tân Thạnh"), ("An Giang", "An Giàng")],
)
def test_names_that_differ_in_letters_or_tones_have_two_keys(one: str, other: str) -> None:
    assert spelling_key(one) != spelling_key(other)
    assert fold(one) == fold(other)


@pytest.mark.parametrize(
    ("text", "type_word", "bare"),
    [
        ("Quận Ba Đình", "quận", "Ba Đình"),
        ("xã Đồng Tâm", "xã", "Đồng Tâm"),
        ("Thị xã Kỳ Anh", "thị xã", "Kỳ Anh"),
        ("Q.1", "quận", "1"),
        ("TP. Hồ Chí Minh", "thành phố", "Hồ Chí Minh"),
        ("P12", "phường", "12"),
        ("Xuân La", "", "Xuân La"),
        ("Quảng Ninh", "", "Quảng Ninh"),
        ("Huế", "", "Huế"),
    ],
)
def test_type_word_is_split_off(text: str, type_word: str, bare: str) -> None:
    assert split_type(text) == (type_word, bare)


def test_english_names() -> None:
    assert english_name("Quận 1") == "District 1"
    assert english_name("Phường 04") == "Ward 4"
    assert english_name("Thành phố Hà Nội") == "Hanoi City"
    assert english_name("Huyện Đắk R'Lấp") == "Dak R'Lap District"


def test_tones_are_noticed() -> None:
    assert has_tones("Ba Đình")
    assert not has_tones("Ba Dinh, Ha Noi")


BEN_NGHE = ("Thành phố Hồ Chí Minh", "Quận 1", "Phường Bến Nghé")
THU_DUC = ("Thành phố Hồ Chí Minh", "Thành phố Thủ Đức", "Phường Trường Thọ")


@pytest.mark.parametrize(
    ("address", "path", "expected"),
    [
        ("2 Nguyễn Huệ, P. Bến Nghé, Q.1, TP.HCM", BEN_NGHE, True),
        ("2 Nguyen Hue, P. Ben Nghe, Q.1", BEN_NGHE, True),
        ("2 Nguyễn Huệ, P. Bến Thành, Q.1", BEN_NGHE, False),
        ("Quận 10, TP. Hồ Chí Minh", BEN_NGHE, False),
        ("2 Nguyễn Huệ, Bến Nghé", BEN_NGHE, None),
        ("Huyện Nhà Bè", BEN_NGHE, None),
        ("", BEN_NGHE, None),
        (None, BEN_NGHE, None),
        ("1 Kha Vạn Cân, TP. Hồ Chí Minh", THU_DUC, True),
        ("1 Kha Vạn Cân, TP. Thủ Đức", THU_DUC, True),
        ("1 Trần Phú, TP. Vũng Tàu", THU_DUC, False),
    ],
)
def test_address_beside_the_area_of_the_point(
    address: str | None, path: tuple[str, ...], expected: bool | None
) -> None:
    assert address_agrees(address, path) is expected


def test_hyphens_part_an_address_but_not_a_name() -> None:
    named = named_areas("49- Đường Đại La- Quận Hai Bà Trưng, Tỉnh Bà Rịa - Vũng Tàu")
    assert named["quận"] == ["Hai Bà Trưng"]
    assert spelling_key(named["tỉnh"][0]) == spelling_key("Bà Rịa - Vũng Tàu")

"""Names of venues that mean the same, and those that only look alike."""

import pytest

from geo.venue_names import is_like

SAME = (
    ("Trường Tiểu học Nguyễn Du", "TH Nguyễn Du"),
    ("Trường Tiểu học Nguyễn Du", "Nguyen Du Primary School"),
    ("TH Nguyễn Du", "Nguyen Du Elementary School"),
    ("Trường Tiểu học Nguyễn Du", "truong tieu hoc nguyen du"),
    ("Trường Tiểu học Nguyễn Du", "Trường TH Nguyễn Du, Quận 1"),
    ("Trường TH Nguyễn Du Q.1", "Trường Tiểu học Nguyễn Du"),
    ("Trường Nguyễn Du", "Trường Tiểu học Nguyễn Du"),
    ("THCS Lê Quý Đôn", "Trường Trung học cơ sở Lê Quý Đôn"),
    ("THPT Chu Văn An", "Chu Van An High School"),
    ("Trường Mầm non Hoa Sen", "MN Hoa Sen"),
    ("MN Hoa Sen", "Hoa Sen Kindergarten"),
    ("BV Chợ Rẫy", "Bệnh viện Chợ Rẫy"),
    ("Bệnh viện Chợ Rẫy", "Cho Ray Hospital"),
    ("Bệnh viện Đa khoa Đống Đa", "Dong Da General Hospital"),
    ("TTYT Bình Thạnh", "Trung tâm Y tế Bình Thạnh"),
    ("KS Hương Giang", "Khách sạn Hương Giang"),
    ("Huong Giang Hotel", "Khách sạn Hương Giang"),
    ("NH Sông Hồng", "Nhà hàng Sông Hồng"),
    ("CH Bách hóa Xanh", "Cửa hàng Bách Hoá Xanh"),
    ("CTY TNHH Minh Long", "Công ty Trách nhiệm hữu hạn Minh Long"),
    ("Công ty TNHH Minh Long", "Minh Long Co., Ltd"),
    ("ST Co.opmart", "Siêu thị Co.opmart"),
    ("Cà phê Trung Nguyên", "Trung Nguyen Coffee"),
    ("Highlands Coffee", "Highland Coffee"),
    ("Trường TH Phường 1", "Trường Tiểu học P.1"),
)
DIFFERENT = (
    ("Trường Tiểu học Nguyễn Du", "Trường Tiểu học Nguyễn Trãi"),
    ("Trường Tiểu học Nguyễn Du", "Trường Tiểu học Nguyễn Huệ"),
    ("THCS Nguyễn Du", "THPT Nguyễn Du"),
    ("Trường Nguyễn Du 1", "Trường Nguyễn Du 2"),
    ("Cà phê Trung Nguyên", "Cà phê Trung Hòa"),
    ("Cà phê Mộc", "Cà phê Sông Thu"),
    ("Highlands Coffee", "The Coffee House"),
    ("Phúc Long Coffee", "Starbucks Coffee"),
    ("Khách sạn Hương Giang", "Khách sạn Hương Sen"),
    ("Nhà hàng Sông Hồng", "Nhà hàng Hoa Hồng"),
    ("Công ty TNHH Minh Long", "Công ty TNHH Thành Công"),
    ("Bệnh viện Từ Dũ", "Bệnh viện Hùng Vương"),
    ("Siêu thị Co.opmart", "Siêu thị Big C"),
    ("Trường TH Lê Văn Tám", "Trường TH Lê Văn Sĩ"),
    ("Quán Bà Tư", "Quán Ông Tư"),
)


@pytest.mark.parametrize("pair", range(len(SAME)))
def test_one_venue_by_two_names_is_seen(pair: int) -> None:
    one, other = SAME[pair]
    assert is_like(one, other)
    assert is_like(other, one)


@pytest.mark.parametrize("pair", range(len(DIFFERENT)))
def test_neighbours_with_names_of_their_own_raise_no_question(pair: int) -> None:
    one, other = DIFFERENT[pair]
    assert not is_like(one, other)
    assert not is_like(other, one)


@pytest.mark.parametrize("name", ["", "...", "Trường học", "Q.1", "Chợ"])
def test_a_name_of_nothing_but_its_kind_is_compared_whole(name: str) -> None:
    assert is_like(name, name)
    assert not is_like(name, "Nguyễn Du")

"""Invented names and addresses of demo venues; no name of a person, firm or real institution."""

from collections import Counter
from typing import Final

import numpy as np

from assessments.venue_types import VenueType

TYPE_WORDS: Final = ("Phường ", "Xã ", "Thị trấn ", "Quận ", "Huyện ", "Thị xã ", "Thành phố ")
TRADES: Final = (
    "Cơ khí", "Dệt may", "Điện tử", "Bao bì", "Nhựa", "Gỗ", "Giày da", "In ấn", "Thủy sản",
    "Chế biến thực phẩm", "Vật liệu xây dựng", "Thiết bị điện", "Gốm sứ", "Cao su", "Mây tre",
)  # fmt: skip
FIRST: Final = (
    "Sao", "Sông", "Núi", "Biển", "Rạng", "Nắng", "Gió", "Mùa", "Đồng", "Tân", "Hưng", "Thành",
    "Phú", "Vạn", "Đại", "Trường", "Bình", "An",
)  # fmt: skip
SECOND: Final = (
    "Xanh", "Vàng", "Hồng", "Biếc", "Đông", "Mới", "Ban Mai", "Thu", "Phát", "Thịnh", "Tiến",
    "Lợi", "Minh Châu", "Cửu Long", "Phương Nam", "Đất Việt", "Ngàn Khơi", "Cao Nguyên",
)  # fmt: skip


def bare_name(name: str) -> str:
    """An area's name without its type word, unless only a number is left: "Phường 1" stays."""
    for word in TYPE_WORDS:
        if name.startswith(word) and not name.removeprefix(word)[:1].isdigit():
            return name.removeprefix(word)
    return name


def name_venues(
    rng: np.random.Generator, types: list[VenueType], places: list[tuple[str, ...]]
) -> tuple[list[str], list[str]]:
    """Names and addresses of venues.

    Args:
        rng: Source of chance.
        types: Type of each venue.
        places: Names of the areas that hold each venue, from the top down.

    Returns:
        Names, unique within a leaf area, and addresses that name the areas.
    """
    count = len(types)
    trade = rng.integers(0, len(TRADES), count).tolist()
    first = rng.integers(0, len(FIRST), count).tolist()
    second = rng.integers(0, len(SECOND), count).tolist()
    number = rng.integers(1, 400, count).tolist()
    seen: Counter[tuple[str, tuple[str, ...]]] = Counter()
    names, addresses = [], []
    for i, (venue_type, place) in enumerate(zip(types, places, strict=True)):
        brand = f"{FIRST[first[i]]} {SECOND[second[i]]}"
        name = _name(venue_type, bare_name(place[-1]), bare_name(place[-2:][0]), brand)
        if venue_type == VenueType.FACTORY:
            name = f"Công ty {TRADES[trade[i]]} {brand}"
        seen[name, place] += 1
        if seen[name, place] > 1:
            name = f"{name} số {seen[name, place]}"
        names.append(name)
        addresses.append(", ".join([f"Số {number[i]}", *reversed(place)]))
    return names, addresses


def _name(venue_type: VenueType, ward: str, district: str, brand: str) -> str:
    return {
        VenueType.HOSPITAL_PUBLIC: f"Bệnh viện Đa khoa {district}",
        VenueType.HOSPITAL_PRIVATE: f"Bệnh viện Tư nhân {brand}",
        VenueType.KINDERGARTEN: f"Trường Mầm non {ward}",
        VenueType.SCHOOL_PRIMARY: f"Trường Tiểu học {ward}",
        VenueType.SCHOOL_SECONDARY: f"Trường Trung học {ward}",
        VenueType.CONTINUING_EDUCATION: f"Trung tâm Giáo dục thường xuyên {district}",
        VenueType.OFFICE: f"Văn phòng {brand}",
        VenueType.INDUSTRIAL_PARK: f"Khu công nghiệp {ward}",
        VenueType.WORKER_DORMITORY: f"Khu lưu trú công nhân {ward}",
        VenueType.CLINIC: f"Phòng khám {brand}",
        VenueType.HEALTH_STATION: f"Trạm Y tế {ward}",
        VenueType.MARKET_WHOLESALE: f"Chợ đầu mối {ward}",
        VenueType.MARKET_TRADITIONAL: f"Chợ {ward}",
        VenueType.SUPERMARKET: f"Siêu thị {brand}",
        VenueType.MALL: f"Trung tâm thương mại {brand}",
        VenueType.RESTAURANT: f"Nhà hàng {brand}",
        VenueType.CANTEEN: f"Bếp ăn {brand}",
        VenueType.STREET_FOOD: f"Quán ăn vỉa hè {brand}",
        VenueType.HOTEL: f"Khách sạn {brand}",
        VenueType.ATTRACTION: f"Khu du lịch {brand}",
        VenueType.BUS: f"Tuyến xe buýt {district} – {brand}",
        VenueType.STATION: f"Bến xe {ward}",
    }.get(venue_type, brand)

"""Hoàng Sa and Trường Sa at their true place, as approximate shapes.

The islets are far smaller than a pixel of a country map, so each is drawn as a
circle of a few kilometres: the place is true (to about a minute), the size is not.
Coordinates: public gazetteers and sailing directions, to a hundredth of a degree.
"""

from typing import Final

import numpy as np
import shapely
from numpy.typing import NDArray

_RADIUS_DEGREES: Final = 0.06

HOANG_SA: Final = (
    ("Hoàng Sa", 111.61, 16.53),
    ("Hữu Nhật", 111.59, 16.50),
    ("Quang Ảnh", 111.51, 16.45),
    ("Quang Hòa", 111.71, 16.45),
    ("Duy Mộng", 111.74, 16.47),
    ("Tri Tôn", 111.20, 15.78),
    ("Bạch Quy", 111.77, 16.06),
    ("Phú Lâm", 112.34, 16.83),
    ("Đảo Cây", 112.27, 16.98),
    ("Linh Côn", 112.73, 16.67),
)

TRUONG_SA: Final = (
    ("Trường Sa", 111.92, 8.64),
    ("Đá Lát", 111.67, 8.67),
    ("Đá Tây", 112.23, 8.86),
    ("Trường Sa Đông", 112.35, 8.93),
    ("An Bang", 112.92, 7.89),
    ("Thuyền Chài", 113.32, 8.18),
    ("Phan Vinh", 113.69, 8.97),
    ("Tốc Tan", 113.98, 8.81),
    ("Núi Le", 114.18, 8.71),
    ("Tiên Nữ", 114.64, 8.86),
    ("Sinh Tồn", 114.33, 9.89),
    ("Sinh Tồn Đông", 114.56, 9.90),
    ("Cô Lin", 114.25, 9.77),
    ("Len Đao", 114.37, 9.78),
    ("Nam Yết", 114.37, 10.18),
    ("Đá Lớn", 113.85, 10.06),
    ("Sơn Ca", 114.48, 10.38),
    ("Ba Bình", 114.37, 10.38),
    ("Đá Thị", 114.59, 10.41),
    ("Loại Ta", 114.42, 10.67),
    ("Thị Tứ", 114.28, 11.05),
    ("Bến Lạc", 115.02, 11.08),
    ("Song Tử Tây", 114.33, 11.43),
    ("Song Tử Đông", 114.36, 11.46),
    ("Đá Nam", 114.30, 11.39),
)


HOANG_SA_DISTRICT: Final = "498"
TRUONG_SA_DISTRICT: Final = "576"
TRUONG_SA_WARDS: Final = (
    ("22736", "Trường Sa"),
    ("22737", "Song Tử Tây"),
    ("22739", "Sinh Tồn"),
)


def archipelago_shapes() -> dict[str, shapely.Geometry]:
    """Multi-polygons in EPSG:4326 by official code: Hoàng Sa's district, Trường Sa's three wards.

    Each islet of Trường Sa goes to the nearest of the three chief islands.
    """
    shapes = {HOANG_SA_DISTRICT: _circles(np.array([place[1:] for place in HOANG_SA]))}
    places = np.array([place[1:] for place in TRUONG_SA])
    names = [place[0] for place in TRUONG_SA]
    chiefs = places[[names.index(chief) for _, chief in TRUONG_SA_WARDS]]
    nearest = np.hypot(*(places[:, None, :] - chiefs[None, :, :]).transpose(2, 0, 1)).argmin(axis=1)
    for number, (code, _) in enumerate(TRUONG_SA_WARDS):
        shapes[code] = _circles(places[nearest == number])
    return shapes


def _circles(places: NDArray[np.float64]) -> shapely.Geometry:
    discs = shapely.buffer(shapely.points(places), _RADIUS_DEGREES, quad_segs=4)
    joined = shapely.union_all(discs)
    return shapely.MultiPolygon(list(shapely.get_parts(joined)))

"""One example answer for each route, for the OpenAPI document; tests hold them to the models."""

from collections.abc import Mapping
from typing import Any, Final

from fastapi import FastAPI

_FIGURES: Final[dict[str, Any]] = {
    "level": "at_risk",
    "index": 71.25,
    "safe_rate": 0.7368,
    "coverage": 0.95,
    "venues": 20,
    "assessed": 19,
    "safe": 14,
    "at_risk": 4,
    "unsafe": 1,
    "not_assessed": 1,
    "trust": {
        "graded": 20,
        "shares": {
            "self_declared": 0.3,
            "documents_checked": 0.1,
            "inspected": 0.5,
            "contested": 0.05,
            "expired": 0.05,
        },
        "inspections": 11,
        "agreement": {
            "pairs": 11,
            "kappa": 0.645,
            "low": 0.221,
            "high": 1.0,
            "weighted_kappa": 0.694,
        },
        "appeals": {"decisions": 14, "overturned": 1},
    },
}
_PROVINCE: Final[dict[str, Any]] = {
    "code": "01",
    "name": "Thành phố Hà Nội",
    "name_en": "Ha Noi City",
    "level": "province",
    "parent": None,
    "is_leaf": False,
    "population": 8053663,
    "area_km2": 3358.6,
    "bbox": [105.28, 20.56, 106.02, 21.38],
}
_DISTRICT: Final[dict[str, Any]] = {
    **_PROVINCE,
    "code": "001",
    "name": "Quận Ba Đình",
    "name_en": "Ba Dinh District",
    "level": "district",
    "parent": "01",
    "population": 221893,
    "area_km2": 9.21,
    "bbox": [105.8, 21.02, 105.85, 21.06],
}
_VENUE: Final[dict[str, Any]] = {
    "venue_id": "3V9GZK0QX7M2T1BD",
    "name": "Trường Tiểu học Ba Đình",
    "type": "school.primary",
    "address": "1 phố Thử, Quận Ba Đình",
    "lon": 105.824,
    "lat": 21.036,
    "level": "safe",
}
_VENUE_RESULT: Final = {
    "area": "00001",
    "set_id": "school-1467",
    "set_level": "safe",
    "valid_until": "2021-12-19",
    "trust": {"grade": "inspected", "since": "2021-11-20"},
}
_SCORE: Final[dict[str, Any]] = {
    "set_id": "school-1467",
    "set_version": "2020-04-28.1",
    "score": 15.0,
    "safety_tenths": 1000,
    "level": "safe",
    "set_level": "safe",
    "points": 15,
    "max_points": 15,
    "criteria": [{"id": "1", "answer": "pass", "points": 1, "max_points": 1, "reason": "passed"}],
    "vetoed_by": [],
    "next_level": None,
}
_LEVELS: Final[dict[str, Any]] = {
    "edition": "vn-2021",
    "level": "district",
    "parent": "79",
    "day": "2021-11-20",
}
_BOUNDARY: Final = "/api/v1/boundaries/vn-2021/district/79.0a1b2c3d4e5f6071.geojson"

EXAMPLES: Final[Mapping[tuple[str, str], Mapping[str, Any]]] = {
    ("get", "/api/v1/editions"): {
        "items": [
            {
                "code": "vn-2021",
                "title_vi": "Đơn vị hành chính năm 2021",
                "title_en": "Administrative units of 2021",
                "valid_from": "2021-01-01",
                "valid_to": "2025-06-30",
                "source": "General Statistics Office",
                "licence": "CC BY 4.0",
                "is_approximate": False,
                "is_active": True,
                "levels": {"province": 63, "district": 705, "ward": 10599},
            }
        ],
        "next": None,
    },
    ("get", "/api/v1/areas"): {"edition": "vn-2021", "items": [_DISTRICT], "next": None},
    ("get", "/api/v1/areas/{code}"): {**_DISTRICT, "edition": "vn-2021", "within": [_PROVINCE]},
    ("get", "/api/v1/boundaries"): {
        "edition": "vn-2021",
        "level": "district",
        "parent": "79",
        "href": _BOUNDARY,
    },
    ("get", "/api/v1/levels"): {
        **_LEVELS,
        "computed_at": "2021-11-20T09:00:00Z",
        "boundary": _BOUNDARY,
        "items": [{"code": "760", **_FIGURES}],
        "next": None,
    },
    ("get", "/api/v1/density"): {
        **_LEVELS,
        "hour": 8,
        "suppress_below": 10,
        "boundary": _BOUNDARY,
        "items": [
            {"code": "760", "visits": 1280, "per_km2": 165.803, "suppressed": False},
            {"code": "761", "visits": None, "per_km2": None, "suppressed": True},
        ],
        "next": None,
    },
    ("get", "/api/v1/days"): {
        "edition": "vn-2021",
        "today": "2021-11-20",
        "safety": {"first": "2021-09-22", "last": "2021-11-20"},
        "density": ["2021-11-18", "2021-11-19"],
    },
    ("get", "/api/v1/venues"): {
        "edition": "vn-2021",
        "day": "2021-11-20",
        "items": [{**_VENUE, **_VENUE_RESULT}],
        "next": "dmVudWVzOjI",
    },
    ("get", "/api/v1/venues/{venue_id}"): {
        **_VENUE,
        **_VENUE_RESULT,
        "edition": "vn-2021",
        "day": "2021-11-20",
        "reply": None,
    },
    ("get", "/api/v1/search"): {
        "edition": "vn-2021",
        "areas": [
            {
                "code": "001",
                "name": "Quận Ba Đình",
                "name_en": "Ba Dinh District",
                "level": "district",
                "within": ["Thành phố Hà Nội"],
                "within_en": ["Ha Noi City"],
                "bbox": [105.8, 21.02, 105.85, 21.06],
            }
        ],
        "venues": [
            {**_VENUE, "trust": "inspected", "area": "00001", "area_name": "Phường Phúc Xá"}
        ],
    },
    ("get", "/api/v1/criteria"): {
        "items": [
            {
                "id": "school-1467",
                "version": "2020-04-28.1",
                "title": {"vi": "Tiêu chí trường học an toàn", "en": "Criteria for safe schools"},
                "issuer": {"vi": "Bộ Giáo dục và Đào tạo", "en": "Ministry of Education"},
                "document": "1467/BGDĐT-GDTC",
                "issued_on": "2020-04-28",
                "venue_types": ["school.primary", "school.secondary"],
                "validity_days": 1,
                "has_official_text": False,
                "fillable": True,
                "gives_level": True,
                "territory": None,
                "replaces": [],
                "first_day": "2020-04-28",
                "last_day": None,
            }
        ],
        "next": None,
    },
    ("post", "/api/v1/criteria/{set_id}/score"): {
        "missing": [],
        "points": 15,
        "max_points": 15,
        "best": _SCORE,
        "worst": _SCORE,
        "result": _SCORE,
    },
    ("post", "/api/v1/venues/{venue_id}/assessments"): {
        "venue_id": "3V9GZK0QX7M2T1BD",
        "set_id": "school-1467",
        "set_version": "2020-04-28.1",
        "submitted_at": "2021-11-20T02:15:00Z",
        "score": 15.0,
        "level": "safe",
        "set_level": "safe",
        "valid_until": "2021-12-19",
        "is_new": True,
        "result": _SCORE,
    },
    **{
        ("get", path): {
            "edition": "vn-2021",
            "day": "2021-11-20",
            "area": area,
            "figures": _FIGURES,
            "trend": [
                {
                    "day": "2021-11-20",
                    "level": "at_risk",
                    "index": 71.25,
                    "safe_rate": 0.7368,
                    "coverage": 0.95,
                }
            ],
            "worst": [
                {
                    "code": "00001",
                    "name": "Phường Phúc Xá",
                    "name_en": None,
                    "admin_level": "ward",
                    **_FIGURES,
                }
            ],
            "parts": {"safe": 9, "at_risk": 4, "unsafe": 1, "not_enough_data": 0},
            "venue_types": [
                {
                    "type": "office",
                    "venues": 20,
                    "safe": 14,
                    "at_risk": 4,
                    "unsafe": 1,
                    "not_assessed": 1,
                }
            ],
        }
        for path, area in (
            ("/api/v1/summary", None),
            (
                "/api/v1/areas/{code}/summary",
                {
                    "code": "001",
                    "name": "Quận Ba Đình",
                    "name_en": "Ba Dinh District",
                    "level": "district",
                },
            ),
        )
    },
}


def add_examples(app: FastAPI) -> None:
    """Let the application's OpenAPI document carry the examples."""
    make_document = app.openapi

    def openapi() -> dict[str, Any]:
        document = make_document()
        for (method, path), example in EXAMPLES.items():
            responses = document["paths"][path][method]["responses"]
            status = "201" if "201" in responses else "200"
            responses[status]["content"]["application/json"]["example"] = example
        return document

    app.openapi = openapi  # type: ignore[method-assign]  # as FastAPI asks for it

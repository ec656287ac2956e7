"""The panel of an area as JSON."""

from collections import Counter
from typing import Any

from assessments.levels import AreaLevel
from dashboard.api.figures import area_figures, rounded
from dashboard.api.trust import trust_document
from data.queries.area_trust import NO_TRUST
from data.services.counting.levels import AreaSummary, Trend


def summary_document(summary: AreaSummary, trend: Trend) -> dict[str, Any]:
    """Figures, trend, worst parts and venues by type of one area, or of the whole country."""
    parts = area_figures(summary.part_counts, summary.part_classes)
    levels = Counter(part["level"] for part in parts)
    area = summary.area
    return {
        "edition": summary.edition_code,
        "day": summary.day,
        "area": None
        if area is None
        else {
            "code": area.code,
            "name": area.name,
            "name_en": area.name_en,
            "level": area.level.word,
        },
        "figures": {
            **area_figures(summary.counts, summary.classes)[0],
            "trust": trust_document(summary.trust),
        },
        "trend": _trend(trend),
        "worst": [
            {
                "code": part.area.code,
                "name": part.area.name,
                "name_en": part.area.name_en,
                "admin_level": part.area.level.word,
                **parts[part.position],
                "trust": trust_document(summary.part_trust.get(part.area.code, NO_TRUST)),
            }
            for part in summary.worst
        ],
        "parts": {level.value: levels.get(level.value, 0) for level in AreaLevel},
        "venue_types": [
            {
                "type": row.venue_type,
                "venues": row.venues,
                "safe": row.safe,
                "at_risk": row.at_risk,
                "unsafe": row.unsafe,
                "not_assessed": row.not_assessed,
            }
            for row in summary.venue_types
        ],
    }


def _trend(trend: Trend) -> list[dict[str, Any]]:
    classes = trend.classes
    return [
        {
            "day": day,
            "level": level.value if is_counted else None,
            "index": rounded(index, 2) if is_counted else None,
            "safe_rate": rounded(safe_rate, 4) if is_counted else None,
            "coverage": rounded(coverage, 4) if is_counted else None,
        }
        for day, is_counted, level, index, safe_rate, coverage in zip(
            trend.days,
            trend.is_counted.tolist(),
            classes.words(),
            classes.index.tolist(),
            classes.safe_rate.tolist(),
            classes.coverage.tolist(),
            strict=True,
        )
    ]

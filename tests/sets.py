"""Small criteria sets for tests."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from assessments.criteria import CriteriaSet
from assessments.criteria_checks import find_problems

KINDS = ("percent_of_applicable", "passed_count", "risk_index", "passed_percent")
PASS_FAIL = ("passed_count", "passed_percent")
OPEN = ("percent_of_applicable", "passed_percent")
TEXT = {"vi": "x", "en": "x"}


def make_set(
    kind: str,
    *,
    max_points: Sequence[int] = (4, 4, 5),
    min_points: Sequence[int] = (),
    steps: Sequence[int] | None = None,
    scales: Mapping[int, Sequence[int]] | None = None,
    may_not_apply: Sequence[int] = (),
    veto: Sequence[int] | str = (),
    limits: Sequence[float] = (50, 75),
    is_inclusive: Sequence[bool] | None = None,
    veto_rank: int = -1,
    guard: tuple[int, int] | None = None,
    has_own_level: bool = False,
    sub_contents: int = 0,
) -> CriteriaSet:
    """A checked set of criteria A, B, C …; levels L0 (safest) to Ln between the limits.

    `limits` rise; `is_inclusive` says of each whether it belongs to the band below it.
    `scales` gives the only points that a criterion takes. `guard` is (rank of a level, what
    every criterion must reach, or stay below in a risk index, for it); otherwise the venue
    gets the next level, or a level X of its own between the two.
    """
    ids = [chr(ord("A") + number) for number in range(len(max_points))]
    is_pass_fail = kind in PASS_FAIL
    least = list(min_points) or [0] * len(ids)
    inclusive = is_inclusive or [True] * len(limits)
    scale = len(max_points) if kind == "passed_count" else 100
    start = 100 * sum(least) // sum(max_points) if kind == "risk_index" else 0
    bands: list[dict[str, object]] = []
    for number in range(len(limits) + 1):
        lower = {"at_least": start} if number == 0 else {
            "above" if inclusive[number - 1] else "at_least": limits[number - 1]
        }  # fmt: skip
        upper = {"at_most": scale} if number == len(limits) else {
            "at_most" if inclusive[number] else "below": limits[number]
        }  # fmt: skip
        bands.append({**lower, **upper})
    if kind != "risk_index":
        bands.reverse()
    map_levels = ["safe"] + ["at_risk"] * (len(bands) - 2) + ["unsafe"]
    levels: list[dict[str, object]] = [
        {"code": f"L{number}", "level": map_level, **band}
        for number, (band, map_level) in enumerate(zip(bands, map_levels, strict=True))
    ]
    rule: dict[str, Any] = {}
    if veto:
        rule["veto"] = veto if isinstance(veto, str) else [ids[number] for number in veto]
        rule["veto_level"] = f"L{len(bands) - 1 if veto_rank < 0 else veto_rank}"
    if guard is not None:
        rank, reach = guard
        limit = {
            "level": f"L{rank}",
            "below" if kind == "risk_index" else "at_least": reach,
            "otherwise": "X" if has_own_level else f"L{rank + 1}",
            "reason": TEXT,
            "confidence": "exact",
        }
        rule["limits"] = [limit]
        if has_own_level:
            levels.insert(rank + 1, {"code": "X", "level": map_levels[rank + 1]})
    document = {
        "id": "small",
        "version": "2020-01-01.1",
        "title": TEXT,
        "issuer": TEXT,
        "document": "x",
        "issued_on": "2020-01-01",
        "first_day": "2020-01-01",
        "venue_types": ["other"],
        "note": TEXT,
        "chapters": [{"id": "1", "title": TEXT}],
        "criteria": [
            {
                "id": key,
                "chapter": "1",
                "title": TEXT,
                "answer": "pass_fail" if is_pass_fail else "points",
                "max_points": 1 if is_pass_fail else maximum,
                "min_points": least[number] if kind == "risk_index" else 0,
                "step": 1 if is_pass_fail or steps is None else steps[number],
                "may_not_apply": number in may_not_apply and kind in OPEN,
                "scale": [
                    {"points": points, "text": TEXT} for points in (scales or {}).get(number, ())
                ],
                "confidence": {"text": "exact", "points": "exact"},
                "sub_contents": [{"id": str(part), "title": TEXT} for part in range(sub_contents)],
            }
            for number, (key, maximum) in enumerate(zip(ids, max_points, strict=True))
        ],
        "rule": {
            "kind": kind,
            "total_points": len(ids) if is_pass_fail else sum(max_points),
            "criteria_count": len(ids),
            "reason": TEXT,
            **rule,
        },
        "levels": [
            {"title": TEXT, "level_reason": TEXT, "confidence": "exact", **level}
            for level in levels
        ],
        "validity": {"days": 3, "confidence": "exact", "reason": TEXT},
        "sources": ["x"],
    }
    criteria_set = CriteriaSet.model_validate_json(json.dumps(document), strict=True)
    assert not find_problems(criteria_set), find_problems(criteria_set)
    return criteria_set

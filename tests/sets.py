"""Small criteria sets for tests."""

import json
from collections.abc import Sequence

from assessments.criteria import CriteriaSet
from assessments.criteria_checks import find_problems

KINDS = ("percent_of_applicable", "passed_count", "risk_index")


def make_set(
    kind: str,
    *,
    max_points: Sequence[int] = (4, 4, 5),
    steps: Sequence[int] | None = None,
    may_not_apply: Sequence[int] = (),
    veto: Sequence[int] | str = (),
    limits: Sequence[float] = (50, 75),
    is_inclusive: Sequence[bool] | None = None,
    veto_rank: int = -1,
    sub_contents: int = 0,
) -> CriteriaSet:
    """A checked set of criteria A, B, C …; levels L0 (safest) to Ln between the limits.

    `limits` rise; `is_inclusive` says of each whether it belongs to the band below it.
    """
    ids = [chr(ord("A") + number) for number in range(len(max_points))]
    is_pass_fail = kind == "passed_count"
    text = {"vi": "x", "en": "x"}
    inclusive = is_inclusive or [True] * len(limits)
    scale = len(max_points) if is_pass_fail else 100
    bands: list[dict[str, object]] = []
    for number in range(len(limits) + 1):
        lower = {"at_least": 0} if number == 0 else {
            "above" if inclusive[number - 1] else "at_least": limits[number - 1]
        }  # fmt: skip
        upper = {"at_most": scale} if number == len(limits) else {
            "at_most" if inclusive[number] else "below": limits[number]
        }  # fmt: skip
        bands.append({**lower, **upper})
    if kind != "risk_index":
        bands.reverse()
    map_levels = ["safe"] + ["at_risk"] * (len(bands) - 2) + ["unsafe"]
    has_veto = bool(veto)
    document = {
        "id": "small",
        "version": "2020-01-01.1",
        "title": text,
        "issuer": text,
        "document": "x",
        "issued_on": "2020-01-01",
        "first_day": "2020-01-01",
        "venue_types": ["other"],
        "note": text,
        "chapters": [{"id": "1", "title": text}],
        "criteria": [
            {
                "id": key,
                "chapter": "1",
                "title": text,
                "answer": "pass_fail" if is_pass_fail else "points",
                "max_points": 1 if is_pass_fail else maximum,
                "step": 1 if is_pass_fail or steps is None else steps[number],
                "may_not_apply": number in may_not_apply and kind == "percent_of_applicable",
                "confidence": {"text": "exact", "points": "exact"},
                "sub_contents": [{"id": str(part), "title": text} for part in range(sub_contents)],
            }
            for number, (key, maximum) in enumerate(zip(ids, max_points, strict=True))
        ],
        "rule": {
            "kind": kind,
            "total_points": len(ids) if is_pass_fail else sum(max_points),
            "criteria_count": len(ids),
            "reason": text,
            **(
                {
                    "veto": veto if isinstance(veto, str) else [ids[number] for number in veto],
                    "veto_level": f"L{len(bands) - 1 if veto_rank < 0 else veto_rank}",
                }
                if has_veto
                else {}
            ),
        },
        "levels": [
            {
                "code": f"L{number}",
                "title": text,
                "level": map_level,
                "level_reason": text,
                "confidence": "exact",
                **band,
            }
            for number, (band, map_level) in enumerate(zip(bands, map_levels, strict=True))
        ],
        "validity": {"days": 3, "confidence": "exact", "reason": text},
        "sources": ["x"],
    }
    criteria_set = CriteriaSet.model_validate_json(json.dumps(document), strict=True)
    assert not find_problems(criteria_set)
    return criteria_set

"""Demo assessments over sixty days: who submits when, and how safe each one is."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import text
from sqlalchemy.orm import Session

from assessments.criteria_models import CriteriaSet
from data.copying import copy_blocks, copy_rows
from data.services.demo.areas import DemoAreas, Floats, Longs, distance_km, smooth_field
from data.services.demo.patterns import LEVELS, Pattern, make_pools
from data.services.demo.venues import DemoVenues, blocks_of, demo_set
from data.sql_files import read_sql

DAYS: Final = 60
HOTSPOT_DAYS: Final = 21
SAFE_ABOVE: Final = -0.75
AT_RISK_ABOVE: Final = -1.65


@dataclass(frozen=True, kw_only=True)
class Submissions:
    """Submissions in the order of venue and day; arrays of shape (n,).

    `day` counts from 0 to `DAYS` - 1, the last day being the demo's; `venue`
    is the row in `DemoVenues`; `quality` has a mean of about 0.3.
    """

    venue: Longs
    day: Longs
    quality: Floats


def make_submissions(
    rng: np.random.Generator, venues: DemoVenues, areas: DemoAreas, last_day: date
) -> Submissions:
    """Who submits on which day, and how good the venue is then."""
    count = len(venues.venue_pk)
    validity = np.array([one.validity_days for one in _sets_of(venues, last_day)])
    takes_part = rng.random(count) < _participation(rng, venues, areas)
    first_open = DAYS - 1 - venues.opened_on
    weekday = np.array(
        [(last_day - timedelta(days=DAYS - 1 - day)).weekday() for day in range(DAYS)]
    )
    phase = (rng.random(count) * validity).astype(np.int64)
    days = np.arange(DAYS)
    is_due = (days[None, :] - phase[:, None]) % validity[:, None] == 0
    # Most schools assess themselves on each school day, since theirs holds one day.
    is_due &= (validity[:, None] > 1) | (weekday[None, :] < 5)
    is_due &= rng.random((count, DAYS)) < np.where(validity == 1, 0.86, 0.95)[:, None]
    is_due &= takes_part[:, None] & (days[None, :] >= first_open[:, None])
    venue, day = np.nonzero(is_due)
    quality = _venue_quality(rng, venues)[venue] - _hotspot(venues, areas)[venue, day]
    return Submissions(
        venue=venue.astype(np.int64),
        day=day.astype(np.int64),
        quality=quality + rng.normal(0, 0.25, len(venue)),
    )


def _participation(rng: np.random.Generator, venues: DemoVenues, areas: DemoAreas) -> Floats:
    """Chance to take part: differs by district, and a few districts hardly do."""
    groups = int(areas.group.max()) + 1
    chance = 1 / (1 + np.exp(-rng.normal(1.3, 0.8, groups)))
    chance[rng.random(groups) < 0.07] = 0.08
    return np.asarray(chance[areas.group[venues.area]])


def _venue_quality(rng: np.random.Generator, venues: DemoVenues) -> Floats:
    """Near places are alike: two smooth surfaces, and what is the venue's own."""
    wide = smooth_field(rng, venues.lon, venues.lat, wavelength_km=420)
    near = smooth_field(rng, venues.lon, venues.lat, wavelength_km=70)
    own = rng.normal(0, 0.9, len(venues.lon))
    return 0.25 + 0.8 * wide + 0.55 * near + own


def _hotspot(venues: DemoVenues, areas: DemoAreas) -> Floats:
    """How much worse each venue is on each day: a crowded district, then its neighbours."""
    group = areas.group[venues.area]
    # The tenth most crowded district: neither the capital's centre nor a village.
    crowded = np.argsort(-np.bincount(group), kind="stable")
    is_core = group == crowded[min(9, len(crowded) - 1)]
    if not is_core.any():
        is_core = group == crowded[0]
    away = distance_km(
        venues.lon, venues.lat, float(venues.lon[is_core].mean()), float(venues.lat[is_core].mean())
    )
    progress = (np.arange(DAYS) - (DAYS - HOTSPOT_DAYS)) / (HOTSPOT_DAYS - 1)
    grown = np.clip(progress, 0, 1)
    reach_km = 4 + 26 * grown
    worse = 3.2 * np.sqrt(grown)[None, :] * np.exp(-((away[:, None] / reach_km[None, :]) ** 2))
    return np.asarray(np.where(is_core[:, None], np.maximum(worse, 2.4 * grown[None, :]), worse))


def store_assessments(
    session: Session,
    rng: np.random.Generator,
    *,
    venues: DemoVenues,
    submissions: Submissions,
    last_day: date,
) -> int:
    """Write assessments, results and level spans; how many assessments there are."""
    sets = _sets_of(venues, last_day)
    patterns, pattern_of = _choose_patterns(rng, sets, submissions)
    first = last_day - timedelta(days=DAYS - 1)
    minute = rng.integers(6 * 60, 11 * 60, len(submissions.venue))
    # The last day is not over: nothing of it may lie ahead of whoever loads the demo.
    minute[submissions.day == DAYS - 1] //= 3 * 60
    validity = np.array([one.validity_days for one in sets])[submissions.venue]
    until = submissions.day + validity - 1
    is_followed = np.append(submissions.venue[1:] == submissions.venue[:-1], False)
    next_day = np.append(submissions.day[1:], 0)
    span_end = np.where(is_followed, np.minimum(until, next_day - 1), until)
    session.execute(read_sql("make_demo_tables"))
    copy_rows(
        session,
        "COPY demo_pattern FROM STDIN",
        (
            (place, one.set_id, one.set_version, one.answers, one.points, one.score,
             one.safety_tenths, one.level.value, one.set_level)
            for place, one in enumerate(patterns)
        ),
    )  # fmt: skip
    columns = (
        range(1, len(until) + 1), venues.venue_pk[submissions.venue].tolist(),
        submissions.day.tolist(), minute.tolist(), pattern_of.tolist(), until.tolist(),
        span_end.tolist(), venues.footfall[submissions.venue].tolist(),
    )  # fmt: skip
    copy_blocks(
        session,
        "COPY demo_submission FROM STDIN",
        blocks_of(["\t".join(map(str, row)) + "\n" for row in zip(*columns, strict=True)]),
    )
    # The answers are read once for each pattern, not once for each of its submissions.
    for name in ("fill_demo_assessments", "fill_demo_results", "fill_demo_spans"):
        session.execute(read_sql(name), {"first_day": first})
    session.execute(text("DROP TABLE demo_pattern, demo_submission"))
    session.execute(
        text(
            "SELECT setval(pg_get_serial_sequence('assessment', 'assessment_pk'), "
            "max(assessment_pk)) FROM assessment"
        )
    )
    return len(until)


def _choose_patterns(
    rng: np.random.Generator, sets: list[CriteriaSet], submissions: Submissions
) -> tuple[list[Pattern], NDArray[np.int64]]:
    """The pattern of each submission: level and rank within the level from its quality."""
    quality = submissions.quality
    level = np.digitize(quality, [AT_RISK_ABOVE, SAFE_ABOVE])
    low = np.array([AT_RISK_ABOVE - 2, AT_RISK_ABOVE, SAFE_ABOVE])[level]
    high = np.array([AT_RISK_ABOVE, SAFE_ABOVE, SAFE_ABOVE + 3])[level]
    rank = np.clip((quality - low) / (high - low) + rng.normal(0, 0.1, len(quality)), 0, 0.999)
    set_ids = np.array([one.id for one in sets])
    patterns: list[Pattern] = []
    chosen = np.zeros(len(quality), dtype=np.int64)
    by_id: dict[str, CriteriaSet] = {one.id: one for one in sets}
    for set_id in sorted(by_id):
        pools = make_pools(rng, by_id[set_id])
        for place, name in enumerate(LEVELS):
            rows = np.flatnonzero((set_ids[submissions.venue] == set_id) & (level == place))
            pool = pools[name]
            chosen[rows] = len(patterns) + (rank[rows] * len(pool)).astype(np.int64)
            patterns.extend(pool)
    return patterns, chosen


def _sets_of(venues: DemoVenues, day: date) -> list[CriteriaSet]:
    """The set of each venue, by its type and province."""
    found = []
    for kind, province in zip(venues.types.tolist(), venues.province, strict=True):
        one = demo_set(kind, day, province)
        if one is None:
            raise LookupError(f"no criteria set for venues of type {kind} on {day}")
        found.append(one)
    return found

"""Demo visits of the last three weeks, with the rhythm of the day and of the week."""

from datetime import date
from typing import Final

import numpy as np
from numpy.typing import NDArray

from assessments.venue_types import VenueType
from checkins.visits import DAY, NOT_LEFT, SECOND, VIETNAM_OFFSET, Visits, VisitSource
from data.services.demo.areas import Floats
from data.services.demo.venues import DemoVenues

DAYS: Final = 21
"""As long as visits are kept."""
SCHOOL: Final = (1, 1, 1, 1, 1, 0.08, 0.03)
WORK: Final = (1, 1, 1, 1, 0.95, 0.45, 0.1)
ALWAYS: Final = (1, 0.97, 0.96, 0.97, 1, 0.8, 0.7)
SHOPS: Final = (0.8, 0.8, 0.82, 0.85, 1, 1.35, 1.3)
# Weights of the week from Monday; hours of arrival as (hour, spread, share); usual stay in hours.
RHYTHMS: Final[dict[VenueType, tuple[tuple[float, ...], tuple[tuple[float, ...], ...], float]]] = {
    VenueType.HOSPITAL_PUBLIC: (ALWAYS, ((8, 1.3, 0.6), (14, 1.6, 0.3), (20, 2.5, 0.1)), 2.0),
    VenueType.HOSPITAL_PRIVATE: (ALWAYS, ((9, 1.5, 0.5), (15, 2.0, 0.35), (19, 2.0, 0.15)), 1.5),
    VenueType.KINDERGARTEN: (SCHOOL, ((7.3, 0.5, 0.75), (16.5, 0.5, 0.25)), 8.0),
    VenueType.SCHOOL_PRIMARY: (SCHOOL, ((6.9, 0.4, 0.7), (13.2, 0.4, 0.3)), 4.5),
    VenueType.SCHOOL_SECONDARY: (SCHOOL, ((6.8, 0.4, 0.65), (13.0, 0.4, 0.35)), 4.5),
    VenueType.CONTINUING_EDUCATION: (WORK, ((8, 0.7, 0.3), (18.2, 0.6, 0.7)), 2.5),
    VenueType.FACTORY: (WORK, ((6.6, 0.5, 0.6), (14.0, 0.6, 0.25), (21.8, 0.5, 0.15)), 8.5),
    VenueType.OFFICE: (WORK, ((8.1, 0.6, 0.7), (13.4, 0.8, 0.3)), 5.0),
    VenueType.INDUSTRIAL_PARK: (WORK, ((6.5, 0.6, 0.6), (13.9, 0.6, 0.25), (21.8, 0.5, 0.15)), 8.5),
    VenueType.WORKER_DORMITORY: (
        ALWAYS,
        ((17.6, 1.2, 0.7), (6.2, 0.8, 0.2), (22.5, 0.6, 0.1)),
        9.0,
    ),
    VenueType.CLINIC: (WORK, ((8.5, 1.0, 0.5), (17.5, 1.0, 0.5)), 0.8),
    VenueType.HEALTH_STATION: (WORK, ((8.0, 0.8, 0.7), (14.0, 1.0, 0.3)), 0.6),
    VenueType.MARKET_WHOLESALE: (ALWAYS, ((2.5, 1.5, 0.7), (20.0, 2.0, 0.3)), 1.5),
    VenueType.MARKET_TRADITIONAL: (SHOPS, ((7.0, 1.2, 0.7), (16.5, 1.0, 0.3)), 0.6),
    VenueType.SUPERMARKET: (SHOPS, ((10.0, 1.5, 0.4), (18.5, 1.5, 0.6)), 0.8),
    VenueType.MALL: (SHOPS, ((11.0, 1.5, 0.3), (19.0, 1.5, 0.7)), 1.8),
    VenueType.RESTAURANT: (SHOPS, ((11.8, 0.6, 0.45), (18.7, 0.9, 0.55)), 1.1),
    VenueType.CANTEEN: (WORK, ((11.5, 0.4, 0.8), (17.8, 0.5, 0.2)), 0.5),
    VenueType.STREET_FOOD: (SHOPS, ((7.2, 0.9, 0.5), (18.5, 1.2, 0.5)), 0.4),
    VenueType.HOTEL: (SHOPS, ((14.5, 1.5, 0.7), (20.0, 1.5, 0.3)), 11.0),
    VenueType.ATTRACTION: (SHOPS, ((9.5, 1.0, 0.6), (14.5, 1.2, 0.4)), 2.2),
    VenueType.BUS: (ALWAYS, ((7.0, 0.8, 0.45), (12.0, 2.0, 0.2), (17.2, 0.9, 0.35)), 0.5),
    VenueType.STATION: (ALWAYS, ((6.5, 1.5, 0.4), (13.0, 2.5, 0.3), (18.5, 1.5, 0.3)), 0.7),
}


def make_visits(rng: np.random.Generator, venues: DemoVenues, count: int, last_day: date) -> Visits:
    """So many visits, shared out by the venues' footfall."""
    types = list(RHYTHMS)
    kind = np.array([types.index(one) for one in venues.types.tolist()])
    week = np.array([RHYTHMS[one][0] for one in types])
    last = last_day.toordinal() - date(1970, 1, 1).toordinal()
    days = np.arange(last - DAYS + 1, last + 1)
    weekday = (days + 3) % 7
    weight = venues.footfall[:, None] * week[kind][:, weekday]
    weight = weight * (venues.opened_on[:, None] >= (last - days)[None, :])
    # Some days are fuller than others, everywhere a little differently.
    weight = weight * rng.lognormal(0, 0.25, weight.shape)
    each = rng.multinomial(count, (weight / weight.sum()).ravel()).reshape(weight.shape)
    venue, column = (np.repeat(one, each.ravel()) for one in np.indices(each.shape).reshape(2, -1))
    second = _arrivals(rng, types, kind[venue])
    entered = days[column] * DAY + second * SECOND - VIETNAM_OFFSET
    usual_stay = np.array([RHYTHMS[one][2] for one in types])[kind[venue]]
    stay = np.clip(usual_stay * rng.lognormal(0, 0.4, count), 0.03, 23.0) * 3_600
    is_known = rng.random(count) < 0.75
    return Visits(
        venue_pk=venues.venue_pk[venue],
        entered_us=entered,
        left_us=np.where(is_known, entered + stay.astype(np.int64) * SECOND, NOT_LEFT),
        event_high=_bits(rng, count),
        event_low=_bits(rng, count),
        source=np.full(count, VisitSource.DEMO, dtype=np.int16),
    )


def _arrivals(
    rng: np.random.Generator, types: list[VenueType], kind: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Second of the day at which each visit begins."""
    hour: Floats = np.zeros(len(kind))
    for place, one in enumerate(types):
        rows = np.flatnonzero(kind == place)
        peaks = np.array(RHYTHMS[one][1])
        peak = rng.choice(len(peaks), size=len(rows), p=peaks[:, 2] / peaks[:, 2].sum())
        hour[rows] = rng.normal(peaks[peak, 0], peaks[peak, 1])
    return np.asarray((hour * 3_600).astype(np.int64) % 86_400)


def _bits(rng: np.random.Generator, count: int) -> NDArray[np.uint64]:
    return rng.integers(0, np.iinfo(np.uint64).max, count, dtype=np.uint64, endpoint=True)

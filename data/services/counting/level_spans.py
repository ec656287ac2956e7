"""The days of one venue's level: one change, and the counts of its areas by the difference."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

from sqlalchemy import delete, func, insert, select
from sqlalchemy.orm import Session

from assessments.levels import VenueLevel
from assessments.spans import LevelSpan, SpanChange, place_span
from data.clock import day_of
from data.models import Assessment, VenueLevelSpan, VenuePastType
from data.services.counting.count_changes import changing_counts
from data.services.verification.venue_trust import has_trust_history, renew_trust
from data.sql_files import read_sql


def put_span(session: Session, venue_pk: int, new: LevelSpan) -> None:
    """Let an assessment give the venue's level from its day on, and count it.

    The caller holds `share_levels` and the venue's row. The cost does not depend on the
    number of venues: counts change by the difference that this venue makes.

    Args:
        session: The transaction.
        venue_pk: The venue.
        new: The assessment's days over its whole validity.
    """
    spans = read_spans(session, venue_pk)
    change = _place(session, venue_pk, spans, new)
    if has_trust_history(session, venue_pk):
        with changing_counts(session, venue_pk, new.first_day):
            _store_spans(session, venue_pk, change)
            renew_trust(session, venue_pk)
    else:
        # The common case by far: counts of levels change, in two statements, and those of
        # trust only where the venue was never assessed before.
        _store_spans(session, venue_pk, change)
        is_first = bool(change.added) and (not spans or new.first_day < spans[0].first_day)
        _change_counts(session, venue_pk, change, new.first_day, is_first=is_first)
        if is_first:
            session.execute(
                read_sql("add_ever_assessed"),
                {
                    "venue_pk": venue_pk,
                    "first_day": new.first_day,
                    "known_day": spans[0].first_day if spans else None,
                },
            )


def replace_spans(session: Session, venue_pk: int, new: LevelSpan) -> None:
    """Let an assessment give the venue's level from its day on; the caller counts."""
    change = _place(session, venue_pk, read_spans(session, venue_pk), new)
    _store_spans(session, venue_pk, change)


def read_spans(session: Session, venue_pk: int) -> list[LevelSpan]:
    """The spans of a venue in the order of their days."""
    rows = session.execute(
        select(
            VenueLevelSpan.first_day,
            VenueLevelSpan.last_day,
            VenueLevelSpan.level,
            VenueLevelSpan.safety_tenths,
            VenueLevelSpan.footfall_per_day,
            Assessment.submitted_at,
            VenueLevelSpan.assessment_pk,
        )
        .join(Assessment, Assessment.assessment_pk == VenueLevelSpan.assessment_pk)
        .where(VenueLevelSpan.venue_pk == venue_pk)
        .order_by(VenueLevelSpan.first_day)
    )
    return [
        LevelSpan(
            first_day=row.first_day,
            last_day=row.last_day,
            level=VenueLevel(row.level),
            safety_tenths=row.safety_tenths,
            footfall_per_day=row.footfall_per_day,
            submitted_at=row.submitted_at,
            assessment_pk=row.assessment_pk,
        )
        for row in rows
    ]


def _place(
    session: Session, venue_pk: int, spans: Sequence[LevelSpan], new: LevelSpan
) -> SpanChange:
    """Put an assessment among a venue's spans; it ends where the venue's type changed since."""
    changed_at = session.scalar(
        select(func.min(VenuePastType.changed_at)).where(
            VenuePastType.venue_pk == venue_pk, VenuePastType.changed_at > new.submitted_at
        )
    )
    if changed_at is not None:
        last_day = day_of(changed_at) - timedelta(days=1)
        if last_day < new.first_day:
            return SpanChange(removed=(), added=())
        new = replace(new, last_day=min(new.last_day, last_day))
    return place_span(spans, new)


def _store_spans(session: Session, venue_pk: int, change: SpanChange) -> None:
    if change.removed:
        session.execute(
            delete(VenueLevelSpan)
            .where(
                VenueLevelSpan.venue_pk == venue_pk,
                VenueLevelSpan.first_day.in_([span.first_day for span in change.removed]),
            )
            .execution_options(synchronize_session=False)
        )
    if change.added:
        session.execute(
            insert(VenueLevelSpan),
            [
                {
                    "venue_pk": venue_pk,
                    "first_day": span.first_day,
                    "last_day": span.last_day,
                    "level": span.level.value,
                    "safety_tenths": span.safety_tenths,
                    "footfall_per_day": span.footfall_per_day,
                    "assessment_pk": span.assessment_pk,
                }
                for span in change.added
            ],
        )


def _change_counts(
    session: Session, venue_pk: int, change: SpanChange, day: date, *, is_first: bool
) -> None:
    """Add the difference to all counted days from `day` on; nothing before it changes.

    With `is_first` all of them are locked, since the venue stays one that was ever assessed.
    """
    signed = [(-1, span) for span in change.removed] + [
        (1, span) for span in change.added if span.first_day >= day
    ]
    if not signed:
        return
    bumped = session.execute(
        read_sql("bump_generations"),
        {
            "venue_pk": venue_pk,
            "first_day": day,
            "last_day": date.max if is_first else max(span.last_day for _, span in signed),
        },
    ).all()
    if not bumped:
        return
    session.execute(
        read_sql("apply_span_change"),
        {
            "venue_pk": venue_pk,
            "sign": [sign for sign, _ in signed],
            "first_day": [max(span.first_day, day) for _, span in signed],
            "last_day": [span.last_day for _, span in signed],
            "level": [span.level.value for _, span in signed],
            "safety_tenths": [span.safety_tenths for _, span in signed],
            "footfall": [span.footfall_per_day for _, span in signed],
        },
    )

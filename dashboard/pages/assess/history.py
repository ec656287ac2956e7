"""After submitting: the result, all results over time, and two of them compared."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from fastapi.responses import Response

from assessments.criteria import criteria_set_version
from dashboard.pages.assess.chart import Score, build_chart
from dashboard.pages.assess.compare_view import build_comparison
from dashboard.pages.assess.days import Deadline, build_deadline, standing_notices
from dashboard.pages.assess.result_view import build_result
from dashboard.pages.assess.visit import Visit, redirect
from dashboard.pages.days import day_text, moment_text
from dashboard.pages.numbers import number_text
from dashboard.texts.catalogue import Texts
from data import clock
from data.queries.evidence import read_submitted_evidence
from data.queries.submission_history import (
    PAGE_SIZE,
    HistoryLine,
    StoredSubmission,
    read_history,
    read_submission,
)


@dataclass(frozen=True, kw_only=True)
class LineView:
    """One submission in the history.

    Attributes:
        safety: On the scale from 0 to 100 that all sets share; empty without a level.
    """

    assessment_pk: int
    day: str
    time: str
    kind: str
    set_title: str
    level: str
    set_level: str
    safety: str
    valid_until: str
    is_expired: bool
    deadline: Deadline | None


def show_result(visit: Visit, submission: int) -> Response:
    """The result of one submission."""
    text = visit.text
    with visit.sessions() as session:
        stored = read_submission(session, visit.venue.venue_id, submission)
        if stored is None:
            return visit.missing()
        evidence = read_submitted_evidence(session, submission)
        newest = read_history(session, visit.venue.venue_id, limit=2)
    criteria_set = criteria_set_version(stored.set_id, stored.set_version)
    area = {"area": visit.venue.area_code} if visit.venue.area_code else {}
    today = clock.day_of(visit.context.now())
    is_newest = newest[0].assessment_pk == stored.assessment_pk
    return visit.page(
        "assess_result.html",
        path="/assess/result",
        query={"submission": str(submission)},
        criteria_set=criteria_set,
        stored=stored,
        result=build_result(criteria_set, stored, text),
        is_expired=stored.valid_until < today,
        is_newest=is_newest,
        valid_until=day_text(stored.valid_until, text),
        received_at=moment_text(stored.submitted_at, text),
        deadline=build_deadline(stored, today, text) if is_newest else None,
        evidence=evidence,
        before=newest[1].assessment_pk if is_newest and len(newest) > 1 else None,
        map_address="/?" + urlencode({**area, "lang": text.language}),
    )


def show_history(visit: Visit, before: int | None) -> Response:
    """All submissions, a page at a time, with a chart of their scores."""
    text = visit.text
    today = clock.day_of(visit.context.now())
    with visit.sessions() as session:
        found = read_history(session, visit.venue.venue_id, before=before, limit=PAGE_SIZE + 1)
    shown = found[:PAGE_SIZE]
    titles = _set_titles(shown, text)
    return visit.page(
        "assess_history.html",
        path="/history",
        query={"before": str(before)} if before else {},
        lines=[_line(one, today, titles, text) for one in shown],
        chart=build_chart([_score(one, titles, text) for one in reversed(shown) if _has(one)]),
        notices=standing_notices(shown[0], today, text) if shown and not before else (),
        older=shown[-1].assessment_pk if len(found) > PAGE_SIZE else None,
        is_older=before is not None,
    )


def show_comparison(visit: Visit, first: int, second: int) -> Response:
    """Two submissions side by side, the earlier one first."""
    text = visit.text
    with visit.sessions() as session:
        found = [
            read_submission(session, visit.venue.venue_id, one) for one in sorted({first, second})
        ]
    both = [one for one in found if one is not None]
    if len(both) < len(found):
        return visit.missing()
    if len(both) == 1:
        return redirect(visit.address("/history"))
    both.sort(key=lambda one: (one.submitted_at, one.assessment_pk))
    today = clock.day_of(visit.context.now())
    titles = _set_titles(both, text)
    lines = build_comparison(both[0], both[1], text)
    return visit.page(
        "assess_compare.html",
        path="/compare",
        query={"first": str(first), "second": str(second)},
        sides=[_line(one, today, titles, text) for one in both],
        results=[
            build_result(criteria_set_version(one.set_id, one.set_version), one, text)
            for one in both
        ],
        lines=lines,
        counts={
            change: sum(1 for line in lines if line.change == change)
            for change in ("better", "worse", "same", "changed", "first_only", "second_only")
        },
        is_one_set=(both[0].set_id, both[0].set_version) == (both[1].set_id, both[1].set_version),
    )


def _has(one: HistoryLine) -> bool:
    return one.safety_tenths is not None


def _score(one: HistoryLine, titles: Mapping[int, tuple[str, str]], text: Texts) -> Score:
    value = (one.safety_tenths or 0) / 10
    day = day_text(clock.day_of(one.submitted_at), text)
    return Score(
        at=one.submitted_at,
        value=value,
        value_text=number_text(value, text),
        level=one.level,
        series=one.set_id,
        label=text(
            "assess.history.dot",
            day=day,
            value=number_text(value, text),
            level=text(f"level.{one.level}"),
            set=titles[one.assessment_pk][0],
        ),
        day=day,
    )


def _line(
    one: HistoryLine | StoredSubmission,
    today: date,
    titles: Mapping[int, tuple[str, str]],
    text: Texts,
) -> LineView:
    at = one.submitted_at.astimezone(clock.VIETNAM)
    set_title, set_level = titles[one.assessment_pk]
    return LineView(
        assessment_pk=one.assessment_pk,
        day=day_text(at.date(), text),
        time=f"{at:%H:%M}",
        kind=one.kind,
        set_title=set_title,
        level=one.level,
        set_level=set_level,
        safety="" if one.safety_tenths is None else number_text(one.safety_tenths / 10, text),
        valid_until=day_text(one.valid_until, text),
        is_expired=one.valid_until < today,
        deadline=build_deadline(one, today, text),
    )


def _set_titles(
    lines: Sequence[HistoryLine | StoredSubmission], text: Texts
) -> dict[int, tuple[str, str]]:
    """Title of the set and of its level, by submission; their codes where they are gone."""
    titles = {}
    for one in lines:
        criteria_set = criteria_set_version(one.set_id, one.set_version)
        level = criteria_set.levels_by_code.get(one.set_level) if criteria_set else None
        titles[one.assessment_pk] = (
            criteria_set.title.of(text.language) if criteria_set else one.set_id,
            level.title.of(text.language) if level else one.set_level,
        )
    return titles

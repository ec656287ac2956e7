"""Stored submissions scored again by the version that scored them, and compared."""

import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy.orm import Session, sessionmaker

from assessments.criteria import CriteriaSet, criteria_set_version
from assessments.errors import AnswersError
from assessments.outcomes import Answer, CriterionResult
from assessments.rescoring import Rescorer
from assessments.verdict import Verdict
from data.copying import driver_connection
from data.sql_files import read_sql

CHUNK: Final = 5_000


@dataclass(frozen=True, kw_only=True, slots=True)
class Difference:
    """A stored result that is not what its version of the set says.

    Attributes:
        what: Names of the columns that differ, or why the answers cannot be scored.
    """

    assessment_pk: int
    set_id: str
    set_version: str
    what: tuple[str, ...]


@dataclass(kw_only=True)
class RescoreReport:
    """What scoring again found.

    Attributes:
        unknown: Submissions by versions of sets that this program does not hold.
        cpu_s: Seconds of processor time in this process, reading included.
    """

    read: int = 0
    same: int = 0
    unknown: int = 0
    differences: list[Difference] = field(default_factory=list)
    cpu_s: float = 0.0

    @property
    def per_second(self) -> float:
        """Submissions per second of one core."""
        return self.read / self.cpu_s if self.cpu_s else 0.0


def rescore(
    sessions: sessionmaker[Session],
    *,
    set_id: str | None = None,
    progress: Callable[[int], object] | None = None,
) -> RescoreReport:
    """Score every stored submission again and compare it with its result; changes nothing.

    Rows come in a stream, so that memory does not grow with their number.

    Args:
        sessions: Sessions without a statement timeout.
        set_id: Only submissions to this set; None for all.
        progress: Called with the number of rows read after each chunk.
    """
    report = RescoreReport()
    started = time.process_time()
    known: dict[tuple[str, str], _Known | None] = {}
    for rows in _chunks(sessions, set_id):
        for row in rows:
            key = row[1], row[2]
            if key not in known:
                found = criteria_set_version(*key)
                known[key] = None if found is None else _Known(found)
            known_set = known[key]
            if known_set is None:
                report.unknown += 1
                continue
            what = known_set.differences(row)
            if what:
                report.differences.append(
                    Difference(assessment_pk=row[0], set_id=key[0], set_version=key[1], what=what)
                )
            else:
                report.same += 1
        report.read += len(rows)
        if progress is not None:
            progress(len(rows))
    report.cpu_s = time.process_time() - started
    return report


def _chunks(sessions: sessionmaker[Session], set_id: str | None) -> Iterator[list[Any]]:
    # By the driver's own cursor on the server: four times as many rows in a second.
    with (
        sessions() as session,
        driver_connection(session).cursor(name="rescore") as cursor,
    ):
        cursor.execute(read_sql("read_scored").text, {"set_id": set_id}, binary=True)
        while rows := cursor.fetchmany(CHUNK):
            yield rows


class _Known:
    """One version of a set, and the stored form of everything that it can say."""

    def __init__(self, criteria_set: CriteriaSet) -> None:
        self._set = criteria_set
        self._rescorer = Rescorer(criteria_set)
        # PostgreSQL writes the keys of a jsonb by length, then by bytes: the points of a
        # submission are compared as text, which needs no parsing.
        ids = list(criteria_set.outcomes)
        self._order = sorted(range(len(ids)), key=lambda at: _jsonb_order(ids[at]))
        self._texts: dict[int, str] = {}
        for outcomes in criteria_set.outcomes.values():
            for one in outcomes.values():
                self._texts[id(one)] = _jsonb_text(one)
        self._stored: dict[int, tuple[Any, ...]] = {}

    def differences(self, row: Any) -> tuple[str, ...]:
        """Names of the columns that differ; empty where the result stands."""
        answers: dict[str, Answer] = json.loads(row[3])
        try:
            results = self._rescorer.results(answers)
        except AnswersError as error:
            return (f"answers: {error.problems[0]}",)
        verdict = self._rescorer.verdict(results)
        stored = self._stored.get(id(verdict))
        if stored is None:
            stored = self._stored[id(verdict)] = self._stored_form(verdict)
        texts = self._texts
        points = ", ".join([texts[id(results[at])] for at in self._order])
        if row[4:10] == stored and row[10] == f"{{{points}}}":
            return ()
        names = ("score", "safety_tenths", "level", "set_level", "valid_until", "remedy_due")
        wrong = [name for name, a, b in zip(names, row[4:10], stored, strict=True) if a != b]
        return (*wrong, *(() if row[10] == f"{{{points}}}" else ("points",)))

    def _stored_form(self, verdict: Verdict) -> tuple[Any, ...]:
        level = verdict.set_level
        return (
            verdict.score,
            verdict.safety_tenths,
            level.level.value,
            level.code,
            self._set.validity_days - 1,
            None if level.remedy is None else level.remedy.days,
        )


def _jsonb_order(key: str) -> tuple[int, bytes]:
    word = key.encode()
    return len(word), word


def _jsonb_text(one: CriterionResult) -> str:
    points = {"points": one.points, "reason": one.reason, "max_points": one.max_points}
    return f"{json.dumps(one.id, ensure_ascii=False)}: {json.dumps(points)}"

"""Scoring 100,000 stored submissions again, beside the plain way to do it."""

import io
import json
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import numpy as np
from sqlalchemy import Engine, text

from assessments.answers import allowed_answers
from assessments.criteria import CriteriaSet, criteria_set_version, load_criteria_sets
from assessments.scoring import score
from assessments.validity import remedy_due, valid_until
from bench.plain_scoring import plain_result
from bench.report import Row
from data.clock import day_of, today
from data.engine import make_sessions
from data.services.assessing.rescoring import rescore

SUBMISSIONS = 100_000
SEED = 20211203
TURNS = 3
TARGET = 20_000


def run(engine: Engine) -> list[Row]:
    """Submissions per second of one core, read from the database, scored and compared.

    Only the time of this process counts, on both sides: the database reads in its own. All
    sets have as many submissions, and no two of them the same answers by design.
    """
    _fill(engine)
    sessions = make_sessions(engine)
    ours: list[float] = []
    theirs: list[float] = []
    for _ in range(TURNS):
        report = rescore(sessions)
        if report.same != SUBMISSIONS:
            raise RuntimeError(f"{SUBMISSIONS - report.same} submissions differ")
        ours.append(report.per_second)
        theirs.append(_plainly(engine))
    return [
        Row(
            what=f"{SUBMISSIONS:,} stored submissions scored again and compared, one core",
            peer="a plain loop over the set's data, without the comparison of points",
            ours=f"{max(ours):,.0f} submissions/s",
            theirs=f"{max(theirs):,.0f} submissions/s",
            ratio=max(ours) / max(theirs),
            target=f"≥ {TARGET:,} submissions/s",
            is_met=max(ours) >= TARGET,
        )
    ]


def _plainly(engine: Engine) -> float:
    started = time.process_time()
    count = 0
    with engine.connect().execution_options(yield_per=5_000) as connection:
        rows = connection.execute(
            text(
                "SELECT set_id, set_version, answers, score, set_level FROM assessment"
                " JOIN assessment_result USING (assessment_pk) ORDER BY assessment_pk"
            )
        )
        for row in rows:
            criteria_set = criteria_set_version(row.set_id, row.set_version)
            if criteria_set is None or plain_result(criteria_set, row.answers) != row[3:5]:
                raise RuntimeError(f"a submission to {row.set_id} differs")
            count += 1
    return count / (time.process_time() - started)


def _fill(engine: Engine) -> None:
    """One venue, and submissions of random quality to every set in turn."""
    with engine.begin() as connection:
        connection.execute(text("TRUNCATE venue CASCADE"))
        venue_pk = connection.execute(
            text(
                "INSERT INTO venue (venue_id, venue_type, name, name_ascii, footfall_per_day,"
                " opened_on, source) VALUES ('RESCORE', 'other', 'Bench', 'bench', 1, :day,"
                " 'bench') RETURNING venue_pk"
            ),
            {"day": today()},
        ).scalar_one()
        cursor = connection.connection.cursor()
        for table, columns, lines in zip(
            ("assessment", "assessment_result"),
            (
                "assessment_pk, venue_pk, set_id, set_version, answers, submitted_at, source",
                "assessment_pk, score, safety_tenths, level, set_level, points, valid_until,"
                " remedy_due",
            ),
            _lines(venue_pk),
            strict=True,
        ):
            with cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as copy:
                copy.write(lines)
        connection.execute(text("ANALYZE assessment, assessment_result"))


def _lines(venue_pk: int) -> tuple[str, str]:
    random = np.random.default_rng(SEED)
    sets = list(load_criteria_sets().values())
    moment = datetime.now(UTC)
    day = day_of(moment)
    assessments, results = io.StringIO(), io.StringIO()
    for number, answers in enumerate(_answers(random, sets), start=1):
        one = sets[number % len(sets)]
        result = score(one, answers, with_next_level=False)
        points = {
            key: {"points": item["points"], "reason": item["reason"], "max_points": item["max"]}
            for key, item in result.points_by_criterion.items()
        }
        assessments.write(
            f"{number}\t{venue_pk}\t{one.id}\t{one.version}\t{json.dumps(result.answers)}\t"
            f"{moment.isoformat()}\tbench\n"
        )
        safety = r"\N" if result.safety_tenths is None else result.safety_tenths
        results.write(
            f"{number}\t{result.score!r}\t{safety}\t{result.level.value}\t{result.set_level}\t"
            f"{json.dumps(points)}\t{valid_until(one, day)}\t"
            f"{remedy_due(one, result.set_level, day) or chr(92) + 'N'}\n"
        )
    return assessments.getvalue(), results.getvalue()


def _answers(random: np.random.Generator, sets: list[CriteriaSet]) -> Iterator[dict[str, Any]]:
    choices = [
        [(criterion.id, allowed_answers(criterion)) for criterion in one.criteria] for one in sets
    ]
    for number in range(1, SUBMISSIONS + 1):
        asked = choices[number % len(sets)]
        # From careless to careful: the chance of any answer at all, otherwise the last one.
        picks = random.random((2, len(asked)))
        is_any = picks[0] < random.random()
        yield {
            key: answers[int(picks[1][at] * len(answers))] if is_any[at] else _usual(answers)
            for at, (key, answers) in enumerate(asked)
        }


def _usual(answers: tuple[Any, ...]) -> Any:
    return answers[-2] if answers[-1] == "na" else answers[-1]

"""One row of an assessment file: its venue, its moment, its answers, and their score."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import blake2b

from assessments.answers import read_text_answers
from assessments.criteria import CriteriaSet, known_criterion_ids
from assessments.scoring import ScoreResult, score
from assessments.validity import remedy_due, valid_until
from data.clock import day_of
from data.errors import InputError
from data.ingest.cell_problems import RowError
from data.ingest.text_cells import Row
from data.queries.closures import Closure, closure_on
from data.services.assessing.submissions import choose_set, require_past
from geo.errors import AnToanError


@dataclass(frozen=True, kw_only=True)
class AssessmentColumns:
    """Names of a file's columns; None where the file has none for it.

    A venue is named by its public id or by its source's own key. Answers stand
    as a JSON object in one column, or each in a column of the criterion's id.
    """

    venue: str | None = "venue_id"
    external_id: str | None = None
    set_id: str | None = "set_id"
    submitted_at: str = "submitted_at"
    answers: str | None = "answers"
    key: str | None = None

    def named(self) -> list[str]:
        """The columns that the file must have."""
        wanted = [self.venue_column, self.submitted_at, self.set_id, self.answers, self.key]
        return [column for column in wanted if column is not None]

    def options(self) -> dict[str, str]:
        """The option of the command that names each of them, by column."""
        named = {
            self.venue: "--venue-column",
            self.external_id: "--external-id-column",
            self.submitted_at: "--submitted-at-column",
            self.set_id: "--set-column",
            self.answers: "--answers-column",
            self.key: "--key-column",
        }
        return {column: option for column, option in named.items() if column is not None}

    @property
    def venue_column(self) -> str:
        """The column that names the venue.

        Raises:
            InputError: There is none.
        """
        column = self.external_id or self.venue
        if column is None:
            raise InputError("say which column names the venue: its id or its external id")
        return column

    @property
    def not_answers(self) -> frozenset[str]:
        """Columns that are no criterion."""
        wanted = (self.venue, self.external_id, self.set_id, self.submitted_at, self.key)
        return frozenset(column for column in wanted if column is not None)


@dataclass(frozen=True, kw_only=True, slots=True)
class KnownVenue:
    """What is asked of a venue before it is assessed.

    Attributes:
        closures: Days on which it is closed, or was.
    """

    venue_pk: int
    venue_id: str
    venue_type: str
    closures: tuple[Closure, ...] = ()
    province_code: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class ScoredRow:
    """One row, scored."""

    venue_pk: int
    submitted_at: datetime
    submission_key: str
    set_version: str
    result: ScoreResult
    valid_until: date
    remedy_due: date | None


def score_row(
    row: Row,
    columns: AssessmentColumns,
    *,
    venues: Mapping[str, KnownVenue],
    source: str,
    default_set: str | None,
) -> ScoredRow:
    """Check and score one row.

    Args:
        row: Cells by column.
        columns: Names of the columns.
        venues: Venues by what the venue column says.
        source: Stands in the row's key, where the file has no column for one.
        default_set: Criteria set of rows that name none; None takes the one for the type.

    Raises:
        RowError: What is wrong with it and how to mend it.
    """
    word = row[columns.venue_column]
    venue = venues.get(word)
    if venue is None:
        raise RowError(
            f"names no known venue: {word!r} in the column {columns.venue_column!r}",
            code="venue_unknown",
            column=columns.venue_column,
            value=word,
        )
    submitted_at = _read_moment(row[columns.submitted_at], columns.submitted_at)
    day = day_of(submitted_at)
    _require_open(venue, day, columns.submitted_at, row[columns.submitted_at])
    set_id = (row[columns.set_id] if columns.set_id else "") or default_set
    try:
        criteria_set = choose_set(venue.venue_type, day, set_id, province_code=venue.province_code)
        # Left out: the way to the next level, which is not stored and takes most of the time.
        result = score(
            criteria_set, _read_answers(row, columns, criteria_set), with_next_level=False
        )
    except RowError:
        raise
    except AnToanError as error:
        raise RowError(str(error), code="set_unfit") from error
    return ScoredRow(
        venue_pk=venue.venue_pk,
        submitted_at=submitted_at,
        submission_key=_given_key(row, columns.key, source)
        if columns.key is not None
        else _content_key(
            source, venue.venue_id, result.set_id, submitted_at.timestamp(), result.answers
        ),
        set_version=criteria_set.version,
        result=result,
        valid_until=valid_until(criteria_set, day),
        remedy_due=remedy_due(criteria_set, result.set_level, day),
    )


def _require_open(venue: KnownVenue, day: date, column: str, value: str) -> None:
    closure = closure_on(venue.closures, day)
    if closure is None:
        return
    if closure.last_day is None:
        raise RowError(
            f"is of {day}, but the venue is closed {closure}",
            code="venue_closed_then",
            column=column,
            value=value,
            day=closure.first_day.isoformat(),
        )
    raise RowError(
        f"is of {day}, but the venue was closed {closure}",
        code="venue_closed_between",
        column=column,
        value=value,
        first=closure.first_day.isoformat(),
        last=closure.last_day.isoformat(),
    )


def _read_moment(text: str, column: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise RowError(
            f"has {text!r} in the column {column!r}; write a moment as 2021-11-20T08:15:00+07:00",
            code="day_form",
            column=column,
            value=text,
        ) from None
    try:
        require_past(moment)
    except InputError as error:
        raise RowError(
            f"in the column {column!r}: {error}", code="day_future", column=column, value=text
        ) from error
    return moment


def _read_answers(
    row: Row, columns: AssessmentColumns, criteria_set: CriteriaSet
) -> Mapping[str, object]:
    if columns.answers is None:
        # Cells of other sets' criteria are passed on, so that a filled one is refused by name.
        texts = {
            column: cell
            for column, cell in row.items()
            if column in known_criterion_ids() and column not in columns.not_answers
        }
        return read_text_answers(criteria_set, texts)
    text = row[columns.answers]
    try:
        answers = json.loads(text)
    except json.JSONDecodeError as error:
        raise RowError(
            f"has no JSON in the column {columns.answers!r}: {error.msg} at sign {error.colno}"
        ) from None
    if not isinstance(answers, dict):
        raise RowError(f"has no JSON object of answers in the column {columns.answers!r}")
    return answers


def _given_key(row: Row, column: str, source: str) -> str:
    if not row[column]:
        raise RowError(f"has no key in the column {column!r}; give it one")
    return f"{source}:{row[column]}"


def _content_key(*parts: object) -> str:
    content = json.dumps(parts, sort_keys=True)
    return "content:" + blake2b(content.encode(), digest_size=16).hexdigest()

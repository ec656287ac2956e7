"""Models of criteria sets, scores and submissions."""

from datetime import date, datetime

from pydantic import ConfigDict, Field

from dashboard.api.models import Document, VenueLevelWord


class Wording(Document):
    """One text in both languages."""

    vi: str
    en: str


class CriteriaSetHead(Document):
    """What a criteria set is and for whom."""

    id: str = Field(examples=["school-1467"])
    version: str
    title: Wording
    issuer: Wording
    document: str
    issued_on: date | None = Field(description="Null where only the year is known")
    venue_types: list[str]
    validity_days: int | None = Field(description="Null where the set cannot be filled")
    has_official_text: bool = Field(description="Whether every wording is the official annex's own")
    fillable: bool = Field(description="Whether its criteria are known and can be answered")
    gives_level: bool = Field(
        description="Whether answers come to a level; if not, the venue stays not assessed"
    )
    territory: list[str] | None = Field(
        description="Codes of the provinces in which it holds; null in the whole country"
    )
    replaces: list[str] = Field(description="Ids of the sets that ended when it began")
    first_day: date | None = Field(description="First day on which it is in force")
    last_day: date | None = Field(description="Last such day; null while nothing has ended it")


class CriteriaSetList(Document):
    """All criteria sets."""

    items: list[CriteriaSetHead]
    next: None = None


class Answers(Document):
    """Answers by criterion id: whole points, `pass` or `fail`, or `na` where allowed."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"example": {"answers": {"1": 10, "2": "na"}}}
    )

    answers: dict[str, int | str | None] = Field(max_length=500)


class Submitted(Answers):
    """Answers to be stored."""

    set_id: str | None = Field(
        default=None,
        max_length=64,
        description="Criteria set; the one in force for the venue's type where not given",
    )
    submission_key: str | None = Field(
        default=None,
        pattern=r"^[A-Za-z0-9_-]{8,100}$",
        description="Sent again, the same key stores nothing new",
    )


class CriterionScore(Document):
    """What one answer counted."""

    id: str
    answer: int | str
    points: int | None
    max_points: int
    reason: str


class Change(Document):
    """One answer to better."""

    criterion_id: str
    old_answer: int | str
    new_answer: int | str


class NextLevel(Document):
    """The fewest changes that reach the next better level."""

    set_level: str
    level: VenueLevelWord
    changes: list[Change]


class Score(Document):
    """Result of complete answers."""

    set_id: str
    set_version: str
    score: float
    safety_tenths: int | None = Field(
        description="0 (unsafe) to 1000 on one scale for all sets; null without a level"
    )
    level: VenueLevelWord
    set_level: str
    points: int
    max_points: int
    criteria: list[CriterionScore]
    vetoed_by: list[str]
    limited_by: list[str] = Field(
        default=[], description="Criteria that break the limit which changed the level"
    )
    next_level: NextLevel | None


class ScorePreview(Document):
    """What the answers say already; the final level lies between `worst` and `best`."""

    missing: list[str]
    points: int
    max_points: int
    best: Score
    worst: Score
    result: Score | None = Field(description="Null while something is missing")


class SubmissionReceipt(Document):
    """A stored submission."""

    venue_id: str
    set_id: str
    set_version: str
    submitted_at: datetime
    score: float
    level: VenueLevelWord
    set_level: str
    valid_until: date
    remedy_due: date | None = Field(
        default=None, description="Last day for mending, where the level reached has a deadline"
    )
    is_new: bool = Field(description="False where the key had been stored before")
    result: Score | None

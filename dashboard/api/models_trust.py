"""Response models of trust: who says that a venue has its level."""

from datetime import date
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

TrustWord = Literal["self_declared", "documents_checked", "inspected", "contested", "expired"]


class TrustPart(BaseModel):
    """Base of what is said of trust: nothing but what is declared."""

    model_config = ConfigDict(extra="forbid")


class AgreementFigures(TrustPart):
    """How well self-assessments agreed with inspections, by Cohen's kappa."""

    pairs: int = Field(description="Inspected venues whose self-assessment then held")
    kappa: float = Field(description="-1 to 1; 0 is chance, 1 is full agreement")
    low: float = Field(description="Lower end of the 95 % interval")
    high: float = Field(description="Upper end of the 95 % interval")
    weighted_kappa: float = Field(description="With linear weights")


class AppealFigures(TrustPart):
    """What became of decisions of committees in the last 365 days."""

    decisions: int = Field(description="Inspections and corrections")
    overturned: int = Field(description="Of these, overturned by an appeal")


class AreaTrust(TrustPart):
    """How far the levels of an area's venues can be believed."""

    graded: int = Field(description="Venues that have a grade: all that were ever assessed")
    shares: dict[TrustWord, float] | None = Field(
        description="Of the graded venues, 0 to 1; null where there are none"
    )
    inspections: int = Field(
        description="Venues inspected in the last 365 days while a self-assessment held"
    )
    agreement: AgreementFigures | None = Field(
        description="Null under 10 inspections, or where all came out alike"
    )
    appeals: AppealFigures | None = Field(description="Null under 10 decisions")


class VenueTrust(TrustPart):
    """Who says that a venue has its level."""

    grade: TrustWord | None = Field(description="Null for a venue that was never assessed")
    since: date | None = Field(description="First day with this grade, where it is known")


class PublicReply(TrustPart):
    """What the owner says to the committee's decision, after moderation."""

    text: str
    published_on: date

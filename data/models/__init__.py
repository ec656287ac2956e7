"""Mapped tables, by subject; importing this package registers all of them."""

from data.models.assessments import Assessment, AssessmentResult, VenueLevelSpan
from data.models.base import Base
from data.models.boundaries import Area, BoundaryEdition, BoundaryFile
from data.models.levels import AreaLevelDaily, LevelGeneration
from data.models.venues import Venue, VenueArea
from data.models.visits import (
    AreaDensityDaily,
    AreaVisitRelease,
    DensityGeneration,
    Visit,
    VisitHourly,
)

__all__ = [
    "Area",
    "AreaDensityDaily",
    "AreaLevelDaily",
    "AreaVisitRelease",
    "Assessment",
    "AssessmentResult",
    "Base",
    "BoundaryEdition",
    "BoundaryFile",
    "DensityGeneration",
    "LevelGeneration",
    "Venue",
    "VenueArea",
    "VenueLevelSpan",
    "Visit",
    "VisitHourly",
]

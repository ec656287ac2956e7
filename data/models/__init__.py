"""Mapped tables, by subject; importing this package registers all of them."""

from data.models.accounts import (
    Account,
    AccountArea,
    ApiKey,
    AttemptCount,
    OneTimeCode,
    RecoveryCode,
    WebSession,
)
from data.models.assessments import Assessment, AssessmentResult, VenueLevelSpan
from data.models.audit import AuditEvent
from data.models.base import Base
from data.models.boundaries import Area, BoundaryEdition, BoundaryFile
from data.models.bulk import BulkUpload
from data.models.certificates import Certificate
from data.models.drafts import AssessmentDraft, DraftAnswer, EvidenceFile, ExpiryReminder
from data.models.levels import AreaLevelDaily, AreaTypeDaily, LevelGeneration
from data.models.notices import OwnerNotice
from data.models.ownership import (
    ClaimRequest,
    VenueClaim,
    VenueClosure,
    VenueContact,
    VenueEvent,
    VenuePastArea,
    VenuePastPlace,
    VenuePastType,
    VenueStaff,
)
from data.models.place_codes import PlaceCode, PlaceZone
from data.models.trust import AreaTrustDaily, ReviewKey, VenueTrustSpan
from data.models.venues import Venue, VenueArea
from data.models.verification import (
    Appeal,
    FindingNote,
    InspectionPair,
    OwnerReply,
    Review,
    RevisitRequest,
    VenueReport,
)
from data.models.visits import (
    AreaDensityDaily,
    AreaVisitRelease,
    DensityGeneration,
    Visit,
    VisitHourly,
)
from data.models.work import CommitteeWork

__all__ = [
    "Account",
    "AccountArea",
    "ApiKey",
    "Appeal",
    "Area",
    "AreaDensityDaily",
    "AreaLevelDaily",
    "AreaTrustDaily",
    "AreaTypeDaily",
    "AreaVisitRelease",
    "Assessment",
    "AssessmentDraft",
    "AssessmentResult",
    "AttemptCount",
    "AuditEvent",
    "Base",
    "BoundaryEdition",
    "BoundaryFile",
    "BulkUpload",
    "Certificate",
    "ClaimRequest",
    "CommitteeWork",
    "DensityGeneration",
    "DraftAnswer",
    "EvidenceFile",
    "ExpiryReminder",
    "FindingNote",
    "InspectionPair",
    "LevelGeneration",
    "OneTimeCode",
    "OwnerNotice",
    "OwnerReply",
    "PlaceCode",
    "PlaceZone",
    "RecoveryCode",
    "Review",
    "ReviewKey",
    "RevisitRequest",
    "Venue",
    "VenueArea",
    "VenueClaim",
    "VenueClosure",
    "VenueContact",
    "VenueEvent",
    "VenueLevelSpan",
    "VenuePastArea",
    "VenuePastPlace",
    "VenuePastType",
    "VenueReport",
    "VenueStaff",
    "VenueTrustSpan",
    "Visit",
    "VisitHourly",
    "WebSession",
]

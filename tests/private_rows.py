"""One venue with a row in every private table, each holding a word that must not leave it."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select, text
from sqlalchemy.orm import Session, sessionmaker

from assessments.criteria import load_criteria_sets
from data.clock import now, today
from data.models import (
    Appeal,
    Assessment,
    AssessmentDraft,
    AssessmentResult,
    Base,
    BulkUpload,
    Certificate,
    DraftAnswer,
    EvidenceFile,
    OwnerReply,
    PlaceCode,
    PlaceZone,
    Review,
    RevisitRequest,
    Venue,
    VenueReport,
    VenueStaff,
)
from data.scope import Actor
from tests.level_data import add_tree
from tests.people import make_account, make_venue

MARKER = "BIMATRIENG"
"""Stands in every private text of the venue, and nowhere else."""
SET_ID = "school-1467"


@dataclass(frozen=True, kw_only=True)
class World:
    """A venue, those around it, and what fills the places of an address.

    Attributes:
        places: Value by the name of a path parameter.
        area_ids: Ids by area code.
    """

    venue_id: str
    venue_pk: int
    owner: Actor
    editor: Actor
    stranger: Actor
    near: Actor
    far: Actor
    ministry: Actor
    administrator: Actor
    places: dict[str, str]
    area_ids: dict[str, int]


def make_world(sessions: sessionmaker[Session]) -> World:
    """Stores everything; the venue lies in province 01."""
    with sessions.begin() as session:
        ids = add_tree(session)
        session.execute(text("UPDATE boundary_edition SET is_active = true"))
    wards = [code for code in ids if len(code) > 3]
    owner = make_account(sessions, name=f"Owner {MARKER}")
    editor = make_account(sessions, name=f"Editor {MARKER}")
    stranger = make_account(sessions)
    venue_id = make_venue(sessions, owner=owner, area_id=ids[wards[0]], lon=0.5, lat=0.5)
    make_venue(sessions, owner=stranger, area_id=ids[wards[0]], lon=0.6, lat=0.5)
    with sessions.begin() as session:
        venue_pk = session.scalars(select(Venue.venue_pk).where(Venue.venue_id == venue_id)).one()
        session.add(VenueStaff(venue_pk=venue_pk, account_pk=editor.account_pk, role="editor"))
        places = _store(session, venue_pk, owner)
    return World(
        venue_id=venue_id,
        venue_pk=venue_pk,
        owner=owner,
        editor=editor,
        stranger=stranger,
        near=make_account(sessions, role="committee", areas=(("e3", "01"),)),
        far=make_account(sessions, role="committee", areas=(("e3", "48"),)),
        ministry=make_account(sessions, role="ministry"),
        administrator=make_account(sessions, role="administrator"),
        places={**places, "venue_id": venue_id, "venue": venue_id},
        area_ids=ids,
    )


def _store(session: Session, venue_pk: int, owner: Actor) -> dict[str, str]:
    """Rows of every private table; gives the ids that stand in addresses."""
    version = load_criteria_sets()[SET_ID].version
    by = {"account_pk": owner.account_pk}
    of_set = {"set_id": SET_ID, "set_version": version}
    random = secrets.token_hex

    def add(row: Base) -> None:
        session.add(row)
        session.flush()

    assessment = Assessment(
        venue_pk=venue_pk,
        answers={"1": MARKER},
        submitted_at=now() - timedelta(days=1),
        source="test",
        declared_name=MARKER,
        submission_key=f"{MARKER}{random(4)}",
        **of_set,
        **by,
    )
    add(assessment)
    of_assessment = {"venue_pk": venue_pk, "assessment_pk": assessment.assessment_pk}
    add(
        AssessmentResult(
            assessment_pk=assessment.assessment_pk,
            score=90.0,
            safety_tenths=900,
            level="safe",
            set_level="safe",
            points={"1": {"points": 1, "max_points": 1, "reason": MARKER}},
            valid_until=today() + timedelta(days=10),
        )
    )
    draft = AssessmentDraft(venue_pk=venue_pk, submission_key=random(8), **of_set)
    add(draft)
    add(DraftAnswer(draft_pk=draft.draft_pk, criterion_id="1", answer=MARKER, revision=1, **by))
    evidence = EvidenceFile(
        evidence_id=random(10).upper(),
        venue_pk=venue_pk,
        draft_pk=draft.draft_pk,
        criterion_id="1",
        media_type="image/jpeg",
        size=10,
        sha256=hashlib.sha256(MARKER.encode()).digest(),
        **by,
    )
    review = Review(
        review_id=random(10).upper(),
        reason="random",
        priority=1,
        decision_reason=MARKER,
        **of_assessment,
    )
    appeal = Appeal(
        appeal_id=random(10).upper(),
        wording=MARKER,
        due_on=today() + timedelta(days=5),
        filed_by=owner.account_pk,
        **of_assessment,
    )
    report = VenueReport(
        report_id=random(10).upper(), venue_pk=venue_pk, reason="untrue", wording=MARKER
    )
    certificate = Certificate(certificate_id=random(8).upper(), **of_assessment)
    zone = PlaceZone(venue_pk=venue_pk, name=MARKER)
    upload = BulkUpload(
        upload_id=random(10).upper(),
        kind="venues",
        state="previewed",
        report={"title": MARKER},
        content=MARKER.encode(),
        rest=MARKER.encode(),
        **by,
    )
    code = PlaceCode(code="0123456789ABCDEF", short_code="TEST-0000", venue_pk=venue_pk)
    for row in (evidence, review, appeal, report, certificate, zone, upload, code):
        add(row)
    add(OwnerReply(wording=MARKER, written_by=owner.account_pk, **of_assessment))
    add(
        RevisitRequest(venue_pk=venue_pk, wording=MARKER, due_on=today(), asked_by=owner.account_pk)
    )
    return {
        "evidence_id": evidence.evidence_id,
        "review_id": review.review_id,
        "appeal_id": appeal.appeal_id,
        "report_id": report.report_id,
        "certificate_id": certificate.certificate_id,
        "upload_id": upload.upload_id,
        "code": code.code,
        "zone_pk": str(zone.zone_pk),
        "kind": "svg",
        "submission": str(assessment.assessment_pk),
        "first": str(assessment.assessment_pk),
        "second": str(assessment.assessment_pk),
    }

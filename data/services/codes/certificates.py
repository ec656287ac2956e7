"""Certificates of submissions: issued by the owner, withdrawn by the committee."""

import secrets
from datetime import date, datetime
from typing import Final, Literal

from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session, sessionmaker

from assessments.certificates import earns_certificate
from checkins.place_codes import CODE_BYTES, code_of
from data import clock
from data.errors import ConflictError, InputError, NotFoundError
from data.models import Certificate, Venue
from data.queries.certificates import (
    CertificateRecord,
    CertifiedSubmission,
    find_certificate,
    find_newest_certificate,
    find_newest_submission,
)
from data.scope import Actor
from data.services import audit
from data.services.accounts.owner_notices import tell_owners

LONGEST_REASON: Final = 500

NoCertificate = Literal["not_assessed", "level", "expired", "closed", "withdrawn"]


class NoCertificateError(ConflictError):
    """The newest submission gets no certificate; `reason` says why in a word."""

    def __init__(self, reason: NoCertificate) -> None:
        self.reason = reason
        super().__init__(f"the venue's newest submission gets no certificate: {reason}")


def why_no_certificate(
    submission: CertifiedSubmission | None, newest: CertificateRecord | None, day: date
) -> NoCertificate | None:
    """Why a venue cannot have a certificate now; None where it can, or has one.

    Args:
        submission: The venue's newest submission.
        newest: The venue's newest certificate.
        day: Today.
    """
    if submission is None:
        return "not_assessed"
    if submission.closed_on(day) is not None:
        return "closed"
    if day > submission.valid_until:
        return "expired"
    if not earns_certificate(submission.level):
        return "level"
    is_of_newest = newest is not None and (
        newest.submission.assessment_pk == submission.assessment_pk
    )
    if is_of_newest and newest is not None and newest.withdrawn_at is not None:
        return "withdrawn"
    return None


def issue(
    sessions: sessionmaker[Session], *, venue_id: str, actor: Actor | None, at: datetime
) -> CertificateRecord:
    """The certificate of a venue's newest submission, made now where it has none yet.

    Args:
        sessions: The person's sessions.
        venue_id: Public id of the venue.
        actor: Who asks for it.
        at: Moment of asking.

    Raises:
        NoCertificateError: It gets none.
        NotFoundError: There is no such venue.
    """
    with sessions.begin() as session:
        venue_pk = session.scalar(
            # No submission may come between the look at the newest and its certificate.
            select(Venue.venue_pk).where(Venue.venue_id == venue_id).with_for_update()
        )
        if venue_pk is None:
            raise NotFoundError("there is no such venue")
        submission = find_newest_submission(session, venue_id)
        newest = find_newest_certificate(session, venue_id)
        reason = why_no_certificate(submission, newest, clock.day_of(at))
        if reason is not None or submission is None:
            raise NoCertificateError(reason or "not_assessed")
        made = session.scalar(
            insert(Certificate)
            .values(
                certificate_id=code_of(secrets.token_bytes(CODE_BYTES)),
                venue_pk=venue_pk,
                assessment_pk=submission.assessment_pk,
                issued_at=at,
            )
            .on_conflict_do_nothing(index_elements=["assessment_pk"])
            .returning(Certificate.certificate_id)
        )
        if made is not None:
            _record(session, actor, "certificate.issue", made)
        record = find_newest_certificate(session, venue_id)
        if record is None:
            raise NotFoundError("the certificate is not there")
        return record


def withdraw(
    session: Session, *, certificate_id: str, actor: Actor | None, reason: str
) -> CertificateRecord:
    """Withdraw a certificate, for ever; whoever scans it then reads that and why.

    Args:
        session: The committee person's transaction; the caller commits.
        certificate_id: Which.
        actor: Who withdraws it.
        reason: Shown to the public; no personal data, at most `LONGEST_REASON` signs.

    Raises:
        InputError: There is no reason, or it is too long.
        NotFoundError: There is no such certificate, or the person may not see its venue.
        ConflictError: It is withdrawn already.
    """
    reason = " ".join(reason.split())
    if not reason:
        raise InputError("a certificate is withdrawn with a reason; write one")
    if len(reason) > LONGEST_REASON:
        raise InputError(f"the reason has {len(reason)} signs; shorten it to {LONGEST_REASON}")
    done = session.execute(
        update(Certificate)
        .where(Certificate.certificate_id == certificate_id, Certificate.withdrawn_at.is_(None))
        .values(
            withdrawn_at=func.now(),
            withdrawn_by=None if actor is None else actor.account_pk,
            withdrawn_reason=reason,
        )
        .returning(Certificate.venue_pk)
        .execution_options(synchronize_session=False)
    ).one_or_none()
    record = find_certificate(session, certificate_id)
    if record is None:
        raise NotFoundError("there is no such certificate")
    if done is None:
        raise ConflictError("the certificate is withdrawn already")
    tell_owners(session, done.venue_pk, "certificate_withdrawn", at=clock.now())
    _record(session, actor, "certificate.withdraw", certificate_id)
    return record


def withdraw_of_submission(
    session: Session, *, assessment_pk: int, actor: Actor | None, reason: str
) -> CertificateRecord | None:
    """Withdraw the certificate of a submission; None where it has none that holds.

    Raises:
        InputError: There is no reason, or it is too long.
    """
    certificate_id = session.scalar(
        select(Certificate.certificate_id).where(
            Certificate.assessment_pk == assessment_pk, Certificate.withdrawn_at.is_(None)
        )
    )
    if certificate_id is None:
        return None
    return withdraw(session, certificate_id=certificate_id, actor=actor, reason=reason)


def _record(session: Session, actor: Actor | None, action: str, certificate_id: str) -> None:
    audit.record(
        session,
        actor_id=None if actor is None else actor.account_id,
        action=action,
        subject_kind="certificate",
        subject_id=certificate_id,
    )

"""A venue's certificate on the committee's page: what it says, and its withdrawal."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session, sessionmaker

from assessments.certificates import CertificateState
from dashboard.pages.certificates.view import explanation
from dashboard.texts.catalogue import Texts
from data.clock import day_of
from data.errors import ConflictError
from data.queries.certificates import CertificateRecord, find_newest_certificate
from data.queries.committee import require_seen_venue
from data.scope import Actor
from data.services.codes.certificates import withdraw

SHOWN = (CertificateState.VALID, CertificateState.WITHDRAWN)


@dataclass(frozen=True, kw_only=True)
class CertificateView:
    """The certificate that a venue shows today, or the one that was taken from it.

    Attributes:
        state: `valid` or `withdrawn`.
        text: What that means, with its day; the reason of a withdrawal.
    """

    certificate_id: str
    state: str
    text: str

    @property
    def can_be_withdrawn(self) -> bool:
        """Whether it holds: what holds no more has nothing to be taken."""
        return self.state == CertificateState.VALID.value


def certificate_view(
    record: CertificateRecord | None, day: date, t: Texts
) -> CertificateView | None:
    """A venue's newest certificate on a day; None where it neither holds nor was withdrawn."""
    if record is None:
        return None
    state = record.state_on(day)
    if state not in SHOWN:
        return None
    return CertificateView(
        certificate_id=record.certificate_id,
        state=state.value,
        text=explanation(record, day, t),
    )


def withdraw_of_venue(
    sessions: sessionmaker[Session],
    *,
    venue_id: str,
    certificate_id: str,
    reason: str,
    actor: Actor,
    at: datetime,
) -> None:
    """Withdraw the certificate that the person looked at.

    Args:
        sessions: The person's sessions.
        venue_id: Public id of the venue.
        certificate_id: The certificate that stood on the page.
        reason: Shown to the public.
        actor: Who withdraws it.
        at: The moment.

    Raises:
        NotFoundError: The person sees no such venue.
        ConflictError: It is not the venue's newest, or holds no more.
        InputError: There is no reason, or it is too long.
    """
    with sessions.begin() as session:
        require_seen_venue(session, venue_id)
        record = find_newest_certificate(session, venue_id)
        if (
            record is None
            or record.certificate_id != certificate_id
            or record.state_on(day_of(at)) is not CertificateState.VALID
        ):
            raise ConflictError("this certificate holds no more")
        withdraw(session, certificate_id=certificate_id, actor=actor, reason=reason)

"""Which results earn a certificate, and what a certificate says on a later day."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from assessments.levels import VenueLevel

CERTIFIED_LEVELS: Final = frozenset({VenueLevel.SAFE, VenueLevel.AT_RISK})
"""An unsafe venue gets none: a paper with a seal at its door would be read as praise, whatever
it says. At risk gets one, with its level in its title, as antoancovid.vn let such venues open."""


class CertificateState(StrEnum):
    """What the verification page and the badge say."""

    VALID = "valid"
    EXPIRED = "expired"
    REPLACED = "replaced"
    WITHDRAWN = "withdrawn"
    CLOSED = "closed"


@dataclass(frozen=True, kw_only=True)
class CertificateFacts:
    """What the state of a certificate depends on.

    Attributes:
        valid_until: Last day on which the submission's level holds.
        is_withdrawn: Whether a committee withdrew it.
        has_newer_submission: Whether the venue was assessed again since, by whomever and
            with whatever level.
        closed_on: First day on which the venue is closed; None while it is open.
    """

    valid_until: date
    is_withdrawn: bool
    has_newer_submission: bool
    closed_on: date | None


def certificate_state(facts: CertificateFacts, day: date) -> CertificateState:
    """What a certificate says on a day.

    Withdrawn is for ever. A newer submission speaks for the venue as it is now, so that
    "replaced" comes before "expired": it says where to look. A closed venue's certificate
    holds again when the venue opens again.
    """
    if facts.is_withdrawn:
        return CertificateState.WITHDRAWN
    if facts.has_newer_submission:
        return CertificateState.REPLACED
    if facts.closed_on is not None and day >= facts.closed_on:
        return CertificateState.CLOSED
    if day > facts.valid_until:
        return CertificateState.EXPIRED
    return CertificateState.VALID


def earns_certificate(level: VenueLevel) -> bool:
    """Whether a result of this level gets a certificate at all."""
    return level in CERTIFIED_LEVELS

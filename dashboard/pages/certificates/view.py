"""A certificate in words: for its page, its paper and its badge."""

import hashlib
from datetime import date

from assessments.certificates import CertificateState
from assessments.trust import Trust
from dashboard.documents.badge import Badge, build_badge
from dashboard.documents.certificate import BothTexts, CertificatePage
from dashboard.pages.days import day_text
from dashboard.pages.set_words import SetWords, set_words, trust_text
from dashboard.texts.catalogue import Texts, texts
from data import clock
from data.queries.certificates import CertificateRecord, CertifiedSubmission


def words_of(submission: CertifiedSubmission, text: Texts) -> SetWords:
    """Set, level and score of a certified submission in words."""
    words = set_words(
        set_id=submission.set_id,
        set_version=submission.set_version,
        set_level=submission.set_level,
        score=submission.score,
        text=text,
    )
    if not words.is_lower_safer:
        return words
    return SetWords(
        title=words.title,
        document=words.document,
        level=words.level,
        score=text("certificate.lower_is_safer", score=words.score),
        is_lower_safer=True,
    )


def explanation(record: CertificateRecord, day: date, text: Texts) -> str:
    """What the state of a certificate on a day means, with the state's own day and reason."""
    state = record.state_on(day)
    values: dict[str, str] = {}
    if state is CertificateState.WITHDRAWN:
        withdrawn_on = clock.day_of(record.withdrawn_at or record.issued_at)
        values = {
            "day": day_text(withdrawn_on, text),
            "reason": record.withdrawn_reason or "",
        }
    elif state is CertificateState.CLOSED:
        closed_on = record.submission.closed_on(day)
        values = {"day": day_text(closed_on, text) if closed_on else ""}
    elif state is not CertificateState.REPLACED:
        values = {"day": day_text(record.submission.valid_until, text)}
    return text(f"certificate.explain.{state.value}", **values)


def certificate_page(record: CertificateRecord, *, trust: Trust, address: str) -> CertificatePage:
    """What the paper says.

    Args:
        record: The certificate.
        trust: Of the venue's level today.
        address: Of the verification page.
    """
    vi, en = texts("vi"), texts("en")
    submission = record.submission
    words = {text.language: words_of(submission, text) for text in (vi, en)}
    type_key = f"venue_type.{submission.venue_type}"
    return CertificatePage(
        address=address,
        certificate_id=record.certificate_id,
        name=submission.name,
        venue_type=BothTexts(vi=vi(type_key), en=en(type_key)),
        venue_address=submission.address,
        level=submission.level,
        set_level=BothTexts(vi=words["vi"].level, en=words["en"].level),
        set_title=BothTexts(vi=words["vi"].title, en=words["en"].title),
        document=words["vi"].document,
        score=BothTexts(vi=words["vi"].score, en=words["en"].score),
        submitted_on=clock.day_of(submission.submitted_at),
        valid_until=submission.valid_until,
        trust=BothTexts(vi=trust_text(trust, vi), en=trust_text(trust, en)),
        is_demo=submission.is_demo,
    )


def badge_of(
    record: CertificateRecord | None,
    submission: CertifiedSubmission | None,
    *,
    day: date,
    trust: Trust | None,
) -> Badge:
    """The badge of a venue on a day.

    Args:
        record: Its newest certificate.
        submission: Its newest submission.
        day: Today.
        trust: Of the venue's level today.
    """
    if submission is None:
        return Badge(state="not_assessed")
    if record is None:
        return Badge(state="not_certified", name=submission.name, is_demo=submission.is_demo)
    state = record.state_on(day)
    has_day = state in (CertificateState.VALID, CertificateState.EXPIRED)
    return Badge(
        state=state.value,
        level=submission.level.value if state is CertificateState.VALID else "",
        # Always in figures: a badge is narrow.
        day=f"{record.submission.valid_until:%d/%m/%Y}" if has_day else "",
        name=submission.name,
        is_contested=trust is Trust.CONTESTED,
        is_demo=submission.is_demo,
    )


def badge_picture(badge: Badge, text: Texts) -> tuple[bytes, str]:
    """A badge as SVG in UTF-8, and the mark by which one picture is told from another."""
    body = build_badge(badge, text).encode()
    return body, hashlib.sha256(body).hexdigest()[:20]

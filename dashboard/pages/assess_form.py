"""The assessment form as it travels: its signed token, its fields, its answers."""

import hashlib
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final
from urllib.parse import parse_qsl

from itsdangerous import BadData, URLSafeTimedSerializer
from starlette.requests import Request

from geo.errors import AnToanError

SALT: Final = "antoan.assess-form"
ANSWER_PREFIX: Final = "a."
FORM_MAX_AGE_S: Final = 12 * 3600
MAX_BYTES: Final = 64_000
MAX_FIELDS: Final = 600
FORM_TYPE: Final = "application/x-www-form-urlencoded"


class BadFormError(AnToanError):
    """A form that is not one of ours: too long, of another type, or not decodable."""


class FormTokenError(AnToanError):
    """A form that we did not hand to this owner, or too long ago."""


@dataclass(frozen=True, kw_only=True)
class AssessForm:
    """A form as sent.

    Attributes:
        fields: Fields that are not answers, by name; the last of a name counts.
        answers: Texts of the answers by criterion id.
    """

    fields: dict[str, str]
    answers: dict[str, str]


async def read_form(request: Request) -> AssessForm:
    """Read the body of a form, within limits.

    Raises:
        BadFormError: Longer than any of our forms, of another type, or not UTF-8.
    """
    if request.headers.get("content-type", "").split(";")[0].strip().lower() != FORM_TYPE:
        raise BadFormError(f"send the form as {FORM_TYPE}")
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > MAX_BYTES:
            raise BadFormError("the form is longer than any that this page makes")
    try:
        pairs = parse_qsl(
            body.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=MAX_FIELDS
        )
    except ValueError:
        raise BadFormError("the form cannot be read") from None
    return AssessForm(
        fields={name: text for name, text in pairs if not name.startswith(ANSWER_PREFIX)},
        answers={
            name.removeprefix(ANSWER_PREFIX): text
            for name, text in pairs
            if name.startswith(ANSWER_PREFIX)
        },
    )


def new_submission_key() -> str:
    """A key under which one form is stored once, however often it is sent."""
    return secrets.token_urlsafe(18)


def make_form_token(
    secret: str, *, venue_id: str, owner_token: str, version: str, submission_key: str
) -> str:
    """A token that only this owner's form carries: against forged and repeated submissions.

    Args:
        secret: The site's signing secret.
        venue_id: Public id of the venue.
        owner_token: The owner's key, from the cookie; the token is bound to it.
        version: Version of the criteria set that the form shows.
        submission_key: Key under which the form is stored.
    """
    return URLSafeTimedSerializer(secret, salt=SALT).dumps(
        [venue_id, _fingerprint(owner_token), version, submission_key]
    )


def read_form_token(
    secret: str, token: str, *, venue_id: str, owner_token: str, max_age_s: int = FORM_MAX_AGE_S
) -> tuple[str, str]:
    """Version of the set and submission key of a form.

    Raises:
        FormTokenError: Not signed by us, for another venue or owner, or too old.
    """
    try:
        content = URLSafeTimedSerializer(secret, salt=SALT).loads(token, max_age=max_age_s)
    except BadData:
        raise FormTokenError("the form has expired; send it again") from None
    if not _is_row_of_texts(content) or content[:2] != [venue_id, _fingerprint(owner_token)]:
        raise FormTokenError("the form has expired; send it again")
    return content[2], content[3]


def _is_row_of_texts(content: object) -> bool:
    return (
        isinstance(content, list)
        and len(content) == 4
        and all(isinstance(text, str) for text in content)
    )


def _fingerprint(owner_token: str) -> str:
    return hashlib.sha256(owner_token.encode()).hexdigest()[:24]


def form_texts(answers: Iterable[tuple[str, object]]) -> dict[str, str]:
    """Stored answers as the form's texts."""
    return {key: str(answer) for key, answer in answers}

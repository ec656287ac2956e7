"""Signed links by which a venue's owner opens the assessment page."""

from typing import Final

from itsdangerous import BadData, SignatureExpired, URLSafeTimedSerializer

from geo.errors import AnToanError

SALT: Final = "antoan.owner-link"
DEFAULT_MAX_AGE_S: Final = 90 * 24 * 3600


class OwnerLinkError(AnToanError):
    """A link that opens nothing: damaged, of another key, or too old."""


class OwnerLinkExpiredError(OwnerLinkError):
    """A link that was right and is too old."""


def make_owner_token(secret: str, venue_id: str) -> str:
    """A token that opens the assessment page of one venue; safe in an address.

    Args:
        secret: The site's signing secret.
        venue_id: Public id of the venue.
    """
    return URLSafeTimedSerializer(secret, salt=SALT).dumps(venue_id)


def read_owner_token(secret: str, token: str, *, max_age_s: int = DEFAULT_MAX_AGE_S) -> str:
    """The venue that a token opens.

    Args:
        secret: The site's signing secret.
        token: As it came with the address or cookie.
        max_age_s: Seconds for which a token opens anything.

    Raises:
        OwnerLinkExpiredError: Older than `max_age_s`.
        OwnerLinkError: Not signed by us. The sentences never repeat the token.
    """
    try:
        venue_id = URLSafeTimedSerializer(secret, salt=SALT).loads(token, max_age=max_age_s)
    except SignatureExpired:
        raise OwnerLinkExpiredError("this link has expired; ask for a new one") from None
    except BadData:
        raise OwnerLinkError("this link is not valid; ask for a new one") from None
    if not isinstance(venue_id, str):
        raise OwnerLinkError("this link is not valid; ask for a new one")
    return venue_id


def owner_path(secret: str, venue_id: str) -> str:
    """The path of the assessment page with a fresh key, to be put behind the site's address."""
    return f"/venue/{venue_id}/assess?key={make_owner_token(secret, venue_id)}"

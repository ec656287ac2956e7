"""Who may open a venue's pages: the signed link, and the cookie that it becomes.

The key of the link moves into a cookie of this venue's addresses only, so that
it stays in no address, history or referrer.
"""

from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode

from fastapi import Request
from fastapi.responses import RedirectResponse, Response
from sqlalchemy.orm import Session, sessionmaker

from dashboard.auth.turned_away import TurnedAway
from dashboard.pages.templates import private_page
from dashboard.texts.catalogue import LANGUAGES, Texts, language_of, texts
from data.errors import NotFoundError
from data.queries.owner_venues import OwnerVenue, read_owner_venue
from data.services.owner_links import OwnerLinkError, read_owner_token

COOKIE: Final = "antoan_owner"


@dataclass(frozen=True, kw_only=True)
class OwnerVisit:
    """One request of a venue's owner, once the key was found right."""

    venue: OwnerVenue
    owner_token: str
    text: Texts

    @property
    def path(self) -> str:
        """Address of the form."""
        return f"/venue/{self.venue.venue_id}/assess"


@dataclass(frozen=True, kw_only=True)
class OwnerDoor:
    """Opens a venue's pages to those who hold its link.

    Attributes:
        secret: The site's signing secret.
        is_https: Whether the cookie demands HTTPS.
        max_age_s: Seconds for which a link opens anything.
    """

    sessions: sessionmaker[Session]
    secret: str
    is_https: bool
    max_age_s: int

    def keep_key(self, venue_id: str, key: str, lang: str | None) -> Response:
        """Move the key into a cookie and go to the address without it.

        Raises:
            TurnedAway: The key does not open this venue.
        """
        if not self._opens(venue_id, key):
            raise TurnedAway(refused(lang))
        query = f"?{urlencode({'lang': language_of(lang)})}" if lang else ""
        response = redirect(f"/venue/{venue_id}/assess{query}")
        response.set_cookie(
            COOKIE,
            key,
            max_age=self.max_age_s,
            path=f"/venue/{venue_id}",
            secure=self.is_https,
            httponly=True,
            samesite="lax",
        )
        return response

    def require_visit(self, request: Request, venue_id: str, lang: str | None) -> OwnerVisit:
        """The venue, for a request whose cookie opens it.

        Raises:
            TurnedAway: The cookie is missing, wrong, too old or another venue's, or the
                venue is gone.
        """
        token = request.cookies.get(COOKIE, "")
        if not self._opens(venue_id, token):
            raise TurnedAway(refused(lang))
        text = texts(language_of(lang))
        try:
            with self.sessions() as session:
                venue = read_owner_venue(session, venue_id)
        except NotFoundError:
            page = private_page("assess_message.html", status_code=404, t=text, kind="missing")
            raise TurnedAway(page) from None
        return OwnerVisit(venue=venue, owner_token=token, text=text)

    def _opens(self, venue_id: str, token: str) -> bool:
        try:
            opened = read_owner_token(self.secret, token, max_age_s=self.max_age_s)
        except OwnerLinkError:
            return False
        return opened == venue_id


def refused(lang: str | None) -> Response:
    """Which of the reasons it was is not told: the page is open to anyone."""
    first = language_of(lang)
    both = sorted((texts(language) for language in LANGUAGES), key=lambda t: t.language != first)
    return private_page("assess_refused.html", status_code=403, t=texts(first), both=both)


def redirect(address: str) -> RedirectResponse:
    """Go to another address of ours with GET; never cached."""
    return RedirectResponse(address, status_code=303, headers={"Cache-Control": "no-store"})


def other_language(text: Texts) -> str:
    """The language that the page can be switched to."""
    return next(language for language in LANGUAGES if language != text.language)

"""Opens pages to those who may see them, and sends all others to the right place.

A page asks the door once, first thing. On an unsafe method the door also asks
for the visitor's form token, so that no page can forget to.
"""

from dataclasses import dataclass
from typing import Final, Literal
from urllib.parse import urlencode

from itsdangerous import BadData, URLSafeSerializer
from sqlalchemy.orm import Session, sessionmaker
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from dashboard.auth.client import Networks, client_address
from dashboard.auth.csrf import FIELD, HEADER, is_csrf_token, make_csrf_token
from dashboard.auth.person import Person
from dashboard.auth.session_cookie import COOKIE, CSRF_COOKIE, SALT
from dashboard.auth.turned_away import TurnedAway
from dashboard.auth.visitor import Visitor, find_visitor
from dashboard.pages.forms import PageForm
from dashboard.pages.site import site_page
from dashboard.texts.catalogue import Texts, language_of, texts
from data.queries.owner_venues import OwnerVenue, read_owner_venue, read_staff_role
from data.services.accounts.web_sessions import SignedIn, read_web_session

SAFE_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS"})
SECOND_FACTOR_PATH: Final = "/sign-in/second"

StaffRole = Literal["editor", "owner"]


@dataclass(frozen=True, kw_only=True)
class Door:
    """Made once for an application.

    Attributes:
        secret: The site's signing secret.
        is_https: Whether cookies demand HTTPS.
        proxies: Networks whose word on the client's address is taken.
    """

    sessions: sessionmaker[Session]
    secret: str
    is_https: bool
    proxies: Networks = ()

    def address_of(self, request: Request) -> str:
        """The network address that limits count a request by; never stored as it is."""
        return client_address(request, self.proxies)

    def visitor(self, request: Request) -> Visitor:
        """The browser of a request, signed in or not; see `dashboard.auth.visitor`."""
        return find_visitor(request, secret=self.secret, is_https=self.is_https)

    def require_visitor(
        self, request: Request, form: PageForm | None = None, *, lang: str | None = None
    ) -> Visitor:
        """The browser that a public form came from.

        Args:
            request: An unsafe request.
            form: Its form; without one the token must stand in the header `X-CSRF-Token`.
            lang: Language asked for.

        Raises:
            TurnedAway: 403, where the form is not one that this browser was given.
        """
        visitor = self.visitor(request)
        sent = request.headers.get(HEADER) or (form.fields.get(FIELD, "") if form else "")
        tokens = [self._session_token(request), "" if visitor.cookie else visitor.token]
        if not any(is_csrf_token(self.secret, token, sent) for token in tokens):
            raise TurnedAway(visitor.keep(self.refusal(request, "forged", 403, lang=lang)))
        return visitor

    def find_signed_in(self, request: Request) -> tuple[SignedIn, str] | None:
        """Who holds this browser's session, second factor or not, and the session's token."""
        token = self._session_token(request)
        found = read_web_session(self.sessions, token) if token else None
        return None if found is None else (found, token)

    def find_person(self, request: Request) -> Person | None:
        """Who is fully signed in; None for anybody else. Takes no part in unsafe requests."""
        found = self.find_signed_in(request)
        if found is None or found[0].needs_second_factor:
            return None
        return self._person(*found)

    def require_person(
        self, request: Request, form: PageForm | None = None, *, lang: str | None = None
    ) -> Person:
        """Who is fully signed in.

        Args:
            request: The request.
            form: Its form, where the method is unsafe; without one the token must stand in
                the header `X-CSRF-Token`.
            lang: Language asked for.

        Raises:
            TurnedAway: To sign-in or the second factor; or 403 where an unsafe request
                carries no token of this session.
        """
        signed_in, token = self.require_signed_in(request, lang=lang)
        self.require_session_form(request, form, token, lang=lang)
        return self._person(signed_in, token)

    def require_signed_in(
        self, request: Request, *, lang: str | None = None
    ) -> tuple[SignedIn, str]:
        """Who is fully signed in, and the session's token, whatever the request brings.

        By itself enough only before a form is read; `require_person` asks for its token too.

        Raises:
            TurnedAway: To sign-in or the second factor.
        """
        found = self.find_signed_in(request)
        if found is None:
            raise TurnedAway(self._to(request, "/sign-in", lang))
        if found[0].needs_second_factor:
            raise TurnedAway(self._to(request, SECOND_FACTOR_PATH, lang))
        return found

    def require_session_form(
        self, request: Request, form: PageForm | None, token: str, *, lang: str | None = None
    ) -> None:
        """Let an unsafe request pass only with the form token of a session.

        Args:
            request: The request.
            form: Its form; without one the token must stand in the header.
            token: That of the session.
            lang: Language asked for.

        Raises:
            TurnedAway: 403.
        """
        if request.method in SAFE_METHODS:
            return
        sent = request.headers.get(HEADER) or (form.fields.get(FIELD, "") if form else "")
        if not is_csrf_token(self.secret, token, sent):
            raise TurnedAway(self.refusal(request, "forged", 403, lang=lang))

    def require_venue(
        self,
        request: Request,
        venue_id: str,
        form: PageForm | None = None,
        *,
        needs: StaffRole = "editor",
        lang: str | None = None,
    ) -> tuple[Person, OwnerVenue]:
        """The person and a venue that they may act for.

        Args:
            request: The request.
            venue_id: Public id of the venue.
            form: As for `require_person`.
            needs: `owner` for what an editor may not do.
            lang: Language asked for.

        Raises:
            TurnedAway: As `require_person`; 404 where the venue is not theirs, whether or
                not there is one; 403 where an editor asks for what only the owner may.
        """
        person = self.require_person(request, form, lang=lang)
        with person.scoped(self.sessions)() as session:
            role = read_staff_role(session, venue_id, person.actor.account_pk)
            if role is None:
                raise TurnedAway(self.refusal(request, "missing", 404, person=person, lang=lang))
            if needs == "owner" and role != "owner":
                raise TurnedAway(self.refusal(request, "owner_only", 403, person=person, lang=lang))
            return person, read_owner_venue(session, venue_id)

    def require_committee(
        self, request: Request, form: PageForm | None = None, *, lang: str | None = None
    ) -> Person:
        """A person of a committee or the ministry.

        Raises:
            TurnedAway: As `require_person`; 404 for everybody else.
        """
        person = self.require_person(request, form, lang=lang)
        if not person.is_committee:
            raise TurnedAway(self.refusal(request, "missing", 404, person=person, lang=lang))
        return person

    def keep(self, response: Response, token: str, *, max_age_s: int) -> None:
        """Give the browser a session's token, signed."""
        for name, value in (
            (COOKIE, self.sign(token)),
            (CSRF_COOKIE, make_csrf_token(self.secret, token)),
        ):
            response.set_cookie(
                name,
                value,
                max_age=max_age_s,
                path="/",
                secure=self.is_https,
                httponly=name == COOKIE,
                samesite="lax",
            )

    def sign(self, token: str) -> str:
        """The cookie of a session's token."""
        return str(self._serializer().dumps(token))

    def forget(self, response: Response) -> None:
        """Take the session's cookies from the browser."""
        for name in (COOKIE, CSRF_COOKIE):
            response.delete_cookie(name, path="/", secure=self.is_https, httponly=name == COOKIE)

    def text_of(self, request: Request, person: Person | None, lang: str | None) -> Texts:
        """Texts in the language asked for, else the person's, else Vietnamese."""
        asked = lang or request.query_params.get("lang")
        return texts(language_of(asked or (person.language if person else None)))

    def refusal(
        self,
        request: Request,
        kind: str,
        status_code: int,
        *,
        person: Person | None = None,
        lang: str | None = None,
    ) -> Response:
        """A page that says why not: texts `site.<kind>.title` and `site.<kind>.text`."""
        return site_page(
            "site_message.html",
            t=self.text_of(request, person, lang),
            person=person,
            path=request.url.path,
            kind=kind,
            status_code=status_code,
        )

    def _person(self, signed_in: SignedIn, token: str) -> Person:
        return Person(
            actor=signed_in.actor,
            name=signed_in.name,
            language=signed_in.language,
            session_hash=signed_in.session_hash,
            csrf=make_csrf_token(self.secret, token),
        )

    def _to(self, request: Request, path: str, lang: str | None) -> Response:
        query = {"lang": lang} if lang else {}
        if request.method in SAFE_METHODS:
            query["next"] = request.url.path
        address = f"{path}?{urlencode(query)}" if query else path
        return RedirectResponse(address, status_code=303, headers={"Cache-Control": "no-store"})

    def _session_token(self, request: Request) -> str:
        """The token in the session's cookie, where we signed it; else nothing."""
        try:
            token = self._serializer().loads(request.cookies.get(COOKIE, ""))
        except BadData:
            return ""
        return token if isinstance(token, str) else ""

    def _serializer(self) -> URLSafeSerializer:
        return URLSafeSerializer(self.secret, salt=SALT)

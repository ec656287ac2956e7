"""The whole site with its accounts, for tests that sign in as people do."""

import re
from dataclasses import dataclass

from fastapi.testclient import TestClient
from httpx import Response
from sqlalchemy.orm import Session, sessionmaker

from dashboard.app import create_app
from tests.api_app import site_settings
from tests.messages import Outbox, recording_messenger

PASSWORD = "con mèo trèo cây cau"


@dataclass
class Site:
    """An application and what it sent."""

    client: TestClient
    outbox: Outbox
    sessions: sessionmaker[Session]

    def browser(self) -> "Site":
        """Another browser at the same site."""
        client = TestClient(self.client.app, follow_redirects=False)
        return Site(client, self.outbox, self.sessions)

    def get(self, path: str) -> Response:
        return self.client.get(path)

    def send(self, path: str, page: str | None = None, **fields: str) -> Response:
        """Open the page with the form, and send it with its token."""
        shown = self.client.get(page or path)
        return self.client.post(path, data={"csrf": form_token(shown), **fields})

    def register(
        self, contact: str, password: str = PASSWORD, name: str = "Nguyễn Thị Mai"
    ) -> Response:
        return self.send("/register", name=name, contact=contact, password=password)

    def sign_in(self, contact: str, password: str = PASSWORD, **fields: str) -> Response:
        return self.send("/sign-in", contact=contact, password=password, **fields)

    def make_owner(self, contact: str, password: str = PASSWORD) -> None:
        """Register and confirm, as a person does."""
        assert self.register(contact, password).status_code == 303
        sent = self.send("/confirm", code=self.outbox.code_to(contact))
        assert sent.status_code == 303, sent.text


def form_token(page: Response) -> str:
    """The token that a page's forms carry."""
    found = re.search(r'name="csrf" value="(\w+)"', page.text)
    assert found, page.text[:500]
    return found[1]


def make_site(sessions: sessionmaker[Session], **changes: object) -> Site:
    """A site of its own, with limits counted in the sessions' database."""
    outbox = Outbox()
    app = create_app(
        site_settings(**changes), sessions, messenger=recording_messenger(sessions, outbox)
    )
    return Site(TestClient(app, follow_redirects=False), outbox, sessions)

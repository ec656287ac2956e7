"""Mail and SMS: real servers on this machine, limits, and texts that cannot break a header."""

import json
import socketserver
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from email import message_from_bytes
from email.message import Message as Mail
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from pydantic import SecretStr, ValidationError
from sqlalchemy.orm import Session, sessionmaker

from data.catalogues import LANGUAGES, message_texts
from data.message_channels import send_mail
from data.services.accounts.contacts import Contact
from data.services.accounts.messages import Message, MessageError, Messenger
from data.settings import MailSettings, SmsSettings

PHONE = Contact(kind="phone", value="+84912345678")
MAIL = Contact(kind="email", value="mai@example.vn")
HELLO = Message(subject="Mã xác nhận", text="123456 là mã của bạn")


@dataclass
class Gateway:
    """An HTTP gateway for SMS."""

    url: str = ""
    status: int = 200
    seen: list[tuple[dict[str, Any], str | None]] = field(default_factory=list)


@pytest.fixture
def gateway() -> Iterator[Gateway]:
    found = Gateway()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            found.seen.append((json.loads(body), self.headers["Authorization"]))
            self.send_response(found.status)
            if found.status == 302:
                self.send_header("Location", f"{found.url}/elsewhere")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            """Nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    found.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield found
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def mail_server() -> Iterator[tuple[int, list[Mail]]]:
    """A server that speaks as much SMTP as a client needs."""
    seen: list[Mail] = []

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            self.wfile.write(b"220 test\r\n")
            while line := self.rfile.readline():
                word = line[:4].upper()
                if word == b"DATA":
                    self.wfile.write(b"354 go\r\n")
                    lines = []
                    while (part := self.rfile.readline()) != b".\r\n":
                        lines.append(part)
                    seen.append(message_from_bytes(b"".join(lines)))
                self.wfile.write(b"221 bye\r\n" if word == b"QUIT" else b"250 ok\r\n")
                if word == b"QUIT":
                    return

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server.server_address[1], seen
        server.shutdown()
        thread.join()


def messenger(sessions: sessionmaker[Session], **changes: Any) -> Messenger:
    plain = Messenger(
        sessions=sessions,
        secret="a key for tests only, forty signs long..",
        mail=MailSettings(),
        sms=SmsSettings(),
        is_production=True,
    )
    return replace(plain, **changes)


def test_sms_go_to_the_gateway_as_it_wants_them(
    sessions: sessionmaker[Session], gateway: Gateway
) -> None:
    sms = SmsSettings(
        url=gateway.url,
        token=SecretStr("gateway-key"),
        body='{"Phone": "{to}", "Content": "{text}", "SmsType": 2}',
    )
    tricky = Message(subject="", text='a "quoted" {to} text\n')
    messenger(sessions, sms=sms).send(PHONE, tricky)
    body = {"Phone": PHONE.value, "Content": tricky.text, "SmsType": 2}
    assert gateway.seen == [(body, "Bearer gateway-key")]


@pytest.mark.parametrize("status", [302, 403, 500])
def test_a_gateway_that_refuses_or_sends_us_elsewhere_is_an_error(
    sessions: sessionmaker[Session], gateway: Gateway, status: int
) -> None:
    gateway.status = status
    sender = messenger(sessions, sms=SmsSettings(url=gateway.url, token=SecretStr("gateway-key")))
    with pytest.raises(MessageError, match="did not take") as refusal:
        sender.send(PHONE, HELLO)
    assert len(gateway.seen) == 1
    for word in ("123456", PHONE.value, "gateway-key"):
        assert word not in str(refusal.value)


def test_sms_have_a_budget_for_the_day_and_go_to_named_countries(
    sessions: sessionmaker[Session], gateway: Gateway
) -> None:
    sender = messenger(sessions, sms=SmsSettings(url=gateway.url, per_day=2))
    for _ in range(2):
        sender.send(PHONE, HELLO)
    with pytest.raises(MessageError, match="used up"):
        sender.send(PHONE, HELLO)
    abroad = Contact(kind="phone", value="+12025550123")
    assert not sender.may_reach(abroad)
    with pytest.raises(MessageError, match="COUNTRY_CODES"):
        sender.send(abroad, HELLO)
    assert len(gateway.seen) == 2


def test_mail_arrives_whole(
    sessions: sessionmaker[Session], mail_server: tuple[int, list[Mail]]
) -> None:
    port, seen = mail_server
    mail = MailSettings(host="127.0.0.1", port=port, security="none", sender="antoan@example.vn")
    messenger(sessions, mail=mail).send(MAIL, HELLO)
    (one,) = seen
    assert one["To"] == MAIL.value
    assert one["From"] == "antoan@example.vn"
    assert one["Auto-Submitted"] == "auto-generated"
    payload = one.get_payload(decode=True)
    assert isinstance(payload, bytes)
    assert payload.decode().strip() == HELLO.text


@pytest.mark.parametrize("field_name", ["to", "subject"])
def test_no_text_adds_a_header(mail_server: tuple[int, list[Mail]], field_name: str) -> None:
    port, seen = mail_server
    mail = MailSettings(host="127.0.0.1", port=port, security="none", sender="antoan@example.vn")
    given = {"to": MAIL.value, "subject": "Mã", field_name: "x\r\nBcc: evil@example.vn"}
    with pytest.raises(ValueError, match=r"(?i)linefeed|newline|carriage"):
        send_mail(mail, given["to"], given["subject"], "text")
    assert seen == []


def test_production_without_a_channel_sends_and_logs_nothing(
    sessions: sessionmaker[Session], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(MessageError, match="ANTOAN_SMS_URL"):
        messenger(sessions).send(PHONE, HELLO)
    assert not messenger(sessions).can_reach("email")
    assert "123456" not in "".join(capsys.readouterr())


def test_development_logs_the_text_and_masks_the_contact(
    sessions: sessionmaker[Session], capsys: pytest.CaptureFixture[str]
) -> None:
    messenger(sessions, is_production=False).send(MAIL, HELLO)
    said = "".join(capsys.readouterr())
    assert "123456" in said
    assert "m•••@example.vn" in said
    assert MAIL.value not in said


@pytest.mark.parametrize(
    ("kind", "values"),
    [
        (MailSettings, {"host": "smtp.example.vn"}),
        (MailSettings, {"host": "smtp.example.vn", "sender": "a@b.vn", "security": "none"}),
        (SmsSettings, {"url": "http://sms.example.vn/send"}),
        (SmsSettings, {"url": "https://sms.example.vn/send", "body": "{}"}),
    ],
)
def test_settings_that_would_fail_later_stop_the_start(
    kind: type[MailSettings | SmsSettings], values: dict[str, str]
) -> None:
    with pytest.raises(ValidationError):
        kind(**values)  # type: ignore[arg-type]  # checked when it runs


def test_messages_have_the_same_texts_in_every_language() -> None:
    first, *others = (message_texts(language).messages for language in LANGUAGES)
    for other in others:
        assert first.keys() == other.keys()
    assert all(text.strip() for text in first.values())

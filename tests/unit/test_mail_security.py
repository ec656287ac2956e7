"""Mail over TLS and STARTTLS to a server on this machine, with a certificate made for the test."""

import base64
import datetime
import ipaddress
import smtplib
import socketserver
import ssl
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Literal

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from pydantic import SecretStr, ValidationError

from data.message_channels import send_mail
from data.settings import MailSettings

USER: Final = "antoan"
PASSWORD: Final = "a long password, with signs: %=/+"
TO: Final = "mai@example.vn"


def make_certificate(folder: Path, host: str) -> Path:
    """A key and a certificate that signs itself, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "test")])
    begin = datetime.datetime.now(datetime.UTC) - datetime.timedelta(days=1)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begin)
        .not_valid_after(begin + datetime.timedelta(days=2))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(host))]),
            critical=False,
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = folder / f"{host}.pem"
    file.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + certificate.public_bytes(serialization.Encoding.PEM)
    )
    return file


@dataclass
class MailServer:
    """What a server offers, and what it saw.

    Attributes:
        clear: Commands that came without encryption.
        mails: Contents that it took, and whether they came encrypted.
        logins: User and password, and whether they came encrypted.
    """

    certificate: Path
    is_tls: bool
    offers_starttls: bool = True
    port: int = 0
    clear: list[str] = field(default_factory=list)
    mails: list[tuple[bytes, bool]] = field(default_factory=list)
    logins: list[tuple[str, str, bool]] = field(default_factory=list)

    def settings(self, security: Literal["tls", "starttls"], **changes: object) -> MailSettings:
        login = {"user": USER, "password": SecretStr(PASSWORD)}
        return MailSettings.model_validate(
            {
                "host": "127.0.0.1",
                "port": self.port,
                "security": security,
                "sender": "antoan@example.vn",
                "timeout_s": 5,
                **login,
                **changes,
            }
        )


class Handler(socketserver.BaseRequestHandler):
    """As much SMTP as a client needs, before and after encryption."""

    told: MailServer

    def handle(self) -> None:
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(self.told.certificate)
        self.request.settimeout(5)
        self.is_safe = False
        try:
            if self.told.is_tls:
                self.encrypt()
            else:
                self.begin()
            self.say("220 test")
            while self.answer(self.file.readline().decode().strip()):
                pass
        except OSError:
            return  # the client went away, as it should from a stranger

    def encrypt(self) -> None:
        self.request = self.context.wrap_socket(self.request, server_side=True)
        self.is_safe = True
        self.begin()

    def begin(self) -> None:
        self.file = self.request.makefile("rb")

    def say(self, *lines: str) -> None:
        self.request.sendall("".join(f"{line}\r\n" for line in lines).encode())

    def answer(self, line: str) -> bool:
        word = line.split(" ", maxsplit=1)[0].upper()
        if not self.is_safe:
            self.told.clear.append(word)
        if word in ("", "QUIT"):
            self.say("221 bye")
            return False
        if word == "EHLO":
            offers_it = self.told.offers_starttls and not self.is_safe
            self.say("250-test", *(["250-STARTTLS"] if offers_it else []), "250 AUTH PLAIN")
        elif word == "STARTTLS" and self.told.offers_starttls:
            self.say("220 go")
            self.encrypt()
        elif word == "STARTTLS":
            self.say("454 not now")
        elif word == "AUTH":
            _, user, password = base64.b64decode(line.split(" ")[2]).decode().split("\0")
            self.told.logins.append((user, password, self.is_safe))
            is_right = (user, password) == (USER, PASSWORD)
            self.say("235 welcome" if is_right else "535 no")
        elif word == "DATA":
            self.say("354 go")
            lines = list(iter(self.file.readline, b".\r\n"))
            self.told.mails.append((b"".join(lines), self.is_safe))
            self.say("250 ok")
        else:
            self.say("250 ok")
        return True

    def finish(self) -> None:
        self.request.close()


@pytest.fixture
def server(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[MailServer]:
    """A server as the test wants it; trusted where the test says so."""
    wanted = {"is_tls": False, "offers_starttls": True, "host": "127.0.0.1", **request.param}
    host = str(wanted.pop("host"))
    told = MailServer(certificate=make_certificate(tmp_path, host), **wanted)
    handler = type("Told", (Handler,), {"told": told})
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), handler) as listening:
        told.port = listening.server_address[1]
        thread = threading.Thread(target=listening.serve_forever)
        thread.start()
        yield told
        listening.shutdown()
        thread.join()


def trust(server: MailServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """As an administrator of the machine does; the program has no switch for it."""
    monkeypatch.setenv("SSL_CERT_FILE", str(server.certificate))


BOTH: Final = pytest.mark.parametrize(
    ("server", "security"),
    [({"is_tls": True}, "tls"), ({}, "starttls")],
    indirect=["server"],
    ids=["tls", "starttls"],
)


@BOTH
def test_login_and_mail_go_encrypted(
    server: MailServer, security: Literal["tls", "starttls"], monkeypatch: pytest.MonkeyPatch
) -> None:
    trust(server, monkeypatch)
    send_mail(server.settings(security), TO, "Mã xác nhận", "123456 là mã của bạn")
    assert server.logins == [(USER, PASSWORD, True)]
    ((mail, is_safe),) = server.mails
    assert is_safe
    assert b"To: mai@example.vn" in mail
    assert set(server.clear) <= {"EHLO", "STARTTLS"}


@BOTH
def test_a_certificate_that_nobody_vouches_for_gets_no_word(
    server: MailServer, security: Literal["tls", "starttls"]
) -> None:
    with pytest.raises(ssl.SSLCertVerificationError):
        send_mail(server.settings(security), TO, "Mã xác nhận", "123456")
    assert server.logins == []
    assert server.mails == []


@pytest.mark.parametrize(
    ("server", "security"),
    [({"is_tls": True, "host": "127.0.0.2"}, "tls"), ({"host": "127.0.0.2"}, "starttls")],
    indirect=["server"],
    ids=["tls", "starttls"],
)
def test_a_trusted_certificate_of_another_server_gets_no_word(
    server: MailServer, security: Literal["tls", "starttls"], monkeypatch: pytest.MonkeyPatch
) -> None:
    trust(server, monkeypatch)
    with pytest.raises(ssl.SSLCertVerificationError, match="IP address mismatch"):
        send_mail(server.settings(security), TO, "Mã xác nhận", "123456")
    assert server.logins == []
    assert server.mails == []


@pytest.mark.parametrize("server", [{"offers_starttls": False}], indirect=True, ids=["plain"])
def test_a_server_without_starttls_gets_neither_password_nor_mail(
    server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever stands between may strike the offer out: it is no reason to go on in clear."""
    trust(server, monkeypatch)
    with pytest.raises(smtplib.SMTPNotSupportedError):
        send_mail(server.settings("starttls"), TO, "Mã xác nhận", "123456")
    assert server.logins == []
    assert server.mails == []


def test_a_password_that_could_never_be_sent_stops_the_start() -> None:
    for wrong in ({"user": "người"}, {"password": SecretStr("mật khẩu")}):
        with pytest.raises(ValidationError, match="must be ASCII"):
            MailSettings.model_validate(wrong)


@BOTH
def test_a_wrong_password_is_refused_before_the_mail(
    server: MailServer, security: Literal["tls", "starttls"], monkeypatch: pytest.MonkeyPatch
) -> None:
    trust(server, monkeypatch)
    wrong = server.settings(security, password=SecretStr("wrong"))
    with pytest.raises(smtplib.SMTPAuthenticationError):
        send_mail(wrong, TO, "Mã xác nhận", "123456")
    assert server.mails == []

"""The two ways out: an SMTP server and an HTTP gateway for SMS."""

import json
import smtplib
import ssl
import urllib.error
import urllib.request
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import formatdate, make_msgid
from typing import Any, Final

from data.settings import MailSettings, SmsSettings

MOST_ANSWER_BYTES: Final = 10_000


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """A gateway that sends us elsewhere would get the key and the text sent there too."""

    def redirect_request(self, *_: Any, **__: Any) -> None:
        """Follow nothing: the answer counts as a failure."""


def send_mail(settings: MailSettings, to: str, subject: str, text: str) -> None:
    """Hand one plain-text mail to the server.

    Args:
        settings: The server.
        to: One address, already checked.
        subject: From a catalogue.
        text: Lines of text.

    Raises:
        OSError: The server cannot be reached or refuses (also `smtplib.SMTPException`).
        ValueError: A header would hold a line break.
    """
    mail = EmailMessage(policy=SMTP)
    mail["From"] = settings.sender
    mail["To"] = to
    mail["Subject"] = subject
    mail["Date"] = formatdate()
    mail["Message-ID"] = make_msgid(domain=settings.sender.rpartition("@")[2])
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(text)
    context = ssl.create_default_context()
    if settings.security == "tls":
        server: smtplib.SMTP = smtplib.SMTP_SSL(
            settings.host, settings.port, timeout=settings.timeout_s, context=context
        )
    else:
        server = smtplib.SMTP(settings.host, settings.port, timeout=settings.timeout_s)
    with server:
        if settings.security == "starttls":
            server.starttls(context=context)
        if settings.user:
            server.login(settings.user, settings.password.get_secret_value())
        server.send_message(mail)


def send_sms(settings: SmsSettings, to: str, text: str) -> None:
    """Hand one SMS to the gateway.

    Args:
        settings: The gateway.
        to: Number in E.164.
        text: The message.

    Raises:
        OSError: The gateway cannot be reached or answers anything but 2xx.
        ValueError: `ANTOAN_SMS_BODY` is no JSON.
    """
    body = json.dumps(_filled(json.loads(settings.body), to, text)).encode()
    headers = {"Content-Type": "application/json"}
    if token := settings.token.get_secret_value():
        headers["Authorization"] = f"Bearer {token}"
    request = urllib.request.Request(settings.url, data=body, headers=headers, method="POST")  # noqa: S310 (the settings allow https only)
    opener = urllib.request.build_opener(_NoRedirect)
    try:
        with opener.open(request, timeout=settings.timeout_s) as answer:
            answer.read(MOST_ANSWER_BYTES)
    except urllib.error.HTTPError as refusal:
        with refusal:
            raise ConnectionError(f"the gateway answered {refusal.code}") from None


def _filled(value: Any, to: str, text: str) -> Any:
    """The object with its places filled in; what is put in is never read again."""
    if isinstance(value, dict):
        return {key: _filled(item, to, text) for key, item in value.items()}
    if isinstance(value, list):
        return [_filled(item, to, text) for item in value]
    if not isinstance(value, str):
        return value
    return text.join(part.replace("{to}", to) for part in value.split("{text}"))

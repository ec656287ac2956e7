"""The mails and SMS about accounts, in the person's language."""

from typing import Literal

from data.catalogues import language_of, message_texts
from data.services.accounts.messages import Message
from data.services.accounts.one_time_codes import CODE_AGE

CodePurpose = Literal["register", "reset_password", "change_contact"]
Notice = Literal[
    "known", "password_changed", "second_factor_changed", "contact_changed", "account_deleted"
]


def code_message(purpose: CodePurpose, code: str, language: str) -> Message:
    """A one-time code; the first words say the code, for the preview on a locked phone."""
    t = message_texts(language_of(language))
    minutes = int(CODE_AGE.total_seconds()) // 60
    return Message(
        subject=t("message.code.subject"),
        text=t(f"message.code.{purpose}", code=code, minutes=minutes),
    )


def notice_message(notice: Notice, language: str, *, address: str) -> Message:
    """Something that happened, or was asked for, at an account.

    Args:
        notice: What.
        language: The person's.
        address: Page to go to, complete with host.
    """
    t = message_texts(language_of(language))
    return Message(
        subject=t(f"message.{notice}.subject"), text=t(f"message.{notice}.text", address=address)
    )

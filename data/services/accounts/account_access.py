"""What every change of accounts needs, and what all of them have in common.

Nothing tells a stranger whether a contact is known: for known and unknown ones
the same work is done, the same page follows, and what differs goes to the
contact itself.
"""

from dataclasses import dataclass
from typing import Final

from sqlalchemy import ColumnElement
from sqlalchemy.orm import Session, sessionmaker

from data.models import Account
from data.services import audit
from data.services.accounts.account_limits import AccountLimits
from data.services.accounts.account_messages import (
    CodePurpose,
    Notice,
    code_message,
    notice_message,
)
from data.services.accounts.contacts import Contact, contact_of
from data.services.accounts.messages import Messenger
from data.services.accounts.passwords import is_right_password

SIGN_IN_PATH: Final = "/sign-in"


@dataclass(frozen=True, kw_only=True)
class AccountAccess:
    """Handed to every service of accounts.

    Attributes:
        sessions: Plain sessions: account rows are closed to the application role.
        secret: The site's secret.
        public_url: Where people reach the site.
        messenger: Sends codes and notices.
        limits: Of attempts.
    """

    sessions: sessionmaker[Session]
    secret: str
    public_url: str
    messenger: Messenger
    limits: AccountLimits

    def read(self, account_pk: int) -> Account:
        """An account, detached from any session."""
        with self.sessions() as session:
            account = session.get_one(Account, account_pk)
            session.expunge(account)
            return account

    def is_own_password(self, account: Account, password: str) -> bool:
        """Whether somebody signed in knows the account's password.

        Raises:
            LimitedError: It was guessed too often.
            BusyError: Too many passwords are being hashed.
        """
        subject = f"password:{account.account_id}"
        self.limits.take_second_factor(subject)
        is_right = is_right_password(account.password_hash, password)
        if is_right:
            self.limits.forget_second_factor(subject)
        return is_right

    def post_code(self, contact: Contact, purpose: CodePurpose, code: str, language: str) -> None:
        """Send a one-time code."""
        self.messenger.post(contact, code_message(purpose, code, language))

    def post_notice(self, contact: Contact, notice: Notice, language: str) -> None:
        """Let a contact know of something."""
        address = self.public_url.rstrip("/") + SIGN_IN_PATH
        self.messenger.post(contact, notice_message(notice, language, address=address))

    def tell(self, account: Account, notice: Notice) -> None:
        """Let a person know what happened at their account."""
        self.post_notice(contact_of(account), notice, account.language)


def has_contact(contact: Contact) -> ColumnElement[bool]:
    """The condition on accounts that a contact is theirs."""
    column = Account.email if contact.kind == "email" else Account.phone
    return column == contact.value


def record_own_act(session: Session, account_id: str, action: str) -> None:
    """Add to the audit what a person did to their own account; last thing in a transaction."""
    audit.record(
        session,
        actor_id=account_id,
        action=action,
        subject_kind="account",
        subject_id=account_id,
    )

"""The second factor: codes of an authenticator (TOTP), and recovery codes for a lost phone.

The secret is encrypted in the table by a key made of the site's secret; a code
is never taken twice, not even within its half minute.
"""

import base64
import hmac
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import Final

import pyotp
from cryptography.fernet import Fernet, InvalidToken
from sqlalchemy import delete, func, or_, select, update
from sqlalchemy.orm import Session, sessionmaker

from data.clock import now
from data.errors import ConflictError
from data.models import Account, RecoveryCode
from data.services.accounts.account_access import record_own_act
from data.services.accounts.account_limits import AccountLimits
from data.site_keys import derive_key
from data.venue_ids import make_venue_ids

ISSUER: Final = "An Toàn Map"
STEP_S: Final = 30
TOLERANCE: Final = 1
"""Steps that a phone's clock may be off, either way."""
RECOVERY_CODES: Final = 10
RECOVERY_SIGNS: Final = 16


@dataclass(frozen=True, kw_only=True)
class SetUp:
    """What an authenticator needs.

    Attributes:
        secret: Base 32, for typing.
        uri: The same for its camera: `otpauth://…`.
    """

    secret: str = field(repr=False)
    uri: str = field(repr=False)

    @property
    def secret_groups(self) -> list[str]:
        """The secret in groups of four, as people read it aloud and type it."""
        return [self.secret[start : start + 4] for start in range(0, len(self.secret), 4)]


@dataclass(frozen=True, kw_only=True)
class SecondFactor:
    """Second factors of all accounts.

    Attributes:
        sessions: Plain sessions: the tables are closed to the application role.
        secret: The site's secret.
    """

    sessions: sessionmaker[Session]
    secret: str
    limits: AccountLimits

    def begin(self, account_pk: int) -> SetUp:
        """The secret to set up, the same until it is confirmed.

        Raises:
            ConflictError: A second factor is set up already.
        """
        with self.sessions.begin() as session:
            account = session.get_one(Account, account_pk, with_for_update=True)
            if account.totp_confirmed_at is not None:
                raise ConflictError("the account has a second factor; switch it off first")
            plain = self._decrypt(account.totp_secret)
            if plain is None:
                plain = pyotp.random_base32()
                account.totp_secret = self._cipher().encrypt(plain.encode())
            label = account.email or account.phone or account.account_id
        uri = pyotp.TOTP(plain).provisioning_uri(name=label, issuer_name=ISSUER)
        return SetUp(secret=plain, uri=uri)

    def confirm(
        self, account_pk: int, code: str, *, moment: datetime | None = None
    ) -> list[str] | None:
        """Switch the second factor on by its first code.

        Returns:
            Recovery codes, to be shown once; None where the code was wrong.

        Raises:
            ConflictError: One is set up already, or none was begun.
            LimitedError: Too many attempts.
        """
        at = moment or now()
        account = self._take(account_pk)
        if account.totp_confirmed_at is not None or account.totp_secret is None:
            raise ConflictError("there is no second factor to confirm")
        if not self._use_step(account, code, at):
            return None
        with self.sessions.begin() as session:
            session.execute(
                update(Account).where(Account.account_pk == account_pk).values(totp_confirmed_at=at)
            )
            codes = self._store_codes(session, account_pk)
            record_own_act(session, account.account_id, "account.second_factor_on")
        return codes

    def is_right(self, account_pk: int, code: str, *, moment: datetime | None = None) -> bool:
        """Whether a code of the authenticator, or a recovery code, is right; it is used up.

        Raises:
            LimitedError: Too many attempts.
        """
        account = self._take(account_pk)
        if account.totp_confirmed_at is None:
            return False
        is_right = self._use_step(account, code, moment or now()) or self._use_recovery(
            account, code
        )
        if is_right:
            self.limits.forget_second_factor(account.account_id)
        return is_right

    def renew_codes(self, account_pk: int) -> list[str]:
        """New recovery codes; the old ones stop to work."""
        with self.sessions.begin() as session:
            codes = self._store_codes(session, account_pk)
            account_id = session.get_one(Account, account_pk).account_id
            record_own_act(session, account_id, "account.recovery_codes")
        return codes

    def mark_kept(self, account_pk: int) -> None:
        """Note that the person has kept the recovery codes."""
        with self.sessions.begin() as session:
            session.execute(
                update(Account)
                .where(Account.account_pk == account_pk, Account.totp_confirmed_at.is_not(None))
                .values(recovery_kept_at=now())
            )

    def are_codes_kept(self, account_pk: int) -> bool:
        """Whether the person said that the newest recovery codes are kept."""
        with self.sessions() as session:
            kept_at = session.scalar(
                select(Account.recovery_kept_at).where(Account.account_pk == account_pk)
            )
        return kept_at is not None

    def count_codes(self, account_pk: int) -> int:
        """Recovery codes that are left."""
        with self.sessions() as session:
            return (
                session.scalar(
                    select(func.count())
                    .select_from(RecoveryCode)
                    .where(RecoveryCode.account_pk == account_pk, RecoveryCode.used_at.is_(None))
                )
                or 0
            )

    def _take(self, account_pk: int) -> Account:
        with self.sessions() as session:
            account = session.get_one(Account, account_pk)
            session.expunge(account)
        self.limits.take_second_factor(account.account_id)
        return account

    def _use_step(self, account: Account, code: str, at: datetime) -> bool:
        plain = self._decrypt(account.totp_secret)
        digits = "".join(code.split())
        if plain is None or len(digits) != 6 or not (digits.isascii() and digits.isdigit()):
            return False
        totp = pyotp.TOTP(plain, interval=STEP_S)
        step = int(at.timestamp()) // STEP_S
        matching = [
            one
            for one in range(step - TOLERANCE, step + TOLERANCE + 1)
            if hmac.compare_digest(totp.generate_otp(one), digits)
        ]
        return bool(matching) and self._use_up(account.account_pk, matching[-1])

    def _use_up(self, account_pk: int, step: int) -> bool:
        """Take a step for good; False where it, or a later one, was taken before."""
        with self.sessions.begin() as session:
            taken = session.execute(
                update(Account)
                .where(
                    Account.account_pk == account_pk,
                    or_(Account.totp_last_step.is_(None), Account.totp_last_step < step),
                )
                .values(totp_last_step=step)
                .returning(Account.account_pk)
            ).one_or_none()
        return taken is not None

    def _use_recovery(self, account: Account, code: str) -> bool:
        plain = _plain_code(code)
        if len(plain) != RECOVERY_SIGNS:
            return False
        with self.sessions.begin() as session:
            taken = session.execute(
                update(RecoveryCode)
                .where(
                    RecoveryCode.account_pk == account.account_pk,
                    RecoveryCode.code_hash == self._hash(account.account_pk, plain),
                    RecoveryCode.used_at.is_(None),
                )
                .values(used_at=now())
                .returning(RecoveryCode.account_pk)
            ).one_or_none()
            if taken is None:
                return False
            record_own_act(session, account.account_id, "account.recovery_code_used")
        return True

    def _store_codes(self, session: Session, account_pk: int) -> list[str]:
        session.execute(delete(RecoveryCode).where(RecoveryCode.account_pk == account_pk))
        session.execute(
            update(Account).where(Account.account_pk == account_pk).values(recovery_kept_at=None)
        )
        plain = make_venue_ids(RECOVERY_CODES)
        session.add_all(
            RecoveryCode(account_pk=account_pk, code_hash=self._hash(account_pk, one))
            for one in plain
        )
        session.flush()
        return ["-".join(one[start : start + 4] for start in range(0, 16, 4)) for one in plain]

    def _hash(self, account_pk: int, plain: str) -> bytes:
        key = derive_key(self.secret, "recovery-code")
        return hmac.new(key, f"{account_pk}\0{plain}".encode(), sha256).digest()

    def _cipher(self) -> Fernet:
        return Fernet(base64.urlsafe_b64encode(derive_key(self.secret, "totp")))

    def _decrypt(self, stored: bytes | None) -> str | None:
        """The secret; None where there is none, or the site's secret is another than then."""
        if stored is None:
            return None
        try:
            return self._cipher().decrypt(stored).decode()
        except InvalidToken:
            return None


def remove_second_factor(
    session: Session, account_pk: int, *, account_id: str | None = None
) -> None:
    """Forget secret and recovery codes, in the caller's transaction.

    Args:
        session: The transaction.
        account_pk: Whose.
        account_id: Theirs, where they do it themselves: it is then recorded as their act.
    """
    session.execute(delete(RecoveryCode).where(RecoveryCode.account_pk == account_pk))
    session.execute(
        update(Account)
        .where(Account.account_pk == account_pk)
        .values(
            totp_secret=None, totp_confirmed_at=None, totp_last_step=None, recovery_kept_at=None
        )
    )
    if account_id is not None:
        record_own_act(session, account_id, "account.second_factor_off")


def _plain_code(code: str) -> str:
    """What was typed, as it was made: no spaces or dashes, and letters that look like digits."""
    plain = code.upper().replace("-", "")
    return "".join(plain.split()).translate(str.maketrans("ILO", "110"))

"""How often accounts may be tried, as the settings say; see `attempts`."""

from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property

from data.services.accounts.attempts import Attempts, Limit
from data.services.accounts.one_time_codes import PAUSE
from data.settings import LimitSettings
from geo.errors import AnToanError

QUARTER = timedelta(minutes=15)
HOUR = timedelta(hours=1)
MOST_SECOND_FACTORS = 5


class LimitedError(AnToanError):
    """Too many attempts.

    Attributes:
        wait: How long until the next one counts.
    """

    def __init__(self, wait: timedelta) -> None:
        self.wait = wait
        super().__init__(f"too many attempts; try again in {self.minutes} minutes")

    @property
    def minutes(self) -> int:
        """Whole minutes to wait, at least one."""
        return max(1, -(-int(self.wait.total_seconds()) // 60))


@dataclass(frozen=True, kw_only=True)
class AccountLimits:
    """Takes attempts at accounts; the same answer for known and unknown contacts."""

    attempts: Attempts
    settings: LimitSettings

    def take_sign_in(self, contact: str, address: str) -> None:
        """Count a try to sign in.

        Raises:
            LimitedError: The contact, the address or the site had too many.
        """
        self._take(
            (self.sign_in_contact, contact),
            (
                Limit(
                    name="sign-in-address",
                    most=self.settings.sign_ins_per_address,
                    window=QUARTER,
                ),
                address,
            ),
            (
                Limit(
                    name="sign-in-site",
                    most=self.settings.sign_ins_per_minute,
                    window=timedelta(minutes=1),
                ),
                "",
            ),
        )

    def forget_sign_in(self, contact: str) -> None:
        """A right password begins the contact's count again."""
        self.attempts.forget((self.sign_in_contact, contact))

    def take_code(self, contact: str, address: str) -> None:
        """Count a code asked for: one in a minute, few in an hour.

        Raises:
            LimitedError: The contact, the address or the site had too many.
        """
        settings = self.settings
        self._take(
            (Limit(name="code-pause", most=1, window=PAUSE), contact),
            (Limit(name="code-contact", most=settings.codes_per_contact, window=HOUR), contact),
            (Limit(name="code-address", most=settings.codes_per_address, window=HOUR), address),
            (Limit(name="code-site", most=settings.codes_per_hour, window=HOUR), ""),
        )

    def take_guess(self, address: str) -> None:
        """Count a code given; each code besides counts its own guesses.

        Raises:
            LimitedError: The address had too many.
        """
        most = self.settings.guesses_per_address
        self._take((Limit(name="guess-address", most=most, window=QUARTER), address))

    def take_second_factor(self, account_id: str) -> None:
        """Count a try at a second factor.

        Raises:
            LimitedError: The account had too many.
        """
        self._take((self.second_factor, account_id))

    def forget_second_factor(self, account_id: str) -> None:
        """A right one begins the count again."""
        self.attempts.forget((self.second_factor, account_id))

    @cached_property
    def sign_in_contact(self) -> Limit:
        """Tries with one contact."""
        return Limit(
            name="sign-in-contact", most=self.settings.sign_ins_per_contact, window=QUARTER
        )

    @cached_property
    def second_factor(self) -> Limit:
        """Tries at the second factor of one account."""
        return Limit(name="second-factor", most=MOST_SECOND_FACTORS, window=QUARTER)

    def _take(self, *asked: tuple[Limit, str]) -> None:
        wait = self.attempts.take(*asked)
        if wait is not None:
            raise LimitedError(wait)

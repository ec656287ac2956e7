"""Passwords: which are taken, and how they are kept.

Hashing is made slow and takes memory on purpose, so it stands behind a gate:
a flood of sign-ins waits or is refused, and never eats the server's memory.
"""

import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from importlib.resources import files
from threading import BoundedSemaphore
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from argon2.profiles import RFC_9106_LOW_MEMORY

from data.errors import InputError
from data.services.accounts.contacts import Contact
from geo.errors import AnToanError

FEWEST_SIGNS: Final = 10
MOST_SIGNS: Final = 200
FEWEST_DIFFERENT: Final = 4

# About 100 ms of one core; above what OWASP asks of argon2id (19 MiB, 2 passes).
TIME_COST: Final = 3
MEMORY_KIB: Final = 32 * 1024
MOST_AT_ONCE: Final = 4
"""Hashes that one process makes side by side: 128 MiB at most."""
MOST_WAITING: Final = 24
LONGEST_WAIT_S: Final = 8.0


class PasswordError(InputError):
    """A password is not taken.

    Attributes:
        problem: `short`, `long`, `contact` or `common`.
    """

    def __init__(self, problem: str) -> None:
        self.problem = problem
        reasons = {
            "short": f"has fewer than {FEWEST_SIGNS} signs",
            "long": f"has more than {MOST_SIGNS} signs",
            "contact": "is the e-mail address or phone number",
            "common": "is one of the commonest; people who guess try it first",
        }
        super().__init__(f"the password {reasons[problem]}; choose another")


class BusyError(AnToanError):
    """Too many passwords are being checked at this moment; again in some seconds."""


def require_good_password(password: str, contact: Contact | None) -> None:
    """Refuse what is guessed first; no rule about kinds of signs.

    Args:
        password: As typed.
        contact: That of the account.

    Raises:
        PasswordError: It is too short, too long, the contact itself, or known to everybody.
    """
    plain = normal_form(password)
    if len(plain) < FEWEST_SIGNS:
        raise PasswordError("short")
    if len(plain) > MOST_SIGNS:
        raise PasswordError("long")
    folded = plain.casefold()
    if contact is not None and _is_contact(folded, contact):
        raise PasswordError("contact")
    if folded in _common() or len(set(folded)) < FEWEST_DIFFERENT:
        raise PasswordError("common")


def hash_password(password: str) -> str:
    """What is stored of a password.

    Raises:
        BusyError: Too many are being hashed.
    """
    with _gate():
        return _hasher().hash(normal_form(password))


def is_right_password(stored: str | None, password: str) -> bool:
    """Whether a password is that of a stored hash.

    Takes as long without a hash, so that the time tells nobody which accounts there are.

    Raises:
        BusyError: Too many are being hashed.
    """
    if len(password) > MOST_SIGNS:
        password = ""
    with _gate():
        try:
            is_right = _hasher().verify(stored or _nobodys_hash(), normal_form(password))
        except (VerificationError, InvalidHashError):
            return False
    return is_right and stored is not None


def needs_new_hash(stored: str) -> bool:
    """Whether a hash was made with other costs than today's."""
    return _hasher().check_needs_rehash(stored)


def normal_form(password: str) -> str:
    """The same signs whichever keyboard typed them: ế is one sign or three."""
    return unicodedata.normalize("NFC", password)


def _is_contact(folded: str, contact: Contact) -> bool:
    if contact.kind == "email":
        return folded in (contact.value, contact.value.partition("@")[0])
    digits = "".join(sign for sign in folded if sign.isdigit())
    return len(digits) == len(folded.replace(" ", "").replace("+", "")) and digits.lstrip("0") in (
        contact.value[1:],
        contact.value[3:],
    )


@cache
def _common() -> frozenset[str]:
    """The first of published lists and Vietnamese favourites, of ten signs and more."""
    listed = files("data").joinpath("texts", "common_passwords.txt")
    return frozenset(listed.read_text(encoding="utf-8").split())


@cache
def _hasher() -> PasswordHasher:
    return PasswordHasher(
        time_cost=TIME_COST,
        memory_cost=MEMORY_KIB,
        parallelism=1,
        hash_len=RFC_9106_LOW_MEMORY.hash_len,
        salt_len=RFC_9106_LOW_MEMORY.salt_len,
    )


@cache
def _nobodys_hash() -> str:
    return _hasher().hash("the password of nobody")


_running: Final = BoundedSemaphore(MOST_AT_ONCE)
_waiting: Final = BoundedSemaphore(MOST_AT_ONCE + MOST_WAITING)


@contextmanager
def _gate() -> Iterator[None]:
    if not _waiting.acquire(blocking=False):
        raise BusyError("too many passwords are being checked; try again in a few seconds")
    try:
        if not _running.acquire(timeout=LONGEST_WAIT_S):
            raise BusyError("too many passwords are being checked; try again in a few seconds")
        try:
            yield
        finally:
            _running.release()
    finally:
        _waiting.release()

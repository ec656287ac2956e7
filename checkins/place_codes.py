"""Codes of places: the long one that a QR holds and the short one that a person types.

Both are written in Crockford's base 32, which has no I, L, O and U: what the
eye confuses stands for one sign, and what is typed in its place is understood.
"""

import hmac
from enum import StrEnum
from hashlib import sha256
from typing import Final

ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
SIGN_BITS: Final = 5
CODE_SIGNS: Final = 16  # 80 bits: nobody finds one by trying
CODE_BYTES: Final = CODE_SIGNS * SIGN_BITS // 8
SHORT_SIGNS: Final = 10  # nine random ones, 45 bits, and the check sign
SHORT_BYTES: Final = 6

STEP_S: Final = 120  # a screen shows one code for this long
FORGIVEN_STEPS: Final = 2  # scanned just before the change, opened after it; clocks that differ
_MARK_SIGNS: Final = 16

_VALUES: Final = {sign: value for value, sign in enumerate(ALPHABET)}
_READ_AS: Final = str.maketrans({"O": "0", "I": "1", "L": "1"})
_GAPS: Final = str.maketrans("", "", " -–—.\u00a0\u200b\t")
_FIELD_POLYNOMIAL: Final = 0b100101  # x^5 + x^2 + 1, primitive: powers of x are all 31 values
_FIELD_SIZE: Final = 32


def code_of(noise: bytes) -> str:
    """The long code of ten random bytes: 16 signs, 80 bits.

    Raises:
        ValueError: There are not ten bytes.
    """
    if len(noise) != CODE_BYTES:
        raise ValueError(f"a code takes {CODE_BYTES} random bytes, not {len(noise)}")
    return _signs(int.from_bytes(noise), CODE_SIGNS)


def short_code_of(noise: bytes) -> str:
    """The short code of six random bytes: nine signs and the check sign.

    Raises:
        ValueError: There are not six bytes.
    """
    if len(noise) != SHORT_BYTES:
        raise ValueError(f"a short code takes {SHORT_BYTES} random bytes, not {len(noise)}")
    body = _signs(int.from_bytes(noise), SHORT_SIGNS - 1)
    return body + check_sign(body)


def check_sign(body: str) -> str:
    """The sign that completes the nine signs of a short code.

    The signs are numbers of the field with 32 elements, each multiplied by
    another power of x, and all ten sum to zero. One wrong sign changes the sum
    by something that is not zero; so does an exchange of any two different
    signs, neighbours or not, since no two places have the same factor.

    Args:
        body: Signs of `ALPHABET`.
    """
    total, factor = 0, 1
    for sign in reversed(body):
        factor = _times_x(factor)
        total ^= _product(_VALUES[sign], factor)
    return ALPHABET[total]  # the check sign's own factor is 1, and minus is plus in this field


def read_code(text: str) -> str | None:
    """The long code that a text means, in its one form; None where it means none.

    Spaces and dashes between signs, small letters, and O, I and L in place of 0 and 1
    are all understood.
    """
    code = _plain(text)
    return code if code is not None and len(code) == CODE_SIGNS else None


def read_short_code(text: str) -> str | None:
    """The short code that a text means; None where its length or check sign is wrong."""
    code = _plain(text)
    if code is None or len(code) != SHORT_SIGNS or check_sign(code[:-1]) != code[-1]:
        return None
    return code


def grouped(code: str) -> str:
    """A code as people read it: a short one in two groups of five, a long one in four of four."""
    signs = 5 if len(code) == SHORT_SIGNS else 4
    return "-".join(code[start : start + signs] for start in range(0, len(code), signs))


class Freshness(StrEnum):
    """What the mark of a screen's code says on being opened."""

    FRESH = "fresh"
    STALE = "stale"
    FORGED = "forged"


def step_of(epoch_s: float) -> int:
    """The number of a screen's step at a moment, in seconds since 1970 in UTC."""
    return int(epoch_s // STEP_S)


def screen_mark(secret: str, code: str, step: int) -> str:
    """What a screen adds to its address in one step: the step, signed for this code.

    Args:
        secret: The site's signing secret.
        code: The place's long code.
        step: From `step_of`.
    """
    signed = hmac.new(secret.encode(), f"antoan.screen-mark:{code}:{step}".encode(), sha256)
    return f"{step:x}.{_signs(int.from_bytes(signed.digest()), _MARK_SIGNS)}"


def read_screen_mark(secret: str, code: str, mark: str, *, epoch_s: float) -> Freshness:
    """Whether a screen shows this mark now, showed it before, or never did.

    Args:
        secret: The site's signing secret.
        code: The place's long code.
        mark: As it came with the address.
        epoch_s: Now, in seconds since 1970 in UTC.
    """
    step_text, _, _ = mark.partition(".")
    try:
        step = int(step_text, 16)
    except ValueError:
        return Freshness.FORGED
    if not hmac.compare_digest(screen_mark(secret, code, step).encode(), mark.encode()):
        return Freshness.FORGED
    # A screen holds the marks of the next steps too, for when its connection is lost; one that
    # is opened before its time comes from a wrong clock or a copied list.
    age = step_of(epoch_s) - step
    return Freshness.FRESH if -1 <= age <= FORGIVEN_STEPS else Freshness.STALE


def _plain(text: str) -> str | None:
    code = text.translate(_GAPS).upper().translate(_READ_AS)
    return code if all(sign in _VALUES for sign in code) else None


def _signs(number: int, count: int) -> str:
    """The lowest `count` · 5 bits of a number."""
    return "".join(
        ALPHABET[(number >> (SIGN_BITS * place)) & (_FIELD_SIZE - 1)]
        for place in reversed(range(count))
    )


def _times_x(value: int) -> int:
    doubled = value << 1
    return doubled ^ _FIELD_POLYNOMIAL if doubled & _FIELD_SIZE else doubled


def _product(one: int, other: int) -> int:
    total = 0
    while other:
        if other & 1:
            total ^= one
        one = _times_x(one)
        other >>= 1
    return total

"""Public ids of venues: they stand in QR codes and addresses, so they must not be guessable."""

import base64
import secrets
from typing import Final

BYTES: Final = 10  # 80 bits
_TO_CROCKFORD: Final = str.maketrans(
    "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
)


def make_venue_ids(count: int) -> list[str]:
    """New ids of 16 signs of Crockford base 32, which has no I, L, O and U."""
    noise = secrets.token_bytes(BYTES * count)
    text = base64.b32encode(noise).decode("ascii").translate(_TO_CROCKFORD)
    return [text[start : start + 16] for start in range(0, 16 * count, 16)]

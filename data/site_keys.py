"""Keys for single purposes, made of the site's one secret: none of them opens another's lock."""

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

KEY_BYTES = 32


def derive_key(secret: str, purpose: str) -> bytes:
    """A key of 32 bytes that belongs to one purpose.

    Args:
        secret: The site's secret, `ANTOAN_SECRET_KEY`.
        purpose: Such as `attempts`; another word gives an unrelated key.

    Source:
        RFC 5869, HKDF with SHA-256.
    """
    info = b"antoan." + purpose.encode()
    return HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=info).derive(secret.encode())

"""Ready answers: bytes, their compressed forms, entity tags and headers."""

import gzip
import hashlib
from typing import Final

import brotli
import orjson
from starlette.responses import Response

IDENTITY: Final = "identity"
SMALLEST_COMPRESSED = 400
_SUFFIX: Final = {IDENTITY: "", "gzip": ".g", "br": ".b"}

Headers = list[tuple[bytes, bytes]]


def accepted_encoding(header: str) -> str:
    """The smallest form that a client takes: `br`, `gzip` or `identity`.

    Args:
        header: The value of Accept-Encoding, empty where there is none.
    """
    weights: dict[str, float] = {}
    for part in header.lower().split(","):
        name, _, parameters = part.partition(";")
        weight = 1.0
        key, _, value = parameters.strip().partition("=")
        if key.strip() == "q":
            try:
                weight = float(value)
            except ValueError:
                weight = 0.0
        weights[name.strip()] = weight
    for name in ("br", "gzip"):
        if weights.get(name, weights.get("*", 0.0)) > 0:
            return name
    return IDENTITY


def to_json(document: object) -> bytes:
    """JSON bytes; moments in UTC end with Z."""
    return orjson.dumps(document, option=orjson.OPT_UTC_Z)


class Answer:
    """One answer in up to three forms; the compressed ones are made when first asked for."""

    __slots__ = ("_base_headers", "_forms", "_tag", "size")

    def __init__(
        self,
        body: bytes,
        *,
        media_type: str = "application/json",
        cache_control: str,
        forms: dict[str, bytes] | None = None,
        tag: str | None = None,
    ) -> None:
        self._tag = tag or hashlib.blake2b(body, digest_size=12).hexdigest()
        self._base_headers: Headers = [
            (b"content-type", media_type.encode()),
            (b"cache-control", cache_control.encode()),
            (b"vary", b"accept-encoding"),
            (b"x-content-type-options", b"nosniff"),
        ]
        self._forms: dict[str, tuple[bytes, Headers]] = {}
        self.size = 0
        self._add(IDENTITY, body)
        for encoding, form in (forms or {}).items():
            self._add(encoding, form)

    @property
    def body(self) -> bytes:
        """The uncompressed body."""
        return self._forms[IDENTITY][0]

    def ready(self, encoding: str) -> tuple[bytes, Headers] | None:
        """Body and headers in one form, None where it is still to be made."""
        return self._forms.get(encoding)

    def make(self, encoding: str) -> tuple[bytes, Headers]:
        """Body and headers in one form, made now if need be: takes a moment for long bodies."""
        ready = self._forms.get(encoding)
        if ready is not None:
            return ready
        body = self.body
        if len(body) < SMALLEST_COMPRESSED:
            return self._forms.setdefault(encoding, self._forms[IDENTITY])
        if encoding == "br":
            form = brotli.compress(body, quality=5)
        else:
            form = gzip.compress(body, compresslevel=6, mtime=0)
        return self._add(encoding, form)

    def is_known(self, if_none_match: str) -> bool:
        """Whether the client says that it has this answer, in whichever form."""
        if if_none_match.strip() == "*":
            return True
        for part in if_none_match.split(","):
            tag = part.strip().removeprefix("W/").strip('"')
            if tag.partition(".")[0] == self._tag:
                return True
        return False

    def not_modified(self, encoding: str) -> Headers:
        """Headers of a 304."""
        headers = (self._forms.get(encoding) or self._forms[IDENTITY])[1]
        return [
            (name, value)
            for name, value in headers
            if name not in (b"content-type", b"content-length", b"content-encoding")
        ]

    def response(self, *, accept_encoding: str, if_none_match: str) -> Response:
        """The answer to one request, outside the fast path."""
        encoding = accepted_encoding(accept_encoding)
        if if_none_match and self.is_known(if_none_match):
            response = Response(status_code=304)
            response.raw_headers = self.not_modified(encoding)
            return response
        body, headers = self.make(encoding)
        response = Response(body)
        response.raw_headers = list(headers)
        return response

    def _add(self, encoding: str, body: bytes) -> tuple[bytes, Headers]:
        headers = [
            *self._base_headers,
            (b"etag", f'"{self._tag}{_SUFFIX[encoding]}"'.encode()),
            (b"content-length", str(len(body)).encode()),
        ]
        if encoding != IDENTITY:
            headers.append((b"content-encoding", encoding.encode()))
        self._forms[encoding] = (body, headers)
        self.size += len(body) + 600
        return body, headers

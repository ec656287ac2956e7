"""Cells of tables as text, and how a text table is written."""

import codecs
import json
import unicodedata
from datetime import date, datetime, time
from typing import BinaryIO, Final

from data.errors import InputError

SAMPLE_BYTES: Final = 1 << 20
DELIMITERS: Final = ",;\t|"
MIDNIGHT: Final = time()
ENCODINGS: Final = ("utf-8-sig", "cp1258")

Row = dict[str, str]


def find_encoding(stream: BinaryIO, name: str) -> str:
    """UTF-8, UTF-16 or Windows-1258, the encodings of Vietnamese files; reads all and rewinds.

    Raises:
        InputError: It is none of these.
    """
    start = stream.read(SAMPLE_BYTES)
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        candidates: tuple[str, ...] = ("utf-16",)
    elif b"\x00" in start:
        raise InputError(f"{name} is not a text file; save it as CSV in UTF-8")
    else:
        candidates = ENCODINGS
    for encoding in candidates:
        stream.seek(0)
        decoder = codecs.getincrementaldecoder(encoding)()
        try:
            while part := stream.read(SAMPLE_BYTES):
                decoder.decode(part)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            continue
        stream.seek(0)
        return encoding
    raise InputError(f"{name} is in no encoding that we know; save it as CSV in UTF-8")


def find_delimiter(header: str) -> str:
    """The sign among comma, semicolon, tab and bar that stands most in the header line."""
    return max(DELIMITERS, key=lambda sign: (header.count(sign), -DELIMITERS.index(sign)))


def clean_text(text: str) -> str:
    """Without spaces around, in composed letters: older encodings write tones apart."""
    stripped = text.strip()
    if stripped.isascii() or unicodedata.is_normalized("NFC", stripped):
        return stripped
    return unicodedata.normalize("NFC", stripped)


def cell_text(value: object) -> str:
    """A typed cell as the text that a person would have typed."""
    match value:
        case None:
            text = ""
        case bool():
            text = "true" if value else "false"
        case float() if value.is_integer() and abs(value) < 1e15:
            text = str(int(value))
        case datetime() if value.tzinfo is None and value.time() == MIDNIGHT:
            text = value.date().isoformat()
        case date():
            text = value.isoformat()
        case dict() | list():
            text = json.dumps(value, ensure_ascii=False)
        case _:
            text = clean_text(str(value))
    return text

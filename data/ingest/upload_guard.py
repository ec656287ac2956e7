"""What an uploaded table is, told from its bytes, and whether it is safe to open."""

import codecs
import io
import re
import zipfile
from typing import Final, Literal

from data.errors import InputError

UploadKind = Literal["xlsx", "csv"]

MAX_PARTS: Final = 300
MAX_UNPACKED_BYTES: Final = 64 << 20  # 10,000 rows of 120 answers unpack to about 45 MiB
MAX_STRINGS_BYTES: Final = 48 << 20
MAX_RATIO: Final = 120  # equal rows shrink to a fiftieth; a bomb to a thousandth
RATIO_FROM_BYTES: Final = 1 << 20
MAX_SHEETS: Final = 20
BLOCK_BYTES: Final = 1 << 18
WORKBOOK: Final = "xl/workbook.xml"
CONTENT_TYPES: Final = "[Content_Types].xml"
STRINGS: Final = "xl/sharedstrings.xml"
MACRO_PARTS: Final = ("vbaproject", "macrosheets", "activex")
_SHEET: Final = re.compile(r"xl/worksheets/[^/]+\.xml", re.IGNORECASE)
_OLE: Final = bytes.fromhex("d0cf11e0a1b11ae1")
_TEXT_MARKS: Final = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
# An XML part may hide these from us in UTF-16; the parser, defusedxml, refuses them there too.
_DECLARATIONS: Final = tuple(
    word.encode(encoding)
    for word in ("<!DOCTYPE", "<!ENTITY")
    for encoding in ("ascii", "utf-16-le", "utf-16-be")
)
_LONGEST: Final = max(map(len, _DECLARATIONS))


class UploadRefusedError(InputError):
    """A file that is not taken at all.

    Attributes:
        code: Names the reason; pages have a sentence for each, `bulk.refused.<code>`.
        values: What the sentence names.
    """

    def __init__(self, code: str, **values: str | int) -> None:
        self.code = code
        self.values = values
        super().__init__(f"the file is refused: {code} {values or ''}".rstrip())


def find_kind(content: bytes) -> UploadKind:
    """Tell a workbook from a text table by the bytes alone; names say nothing.

    Args:
        content: The whole file.

    Raises:
        UploadRefusedError: It is neither; codes `empty`, `old_excel`, `other_zip`, `macros`,
            `not_table`.
    """
    if not content.strip():
        raise UploadRefusedError("empty")
    if content.startswith(_OLE):
        raise UploadRefusedError("old_excel")
    if content.startswith(b"PK"):
        _require_workbook(content)
        return "xlsx"
    if b"\x00" in content and not content.startswith(_TEXT_MARKS):
        raise UploadRefusedError("not_table")
    if content.startswith((b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"\x1f\x8b", b"Rar!")):
        raise UploadRefusedError("not_table")
    return "csv"


def _require_workbook(content: bytes) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = {name.lower() for name in archive.namelist()}
    except (zipfile.BadZipFile, NotImplementedError, ValueError) as error:
        raise UploadRefusedError("broken") from error
    if any(word in name for name in names for word in MACRO_PARTS):
        raise UploadRefusedError("macros")
    if WORKBOOK not in names or CONTENT_TYPES.lower() not in names:
        raise UploadRefusedError("other_zip")


def check_workbook(content: bytes) -> None:
    """Refuse a workbook that would grow beyond measure or says more than cells.

    Read before any XML parser sees it. Declared sizes are binding: `zipfile`
    never hands out more than a part declares.

    Raises:
        UploadRefusedError: Codes `bomb`, `macros`, `entities`, `sheets`, `protected`, `broken`.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = archive.infolist()
            _check_sizes(parts)
            for part in parts:
                if part.flag_bits & 1:
                    raise UploadRefusedError("protected")
                if part.filename.lower().endswith((".xml", ".rels", ".vml")):
                    _refuse_declarations(archive, part)
            if b"macroEnabled" in archive.read(CONTENT_TYPES):
                raise UploadRefusedError("macros")
    except UploadRefusedError:
        raise
    # A damaged archive fails in as many ways as there are: zlib, offsets, unknown methods.
    except Exception as error:
        raise UploadRefusedError("broken") from error


def _check_sizes(parts: list[zipfile.ZipInfo]) -> None:
    if len({part.filename for part in parts}) != len(parts) or len(parts) > MAX_PARTS:
        raise UploadRefusedError("bomb")
    if sum(part.file_size for part in parts) > MAX_UNPACKED_BYTES:
        raise UploadRefusedError("bomb")
    for part in parts:
        is_large = part.file_size > RATIO_FROM_BYTES
        if is_large and part.file_size > MAX_RATIO * max(part.compress_size, 1):
            raise UploadRefusedError("bomb")
        if part.filename.lower() == STRINGS and part.file_size > MAX_STRINGS_BYTES:
            raise UploadRefusedError("bomb")
    if sum(_SHEET.fullmatch(part.filename) is not None for part in parts) > MAX_SHEETS:
        raise UploadRefusedError("sheets", most=MAX_SHEETS)


def _refuse_declarations(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> None:
    tail = b""
    with archive.open(part) as stream:
        while block := stream.read(BLOCK_BYTES):
            text = tail + block
            if any(word in text for word in _DECLARATIONS):
                raise UploadRefusedError("entities")
            tail = text[-_LONGEST:]

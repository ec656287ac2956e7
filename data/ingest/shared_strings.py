"""The texts of a workbook that its cells name by number, straight from their XML.

openpyxl's own reader makes an object of every text; it takes four times as long.
"""

from collections.abc import Mapping
from typing import IO, Final, NoReturn
from xml.parsers import expat  # every declaration of an entity or document type is refused below

from data.ingest.upload_guard import UploadRefusedError

BLOCK_BYTES: Final = 1 << 18
_ESCAPED: Final = "x005F_"  # before an underscore that a program would take for an escape


def read_shared_strings(stream: IO[bytes]) -> list[str]:
    """All texts in their order; of a text in several letterings, its parts joined.

    Readings of signs, which Japanese files add, are left out.

    Args:
        stream: The part of the workbook, unpacked.

    Raises:
        UploadRefusedError: An entity or document type is declared (`entities`).
        Exception: Whatever else a damaged part leads to; the caller answers `broken`.
    """
    reader = _Reader()
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.data
    parser.StartDoctypeDeclHandler = refuse_declaration
    parser.EntityDeclHandler = refuse_declaration
    parser.ExternalEntityRefHandler = refuse_declaration
    while block := stream.read(BLOCK_BYTES):
        parser.Parse(block, False)
    parser.Parse(b"", True)
    return reader.strings


def refuse_declaration(*_: object) -> NoReturn:
    """Handler of whatever declares an entity or a document type."""
    raise UploadRefusedError("entities")


class _Reader:
    """Handlers of the parser: the text that is open at the moment, and those before it."""

    def __init__(self) -> None:
        self.strings: list[str] = []
        self._parts: list[str] = []
        self._is_text = False
        self._phonetic = 0

    def start(self, name: str, _: Mapping[str, str]) -> None:
        tag = name.rpartition(" ")[2]
        if tag == "t":
            self._is_text = not self._phonetic
        elif tag == "si":
            self._parts = []
        elif tag == "rPh":
            self._phonetic += 1

    def data(self, text: str) -> None:
        if self._is_text:
            self._parts.append(text)

    def end(self, name: str) -> None:
        tag = name.rpartition(" ")[2]
        if tag == "t":
            self._is_text = False
        elif tag == "si":
            self.strings.append("".join(self._parts).replace(_ESCAPED, ""))
        elif tag == "rPh":
            self._phonetic -= 1

"""Uploaded tables: hostile and odd files are refused with a reason, good ones read as typed."""

import io
import unicodedata
import zipfile
from collections.abc import Callable
from datetime import date

import openpyxl
import pytest

from data.ingest.rejected import defuse, undo_defuse
from data.ingest.upload_guard import MAX_UNPACKED_BYTES, UploadRefusedError
from data.ingest.upload_process import read_upload_apart
from data.ingest.uploaded_tables import MOST_ROWS, read_upload
from tests.bulk_data import csv_file, workbook

HEADERS = ("Mã", "Tên", "Ngày")
ROWS = [["007", "Trường Tiểu học Ức Chế", date(2021, 11, 20)], ["8", "Ế Ữ đ", ""]]
SHEET = "xl/worksheets/sheet1.xml"


def _change(content: bytes, change: dict[str, Callable[[bytes], bytes]], **add: bytes) -> bytes:
    """The workbook with some of its parts changed, and others added."""
    stream = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as old,
        zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            new.writestr(name, change.get(name, lambda text: text)(old.read(name)))
        for name, text in add.items():
            new.writestr(name, text)
    return stream.getvalue()


def _formula() -> bytes:
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.append(["Mã", "Tên"])
    sheet.append(["1", '=HYPERLINK("http://example.invalid","x")'])
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def _merged() -> bytes:
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    for line in range(4):
        sheet.append([f"Mã {line}", "Tên"])
    sheet.merge_cells("A2:A4")
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


GOOD = workbook(HEADERS, ROWS)
XXE = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'
LAUGHS = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]>'


def _declared(head: bytes, encoding: str = "ascii") -> bytes:
    def put(text: bytes) -> bytes:
        whole = head + text[text.index(b"?>") + 2 :]
        return whole.decode().encode(encoding)

    return _change(GOOD, {SHEET: put})


def _bomb() -> bytes:
    return _change(GOOD, {}, **{"xl/media/a.bin": bytes(MAX_UNPACKED_BYTES + 1)})


def _dense_part() -> bytes:
    return _change(GOOD, {}, **{"xl/media/a.bin": bytes(5 << 20)})


def _lying_part() -> bytes:
    """A part that declares fewer bytes than it holds."""
    content = _change(GOOD, {}, **{"xl/media/a.xml": bytes(5 << 20)})
    return content.replace((5 << 20).to_bytes(4, "little"), (100).to_bytes(4, "little"))


def _macro() -> bytes:
    return _change(GOOD, {}, **{"xl/vbaProject.bin": b"x"})


def _macro_type() -> bytes:
    return _change(
        GOOD,
        {
            "[Content_Types].xml": lambda text: text.replace(
                b"spreadsheetml.sheet.main", b"macroEnabled.main"
            )
        },
    )


def _far_row() -> bytes:
    return _change(
        GOOD, {SHEET: lambda text: text.replace(b'r="3"', b'r="999999999"').replace(b"A3", b"A9")}
    )


def _zip(**parts: bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
    return stream.getvalue()


HOSTILE: dict[str, tuple[Callable[[], bytes], str]] = {
    "nothing": (lambda: b"", "empty"),
    "blank lines": (lambda: b"\r\n \r\n", "empty"),
    "old or locked Excel": (lambda: bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600), "old_excel"),
    "PDF": (lambda: b"%PDF-1.7\n1 0 obj", "not_table"),
    "PNG": (lambda: b"\x89PNG\r\n\x1a\n" + bytes(40), "not_table"),
    "GZIP": (lambda: b"\x1f\x8b\x08abc", "not_table"),
    "program": (lambda: b"MZ\x90\x00\x03\x00", "not_table"),
    "another ZIP": (lambda: _zip(**{"word/document.xml": b"<x/>"}), "other_zip"),
    "binary workbook": (lambda: _zip(**{"xl/workbook.bin": b"x"}), "other_zip"),
    "cut off": (lambda: GOOD[: len(GOOD) // 2], "broken"),
    "only the first bytes": (lambda: b"PK\x03\x04", "broken"),
    "bomb by size": (_bomb, "bomb"),
    "bomb by ratio": (_dense_part, "bomb"),
    "bomb that lies": (_lying_part, "bomb|broken"),
    "macro": (_macro, "macros"),
    "macro by its type": (_macro_type, "macros"),
    "external entity": (lambda: _declared(XXE), "entities"),
    "entities in entities": (lambda: _declared(LAUGHS), "entities"),
    "entities in UTF-16": (lambda: _declared(XXE, "utf-16"), "entities"),
    "merged cells": (_merged, "merged"),
    "row far below": (_far_row, "too_many_lines"),
    "too many parts": (lambda: _change(GOOD, {}, **{f"a{n}": b"" for n in range(400)}), "bomb"),
    "too many sheets": (
        lambda: _change(GOOD, {}, **{f"xl/worksheets/s{n}.xml": b"<a/>" for n in range(30)}),
        "sheets",
    ),
    "sheet that is no XML": (lambda: _change(GOOD, {SHEET: lambda _: b"<x"}), "broken"),
    "no header": (lambda: workbook(("", ""), [["1", "2"]]), "no_header"),
    "no rows": (lambda: workbook(HEADERS, []), "no_rows"),
    "column twice": (lambda: csv_file(("Mã", "Mã"), [["1", "2"]]), "column_twice"),
    "too many columns": (lambda: csv_file([f"c{n}" for n in range(500)], [["1"]]), "too_many"),
    "too many rows": (
        lambda: csv_file(("a",), [["x"]] * (MOST_ROWS + 1)),
        "too_many_rows",
    ),
    "quote without end": (lambda: b'a,b\r\n"x,1\r\ny,2\r\n', "csv_line"),
    "CSV of blank lines": (lambda: b"a,b\n" + b"\n" * 40_000 + b"1,2\n", "too_many_lines"),
    "UTF-16 without its mark": (lambda: "a,b\n1,2".encode("utf-16-le"), "not_table"),
    "no known encoding": (lambda: b"\xff\xfe\xd8\x00\xd8", "encoding"),
}


@pytest.mark.parametrize("what", HOSTILE)
def test_hostile_file_is_refused_with_a_reason(what: str) -> None:
    make, code = HOSTILE[what]
    with pytest.raises(UploadRefusedError) as refused:
        read_upload(make())
    assert any(refused.value.code.startswith(one) for one in code.split("|"))


def test_1_048_577_rows_are_refused_and_not_cut() -> None:
    text = "a\n" + "1\n" * 1_048_577
    with pytest.raises(UploadRefusedError, match="too_many_rows"):
        read_upload(text.encode())


def test_workbook_cells_come_as_people_typed_them() -> None:
    table = read_upload(GOOD)
    assert table.columns == HEADERS
    assert [list(row.cells.values()) for row in table.rows] == [
        ["007", "Trường Tiểu học Ức Chế", "2021-11-20"],
        ["8", "Ế Ữ đ", ""],
    ]
    assert [row.line for row in table.rows] == [2, 3]


def test_formula_is_named_and_never_worked_out() -> None:
    table = read_upload(_formula())
    assert [(one.column, one.code) for one in table.rows[0].problems] == [("Tên", "formula")]


def test_links_to_other_files_are_not_followed() -> None:
    link = b'<externalLink xmlns="x"><externalBook r:id="rId1"/></externalLink>'
    with_link = _change(GOOD, {}, **{"xl/externalLinks/externalLink1.xml": link})
    assert len(read_upload(with_link).rows) == 2


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1258"])
@pytest.mark.parametrize("sign", [",", ";", "\t"])
def test_csv_of_every_vietnamese_encoding_is_read_in_composed_letters(
    encoding: str, sign: str
) -> None:
    name = "Trường Ấp Bắc ộ"
    text = f"Mã{sign}Tên\r\n1{sign}{name}\r\n"
    # Windows-1258 has letters with their mark but writes the tone apart.
    tones = {"ờ": "ơ\u0300", "Ấ": "Â\u0301", "ắ": "ă\u0301", "ộ": "ô\u0323", "ã": "a\u0303"}
    if encoding == "cp1258":
        text = "".join(tones.get(letter, letter) for letter in text)
    table = read_upload(text.encode(encoding))
    assert table.columns == ("Mã", "Tên")
    assert table.rows[0].cells["Tên"] == name


def test_decomposed_letters_in_another_order_become_composed() -> None:
    text = "Tên\n" + unicodedata.normalize("NFD", "Tiểu học Lê Lợi")
    assert read_upload(text.encode()).rows[0].cells["Tên"] == "Tiểu học Lê Lợi"


def test_separator_line_of_excel_is_obeyed_and_lines_keep_their_numbers() -> None:
    table = read_upload(b"sep=|\r\na|b\r\n1,5|2\r\n\r\n3|4\r\n")
    assert [(row.line, row.cells) for row in table.rows] == [
        (3, {"a": "1,5", "b": "2"}),
        (5, {"a": "3", "b": "4"}),
    ]


def test_cell_beyond_the_header_and_long_cell_are_named() -> None:
    table = read_upload(csv_file(("a", "b"), [["1", "2", "ngoài"], ["x" * 6000, ""]]))
    assert [[one.code for one in row.problems] for row in table.rows] == [
        ["cell_beyond"],
        ["cell_long"],
    ]


def test_reading_apart_gives_the_same_and_refuses_the_same() -> None:
    assert read_upload_apart(GOOD) == read_upload(GOOD)
    with pytest.raises(UploadRefusedError, match="entities"):
        read_upload_apart(_declared(XXE))


@pytest.mark.parametrize("text", ["=1+1", "+84 901", "-5", "@x", "\t=x", "a;=b", "O'Neil", "＝x"])
def test_marks_against_formulas_are_taken_off_again(text: str) -> None:
    assert undo_defuse(defuse(text)) == text

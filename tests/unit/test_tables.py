import io
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from data.errors import InputError
from data.ingest.rejected import RejectedRows, defuse
from data.ingest.tables import open_table
from data.ingest.venue_rows import VenueColumns
from data.venue_ids import make_venue_ids

MOMENT = datetime.fromisoformat("2021-11-20T08:15:00")
NAMES = ["Chợ Phú Đô", "Trường Mầm non Ước Mơ", "Nhà hàng Đường Sắt"]
TEXT = "name,lon\n" + "".join(f"{name},105.{i}\n" for i, name in enumerate(NAMES))


def read_all(path: Path | str) -> tuple[list[dict[str, str]], list[int], list[tuple[int, str]]]:
    with open_table(path, chunk_rows=2) as table:
        chunks = list(table.chunks)
    return (
        [row for chunk in chunks for row in chunk.rows],
        [number for chunk in chunks for number in chunk.line_numbers],
        [(line, reason) for chunk in chunks for line, reason, _ in chunk.broken],
    )


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1258"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_csv_of_any_vietnamese_encoding_and_delimiter(
    tmp_path: Path, encoding: str, delimiter: str
) -> None:
    text = TEXT.replace(",", delimiter)
    if encoding == "cp1258":  # writes tones apart from their letters
        text = _apart(text)
    path = tmp_path / "venues.csv"
    path.write_bytes(text.encode(encoding))
    rows, lines, broken = read_all(path)
    assert [row["name"] for row in rows] == NAMES
    assert lines == [2, 3, 4]
    assert broken == []


def _apart(text: str) -> str:
    """Letters with the tone as a sign of its own, as Windows-1258 has them."""
    tones = {"ợ": "ơ\u0323", "ú": "u\u0301", "ầ": "â\u0300", "Ư": "Ư", "ớ": "ơ\u0301",
             "ờ": "ơ\u0300", "ắ": "ă\u0301", "ư": "ư"}  # fmt: skip
    return "".join(tones.get(sign, sign) for sign in text)


def test_lines_within_quotes_keep_the_numbers_of_the_file(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text('a,b\n"one\ntwo",1\n\nthree,2\nfour\n', encoding="utf-8")
    rows, lines, broken = read_all(path)
    assert [row["b"] for row in rows] == ["1", "2"]
    assert lines == [2, 5]
    assert broken == [(6, "has 1 cells where the header has 2")]


def test_xlsx_parquet_and_ndjson_give_the_same_text(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["name", "capacity", "opened", "at"])
    sheet.append(["Chợ", 120, date(2021, 11, 20), MOMENT])
    book.save(tmp_path / "a.xlsx")
    frame = {
        "name": ["Chợ"],
        "capacity": [120.0],
        "opened": [date(2021, 11, 20)],
        "at": [MOMENT],
    }
    pq.write_table(pa.table(frame), tmp_path / "a.parquet")
    (tmp_path / "a.ndjson").write_text(
        '{"name": "Chợ", "capacity": 120, "opened": "2021-11-20", "at": "2021-11-20T08:15:00"}\n',
        encoding="utf-8",
    )
    wanted = {
        "name": "Chợ",
        "capacity": "120",
        "opened": "2021-11-20",
        "at": "2021-11-20T08:15:00",
    }
    for name in ("a.xlsx", "a.parquet", "a.ndjson"):
        assert read_all(tmp_path / name)[0] == [wanted], name


def test_ndjson_lines_that_are_none_are_broken(tmp_path: Path) -> None:
    path = tmp_path / "a.ndjson"
    path.write_text('{"a": 1}\n[1]\n{"a"\n{"b": 2}\n{}\n', encoding="utf-8")
    rows, lines, broken = read_all(path)
    assert rows == [{"a": "1"}, {"a": ""}]
    assert lines == [1, 5]
    assert [line for line, _ in broken] == [2, 3, 4]


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("a.csv", b"", "has no header"),
        ("a.csv", b"a,a\n1,2\n", "names a column twice: a"),
        ("a.csv", b"a\x00b", "is not a text file"),
        ("a.xlsx", b"no", "is not an XLSX file"),
        ("a.parquet", b"no", "is not a Parquet file"),
        ("a.ndjson", b"", "is empty"),
        ("a.ndjson", b"[1]", "line 1: is not a JSON object"),
        ("a.doc", b"", "unknown kind"),
    ],
)
def test_what_is_no_table_is_refused_in_words(
    tmp_path: Path, name: str, content: bytes, sentence: str
) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(InputError, match=sentence):
        read_all(tmp_path / name)


def test_file_that_is_not_there_and_missing_columns(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="there is no file"):
        read_all(tmp_path / "a.csv")
    (tmp_path / "a.csv").write_text("a,b\n", encoding="utf-8")
    with (
        open_table(tmp_path / "a.csv") as table,
        pytest.raises(InputError, match=r"no columns 'x', 'y'; its columns are a, b"),
    ):
        table.require_columns(["a", "x", "y"])


def test_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    class Stdin:
        buffer = io.BytesIO(TEXT.encode())

    monkeypatch.setattr("sys.stdin", Stdin)
    assert len(read_all("-")[0]) == 3


@pytest.mark.parametrize("cell", ["=1", " +1", "\ufeff-1", "@a", "＝1", "\t1", "\n1", "\u00a0＋"])
def test_cell_that_begins_like_a_formula_is_defused(cell: str) -> None:
    assert defuse(cell) == "'" + cell


@pytest.mark.parametrize(
    ("cell", "defused"),
    [
        ("ok;=1+1", "ok;'=1+1"),
        ('x",=1', "x\",'=1"),
        ("x\r\n @a", "x\r\n' @a"),
        ("a|\ufeff＝1,b;-c", "a|'\ufeff＝1,b;'-c"),
        ("=1;=2", "'=1;'=2"),
        ("\t=1", "'\t'=1"),
        ("\n=1", "'\n'=1"),
    ],
)
def test_formula_after_a_separator_is_defused(cell: str, defused: str) -> None:
    assert defuse(cell) == defused


@pytest.mark.parametrize(
    "cell", ["", "Đường 3-2", "a=1", "ế Ữ đ", "12", "-105.85", "Số 1, Đường 3-2; x\r\ny", ";"]
)
def test_other_cells_stay(cell: str) -> None:
    assert defuse(cell) == cell


def test_rejected_file_appears_only_when_needed(tmp_path: Path) -> None:
    source = tmp_path / "a.csv"
    stale = tmp_path / "a.csv.rejected.csv"
    stale.write_text("of another run", encoding="utf-8")
    with RejectedRows(source, ("a", "b")) as rejected:
        pass
    assert not stale.exists()
    with RejectedRows(source, ("a", "b")) as rejected:
        rejected.add(3, "is wrong", {"a": "=1", "b": 'x"y'})
        rejected.add_broken(4, "is broken", "raw")
    assert rejected.count == 2
    assert stale.read_text(encoding="utf-8-sig").splitlines() == [
        "line,reason,a,b",
        '3,is wrong,\'=1,"x""y"',
        "4,is broken,raw,",
    ]


def _ids() -> Iterator[str]:
    yield from make_venue_ids(1000)


def test_venue_ids_are_sixteen_signs_of_crockford_and_differ() -> None:
    ids = list(_ids())
    assert len(set(ids)) == 1000
    assert {len(one) for one in ids} == {16}
    assert set("".join(ids)) <= set("0123456789ABCDEFGHJKMNPQRSTVWXYZ")


def test_missing_column_names_the_option_that_says_which_it_is(tmp_path: Path) -> None:
    file = tmp_path / "list.csv"
    file.write_text("tên,type,lon,lat\nA,office,105,21\n", encoding="utf-8")
    columns = VenueColumns(address="địa chỉ")
    with (
        open_table(file) as table,
        pytest.raises(InputError, match=r"--name-column, --address-column$"),
    ):
        table.require_columns(columns.named(), options=columns.options())

"""Files as people upload them, and a small country with wards for bulk tests."""

import io
from collections.abc import Sequence
from datetime import date

import xlsxwriter
from sqlalchemy.orm import Session, sessionmaker

from dashboard.pages.bulk.words import bulk_texts
from dashboard.texts.catalogue import texts
from data.ingest.uploaded_tables import read_upload
from data.scope import Actor
from data.services.bulk.uploads import (
    BulkKind,
    Mode,
    UploadRecord,
    add_upload,
    confirm_upload,
    read_upload_record,
)
from data.services.bulk.work import work_on
from tests.level_data import add_area, add_edition

HEADERS = ("Mã của bạn", "Tên cơ sở", "Loại hình", "Địa chỉ", "Vĩ độ", "Kinh độ", "Sức chứa")


def workbook(headers: Sequence[str], rows: Sequence[Sequence[object]]) -> bytes:
    """An XLSX file with its cells as they are: numbers as numbers, days as days, texts as texts."""
    stream = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(stream, options) as book:
        sheet = book.add_worksheet("Dữ liệu")
        day = book.add_format({"num_format": "dd/mm/yyyy"})
        sheet.write_row(0, 0, headers)
        for line, row in enumerate(rows, start=1):
            for place, cell in enumerate(row):
                if isinstance(cell, date):
                    sheet.write_datetime(line, place, cell, day)
                else:
                    sheet.write(line, place, cell)
    return stream.getvalue()


def csv_file(headers: Sequence[str], rows: Sequence[Sequence[object]], sign: str = ",") -> bytes:
    lines = [headers, *rows]
    return "\r\n".join(sign.join(f'"{cell}"' for cell in row) for row in lines).encode("utf-8-sig")


def venue_row(
    code: str,
    *,
    name: str = "Trường Hoa Sen",
    kind: str = "Trường tiểu học",
    address: str = "1 Láng",
    lat: object = 21.05,
    lon: object = 105.05,
    capacity: object = 100,
) -> list[object]:
    return [code, name, kind, address, lat, lon, capacity]


def add_wards(session: Session, edition: str = "e3") -> dict[str, int]:
    """Province 01 (105° to 106° east) with wards 00001 and 00002 side by side; province 79 west."""
    add_edition(session, edition, is_active=True)
    ids = {
        "01": add_area(session, edition, "01", 1, box=(105, 21, 106, 22)),
        "79": add_area(session, edition, "79", 1, box=(104, 21, 105, 22)),
    }
    for code, parent, box in (
        ("00001", "01", (105, 21, 105.5, 22)),
        ("00002", "01", (105.5, 21, 106, 22)),
        ("26734", "79", (104, 21, 105, 22)),
    ):
        ids[code] = add_area(session, edition, code, 3, parent=ids[parent], box=box)
    return ids


def upload(
    sessions: sessionmaker[Session],
    actor: Actor,
    content: bytes,
    *,
    kind: BulkKind = "venues",
    set_id: str | None = None,
) -> UploadRecord:
    """Uploads a file and reads it, as the page's thread would."""
    upload_id = add_upload(sessions, actor, kind=kind, set_id=set_id, content=content)
    work_on(sessions, actor, upload_id, bulk_texts(texts("en")), read=read_upload)
    return read_upload_record(sessions, actor, upload_id)


def confirm(
    sessions: sessionmaker[Session],
    actor: Actor,
    record: UploadRecord,
    *,
    mode: Mode = "all",
    with_doubtful: bool = False,
    with_changes: bool = False,
) -> UploadRecord:
    """Confirms and stores an upload."""
    confirm_upload(
        sessions,
        actor,
        record.upload_id,
        mode=mode,
        with_doubtful=with_doubtful,
        with_changes=with_changes,
        declared_name="Người thử",
    )
    work_on(sessions, actor, record.upload_id, bulk_texts(texts("en")), read=read_upload)
    return read_upload_record(sessions, actor, record.upload_id)


def codes_of(record: UploadRecord) -> list[tuple[int, str | None, str]]:
    """Line, column and code of every problem."""
    return [(one["line"], one["column"], one["code"]) for one in record.report["problems"]]

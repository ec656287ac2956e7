"""Pages of bulk uploads: who may open them, what they take, what they show and hand out."""

import io
import json
import re
import time
import zipfile
from collections.abc import Iterator

import openpyxl
import pytest
from fastapi.testclient import TestClient
from sqlalchemy import text
from sqlalchemy.orm import Session, sessionmaker

from assessments.criteria import load_criteria_sets
from dashboard.app import create_app
from data.ingest.uploaded_tables import read_upload
from data.scope import Actor
from tests.api_app import site_settings
from tests.bulk_data import HEADERS, add_wards, csv_file, venue_row, workbook
from tests.people import make_account, sign_in


@pytest.fixture
def owner(committing_sessions: sessionmaker[Session]) -> Actor:
    with committing_sessions.begin() as session:
        add_wards(session)
    return make_account(committing_sessions)


@pytest.fixture
def client(committing_sessions: sessionmaker[Session]) -> Iterator[TestClient]:
    app = create_app(site_settings(), committing_sessions)
    with TestClient(app, follow_redirects=False) as client:
        yield client


def _send(client: TestClient, csrf: str, content: bytes, **fields: str) -> str:
    answer = client.post(
        "/venue/bulk",
        data={"csrf": csrf, "lang": "en", "kind": "venues", **fields},
        files={"file": ("../../x.xlsx", content, "application/pdf")},
    )
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


def _settled(client: TestClient, address: str) -> str:
    path = address.split("?", maxsplit=1)[0]
    for _ in range(200):
        if client.get(f"{path}/state").json()["state"] not in ("reading", "storing"):
            return client.get(address).text
        time.sleep(0.05)
    pytest.fail("the work did not end")


def test_only_people_with_venues_come_in(
    committing_sessions: sessionmaker[Session], client: TestClient, owner: Actor
) -> None:
    assert client.get("/venue/bulk").headers["location"].startswith("/sign-in")
    administrator = make_account(committing_sessions, role="administrator")
    sign_in(client, committing_sessions, administrator)
    assert client.get("/venue/bulk").status_code == 404
    for role in ("committee", "ministry", "owner"):
        sign_in(client, committing_sessions, make_account(committing_sessions, role=role))
        assert client.get("/venue/bulk?lang=en").status_code == 200


def test_whole_path_in_the_browser_language(
    committing_sessions: sessionmaker[Session], client: TestClient, owner: Actor
) -> None:
    csrf = sign_in(client, committing_sessions, owner)
    rows = [venue_row("A1"), venue_row("<b>A2</b>", name="<script>x</script>", lat=1)]
    address = _send(client, csrf, workbook(HEADERS, rows))
    page = _settled(client, address)
    assert "The point lies outside every ward" in page
    assert "<script>x" not in page
    path = address.split("?")[0]
    forged = client.post(f"{path}/confirm", data={"mode": "good"})
    assert forged.status_code == 403
    for _ in range(2):
        sent = client.post(f"{path}/confirm", data={"csrf": csrf, "mode": "good", "lang": "en"})
        assert sent.headers["location"] == f"{path}?lang=en"
    assert "Rows stored: 1." in _settled(client, address)
    with committing_sessions() as session:
        assert session.scalar(text("SELECT count(*) FROM venue")) == 1
    rest = client.get(f"{path}/rest")
    assert rest.headers["content-disposition"].startswith("attachment; filename=")
    assert read_upload(rest.content).rows[0].cells["Mã của bạn"] == "<b>A2</b>"
    stranger = make_account(committing_sessions)
    other = sign_in(client, committing_sessions, stranger)
    for place in ("", "/state", "/rest"):
        assert client.get(f"{path}{place}").status_code == 404
    assert client.post(f"{path}/discard", data={"csrf": other}).status_code == 404


def test_what_cannot_be_taken_is_said_in_a_sentence(
    committing_sessions: sessionmaker[Session], client: TestClient, owner: Actor
) -> None:
    csrf = sign_in(client, committing_sessions, owner)
    empty = client.post("/venue/bulk", data={"csrf": csrf, "lang": "en"}, files={"x": ("a", b"a")})
    assert (empty.status_code, "Choose an XLSX or CSV file." in empty.text) == (422, True)
    big = client.post(
        "/venue/bulk",
        data={"csrf": csrf, "lang": "vi"},
        files={"file": ("a.csv", b"a," * 5_300_000, "text/csv")},
    )
    assert (big.status_code, "lớn hơn 10 MB" in big.text) == (422, True)
    body = b"x" * 12_000_001
    assert client.post("/venue/bulk", content=body).status_code == 413
    assert client.post("/venue/bulk", files={"file": ("a.csv", b"a")}).status_code == 403
    columns = _settled(client, _send(client, csrf, csv_file(("Tên cơ sở",), [["x"]])))
    assert "Columns are missing: “Your code”, “Type”, “Latitude”, “Longitude”" in columns
    pdf = _settled(client, _send(client, csrf, b"%PDF-1.7"))
    assert "This is not an XLSX or CSV table." in pdf


def test_templates_hold_no_formula_and_are_read_back(
    committing_sessions: sessionmaker[Session], client: TestClient, owner: Actor
) -> None:
    sign_in(client, committing_sessions, owner)
    for lang in ("vi", "en"):
        for query in ("kind=venues", "kind=assessments&set=school-1467"):
            address = f"/venue/bulk/template?{query}&lang={lang}"
            content = client.get(f"{address}&format=xlsx").content
            with zipfile.ZipFile(io.BytesIO(content)) as archive:
                sheets = [name for name in archive.namelist() if "worksheets/sheet" in name]
                # Drop-down lists name their cells by a formula; no cell holds one.
                assert not any(re.search(rb"<c [^>]*><f", archive.read(one)) for one in sheets)
            book = openpyxl.load_workbook(io.BytesIO(content))
            assert len(book.worksheets) == 3
            assert book.worksheets[1].max_row > 8
            plain = client.get(f"{address}&format=csv").content
            assert plain.startswith(b"\xef\xbb\xbf")
            assert read_upload(plain).columns == read_upload(content).columns
    assert client.get("/venue/bulk/template?kind=assessments&set=x&format=csv").status_code == 404


@pytest.mark.parametrize("lang", ["vi", "en"])
@pytest.mark.parametrize("form", ["xlsx", "csv"])
def test_the_example_row_of_a_template_may_stay(
    committing_sessions: sessionmaker[Session],
    client: TestClient,
    owner: Actor,
    lang: str,
    form: str,
) -> None:
    csrf = sign_in(client, committing_sessions, owner)
    for kind, more in (("venues", {}), ("assessments", {"set": "school-1467"})):
        query = {"kind": kind, "format": form, "lang": lang, **more}
        content = client.get("/venue/bulk/template", params=query).content
        page = _settled(client, _send(client, csrf, content, kind=kind, **more))
        # Neither a row to store, nor an error, nor among the first rows of the file.
        assert "Example rows of the template are neither counted nor stored: 1." in page
        assert "There is no row to store." in page
        assert "bulk-problems" not in page
        assert "Hoa Sen" not in page
        assert "2021-11-20" not in page


def test_a_row_typed_over_the_example_is_not_lost(
    committing_sessions: sessionmaker[Session], client: TestClient, owner: Actor
) -> None:
    csrf = sign_in(client, committing_sessions, owner)
    rows = [venue_row("VÍ DỤ", name="Trường Lê Lợi"), venue_row("A2", name="Trường Kim Đồng")]
    page = _settled(client, _send(client, csrf, workbook(HEADERS, rows)))
    assert "This row still has the example code of the template." in page
    assert "Example rows of the template" not in page


def test_filled_templates_are_taken(
    committing_sessions: sessionmaker[Session], client: TestClient, owner: Actor
) -> None:
    csrf = sign_in(client, committing_sessions, owner)
    content = client.get("/venue/bulk/template?kind=venues&format=xlsx&lang=vi").content
    book = openpyxl.load_workbook(io.BytesIO(content))
    filled = ["S1", "Trường Lê Lợi", "Trường tiểu học", "2 Láng", 21.05, 105.05, 300, None, None]
    for place, cell in enumerate(filled, start=1):
        book.worksheets[0].cell(3, place, cell)
    stream = io.BytesIO()
    book.save(stream)
    address = _send(client, csrf, stream.getvalue())
    page = _settled(client, address)
    assert "Store all (rows: 1)" in page
    path = address.split("?")[0]
    client.post(f"{path}/confirm", data={"csrf": csrf, "mode": "all"})
    _settled(client, address)
    plain = client.get("/venue/bulk/template?kind=assessments&set=school-1467&format=csv").text
    head, example = plain.lstrip("\ufeff").splitlines()[:2]
    count = len(load_criteria_sets()["school-1467"].criteria)
    with committing_sessions() as session:
        day = session.scalar(text("SELECT CAST(opened_on AS text) FROM venue"))
    row = ",".join(["S1", "", str(day), *["Đạt"] * count])
    made = "\n".join([head, example, row]).encode("utf-8-sig")
    address = _send(client, csrf, made, kind="assessments", set="school-1467")
    page = _settled(client, address)
    path = address.split("?")[0]
    undeclared = client.post(f"{path}/confirm", data={"csrf": csrf, "mode": "all", "lang": "en"})
    assert (undeclared.status_code, "Tick the declaration" in undeclared.text) == (422, True)
    form = {"csrf": csrf, "mode": "all", "declared": "yes", "declared_name": "Lê Thử"}
    client.post(f"{path}/confirm", data=form)
    assert "Rows stored: 1." in _settled(client, address)
    with committing_sessions() as session:
        names = session.scalars(text("SELECT declared_name FROM assessment")).all()
    assert names == ["Lê Thử"]


def test_work_that_a_restart_broke_off_goes_on_when_its_page_is_opened(
    committing_sessions: sessionmaker[Session], client: TestClient, owner: Actor
) -> None:
    sign_in(client, committing_sessions, owner)
    with committing_sessions.begin() as session:
        session.execute(
            text(
                "INSERT INTO bulk_upload (upload_id, account_pk, kind, content)"
                " VALUES ('left', :pk, 'venues', :content)"
            ),
            {"pk": owner.account_pk, "content": workbook(HEADERS, [venue_row("A1")])},
        )
    address = "/venue/bulk/upload/left?lang=en"
    assert json.loads(client.get("/venue/bulk/upload/left/state").text) == {"state": "reading"}
    client.get(address)
    assert "Store all (rows: 1)" in _settled(client, address)


def test_changes_are_shown_old_and_new_beside_the_box_that_agrees_to_them(
    committing_sessions: sessionmaker[Session], client: TestClient, owner: Actor
) -> None:
    csrf = sign_in(client, committing_sessions, owner)
    first = _send(client, csrf, workbook(HEADERS, [venue_row("A1")]))
    path = first.split("?")[0]
    _settled(client, first)
    client.post(f"{path}/confirm", data={"csrf": csrf, "lang": "en", "mode": "all"})
    _settled(client, first)
    second = _send(client, csrf, workbook(HEADERS, [venue_row("A1", name="<b>Tên khác</b>")]))
    page = _settled(client, second)
    assert "agree to change 1 stored venues" in page
    assert "<del>Trường Hoa Sen</del> → <ins>&lt;b&gt;Tên khác&lt;/b&gt;</ins>" in page
    path = second.split("?")[0]
    answers = {"csrf": csrf, "lang": "en", "mode": "good", "with_changes": "yes"}
    client.post(f"{path}/confirm", data=answers)
    assert "<del>" not in _settled(client, second)
    with committing_sessions() as session:
        assert session.scalars(text("SELECT name FROM venue")).all() == ["<b>Tên khác</b>"]

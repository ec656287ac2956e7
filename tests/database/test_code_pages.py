"""The owner's page of codes, its files, posters of many venues, and the screen at the door."""

import base64
import math
import re
import subprocess
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from PIL import Image
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from checkins.place_codes import ALPHABET, STEP_S, read_code
from dashboard.documents import poster_job
from dashboard.pages.codes.screen import STEPS_AHEAD
from data.models import PlaceCode, Venue
from data.scope import Actor
from data.services.codes.place_codes import add_zone, renew_code
from tests.people import make_account, make_venue, sign_in
from tests.place_pages import PUBLIC_URL, START, PageSite
from tests.scanning import render_page, scan

MANY = "/venue/bulk/posters"
PERSONAL = re.compile(r"@|\d{9,}|(name|phone|ten|sdt|cccd)=", re.IGNORECASE)


@pytest.fixture
def site(sessions: sessionmaker[Session]) -> PageSite:
    return PageSite(sessions)


@pytest.fixture
def owner(sessions: sessionmaker[Session]) -> Actor:
    return make_account(sessions, name="Nguyễn Văn An")


def current_codes(sessions: sessionmaker[Session], venue_id: str) -> set[str]:
    with sessions() as session:
        return set(
            session.scalars(
                select(PlaceCode.code)
                .join(Venue, Venue.venue_pk == PlaceCode.venue_pk)
                .where(Venue.venue_id == venue_id, PlaceCode.retired_at.is_(None))
            )
        )


def pages_of(pdf: Path) -> int:
    info = subprocess.run(["pdfinfo", str(pdf)], check=True, capture_output=True, text=True)
    found = re.search(r"Pages:\s+(\d+)", info.stdout)
    assert found is not None
    return int(found[1])


def require_clean(address: str) -> None:
    """An https address of the site with at least 80 random bits, and nothing about a person."""
    parts = urlsplit(address)
    assert f"{parts.scheme}://{parts.netloc}" == PUBLIC_URL
    kind, code = parts.path.strip("/").split("/")
    assert kind == "v"
    assert read_code(code) == code
    assert len(code) * math.log2(len(ALPHABET)) >= 80
    assert set(parse_qs(parts.query)) <= {"t"}
    assert not PERSONAL.search(address)


def test_the_page_offers_posters_zones_and_renewal(
    sessions: sessionmaker[Session], site: PageSite, owner: Actor
) -> None:
    venue_id = make_venue(sessions, owner=owner, name="Siêu thị Thử")
    csrf = sign_in(site.client, sessions, owner)
    path = f"/venue/{venue_id}/codes"
    page = site.client.get(path).text
    assert "Toàn cơ sở" in page
    (old,) = current_codes(sessions, venue_id)
    done = site.client.post(f"{path}/zones", data={"csrf": csrf, "name": "Tầng 1"})
    assert "Đã thêm" in site.client.get(done.headers["location"]).text
    twice = site.client.post(f"{path}/zones", data={"csrf": csrf, "name": "tầng 1"})
    assert twice.status_code == 422
    assert "đã có khu vực tên này" in twice.text
    assert 'value="tầng 1"' in twice.text
    assert len(current_codes(sessions, venue_id)) == 2
    ask = site.client.get(f"{path}/change?do=renew")
    assert "sẽ không dùng được nữa" in ask.text
    assert old in current_codes(sessions, venue_id)  # asking changes nothing
    site.client.post(f"{path}/change", data={"csrf": csrf, "do": "renew", "zone": ""})
    assert old not in current_codes(sessions, venue_id)
    zone = re.search(r"zone=(\d+)", site.client.get(path).text)
    assert zone is not None
    removed = site.client.post(
        f"{path}/change", data={"csrf": csrf, "do": "remove", "zone": zone[1]}
    )
    assert "Đã bỏ khu vực" in site.client.get(removed.headers["location"]).text
    assert len(current_codes(sessions, venue_id)) == 1
    for odd in ("9" * 18, "-1", "x", "٣", "9" * 40, zone[1]):
        answer = site.client.post(
            f"{path}/change", data={"csrf": csrf, "do": "remove", "zone": odd}
        )
        assert answer.status_code == 303
    assert len(current_codes(sessions, venue_id)) == 1


def test_editors_print_and_only_owners_replace(
    sessions: sessionmaker[Session], site: PageSite, owner: Actor
) -> None:
    venue_id = make_venue(sessions, owner=owner, staff_role="editor")
    csrf = sign_in(site.client, sessions, owner)
    path = f"/venue/{venue_id}/codes"
    assert site.client.get(f"{path}/poster.pdf").status_code == 200
    assert site.client.get(f"{path}/change").status_code == 403
    before = current_codes(sessions, venue_id)
    answer = site.client.post(f"{path}/change", data={"csrf": csrf, "do": "renew"})
    assert answer.status_code == 403
    assert current_codes(sessions, venue_id) == before


@pytest.mark.parametrize(
    "tail", ["", "/poster.pdf", "/qr.svg", "/qr.png", "/change", "/poster.pdf?all=true"]
)
def test_strangers_find_nothing(
    sessions: sessionmaker[Session], site: PageSite, owner: Actor, tail: str
) -> None:
    venue_id = make_venue(sessions, owner=make_account(sessions))
    address = f"/venue/{venue_id}/codes{tail}"
    assert site.client.get(address).status_code == 303
    sign_in(site.client, sessions, owner)
    assert site.client.get(address).status_code == 404


def test_a_zone_of_another_venue_is_not_there(
    sessions: sessionmaker[Session], site: PageSite, owner: Actor
) -> None:
    mine = make_venue(sessions, owner=owner)
    other = make_venue(sessions, owner=make_account(sessions))
    zone = add_zone(sessions, venue_id=other, name="A", actor=None)
    csrf = sign_in(site.client, sessions, owner)
    before = current_codes(sessions, other)
    for kind in ("poster.pdf", "qr.svg", "qr.png"):
        assert site.client.get(f"/venue/{mine}/codes/{kind}?zone={zone}").status_code == 404
    for do in ("renew", "remove"):
        form = {"csrf": csrf, "do": do, "zone": str(zone)}
        site.client.post(f"/venue/{mine}/codes/change", data=form)
    assert current_codes(sessions, other) == before


def test_every_code_that_is_rendered_is_clean_and_leads_to_its_place(
    sessions: sessionmaker[Session], site: PageSite, owner: Actor, tmp_path: Path
) -> None:
    venue_id = make_venue(sessions, owner=owner, name="Nhà hàng Nguyễn Văn An 0912345678")
    zone = add_zone(sessions, venue_id=venue_id, name="An an@example.vn", actor=None)
    sign_in(site.client, sessions, owner)
    path = f"/venue/{venue_id}/codes"
    site.client.get(path)
    expected = {f"{PUBLIC_URL}/v/{code}" for code in current_codes(sessions, venue_id)}
    found: set[str] = set()
    for paper in ("a4", "a5"):
        pdf = tmp_path / f"{paper}.pdf"
        pdf.write_bytes(site.client.get(f"{path}/poster.pdf?paper={paper}&all=true").content)
        assert pages_of(pdf) == 2
        for number in (1, 2):
            found |= scan(render_page(pdf, number), tmp_path)
    for query in ("", f"?zone={zone}"):
        (tmp_path / "code.png").write_bytes(site.client.get(f"{path}/qr.png{query}").content)
        with Image.open(tmp_path / "code.png") as picture:
            found |= scan(picture.convert("L"), tmp_path)
    assert found == expected
    for address in found:
        require_clean(address)
    svg = site.client.get(f"{path}/qr.svg")
    assert svg.headers["content-type"] == "image/svg+xml"
    assert "attachment" in svg.headers["content-disposition"]
    assert "default-src 'none'" in svg.headers["content-security-policy"]


# Many venues


def upload(site: PageSite, csrf: str, content: bytes, **fields: str) -> tuple[int, str, bytes]:
    answer = site.client.post(
        MANY,
        data={"csrf": csrf, "which": "file", "lang": "vi", **fields},
        files={"file": ("list.csv", content, "text/csv")},
    )
    is_pdf = answer.headers["content-type"] == "application/pdf"
    return answer.status_code, "" if is_pdf else answer.text, answer.content


def chain(sessions: sessionmaker[Session], owner: Actor, count: int) -> list[str]:
    venue_ids = [
        make_venue(sessions, owner=owner, name=f"Chi nhánh {number:03}")
        for number in range(1, count + 1)
    ]
    with sessions.begin() as session:
        for number, venue_id in enumerate(venue_ids, 1):
            venue = session.scalars(select(Venue).where(Venue.venue_id == venue_id)).one()
            venue.external_id = f"CN-{number:03}"
    return venue_ids


def test_posters_of_a_chain_from_a_list_in_its_order(
    sessions: sessionmaker[Session], site: PageSite, owner: Actor, tmp_path: Path
) -> None:
    venue_ids = chain(sessions, owner, 4)
    csrf = sign_in(site.client, sessions, owner)
    lines = ["Tên;external_id", "Ba;CN-003", "", "Một; CN-001 "]
    status, _, content = upload(site, csrf, ("\ufeff" + "\r\n".join(lines)).encode(), paper="a5")
    assert status == 200
    pdf = tmp_path / "many.pdf"
    pdf.write_bytes(content)
    assert pages_of(pdf) == 2
    for number, venue_id in ((1, venue_ids[2]), (2, venue_ids[0])):
        (code,) = current_codes(sessions, venue_id)
        assert scan(render_page(pdf, number), tmp_path) == {f"{PUBLIC_URL}/v/{code}"}
    assert not current_codes(sessions, venue_ids[1])


def test_posters_of_all_venues(
    sessions: sessionmaker[Session], site: PageSite, owner: Actor, tmp_path: Path
) -> None:
    chain(sessions, owner, 3)
    make_venue(sessions, owner=make_account(sessions))
    csrf = sign_in(site.client, sessions, owner)
    assert "(3)" in site.client.get(MANY).text
    answer = site.client.post(
        MANY, data={"csrf": csrf, "which": "all"}, files={"file": ("", b"", "text/csv")}
    )
    (tmp_path / "all.pdf").write_bytes(answer.content)
    assert pages_of(tmp_path / "all.pdf") == 3


def test_a_chosen_file_counts_more_than_a_choice_that_was_left_as_it_was(
    sessions: sessionmaker[Session], site: PageSite, owner: Actor, tmp_path: Path
) -> None:
    venue_ids = chain(sessions, owner, 3)
    csrf = sign_in(site.client, sessions, owner)
    status, _, content = upload(site, csrf, f"venue_id\n{venue_ids[1]}\n".encode(), which="all")
    assert status == 200
    (tmp_path / "one.pdf").write_bytes(content)
    assert pages_of(tmp_path / "one.pdf") == 1


def test_wrong_lines_are_named_and_nothing_is_made(
    sessions: sessionmaker[Session], site: PageSite, owner: Actor
) -> None:
    venue_ids = chain(sessions, owner, 2)
    theirs = make_venue(sessions, owner=make_account(sessions))
    csrf = sign_in(site.client, sessions, owner)
    lines = ["venue_id,name", f"{venue_ids[0]},A", f"{theirs},B", ",C", "<b>,D", "CN-001,E"]
    status, page, _ = upload(site, csrf, "\n".join(lines).encode(), paper="a5")
    assert status == 422
    assert "có 4 dòng chưa đúng" in page
    for part in (
        f"Dòng 3, cột venue_id: “{theirs}” không phải",
        "Dòng 4, cột venue_id: Không có mã",
        "Dòng 5, cột venue_id: “&lt;b&gt;” không phải",
        "Dòng 6, cột venue_id: “CN-001” đã có ở dòng 2. Hãy bỏ",
    ):
        assert part in page
    assert not current_codes(sessions, venue_ids[0])
    assert re.search(r'value="a5" checked', page)


def test_a_heading_that_names_no_column_is_told_what_it_must_be(
    sessions: sessionmaker[Session], site: PageSite, owner: Actor
) -> None:
    chain(sessions, owner, 1)
    csrf = sign_in(site.client, sessions, owner)
    status, page, _ = upload(site, csrf, "Mã,Tên\nCN-001,A\nCN-009,B\n".encode())
    assert status == 422
    assert "Dòng 1: “Mã” không phải là tên cột" in page
    assert "đặt tên cột là venue_id hoặc external_id" in page
    assert "Dòng 3: “CN-009” không phải là cơ sở đang hoạt động" in page


def test_the_list_to_download_is_one_that_can_be_sent_back(
    sessions: sessionmaker[Session], site: PageSite, owner: Actor, tmp_path: Path
) -> None:
    venue_ids = chain(sessions, owner, 3)
    with sessions.begin() as session:
        venue = session.scalars(select(Venue).where(Venue.venue_id == venue_ids[1])).one()
        venue.name, venue.external_id = "=HYPERLINK(1)", "-CN;2"
        session.scalars(
            select(Venue).where(Venue.venue_id == venue_ids[2])
        ).one().external_id = None
    make_venue(sessions, owner=make_account(sessions), name="Của người khác")
    assert site.client.get(f"{MANY}/list.csv").status_code == 303
    csrf = sign_in(site.client, sessions, owner)
    assert f'href="{MANY}/list.csv"' in site.client.get(MANY).text
    answer = site.client.get(f"{MANY}/list.csv")
    assert answer.headers["content-type"].startswith("text/csv")
    content = answer.content.decode("utf-8-sig")
    assert content.splitlines()[0] == "venue_id,external_id,name"
    assert len(content.splitlines()) == 4
    assert "'=HYPERLINK" in content
    assert "Của người khác" not in content
    # As it came, and with the public ids taken out where there is a key of the owner's.
    without = content.replace(venue_ids[0], "").replace(venue_ids[1], "")
    for body in (content, without):
        status, _, pdf = upload(site, csrf, body.encode())
        assert status == 200
        (tmp_path / "all.pdf").write_bytes(pdf)
        assert pages_of(tmp_path / "all.pdf") == 3


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "Tệp không có dòng nào"),
        (b"venue_id\n", "Tệp không có dòng nào"),
        (b"\xff\xd8\xff\xe0 jpeg", "không phải là CSV"),
        (b"PK\x03\x04\x00\x00", "không phải là CSV"),
        (b"x\n" * 1001, "quá 1.000 dòng"),
        (b'"' + b"x" * 140_000, "không phải là CSV"),
    ],
    ids=["empty", "header only", "jpeg", "zip", "long", "endless cell"],
)
def test_files_that_are_refused(
    sessions: sessionmaker[Session], site: PageSite, owner: Actor, content: bytes, words: str
) -> None:
    csrf = sign_in(site.client, sessions, owner)
    status, page, _ = upload(site, csrf, content)
    assert status == 422
    assert words in page


def test_nobody_gets_posters_without_signing_in_or_a_token(
    sessions: sessionmaker[Session], site: PageSite, owner: Actor
) -> None:
    assert site.client.get(MANY).status_code == 303
    sign_in(site.client, sessions, owner)
    assert upload(site, "", b"x")[0] == 403


def test_the_job_knows_no_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: dict[str, object] = {}

    def run(*_: object, **keywords: object) -> subprocess.CompletedProcess[bytes]:
        seen.update(keywords)
        return subprocess.CompletedProcess((), 3, b"", b"")

    monkeypatch.setenv("ANTOAN_SECRET_KEY", "secret")
    monkeypatch.setenv("DATABASE_URL", "postgresql://user:password@host/name")
    monkeypatch.setattr(subprocess, "run", run)
    with pytest.raises(poster_job.PosterJobError, match="exit code 3"):
        poster_job.build_posters_apart((), paper="a4", printed_on=START.date(), made_at=START)
    environment = seen["env"]
    assert isinstance(environment, dict)
    assert set(environment) <= set(poster_job.KEPT_VARIABLES)


# The screen


def open_screen(site: PageSite, venue_id: str) -> str:
    """Opens the screen of the venue itself; gives the key's address."""
    page = site.client.get(f"/venue/{venue_id}/codes").text
    found = re.search(r'href="(/screen\?key=[^"]+)"', page)
    assert found is not None
    address = found[1].replace("&amp;", "&")
    kept = site.client.get(address)
    assert kept.status_code == 303
    assert "key" not in kept.headers["location"]
    return address


def scanned(item: list[object], folder: Path) -> str:
    """What a screen's modules say to a camera."""
    size, packed = item
    assert isinstance(size, int)
    bits = "".join(f"{byte:08b}" for byte in base64.b64decode(str(packed)))
    picture = Image.new("L", (size + 8, size + 8), 255)
    for place in range(size * size):
        if bits[place] == "1":
            picture.putpixel((place % size + 4, place // size + 4), 0)
    (address,) = scan(picture.resize(((size + 8) * 8,) * 2, Image.Resampling.NEAREST), folder)
    return address


def test_a_screen_shows_codes_that_change_and_hold_for_minutes(
    sessions: sessionmaker[Session], site: PageSite, owner: Actor, tmp_path: Path
) -> None:
    venue_id = make_venue(sessions, owner=owner, name="Quán Thử")
    sign_in(site.client, sessions, owner)
    open_screen(site, venue_id)
    site.client.cookies.delete("antoan_session")  # the device at the door is nobody's
    page = site.client.get("/screen")
    assert page.status_code == 200
    assert "Quán Thử" in page.text
    codes = site.client.get("/screen/codes").json()
    assert len(codes["items"]) == STEPS_AHEAD
    addresses = [scanned(item, tmp_path) for item in codes["items"][:3]]
    assert len(set(addresses)) == 3
    for address in addresses:
        require_clean(address)
    path = addresses[0].removeprefix(PUBLIC_URL)
    assert "màn hình" not in site.client.get(path).text
    assert "hết hạn" not in site.client.get(path).text
    site.clock.pass_(seconds=STEP_S)
    assert scanned(site.client.get("/screen/codes").json()["items"][0], tmp_path) == addresses[1]
    site.clock.pass_(seconds=3 * STEP_S)
    assert "hết hạn" in site.client.get(path).text


def test_a_screen_is_sent_only_the_codes_that_it_lacks(
    sessions: sessionmaker[Session], site: PageSite, owner: Actor
) -> None:
    """Devices ask every minute: an hour of codes each time would be a core for 500 of them."""
    venue_id = make_venue(sessions, owner=owner)
    sign_in(site.client, sessions, owner)
    open_screen(site, venue_id)
    whole = site.client.get("/screen/codes").json()
    last = whole["first_step"] + STEPS_AHEAD - 1
    again = site.client.get(f"/screen/codes?after={last}").json()
    assert again["items"] == []
    site.clock.pass_(seconds=2 * STEP_S)
    later = site.client.get(f"/screen/codes?after={last}").json()
    assert (later["first_step"], len(later["items"])) == (last + 1, 2)
    assert site.client.get(f"/screen/codes?after={last - 5}").json()["items"][-2:] == later["items"]
    for strange in (last - 500, last + 500, -1):
        assert len(site.client.get(f"/screen/codes?after={strange}").json()["items"]) == STEPS_AHEAD
    assert site.client.get("/screen/codes?after=x").status_code == 422


def test_a_screen_ends_with_its_code(
    sessions: sessionmaker[Session], site: PageSite, owner: Actor
) -> None:
    venue_id = make_venue(sessions, owner=owner)
    sign_in(site.client, sessions, owner)
    open_screen(site, venue_id)
    renew_code(sessions, venue_id=venue_id, zone_pk=None, actor=None)
    assert site.client.get("/screen").status_code == 403
    assert site.client.get("/screen/codes").status_code == 403


def test_a_poster_s_code_opens_no_screen(
    sessions: sessionmaker[Session], site: PageSite, owner: Actor
) -> None:
    venue_id = make_venue(sessions, owner=owner)
    sign_in(site.client, sessions, owner)
    site.client.get(f"/venue/{venue_id}/codes")
    (code,) = current_codes(sessions, venue_id)
    for key in (code, f'"{code}"', f'"{code}".x', ""):
        site.client.get("/screen", params={"key": key})
        assert site.client.get("/screen").status_code == 403
        assert site.client.get("/screen/codes").status_code == 403

import re
from importlib.resources import files

from dashboard.pages.map import _data_block, _fill, _kept
from dashboard.texts.catalogue import LANGUAGES, texts

SCRIPTS = sorted(
    (entry for entry in (files("dashboard") / "assets" / "map").iterdir()),
    key=lambda entry: entry.name,
)


def _source() -> str:
    return "\n".join(file.read_text("utf-8") for file in SCRIPTS if file.name.endswith(".js"))


def test_every_text_that_the_page_code_asks_for_is_in_both_catalogues() -> None:
    asked = set(re.findall(r'\bt\(\s*"([a-z_.]+[a-z_])"', _source()))
    assert len(asked) > 60
    for language in LANGUAGES:
        assert not asked - texts(language).messages.keys()


def test_page_code_and_styles_name_no_other_host() -> None:
    for file in SCRIPTS:
        found = re.findall(r"https?://[^\s\"')]+", file.read_text("utf-8"))
        assert set(found) <= {"http://www.w3.org/2000/svg"}, file.name


def test_page_code_never_reads_text_as_html() -> None:
    assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write", _source())


def test_files_of_the_page_stay_short() -> None:
    for file in SCRIPTS:
        assert len(file.read_text("utf-8").splitlines()) <= 400, file.name


def test_a_data_block_cannot_end_its_element() -> None:
    assert "</script>" not in _data_block({"name": "</script><script>alert(1)</script>"})


def test_what_is_put_into_the_page_is_not_read_as_a_place() -> None:
    assert _fill("%(one) %(two)", one="%(two)", two="2") == "%(two) 2"


def test_the_demo_notice_is_asked_once_a_minute() -> None:
    asked: list[bool] = []

    def ask() -> bool:
        asked.append(True)
        return True

    answer = _kept(ask)
    assert answer()
    assert answer()
    assert len(asked) == 1

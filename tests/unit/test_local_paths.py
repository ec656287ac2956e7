"""Where one may be sent after signing in."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.pages.local_paths import local_path

AWAY = (
    "//evil.example",
    "///evil.example",
    "https://evil.example/",
    "/\\evil.example",
    "\\\\evil.example",
    "/%5cevil.example",
    "/%2f/evil.example",
    "/%2Fevil.example",
    "%2f%2fevil.example",
    "javascript:alert(1)",
    "/\t/evil.example",
    "/%09/evil.example",
    "/%0d%0aSet-Cookie:x",
    " /venue",
    "evil.example",
    "/sign-out",
    "/sign-in?next=/venue",
    "/a\r\nSet-Cookie: x=1",
    "/" + "a" * 600,
    "/việt",
    "/\x00",
    "",
    None,
)


@pytest.mark.parametrize("number", range(len(AWAY)))
def test_what_leads_away_is_no_path_of_ours(number: int) -> None:
    assert local_path(AWAY[number]) is None


@pytest.mark.parametrize("path", ["/", "/venue", "/venue/A1/assess?step=2&lang=vi", "/v/%C3%A1"])
def test_our_own_pages_stay(path: str) -> None:
    assert local_path(path) == path


@given(st.text(alphabet="/\\%25cf:@?#.\t\n ab", max_size=20))
def test_whatever_passes_stays_on_this_host(text: str) -> None:
    path = local_path(text)
    if path is not None:
        assert path[0] == "/"
        assert path[1:2] not in ("/", "\\")
        assert not set(path) & set("\\\t\r\n ")

import time

import pytest

from data.services.owner_links import (
    OwnerLinkError,
    OwnerLinkExpiredError,
    make_owner_token,
    owner_path,
    read_owner_token,
)

SECRET = "k7-only-for-tests-" + "x" * 20


def test_token_opens_its_venue() -> None:
    assert read_owner_token(SECRET, make_owner_token(SECRET, "ABC")) == "ABC"
    assert owner_path(SECRET, "ABC").startswith("/venue/ABC/assess?key=")


def test_token_of_another_secret_or_changed_is_refused_without_repeating_it() -> None:
    token = make_owner_token(SECRET, "ABC")
    for wrong in (
        "",
        "x",
        token[:-2],
        make_owner_token("another", "ABC"),
        token.replace(".", "", 1),
    ):
        with pytest.raises(OwnerLinkError) as raised:
            read_owner_token(SECRET, wrong)
        assert not wrong or wrong not in str(raised.value) or wrong == "x"
        assert raised.value.__cause__ is None


def test_old_token_is_expired(monkeypatch: pytest.MonkeyPatch) -> None:
    token = make_owner_token(SECRET, "ABC")
    later = time.time() + 3601
    monkeypatch.setattr("itsdangerous.timed.time.time", lambda: later)
    assert read_owner_token(SECRET, token, max_age_s=7200) == "ABC"
    with pytest.raises(OwnerLinkExpiredError):
        read_owner_token(SECRET, token, max_age_s=3600)

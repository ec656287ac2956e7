"""R10: production refuses to start with weak keys, debug on or http; one sentence says why."""

import pytest
from pydantic import ValidationError

from dashboard.settings import SiteSettings, read_site_settings
from data.errors import InputError

STRONG = "qT3v-8Zk1_rM0xYb7WcLd5NfHs2JgPaE"
PRODUCTION = {
    "ANTOAN_ENV": "production",
    "ANTOAN_SECRET_KEY": STRONG,
    "ANTOAN_PUBLIC_URL": "https://antoan.example.vn",
}


@pytest.fixture(autouse=True)
def no_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in SiteSettings.model_fields:
        monkeypatch.delenv(f"ANTOAN_{name.upper()}", raising=False)


def set_all(monkeypatch: pytest.MonkeyPatch, **changes: str | None) -> None:
    for name, value in {**PRODUCTION, **changes}.items():
        if value is None:
            monkeypatch.delenv(name, raising=False)
        else:
            monkeypatch.setenv(name, value)


def test_production_starts_with_a_strong_key_and_https(monkeypatch: pytest.MonkeyPatch) -> None:
    set_all(monkeypatch)
    settings = read_site_settings()
    assert settings.env == "production"
    assert settings.is_https
    assert STRONG not in repr(settings)


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("ANTOAN_SECRET_KEY", None, "ANTOAN_SECRET_KEY is not set"),
        ("ANTOAN_SECRET_KEY", "", "ANTOAN_SECRET_KEY is empty"),
        ("ANTOAN_SECRET_KEY", STRONG[:31], "shorter than 32"),
        ("ANTOAN_SECRET_KEY", "a" * 40, "known or guessable"),
        ("ANTOAN_SECRET_KEY", "CHANGE_ME_TO_A_COMPLEX_RANDOM_SECRET", "known or guessable"),
        ("ANTOAN_SECRET_KEY", "thisISaSECRET_1234567890_and_more_of_it", "known or guessable"),
        ("ANTOAN_DEBUG", "true", "ANTOAN_DEBUG must be off"),
        ("ANTOAN_PUBLIC_URL", "http://antoan.example.vn", "must begin with https"),
        ("ANTOAN_PUBLIC_URL", None, "must begin with https"),
        ("ANTOAN_PUBLIC_URL", "antoan.example.vn", "ANTOAN_PUBLIC_URL must be a scheme"),
        ("ANTOAN_SUPPRESS_BELOW", "4", "ANTOAN_SUPPRESS_BELOW"),
        ("ANTOAN_ENV", "prod", "ANTOAN_ENV"),
    ],
)
def test_production_refuses(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str | None, words: str
) -> None:
    set_all(monkeypatch, **{name: value})
    with pytest.raises(InputError, match=words) as refusal:
        read_site_settings()
    sentence = str(refusal.value)
    assert "\n" not in sentence
    assert STRONG not in sentence
    if value and name == "ANTOAN_SECRET_KEY":
        assert value not in sentence


def test_development_needs_a_key_of_its_own_too(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(InputError, match="make run"):
        read_site_settings()
    monkeypatch.setenv("ANTOAN_SECRET_KEY", "short")
    assert read_site_settings().env == "development"


def test_suppression_is_never_set_below_five() -> None:
    with pytest.raises(ValidationError):
        SiteSettings(secret_key=STRONG, suppress_below=4)

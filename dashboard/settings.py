"""Settings of the web application, read from the environment once and passed down."""

from typing import Annotated, Literal, Self
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationError, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from dashboard.auth.client import Networks, read_networks
from data.errors import InputError

SHORTEST_SECRET = 32
FEWEST_DIFFERENT_SIGNS = 10

# Words of keys that were published with software or its documentation; attackers try them first.
KNOWN_SECRET_WORDS = (
    "changeme",
    "change-me",
    "change_me",
    "secret-key",
    "secret_key",
    "thisismyscretkey",
    "your-secret",
    "your_secret",
    "insecure",
    "development",
    "example",
    "password",
    "0123456789",
    "1234567890",
    "abcdefghij",
)


class SiteSettings(BaseSettings):
    """How the site is reached, what it keeps in memory and what it refuses."""

    model_config = SettingsConfigDict(
        env_prefix="ANTOAN_", frozen=True, extra="ignore", populate_by_name=True
    )

    env: Literal["development", "production"] = Field(
        default="development",
        description="production refuses to start with weak keys, debug or http",
    )
    secret_key: SecretStr = Field(
        description="Signs sessions and forms; 32 signs or more, the same for every process"
    )
    public_url: str = Field(
        default="http://127.0.0.1:8050",
        description="Where people reach the site: scheme and host, without a path",
    )
    debug: bool = Field(default=False, description="Dash's dev tools; never in production")
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        default="info", description="Least severe line that is logged"
    )
    suppress_below: Annotated[int, Field(ge=5, le=1000)] = Field(
        default=10, description="Check-in counts from 1 to under this are never shown; at least 5"
    )
    cache_bytes: Annotated[int, Field(ge=1_000_000)] = Field(
        default=128_000_000, description="Most bytes of ready answers kept by each process"
    )
    recheck_ms: Annotated[int, Field(ge=10, le=1000)] = Field(
        default=250, description="How long an answer is given again before asking for changes"
    )
    max_body_bytes: Annotated[int, Field(ge=10_000, le=10_000_000)] = Field(
        default=262_144, description="Longest body of a request without a file"
    )
    max_upload_bytes: Annotated[int, Field(ge=1_000_000, le=100_000_000)] = Field(
        default=12_000_000, description="Longest body of a request that brings a file"
    )
    trusted_proxies: str = Field(
        default="",
        description="Networks of own proxies, parted by commas, whose X-Forwarded-For is believed",
    )

    @model_validator(mode="after")
    def _require_safe(self) -> Self:
        address = urlsplit(self.public_url)
        if (
            address.scheme not in ("http", "https")
            or not address.hostname
            or address.path.strip("/")
        ):
            raise ValueError(
                "ANTOAN_PUBLIC_URL must be a scheme and a host, such as https://antoan.example.vn"
            )
        key = self.secret_key.get_secret_value()
        if not key:
            raise ValueError("ANTOAN_SECRET_KEY is empty; 'make run' makes one")
        try:
            read_networks(self.trusted_proxies)
        except ValueError:
            raise ValueError(
                "ANTOAN_TRUSTED_PROXIES must be networks such as 127.0.0.1/32, 10.0.0.0/8"
            ) from None
        if self.env == "production":
            _require_production(self, key=key, scheme=address.scheme)
        return self

    @property
    def proxies(self) -> Networks:
        """Networks whose word on the client's address is taken."""
        return read_networks(self.trusted_proxies)

    @property
    def is_https(self) -> bool:
        """Whether people reach the site by HTTPS."""
        return self.public_url.startswith("https://")


def _require_production(settings: SiteSettings, *, key: str, scheme: str) -> None:
    """Refuse what must not be public.

    Raises:
        ValueError: The key is short or known, debug is on, or the public address is not https.
    """
    if len(key) < SHORTEST_SECRET:
        raise ValueError(
            f"ANTOAN_SECRET_KEY is shorter than {SHORTEST_SECRET} signs; make one with "
            "python -c 'import secrets; print(secrets.token_urlsafe(48))'"
        )
    if len(set(key)) < FEWEST_DIFFERENT_SIGNS or any(
        word in key.casefold() for word in KNOWN_SECRET_WORDS
    ):
        raise ValueError(
            "ANTOAN_SECRET_KEY is a known or guessable key; make one with "
            "python -c 'import secrets; print(secrets.token_urlsafe(48))'"
        )
    if settings.debug:
        raise ValueError("ANTOAN_DEBUG must be off in production: it shows code to visitors")
    if scheme != "https":
        raise ValueError("ANTOAN_PUBLIC_URL must begin with https:// in production")


def read_site_settings() -> SiteSettings:
    """The settings from the environment.

    Raises:
        InputError: A variable is missing or wrong; the sentence names it and the remedy.
    """
    try:
        return SiteSettings()
    except ValidationError as error:
        raise InputError(_sentence(error)) from None


def _sentence(error: ValidationError) -> str:
    first = error.errors(include_input=False, include_url=False)[0]
    if not first["loc"]:
        return str(first["msg"]).removeprefix("Value error, ")
    name = "ANTOAN_" + str(first["loc"][0]).upper().removeprefix("ANTOAN_")
    if first["type"] == "missing":
        return f"{name} is not set; 'make run' sets it for its own site"
    return f"{name}: {first['msg']}"

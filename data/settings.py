"""Settings of the storage layer, read from the environment once and passed down."""

from pathlib import Path
from typing import Annotated, Final, Literal, Self, TypeVar
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from data.errors import InputError

SettingsT = TypeVar("SettingsT", bound=BaseSettings)

CHECKOUT: Final = Path(__file__).resolve().parents[1]

SHORTEST_SECRET: Final = 32


class DatabaseSettings(BaseSettings):
    """Where the data lives and how connections behave."""

    model_config = SettingsConfigDict(env_prefix="ANTOAN_DB_", frozen=True, extra="ignore")

    url: SecretStr = Field(
        validation_alias="DATABASE_URL",
        description="PostgreSQL address with PostGIS, as postgresql://user:password@host:port/name",
    )
    pool_size: Annotated[int, Field(ge=1, le=100)] = Field(
        default=8, description="Connections kept open by each process"
    )
    statement_timeout_ms: Annotated[int, Field(ge=0)] = Field(
        default=15_000, description="Longest run of one statement of the web server; 0 for no limit"
    )

    @field_validator("url")
    @classmethod
    def _require_postgres(cls, value: SecretStr) -> SecretStr:
        try:
            parts = make_url(value.get_secret_value())
        except (ArgumentError, ValueError):
            raise ValueError("not an address") from None
        if parts.drivername not in ("postgresql", "postgres", "postgresql+psycopg"):
            raise ValueError("not a PostgreSQL address")
        if not parts.database:
            raise ValueError("names no database")
        return value


def read_database_settings() -> DatabaseSettings:
    """The settings from the environment.

    Raises:
        InputError: A variable is missing or wrong; the sentence names it, never its value.
    """
    try:
        return DatabaseSettings()
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        name = str(first["loc"][0]).upper()
        if name == "DATABASE_URL":
            reason = (
                "is not set"
                if first["type"] == "missing"
                else str(first["msg"]).removeprefix("Value error, ")
            )
            raise InputError(
                f"DATABASE_URL: {reason}; 'make run' sets it for its own database, or set it to "
                "postgresql://user:password@host:port/name"
            ) from None
        raise InputError(f"ANTOAN_DB_{name}: {first['msg']}") from None


class DensitySettings(BaseSettings):
    """Disclosure control of released check-in counts; the site reads the same variable."""

    model_config = SettingsConfigDict(env_prefix="ANTOAN_", frozen=True, extra="ignore")

    suppress_below: Annotated[int, Field(ge=5, le=1000)] = Field(
        default=10, description="Check-in counts from 1 to under this are never shown; at least 5"
    )


class RetentionSettings(BaseSettings):
    """How long rows about persons' visits are kept."""

    model_config = SettingsConfigDict(env_prefix="ANTOAN_RETENTION_", frozen=True, extra="ignore")

    visit_days: Annotated[int, Field(ge=1, le=21)] = Field(
        default=21, description="Days for which visits are kept, today included"
    )


class EvidenceSettings(BaseSettings):
    """Where photos and documents beside assessments lie, and for how long."""

    model_config = SettingsConfigDict(env_prefix="ANTOAN_EVIDENCE_", frozen=True, extra="ignore")

    dir: str = Field(
        default="",
        description="Folder outside every web root; empty for .local/evidence of the checkout",
    )
    days: Annotated[int, Field(ge=30, le=3660)] = Field(
        default=365, description="Days for which evidence is kept after its result has expired"
    )
    per_hour: Annotated[int, Field(ge=1)] = Field(
        default=120, description="Files that one account may send in an hour"
    )

    @property
    def folder(self) -> Path:
        """The folder."""
        return Path(self.dir) if self.dir else CHECKOUT / ".local" / "evidence"


class LinkSettings(BaseSettings):
    """What signed links to the site are made of; the site reads the same variables."""

    model_config = SettingsConfigDict(env_prefix="ANTOAN_", frozen=True, extra="ignore")

    env: Literal["development", "production"] = Field(
        default="development",
        description="production sends messages only by mail or SMS, never into the log",
    )
    secret_key: SecretStr = Field(
        description="Signs sessions and forms; 32 signs or more, the same for every process"
    )
    public_url: str = Field(
        default="http://127.0.0.1:8050",
        description="Where people reach the site: scheme and host, without a path",
    )


def read_link_settings() -> LinkSettings:
    """The settings from the environment.

    Raises:
        InputError: The secret is missing, or too short to keep anything secret.
    """
    try:
        settings = LinkSettings()
    except ValidationError:
        raise InputError(
            "ANTOAN_SECRET_KEY is not set; 'make run' makes one for its own site, or set the key "
            "of the site that the link is for"
        ) from None
    if len(settings.secret_key.get_secret_value()) < SHORTEST_SECRET:
        raise InputError(
            f"ANTOAN_SECRET_KEY is shorter than {SHORTEST_SECRET} signs; set the key of the site, "
            "or make one with python -c 'import secrets; print(secrets.token_urlsafe(48))'"
        )
    return settings


class MailSettings(BaseSettings):
    """By which server the site sends e-mail; without a host it sends none."""

    model_config = SettingsConfigDict(env_prefix="ANTOAN_MAIL_", frozen=True, extra="ignore")

    host: str = Field(default="", description="SMTP server, such as smtp.example.vn")
    port: Annotated[int, Field(ge=1, le=65535)] = Field(default=587, description="Its port")
    security: Literal["starttls", "tls", "none"] = Field(
        default="starttls", description="How the connection is encrypted; none only on one machine"
    )
    user: str = Field(default="", description="Name to sign in with; empty for none")
    password: SecretStr = Field(default=SecretStr(""), description="Its password")
    sender: str = Field(
        default="", description="Address that the mail comes from, such as antoan@example.vn"
    )
    timeout_s: Annotated[int, Field(ge=1, le=120)] = Field(
        default=20, description="Seconds to wait for the server"
    )

    @model_validator(mode="after")
    def _require_whole(self) -> Self:
        if self.host and "@" not in self.sender:
            raise ValueError("ANTOAN_MAIL_SENDER must be an e-mail address where a host is set")
        if self.security == "none" and self.host not in ("", "localhost", "127.0.0.1", "::1"):
            raise ValueError(
                "ANTOAN_MAIL_SECURITY=none is only for a server on the same machine; "
                "set starttls or tls"
            )
        if not f"{self.user}{self.password.get_secret_value()}".isascii():
            raise ValueError(
                "ANTOAN_MAIL_USER and ANTOAN_MAIL_PASSWORD must be ASCII, as SMTP sign-in is; "
                "set a password without marks"
            )
        return self


class SmsSettings(BaseSettings):
    """By which HTTP gateway the site sends SMS; without an address it sends none."""

    model_config = SettingsConfigDict(env_prefix="ANTOAN_SMS_", frozen=True, extra="ignore")

    url: str = Field(default="", description="Address that takes a POST for each message")
    token: SecretStr = Field(
        default=SecretStr(""), description="Sent as Authorization: Bearer; empty for none"
    )
    body: str = Field(
        default='{"to": "{to}", "text": "{text}"}',
        description="JSON object to post; {to} and {text} are filled in",
    )
    country_codes: str = Field(
        default="84", description="Calling codes that messages go to, parted by commas"
    )
    per_day: Annotated[int, Field(ge=0)] = Field(
        default=2000, description="Most messages in a day, so that nobody can run up the bill"
    )
    timeout_s: Annotated[int, Field(ge=1, le=120)] = Field(
        default=15, description="Seconds to wait for the gateway"
    )

    @model_validator(mode="after")
    def _require_whole(self) -> Self:
        if not self.url:
            return self
        parts = urlsplit(self.url)
        is_local = parts.hostname in ("localhost", "127.0.0.1", "::1")
        if not parts.hostname or (parts.scheme != "https" and not is_local):
            raise ValueError("ANTOAN_SMS_URL must begin with https://")
        if "{to}" not in self.body or "{text}" not in self.body:
            raise ValueError("ANTOAN_SMS_BODY must hold {to} and {text}")
        return self


class LimitSettings(BaseSettings):
    """How often strangers may try; counted for all processes together."""

    model_config = SettingsConfigDict(env_prefix="ANTOAN_LIMIT_", frozen=True, extra="ignore")

    sign_ins_per_contact: Annotated[int, Field(ge=1)] = Field(
        default=10, description="Tries to sign in with one contact in 15 minutes"
    )
    sign_ins_per_address: Annotated[int, Field(ge=1)] = Field(
        default=60, description="Tries to sign in from one address in 15 minutes"
    )
    sign_ins_per_minute: Annotated[int, Field(ge=1)] = Field(
        default=1200, description="Tries to sign in on the whole site in a minute"
    )
    codes_per_contact: Annotated[int, Field(ge=1)] = Field(
        default=5, description="One-time codes to one contact in an hour"
    )
    codes_per_address: Annotated[int, Field(ge=1)] = Field(
        default=30, description="One-time codes asked for from one address in an hour"
    )
    codes_per_hour: Annotated[int, Field(ge=1)] = Field(
        default=5000, description="One-time codes of the whole site in an hour"
    )
    guesses_per_address: Annotated[int, Field(ge=1)] = Field(
        default=60, description="Tries to give a one-time code from one address in 15 minutes"
    )


def read_settings(kind: type[SettingsT]) -> SettingsT:
    """Settings of one kind from the environment.

    Raises:
        InputError: A variable is wrong; the sentence names it and never its value.
    """
    try:
        return kind()
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        reason = str(first["msg"]).removeprefix("Value error, ")
        if not first["loc"]:
            raise InputError(reason) from None
        prefix = kind.model_config.get("env_prefix", "")
        raise InputError(f"{prefix}{str(first['loc'][0]).upper()}: {reason}") from None

"""Settings of the storage layer, read from the environment once and passed down."""

from typing import Annotated

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from data.errors import InputError


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


class LinkSettings(BaseSettings):
    """What signed links to the site are made of; the site reads the same variables."""

    model_config = SettingsConfigDict(env_prefix="ANTOAN_", frozen=True, extra="ignore")

    secret_key: SecretStr = Field(
        description="Signs owner links; 32 signs or more, the same for every process of a site"
    )
    public_url: str = Field(
        default="http://127.0.0.1:8050",
        description="Where people reach the site: scheme and host, without a path",
    )


def read_link_settings() -> LinkSettings:
    """The settings from the environment.

    Raises:
        InputError: The secret is missing.
    """
    try:
        return LinkSettings()
    except ValidationError:
        raise InputError(
            "ANTOAN_SECRET_KEY is not set; 'make run' makes one for its own site, or set the key "
            "of the site that the link is for"
        ) from None

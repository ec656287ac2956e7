"""Settings of the storage layer, read from the environment once and passed down."""

from typing import Annotated

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


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

"""Applications for tests: without pages unless a test is about them."""

from typing import Any

from fastapi import FastAPI
from pydantic import SecretStr
from sqlalchemy.orm import Session, sessionmaker

from dashboard.app import create_app
from dashboard.settings import SiteSettings

SECRET = "a key for tests only, forty signs long.."


def site_settings(**changes: Any) -> SiteSettings:
    return SiteSettings(**{"secret_key": SecretStr(SECRET), "recheck_ms": 100, **changes})


def api_app(sessions: sessionmaker[Session] | None = None, **changes: Any) -> FastAPI:
    """The API alone; without sessions only for what asks no database."""
    return create_app(
        site_settings(**changes), sessions or sessionmaker[Session](), has_pages=False
    )

"""What the server runs, `uvicorn dashboard.asgi:app`: settings are read and the engine made."""

import sys

from fastapi import FastAPI
from pydantic import ValidationError

from dashboard.app import create_app
from dashboard.observe import configure_logging
from dashboard.settings import read_site_settings
from data.engine import make_engine, make_sessions
from data.errors import InputError
from data.settings import DatabaseSettings


def build() -> FastAPI:
    """The application from the environment.

    Raises:
        InputError: A setting is missing or wrong.
    """
    settings = read_site_settings()
    try:
        database = DatabaseSettings()
    except ValidationError as error:
        raise InputError(
            "DATABASE_URL is not set; 'make run' sets it for its own database, or set it to "
            "postgresql://user:password@host:port/name"
        ) from error
    configure_logging(settings.log_level)
    engine = make_engine(database)
    return create_app(settings, make_sessions(engine), on_shutdown=engine.dispose)


try:
    app = build()
except InputError as refusal:
    sys.exit(f"antoan: {refusal}")

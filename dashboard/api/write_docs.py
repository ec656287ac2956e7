"""Write `docs/api.md`: `python -m dashboard.api.write_docs`."""

from pathlib import Path

from fastapi import FastAPI
from pydantic import SecretStr
from sqlalchemy.orm import Session, sessionmaker

from dashboard.api.docs import build_docs_markdown
from dashboard.app import create_app
from dashboard.settings import SiteSettings

TARGET = Path("docs") / "api.md"


def api_only_app() -> FastAPI:
    """The API without pages and without a database: enough for its OpenAPI document."""
    settings = SiteSettings(secret_key=SecretStr("only to describe the API"))
    return create_app(settings, sessionmaker[Session](), has_pages=False)


if __name__ == "__main__":
    TARGET.write_text(build_docs_markdown(api_only_app().openapi()), encoding="utf-8")

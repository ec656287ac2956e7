from alembic import command
from alembic.config import Config
from sqlalchemy import Engine

from tests.conftest import ROOT


def test_models_and_migrations_agree(engine: Engine) -> None:
    config = Config(toml_file=str(ROOT / "pyproject.toml"))
    with engine.connect() as connection:
        config.attributes["connection"] = connection
        command.check(config)

import importlib.util
from types import ModuleType

import pytest

from tests.conftest import ROOT


@pytest.fixture(scope="module")
def writer() -> ModuleType:
    spec = importlib.util.spec_from_file_location("write_docs", ROOT / "scripts" / "write_docs.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("name", ["docs/settings.md", "docs/commands.md"])
def test_page_says_what_the_program_does(writer: ModuleType, name: str) -> None:
    is_true = (ROOT / name).read_text(encoding="utf-8") == writer.PAGES[name]()
    assert is_true, f"{name} has fallen behind the program: run 'make docs'"


def test_every_setting_says_what_it_means(writer: ModuleType) -> None:
    for settings in writer.settings_classes():
        assert not [name for name, field in settings.model_fields.items() if not field.description]

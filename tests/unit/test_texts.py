import re

from dashboard.texts.catalogue import LANGUAGES, texts


def test_every_language_has_the_same_keys_and_places() -> None:
    first, *others = (texts(language).messages for language in LANGUAGES)
    for other in others:
        assert first.keys() == other.keys()
        for key, text in first.items():
            assert sorted(re.findall(r"{(\w+)}", text)) == sorted(
                re.findall(r"{(\w+)}", other[key])
            ), key


def test_no_text_is_empty() -> None:
    for language in LANGUAGES:
        assert not [key for key, text in texts(language).messages.items() if not text.strip()]

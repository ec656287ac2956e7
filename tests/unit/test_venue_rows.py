import pytest

from data.ingest.cell_problems import RowError
from data.ingest.venue_rows import VenueColumns, VenueRowReader

ROW = {"name": "Chợ Mơ", "type": "market", "lon": "105.85", "lat": "21.0", "address": "Bạch Mai"}


def read(**changes: str) -> str:
    reader = VenueRowReader(columns=VenueColumns(address="address"), type_map={})
    return reader.read(2, {**ROW, **changes}).name


def test_names_keep_their_tones_and_joiners() -> None:
    assert read(name="Chợ Mơ \u200dSố 1") == "Chợ Mơ \u200dSố 1"


@pytest.mark.parametrize("sign", ["\u202e", "\u2066", "\x07"])
@pytest.mark.parametrize("column", ["name", "address"])
def test_signs_that_hide_or_turn_text_are_refused(column: str, sign: str) -> None:
    with pytest.raises(RowError, match=rf"U\+{ord(sign):04X} in the column '{column}'"):
        read(**{column: f"Chợ {sign}Mơ"})

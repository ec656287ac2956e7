from datetime import date

from geo.totals import Figure, sum_parts

DAY = date(2019, 4, 1)
# Upper levels first, as the areas are read.
PARTS = {"01": ["001", "002"], "02": ["003"], "001": ["00001", "00002"], "002": ["00003"]}


def known(**persons: int) -> dict[str, Figure]:
    return {
        code.removeprefix("a"): Figure(persons=number, as_of=DAY)
        for code, number in persons.items()
    }


def test_sums_go_up_through_all_levels() -> None:
    made = sum_parts(PARTS, known(a00001=1, a00002=20, a00003=300, a003=5))
    assert made.figures["001"] == Figure(persons=21, as_of=DAY)
    assert made.figures["01"] == Figure(persons=321, as_of=DAY)
    assert made.summed == {"01", "02", "001", "002"}
    assert (made.incomplete, made.differing) == ([], [])


def test_missing_part_leaves_all_above_it_without_a_figure() -> None:
    made = sum_parts(PARTS, known(a00001=1, a00003=300, a003=0))
    assert made.incomplete == ["01", "001"]
    assert "01" not in made.figures
    # A part that nobody lives in is known, not missing.
    assert made.figures["02"].persons == 0


def test_own_figure_is_kept_and_told_where_it_differs() -> None:
    made = sum_parts(PARTS, known(a00001=1, a00002=20, a001=25, a00003=300, a002=300))
    assert made.figures["001"].persons == 25
    assert made.figures["01"].persons == 325
    assert made.differing == ["001"]
    assert made.summed == {"01", "002"}


def test_sum_of_two_days_has_no_day() -> None:
    figures = known(a00001=1) | {"00002": Figure(persons=2, as_of=date(2024, 4, 1))}
    assert sum_parts({"001": ["00001", "00002"]}, figures).figures["001"] == Figure(
        persons=3, as_of=None
    )

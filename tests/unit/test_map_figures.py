import json

import pytest

from dashboard.density_classes import DENSITY_BREAKS
from dashboard.figures import area_map
from dashboard.figures.area_map import build_area_map, stepped_scale
from dashboard.figures.looks import map_classes, map_looks
from dashboard.figures.palette import (
    DENSITY_COLOURS,
    SAFETY_CLASSES,
    SIMULATIONS,
    VENUE_COLOURS,
    smallest_distance,
)
from dashboard.texts.catalogue import LANGUAGES, texts

JUST_NOTICEABLE = 2.3


@pytest.mark.parametrize("vision", SIMULATIONS)
def test_safety_levels_stay_far_apart_for_every_eye(vision: str) -> None:
    assert smallest_distance([each.colour for each in SAFETY_CLASSES], vision=vision) > 25
    assert smallest_distance(list(VENUE_COLOURS.values()), vision=vision) > 12


@pytest.mark.parametrize("vision", SIMULATIONS)
def test_density_steps_can_be_told_apart(vision: str) -> None:
    assert smallest_distance(DENSITY_COLOURS, vision=vision) > 5 * JUST_NOTICEABLE


def test_pure_red_and_green_would_fail_the_same_measure() -> None:
    traffic_lights = ["#d7191c", "#5fa83a"]
    assert smallest_distance(traffic_lights, vision="normal") > 60
    assert smallest_distance(traffic_lights, vision="deuteranopia") < 40


def test_too_few_data_and_withheld_counts_are_patterned_not_only_grey() -> None:
    patterned = {each.text_key: each.pattern for each in map_classes(DENSITY_BREAKS)}
    assert patterned["level.not_enough_data"] == "hatch"
    assert patterned["map.density.suppressed"] == "dots"
    assert patterned["map.density.none"] == "hatch"


def test_every_letter_of_the_compact_answers_is_a_class_of_its_layer() -> None:
    letters: dict[str, str] = {"safety": "", "density": ""}
    for each in map_classes(DENSITY_BREAKS):
        letters[each.layer] += each.letter
    assert letters == {"safety": "srunSRU", "density": "012345x-"}


def test_a_level_that_nobody_inspected_keeps_its_colour_under_a_hatch() -> None:
    classes = {each.letter: each for each in map_classes(DENSITY_BREAKS)}
    twins = [each for each in classes.values() if each.twin_of]
    assert [each.twin_of for each in twins] == ["s", "r", "u"]
    assert {each.pattern for each in twins} == {"unseen"}
    for twin in twins:
        assert twin.twin_of is not None
        level = classes[twin.twin_of]
        assert level.pattern is None
        assert twin.text_key == level.text_key
        # Told apart by the page's code, by no eye.
        assert twin.colour != level.colour
        assert all(
            smallest_distance([twin.colour, level.colour], vision=vision) < 1
            for vision in SIMULATIONS
        )
    colours = [each.colour for each in classes.values()]
    assert all(colours.count(twin.colour) == 1 for twin in twins)


def test_density_classes_meet_without_gap_or_overlap() -> None:
    numbered = [each for each in map_classes((1.0, 50.0)) if each.letter.isdigit()]
    assert [(each.begins, each.ends) for each in numbered] == [
        (None, 1.0),
        (1.0, 50.0),
        (50.0, None),
    ]
    assert numbered[0].colour == DENSITY_COLOURS[0]
    assert numbered[-1].colour == DENSITY_COLOURS[-1]


def test_more_density_classes_than_colours_are_refused() -> None:
    with pytest.raises(ValueError, match="7 density classes but 6 colours"):
        map_classes((1, 2, 3, 4, 5, 6))


def test_each_value_falls_on_the_colour_of_its_class() -> None:
    classes = map_classes(DENSITY_BREAKS)
    figure = build_area_map(classes)
    trace = figure.data[area_map.AREAS]
    low, high = trace.zmin, trace.zmax
    for value, each in enumerate(classes):
        share = (value - low) / (high - low)
        colour = next(
            colour
            for (begins, colour), (ends, _) in zip(
                trace.colorscale[::2], trace.colorscale[1::2], strict=True
            )
            if begins < share < ends
        )
        assert colour == each.colour


def test_steps_of_the_scale_have_no_blend() -> None:
    assert stepped_scale(["#000000", "#ffffff"]) == [
        [0.0, "#000000"],
        [0.5, "#000000"],
        [0.5, "#ffffff"],
        [1.0, "#ffffff"],
    ]


def test_figure_carries_no_geometry_no_tiles_and_no_addresses() -> None:
    document = str(build_area_map(map_classes(DENSITY_BREAKS)).to_json(remove_uids=False))
    assert len(document) < 10_000
    assert "http" not in document
    layout = json.loads(document)["layout"]
    assert layout["map"]["style"]["sources"] == {}
    assert [trace["uid"] for trace in json.loads(document)["data"]] == [
        "land",
        "around",
        "areas",
        "focus",
        "venue_rings",
        "venues",
        "venue_marks",
    ]


def test_every_text_that_a_class_names_is_in_both_catalogues() -> None:
    looks = map_looks(map_classes(DENSITY_BREAKS), suppress_below=10, is_demo=True)
    keys = {each["text_key"] for each in looks["classes"] if each["text_key"]}
    for language in LANGUAGES:
        assert keys <= texts(language).messages.keys()

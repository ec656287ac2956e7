"""The chart of a venue's scores: plain numbers for an SVG that needs no script."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

WIDTH: Final = 640
HEIGHT: Final = 240
LEFT: Final = 52
RIGHT: Final = 16
TOP: Final = 14
BOTTOM: Final = 40
GRID: Final = (0, 25, 50, 75, 100)


@dataclass(frozen=True, kw_only=True)
class Score:
    """One score on the scale from 0, unsafe, to 100, safe.

    Attributes:
        at: When it was submitted.
        value: 0 … 100.
        value_text: As the language writes it.
        level: Level on the map: decides the sign's shape and colour.
        series: Scores of one series are joined by a line; those of another set are not.
        label: What a pointer or a screen reader is told.
        day: Written below the line.
    """

    at: datetime
    value: float
    value_text: str
    level: str
    series: str
    label: str
    day: str


@dataclass(frozen=True, kw_only=True)
class Dot:
    """One score's place in the picture, in pixels from its upper left corner."""

    x: float
    y: float
    level: str
    label: str
    value: str


@dataclass(frozen=True, kw_only=True)
class Chart:
    """A chart of scores over time.

    Attributes:
        dots: Oldest first.
        lines: `points` of SVG polylines, one for each run of scores of one set.
        grid: Height in pixels and value of each line across.
        days: Place and text of the days written below: the first and the last.
    """

    dots: tuple[Dot, ...]
    lines: tuple[str, ...]
    grid: tuple[tuple[float, int], ...]
    days: tuple[tuple[float, str, str], ...]
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    right: int = WIDTH - RIGHT


def build_chart(scores: Sequence[Score]) -> Chart | None:
    """The chart of scores in the order of time.

    Returns:
        None without a score. A single one stands in the middle.
    """
    if not scores:
        return None
    first, last = scores[0].at.timestamp(), scores[-1].at.timestamp()
    inner = WIDTH - LEFT - RIGHT

    def x(at: datetime) -> float:
        share = 0.5 if last <= first else (at.timestamp() - first) / (last - first)
        return round(LEFT + 12 + share * (inner - 24), 1)

    dots = tuple(
        Dot(x=x(one.at), y=_y(one.value), level=one.level, label=one.label, value=one.value_text)
        for one in scores
    )
    runs: list[list[str]] = []
    for place, (one, dot) in enumerate(zip(scores, dots, strict=True)):
        if place == 0 or scores[place - 1].series != one.series:
            runs.append([])
        runs[-1].append(f"{dot.x},{dot.y}")
    days = [(dots[0].x, scores[0].day, "start"), (dots[-1].x, scores[-1].day, "end")]
    return Chart(
        dots=dots,
        lines=tuple(" ".join(run) for run in runs if len(run) > 1),
        grid=tuple((_y(value), value) for value in GRID),
        days=tuple(days) if len(scores) > 1 else ((dots[0].x, scores[0].day, "middle"),),
    )


def _y(value: float) -> float:
    return round(TOP + (100 - value) / 100 * (HEIGHT - TOP - BOTTOM), 1)

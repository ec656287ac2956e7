"""Figures of areas from those of their parts: known only where every part has one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True, kw_only=True, slots=True)
class Figure:
    """A number of persons, and the day of the count where it is known."""

    persons: int
    as_of: date | None


@dataclass(kw_only=True)
class PartTotals:
    """Figures of all areas after summing, and what kept some from being a sum.

    Attributes:
        figures: By area, those given and those summed; no entry where nothing is known.
        summed: Areas whose figure is the sum of their parts.
        incomplete: Areas without a figure, because a part has none, in the order of the areas.
        differing: Areas with a figure of their own that is not the sum of their parts.
    """

    figures: dict[str, Figure] = field(default_factory=dict)
    summed: set[str] = field(default_factory=set)
    incomplete: list[str] = field(default_factory=list)
    differing: list[str] = field(default_factory=list)


def sum_parts(parts: Mapping[str, Sequence[str]], figures: Mapping[str, Figure]) -> PartTotals:
    """Every area with parts gets the sum of their figures, unless it has its own.

    A part without a figure leaves the sum unknown: missing is never zero. The
    sum has a day where all its parts have the same.

    Args:
        parts: Direct parts of each area that has some; those of one level before those below it.
        figures: What is known of areas themselves.
    """
    made = PartTotals(figures=dict(figures))
    for area in reversed(list(parts)):
        known = [made.figures.get(part) for part in parts[area]]
        complete = [figure for figure in known if figure is not None]
        is_complete = len(complete) == len(known)
        own = figures.get(area)
        total = sum(figure.persons for figure in complete)
        if own is not None:
            if is_complete and own.persons != total:
                made.differing.append(area)
            elif is_complete:
                made.summed.add(area)
        elif is_complete:
            days = {figure.as_of for figure in complete}
            made.figures[area] = Figure(persons=total, as_of=days.pop() if len(days) == 1 else None)
            made.summed.add(area)
        else:
            made.incomplete.append(area)
    made.incomplete.reverse()
    made.differing.reverse()
    return made

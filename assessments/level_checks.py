"""What must hold among the levels of one criteria set, its veto and its limits."""

from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import pairwise
from typing import Final

from assessments.criterion_models import Criterion
from assessments.definition_files import Place
from assessments.levels import VenueLevel
from assessments.rule_models import Rule, SetLevel

LEVEL_ORDER: Final = (VenueLevel.SAFE, VenueLevel.AT_RISK, VenueLevel.UNSAFE)

Found = tuple[Place, str, str, str]
Levels = Sequence[SetLevel]


def level_problems(
    rule: Rule, levels: Levels, *, least: Fraction, criteria: Sequence[Criterion]
) -> Iterator[Found]:
    """Every contradiction among levels, veto and limits.

    Args:
        rule: The set's rule.
        levels: Its levels, in the order of the file.
        least: Lowest score that answers can have.
        criteria: Its criteria, as far as they could be read.
    """
    if not rule.gives_level:
        yield from _checklist(rule, levels)
        return
    if len(levels) < 2:
        yield (("levels",), "levels", "one level says nothing", "write at least two")
    yield from _bands(rule, levels, least)
    yield from _level_order(levels)
    yield from _veto(rule, levels)
    yield from _limits(rule, levels, criteria)


def _checklist(rule: Rule, levels: Levels) -> Iterator[Found]:
    """One level that says "recorded", and nothing that could decide about another."""
    if len(levels) != 1 or levels[0].has_band or levels[0].level != VenueLevel.NOT_ASSESSED:
        yield (
            ("levels",),
            "levels",
            "a checklist gives no level",
            "write one level without a band, of the map's level not_assessed",
        )
    if rule.veto or rule.veto_level is not None or rule.limits:
        yield (("rule",), "rule", "a checklist has no veto and no limits", "remove them")


def _bands(rule: Rule, levels: Levels, least: Fraction) -> Iterator[Found]:
    """Bands, safest first, must follow one another from one end of the scale to the other."""
    named = {rule.veto_level, *(limit.otherwise for limit in rule.limits)}
    is_formed = True
    for at, level in enumerate(levels):
        place, path = ("levels", at), f"levels.{level.code}"
        if not level.has_band and level.code in named and 0 < at < len(levels) - 1:
            continue
        if (level.at_least is None) == (level.above is None):
            is_formed = False
            yield place, path, "needs one of at_least and above", "write exactly one"
        if (level.at_most is None) == (level.below is None):
            is_formed = False
            yield place, path, "needs one of at_most and below", "write exactly one"
    banded = [(at, level) for at, level in enumerate(levels) if level.has_band]
    if not is_formed or not banded:
        return
    rising = sorted(banded, key=lambda one: (one[1].lower[0], one[1].upper[0]))
    expected = banded if rule.is_lower_safer else banded[::-1]
    if rising != expected:
        yield (
            ("levels",), "levels", "the bands do not stand in order", "list the safest level first",
        )  # fmt: skip
    (first, lowest), (last, highest) = rising[0], rising[-1]
    limit, is_inside = lowest.lower
    if limit < 0 or not is_inside or limit > least:
        yield (
            ("levels", first),
            f"levels.{lowest.code}",
            f"the scale begins at {float(least):g}",
            f"write at_least: {float(least):g}",
        )
    elif not lowest.holds(least):
        yield (
            ("levels", first),
            f"levels.{lowest.code}",
            f"no answers reach it: the lowest score is {float(least):g}",
            "let it end above that",
        )
    if highest.upper != (Fraction(rule.scale_max), True):
        yield (
            ("levels", last),
            f"levels.{highest.code}",
            f"the scale ends at {rule.scale_max}",
            f"write at_most: {rule.scale_max}",
        )
    for (at, left), (_, right) in pairwise(rising):
        for problem, remedy in _joint(left, right):
            yield ("levels", at), f"levels.{left.code} and levels.{right.code}", problem, remedy


def _joint(left: SetLevel, right: SetLevel) -> Iterator[tuple[str, str]]:
    (end, end_in), (start, start_in) = left.upper, right.lower
    if end < start or (end == start and not end_in and not start_in):
        yield f"a gap between {end} and {start}", "let one band begin where the other ends"
    elif end > start or (end_in and start_in):
        yield f"they overlap between {start} and {end}", "use above or below on one side"


def _level_order(levels: Levels) -> Iterator[Found]:
    for at, level in enumerate(levels):
        if level.level not in LEVEL_ORDER:
            yield (
                ("levels", at, "level"),
                f"levels.{level.code}.level",
                "a scored venue cannot be not_assessed",
                "use safe, at_risk or unsafe",
            )
            return
    ranks = [LEVEL_ORDER.index(level.level) for level in levels]
    if ranks != sorted(ranks):
        yield (
            ("levels",), "levels", "a safer band maps to a worse level of the map",
            "correct the levels",
        )  # fmt: skip


def _veto(rule: Rule, levels: Levels) -> Iterator[Found]:
    codes = [level.code for level in levels]
    if rule.veto and rule.is_lower_safer:
        yield (
            ("rule", "veto"), "rule.veto", "a risk index has no veto",
            "remove it, or use another rule",
        )  # fmt: skip
    if rule.veto and rule.veto_level is None:
        yield (
            ("rule", "veto"), "rule.veto_level", "a veto needs the level that it forces", "add one",
        )  # fmt: skip
    if rule.veto_level is not None and rule.veto_level not in codes:
        yield (
            ("rule", "veto_level"),
            "rule.veto_level",
            f"there is no level {rule.veto_level!r}",
            f"use one of {', '.join(codes)}",
        )
    elif rule.veto_level is not None and not rule.veto:
        yield (
            ("rule", "veto_level"),
            "rule.veto_level",
            "there is no veto that could force it",
            "write rule.veto, or remove it",
        )
    elif rule.veto_level is not None and rule.veto_level == codes[0]:
        yield (
            ("rule", "veto_level"),
            "rule.veto_level",
            f"{rule.veto_level} is the best level: the veto would change nothing",
            f"use one of {', '.join(codes[1:])}",
        )


def _limits(rule: Rule, levels: Levels, criteria: Sequence[Criterion]) -> Iterator[Found]:
    codes = [level.code for level in levels]
    guarded: set[str] = set()
    for at, limit in enumerate(rule.limits):
        place, path = ("rule", "limits", at), f"rule.limits.{at}"
        unknown = [code for code in (limit.level, limit.otherwise) if code not in codes]
        for code in unknown:
            yield place, path, f"there is no level {code!r}", f"use one of {', '.join(codes)}"
        if limit.level in guarded:
            yield place, path, f"{limit.level} has two limits", "keep one of them"
        guarded.add(limit.level)
        key = "below" if rule.is_lower_safer else "at_least"
        if getattr(limit, key) is None or (limit.at_least is None) == (limit.below is None):
            yield place, path, f"needs {key} and nothing else", f"write {key}"
            continue
        for criterion in criteria:
            best = criterion.all_points[0 if rule.is_lower_safer else -1]
            if limit.is_broken_by(best):
                yield (
                    place, path, f"{criterion.id} can never reach it",
                    "write a limit that every criterion can reach",
                )  # fmt: skip
        if criteria and not any(
            limit.is_broken_by(points) for one in criteria for points in one.all_points
        ):
            yield place, path, "no answer can break it", "write a limit that means something"
        if not unknown:
            start, end = codes.index(limit.level), codes.index(limit.otherwise)
            for problem, remedy in _where_it_leads(levels, start, end):
                yield place, path, problem, remedy


def _where_it_leads(levels: Levels, start: int, end: int) -> Iterator[tuple[str, str]]:
    """To a worse level, but to none worse than the next band: better answers must not harm."""
    level, otherwise = levels[start].code, levels[end].code
    if not levels[start].has_band:
        yield f"no score leads to {level}", "guard a level that has a band"
    if end <= start:
        yield f"{otherwise} is not worse than {level}", "name a worse level"
    elif any(one.has_band for one in levels[start + 1 : end]):
        yield (
            f"a better score would lead to a worse level: {otherwise} lies behind the next band",
            "name the next level, or one without a band before it",
        )

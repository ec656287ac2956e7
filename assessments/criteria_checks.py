"""What must hold within one criteria set, beyond the form of each value."""

from collections import Counter
from collections.abc import Iterable, Iterator
from fractions import Fraction
from itertools import pairwise

from assessments.criteria_models import CriteriaSet, Criterion, SetLevel
from assessments.errors import DefinitionProblem
from assessments.levels import VenueLevel

LEVEL_ORDER = (VenueLevel.SAFE, VenueLevel.AT_RISK, VenueLevel.UNSAFE)


def find_problems(criteria_set: CriteriaSet) -> tuple[DefinitionProblem, ...]:
    """Every contradiction within a set, none where it is sound."""
    return tuple(
        DefinitionProblem(path=path, problem=problem, remedy=remedy)
        for check in (_ids, _criteria, _rule, _bands, _level_order, _days)
        for path, problem, remedy in check(criteria_set)
    )


Problems = Iterator[tuple[str, str, str]]


def _ids(one: CriteriaSet) -> Problems:
    groups: tuple[tuple[str, Iterable[str]], ...] = (
        ("chapters", (chapter.id for chapter in one.chapters)),
        ("criteria", (criterion.id for criterion in one.criteria)),
        ("levels", (level.code for level in one.levels)),
        ("venue_types", one.venue_types),
        *(
            (f"criteria.{criterion.id}.sub_contents", [part.id for part in criterion.sub_contents])
            for criterion in one.criteria
        ),
    )
    for path, ids in groups:
        for twice in (key for key, times in Counter(ids).items() if times > 1):
            yield path, f"{twice!r} stands more than once", "give each its own"
    chapters = {chapter.id for chapter in one.chapters}
    used = {criterion.chapter for criterion in one.criteria}
    for criterion in one.criteria:
        if criterion.chapter not in chapters:
            yield (
                f"criteria.{criterion.id}.chapter",
                f"there is no chapter {criterion.chapter!r}",
                f"use one of {', '.join(sorted(chapters))}",
            )
    for unused in sorted(chapters - used):
        yield "chapters", f"chapter {unused!r} has no criterion", "add one, or remove the chapter"


def _criteria(one: CriteriaSet) -> Problems:
    for criterion in one.criteria:
        yield from (
            (f"criteria.{criterion.id}.{key}", problem, remedy)
            for key, problem, remedy in _criterion(one, criterion)
        )


def _criterion(one: CriteriaSet, criterion: Criterion) -> Problems:
    if criterion.answer == "pass_fail" and criterion.max_points != 1:
        yield "max_points", "a pass/fail criterion counts 1", "write 1"
    if criterion.max_points % criterion.step:
        yield (
            "step",
            f"steps of {criterion.step} never reach {criterion.max_points}",
            "use a divisor of max_points",
        )
    if criterion.sub_contents and criterion.answer != "pass_fail":
        yield "sub_contents", "only a pass/fail criterion has parts", "remove them"
    if criterion.may_not_apply and one.rule.kind != "percent_of_applicable":
        yield (
            "may_not_apply",
            f"the rule {one.rule.kind} has a fixed denominator",
            "remove it, or use percent_of_applicable",
        )
    if (one.rule.kind == "passed_count") != (criterion.answer == "pass_fail"):
        yield (
            "answer",
            f"the rule {one.rule.kind} does not go with {criterion.answer} answers",
            "use pass_fail with passed_count, points with the other rules",
        )


def _rule(one: CriteriaSet) -> Problems:
    total = sum(criterion.max_points for criterion in one.criteria)
    if total != one.rule.total_points:
        yield (
            "rule.total_points",
            f"the criteria sum to {total}, not {one.rule.total_points}",
            "correct the maxima or the total",
        )
    if len(one.criteria) != one.rule.criteria_count:
        yield (
            "rule.criteria_count",
            f"there are {len(one.criteria)} criteria, not {one.rule.criteria_count}",
            "correct the list or the count",
        )
    ids = {criterion.id for criterion in one.criteria}
    if one.rule.veto != "all":
        for unknown in (key for key in one.rule.veto if key not in ids):
            yield "rule.veto", f"there is no criterion {unknown!r}", "use ids of the list"
    codes = [level.code for level in one.levels]
    if one.rule.veto and one.rule.is_lower_safer:
        yield "rule.veto", "a risk index has no veto", "remove it, or use another rule"
    if one.rule.veto and one.rule.veto_level is None:
        yield "rule.veto_level", "a veto needs the level that it forces", "add one"
    if one.rule.veto_level is not None and one.rule.veto_level not in codes:
        yield (
            "rule.veto_level",
            f"there is no level {one.rule.veto_level!r}",
            f"use one of {', '.join(codes)}",
        )


def _bands(one: CriteriaSet) -> Problems:
    """Bands, safest first, must follow one another from one end of the scale to the other."""
    is_formed = True
    for level in one.levels:
        if (level.at_least is None) == (level.above is None):
            is_formed = False
            yield f"levels.{level.code}", "needs one of at_least and above", "write exactly one"
        if (level.at_most is None) == (level.below is None):
            is_formed = False
            yield f"levels.{level.code}", "needs one of at_most and below", "write exactly one"
    if not is_formed:
        return
    rising = sorted(one.levels, key=lambda level: (level.lower[0], level.upper[0]))
    expected = one.levels if one.rule.is_lower_safer else one.levels[::-1]
    if tuple(rising) != tuple(expected):
        yield "levels", "the bands do not stand in order", "list the safest level first"
    bottom, top = rising[0].lower, rising[-1].upper
    if bottom != (Fraction(0), True):
        yield f"levels.{rising[0].code}", "the scale begins at 0", "write at_least: 0"
    if top != (Fraction(one.rule.scale_max), True):
        yield (
            f"levels.{rising[-1].code}",
            f"the scale ends at {one.rule.scale_max}",
            f"write at_most: {one.rule.scale_max}",
        )
    for left, right in pairwise(rising):
        yield from _joint(left, right)


def _joint(left: SetLevel, right: SetLevel) -> Problems:
    (end, end_in), (start, start_in) = left.upper, right.lower
    path = f"levels.{left.code} and levels.{right.code}"
    if end < start or (end == start and not end_in and not start_in):
        yield path, f"a gap between {end} and {start}", "let one band begin where the other ends"
    elif end > start or (end_in and start_in):
        yield path, f"they overlap between {start} and {end}", "use above or below on one side"


def _level_order(one: CriteriaSet) -> Problems:
    for level in one.levels:
        if level.level not in LEVEL_ORDER:
            yield (
                f"levels.{level.code}.level",
                "a scored venue cannot be not_assessed",
                "use safe, at_risk or unsafe",
            )
            return
    ranks = [LEVEL_ORDER.index(level.level) for level in one.levels]
    if ranks != sorted(ranks):
        yield "levels", "a safer band maps to a worse level of the map", "correct the levels"


def _days(one: CriteriaSet) -> Problems:
    if one.last_day is not None and one.last_day < one.first_day:
        yield "last_day", "the set ends before it begins", "write a later day, or leave it out"

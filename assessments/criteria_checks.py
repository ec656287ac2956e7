"""What must hold within one criteria set, beyond the form of each value."""

from collections import Counter
from collections.abc import Iterable, Iterator
from fractions import Fraction
from typing import Final

from assessments.criteria_drafts import SetDraft, draft_of
from assessments.criteria_models import CriteriaSet
from assessments.criterion_models import Criterion
from assessments.definition_files import Place
from assessments.errors import DefinitionProblem
from assessments.head_checks import head_problems
from assessments.level_checks import level_problems
from assessments.rule_models import Rule

Found = tuple[Place, str, str, str]
"""Place in the file, path as shown, problem, remedy."""


def find_problems(criteria_set: CriteriaSet) -> tuple[DefinitionProblem, ...]:
    """Every contradiction within a set, none where it is sound."""
    return tuple(
        DefinitionProblem(path=path, problem=problem, remedy=remedy)
        for _, path, problem, remedy in draft_problems(draft_of(criteria_set))
    )


def draft_problems(draft: SetDraft) -> Iterator[Found]:
    """Every contradiction among the parts of a set that could be read."""
    for check in CHECKS:
        yield from check(draft)


def _ids(one: SetDraft) -> Iterator[Found]:
    criteria = one.criteria
    groups: tuple[tuple[Place, str, Iterable[str]], ...] = (
        (("chapters",), "chapters", (chapter.id for _, chapter in one.chapters)),
        (("criteria",), "criteria", (criterion.id for _, criterion in criteria)),
        (("levels",), "levels", (level.code for _, level in one.levels)),
        *(
            (
                ("criteria", at, "sub_contents"),
                f"criteria.{criterion.id}.sub_contents",
                [part.id for part in criterion.sub_contents],
            )
            for at, criterion in criteria
        ),
    )
    for place, path, ids in groups:
        for twice in (key for key, times in Counter(ids).items() if times > 1):
            yield place, path, f"{twice!r} stands more than once", "give each its own"
    if one.id is not None and one.id in one.replaces:
        yield ("replaces",), "replaces", "a set cannot replace itself", "remove it"


def _chapters(one: SetDraft) -> Iterator[Found]:
    if not one.has_all("chapters"):
        return
    chapters = {chapter.id for _, chapter in one.chapters}
    for at, criterion in one.criteria:
        if criterion.chapter not in chapters:
            yield (
                ("criteria", at, "chapter"),
                f"criteria.{criterion.id}.chapter",
                f"there is no chapter {criterion.chapter!r}",
                f"use one of {', '.join(sorted(chapters))}",
            )
    used = {criterion.chapter for _, criterion in one.criteria}
    if one.has_all("criteria"):
        for at, chapter in one.chapters:
            if chapter.id not in used:
                yield (
                    ("chapters", at),
                    "chapters",
                    f"chapter {chapter.id!r} has no criterion",
                    "add one, or remove the chapter",
                )


def _criteria(one: SetDraft) -> Iterator[Found]:
    for at, criterion in one.criteria:
        found = [*_points(criterion), *_scale(criterion)]
        if one.rule is not None:
            found += _beside_rule(one.rule, criterion)
        for key, problem, remedy in found:
            yield ("criteria", at, key), f"criteria.{criterion.id}.{key}", problem, remedy


def _points(criterion: Criterion) -> Iterator[tuple[str, str, str]]:
    if criterion.answer == "pass_fail" and criterion.max_points != 1:
        yield "max_points", "a pass/fail criterion counts 1", "write 1"
    if criterion.min_points >= criterion.max_points:
        yield "min_points", "is not below max_points", "write fewer points, or leave it out"
    elif (criterion.max_points - criterion.min_points) % criterion.step:
        yield (
            "step",
            f"steps of {criterion.step} never reach {criterion.max_points}",
            "use a divisor of max_points",
        )
    if criterion.sub_contents and criterion.answer != "pass_fail":
        yield "sub_contents", "only a pass/fail criterion has parts", "remove them"


def _scale(criterion: Criterion) -> Iterator[tuple[str, str, str]]:
    if not criterion.scale:
        if not criterion.is_scale_complete:
            yield "is_scale_complete", "there is no scale", "add one, or remove the key"
        return
    if criterion.answer != "points":
        yield "scale", "only a criterion with points has a scale", "remove it"
        return
    points = [step.points for step in criterion.scale]
    for twice in (key for key, times in Counter(points).items() if times > 1):
        yield "scale", f"{twice} points stand more than once", "give each step its own points"
    ends = (criterion.min_points, criterion.max_points)
    if any(not ends[0] <= one <= ends[1] for one in points):
        yield "scale", f"a step lies outside {ends[0]} … {ends[1]}", "correct the points"
    elif criterion.is_scale_complete and (min(points), max(points)) != ends:
        yield (
            "scale",
            f"the steps run from {min(points)} to {max(points)}, not from {ends[0]} to {ends[1]}",
            "add the missing end, or write is_scale_complete: false",
        )
    if criterion.step != 1:
        yield "step", "a scale names its own points", "remove step or scale"


def _beside_rule(rule: Rule, criterion: Criterion) -> Iterator[tuple[str, str, str]]:
    if criterion.may_not_apply and not rule.has_open_denominator:
        yield (
            "may_not_apply",
            f"the rule {rule.kind} has a fixed denominator",
            "remove it, or use percent_of_applicable or passed_percent",
        )
    if rule.is_pass_fail != (criterion.answer == "pass_fail"):
        yield (
            "answer",
            f"the rule {rule.kind} does not go with {criterion.answer} answers",
            "use pass_fail with passed_count, passed_percent and checklist, points with the others",
        )
    if criterion.min_points and not rule.is_lower_safer:
        yield "min_points", "only a risk index has a least number of points", "remove it"


def _totals(one: SetDraft) -> Iterator[Found]:
    if one.rule is None or not one.has_all("criteria"):
        return
    rule = one.rule
    total = sum(criterion.max_points for _, criterion in one.criteria)
    if total != rule.total_points:
        yield (
            ("rule", "total_points"),
            "rule.total_points",
            f"the criteria sum to {total}, not {rule.total_points}",
            "correct the maxima or the total",
        )
    if len(one.criteria) != rule.criteria_count:
        yield (
            ("rule", "criteria_count"),
            "rule.criteria_count",
            f"there are {len(one.criteria)} criteria, not {rule.criteria_count}",
            "correct the list or the count",
        )
    ids = {criterion.id for _, criterion in one.criteria}
    for at, key in enumerate(() if rule.veto == "all" else rule.veto):
        if key not in ids:
            yield (
                ("rule", "veto", at),
                "rule.veto",
                f"there is no criterion {key!r}",
                "use ids of the list",
            )


def _confidence(one: SetDraft) -> Iterator[Found]:
    """How sure we are of a thing that is not there."""
    if one.rule is not None:
        for at, criterion in one.criteria:
            is_vetoed = one.rule.veto == "all" or criterion.id in one.rule.veto
            if criterion.confidence.mandatory is not None and not is_vetoed:
                yield (
                    ("criteria", at, "confidence"),
                    f"criteria.{criterion.id}.confidence.mandatory",
                    "the rule does not name it as mandatory",
                    "add it to rule.veto, or remove the key",
                )
    for at, level in one.levels:
        if (level.action is None) != (level.action_confidence is None):
            yield (
                ("levels", at),
                f"levels.{level.code}.action_confidence",
                "action and action_confidence go together",
                "write both or neither",
            )


def _levels(one: SetDraft) -> Iterator[Found]:
    if one.rule is not None and one.has_all("levels"):
        levels = [level for _, level in one.levels]
        least = Fraction(0)
        if one.rule.is_lower_safer and one.has_all("criteria") and one.rule.total_points > 0:
            points = sum(criterion.min_points for _, criterion in one.criteria)
            least = Fraction(100 * points, one.rule.total_points)
        criteria = [criterion for _, criterion in one.criteria]
        yield from level_problems(one.rule, levels, least=least, criteria=criteria)


CHECKS: Final = (head_problems, _ids, _chapters, _criteria, _totals, _levels, _confidence)

"""Answers as a committee reads them: what lacks first, and folded where nothing does."""

import pytest

from assessments.answers import allowed_answers
from assessments.criteria import CriteriaSet, criteria_set_for
from assessments.scoring import score
from dashboard.pages.committee.answers import (
    AnswerChapter,
    answer_chapters,
    read_chapters,
    stored_reasons,
)
from dashboard.texts.catalogue import texts
from data.clock import today


def a_set(venue_type: str) -> CriteriaSet:
    found = criteria_set_for(venue_type, today())
    assert found is not None
    return found


def best(criteria_set: CriteriaSet) -> dict[str, object]:
    place = 0 if criteria_set.rule.is_lower_safer else -1
    return {
        one.id: [answer for answer in allowed_answers(one) if answer != "na"][place]
        for one in criteria_set.criteria
    }


def read(
    criteria_set: CriteriaSet,
    answers: dict[str, object],
    chosen: dict[str, object] | None = None,
) -> tuple[AnswerChapter, ...]:
    points = score(criteria_set, answers).points_by_criterion
    declared = {key: str(answer) for key, answer in answers.items()}
    given = {key: str(answer) for key, answer in (chosen or answers).items()}
    chapters = answer_chapters(criteria_set, given, texts("vi"), reasons=stored_reasons(points))
    return read_chapters(chapters, declared, texts("vi"), points=points)


@pytest.mark.parametrize("venue_type", ["school.primary", "hospital.public", "office"])
def test_nothing_is_lost_and_the_best_answers_are_folded(venue_type: str) -> None:
    criteria_set = a_set(venue_type)
    chapters = read(criteria_set, best(criteria_set))
    ids = sorted(one.question.id for chapter in chapters for one in chapter.answers)
    assert ids == sorted(criteria_set.criteria_by_id)
    assert not any(chapter.is_open or chapter.lacking for chapter in chapters)
    assert all(one.given and not one.chosen for chapter in chapters for one in chapter.answers)


def test_what_fails_comes_first_in_its_chapter_alone() -> None:
    criteria_set = a_set("school.primary")
    last = criteria_set.criteria[-1]
    answers = {**best(criteria_set), last.id: "fail"}
    chapters = read(criteria_set, answers)
    assert [chapter.id for chapter in chapters if chapter.is_open] == [last.chapter]
    (opened,) = [chapter for chapter in chapters if chapter.is_open]
    assert opened.answers[0].question.id == last.id
    assert opened.lacking == 1
    rest = [one.question.id for one in opened.answers if not one.question.is_mandatory][1:]
    order = list(criteria_set.criteria_by_id)
    assert rest == sorted(rest, key=order.index)


def test_what_the_committee_changed_comes_before_all_and_says_to_what() -> None:
    criteria_set = a_set("school.primary")
    answers = best(criteria_set)
    last = criteria_set.criteria[-1].id
    chapters = read(criteria_set, answers, {**answers, last: "fail"})
    (opened,) = [chapter for chapter in chapters if chapter.is_open]
    first = opened.answers[0]
    assert (first.question.id, first.given, first.chosen) == (last, "Đạt", "Không đạt")


def test_in_a_set_of_risks_chapters_with_some_risk_are_open() -> None:
    criteria_set = a_set("office")
    first = criteria_set.criteria[0]
    answers = {**best(criteria_set), first.id: sorted(first.all_points)[1]}
    opened = [chapter for chapter in read(criteria_set, answers) if chapter.is_open]
    assert [chapter.id for chapter in opened] == [first.chapter]
    assert opened[0].answers[0].mark == "partial"
    assert opened[0].answers[0].counted == (sorted(first.all_points)[1], max(first.all_points))

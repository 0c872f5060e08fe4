"""Scores and gaps: only levels count, and what is unknown is never zero."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments.profile import rules
from assessments.profile.rules import ComparedAnswer


def answer(code, level=None, required=None, **fields):
    return ComparedAnswer(statement=code, competence=code[0], code=code, level=level, required=required, **fields)


def codes(answers):
    return [each.code for each in answers]


def test_a_score_is_the_mean_of_what_was_rated():
    # Ana's competence B: two rated, one unrated, one that does not apply.
    score = rules.score([answer("B1", 1, 2), answer("B2", does_not_apply=True), answer("B3", 2, 1), answer("B4")])
    assert score.mean == 1.5
    assert (score.rated, score.asked, score.left_out, score.unknown) == (2, 4, 1, 1)
    assert score.target == 1.5


def test_a_score_of_nothing_rated_is_unknown_and_not_zero():
    assert rules.score([answer("A1"), answer("A2", does_not_apply=True)]).mean is None
    assert rules.score([answer("A1", 0)]).mean == 0
    assert rules.score([]).mean is None


def test_the_target_of_a_competence_is_the_mean_of_what_is_required():
    assert rules.score([answer("A1", 1, 3), answer("A2", 1), answer("A3", None, 2)]).target == 2.5
    assert rules.score([answer("A1", 1)]).target is None


@pytest.mark.parametrize(
    ("level", "required", "gap"),
    [(1, 3, 2), (3, 3, 0), (4, 3, 0), (0, 1, 1), (None, 3, None), (2, None, None), (None, None, None)],
)
def test_a_gap_is_what_is_missing_to_the_target(level, required, gap):
    assert answer("A1", level, required).gap == gap


def test_what_does_not_apply_has_no_gap_and_is_not_unknown():
    left_out = answer("B2", required=3, does_not_apply=True)
    assert left_out.gap is None
    assert rules.gaps([left_out]) == []
    assert rules.unknown([left_out]) == []


def test_an_unrated_statement_is_unknown_and_no_gap():
    unrated = answer("B4", required=3)
    assert rules.gaps([unrated]) == []
    assert codes(rules.unknown([unrated])) == ["B4"]


def test_gaps_come_largest_first_and_then_by_code():
    answers = [answer("A10", 1, 2), answer("E1", 1, 3), answer("A2", 2, 3), answer("A4", 1, 3), answer("C1", 4, 3)]
    assert codes(rules.gaps(answers)) == ["A4", "E1", "A2", "A10"]


def test_codes_are_ordered_as_people_count():
    assert sorted(["A10", "B1", "A-K2", "A2", "A-K10", "A1"], key=rules.code_order) == [
        "A1",
        "A2",
        "A10",
        "A-K2",
        "A-K10",
        "B1",
    ]


def test_a_digit_that_is_no_number_is_read_as_a_letter():
    assert sorted(["A1²", "A1"], key=rules.code_order) == ["A1", "A1²"]


def test_a_strength_lies_in_the_upper_half_of_the_scale_and_reaches_its_target():
    answers = [
        answer("C2", 3, 3),
        answer("C1", 4, 3),
        answer("C3", 2, 3),
        answer("C4", 3),
        answer("C5", 2),
        answer("C6", 2, 2),
        answer("C7"),
        answer("C8", 3, 4),
    ]
    assert codes(rules.strengths(answers, [0, 1, 2, 3, 4])) == ["C1", "C2", "C4"]


def test_on_a_scale_of_two_levels_the_upper_one_is_a_strength():
    assert codes(rules.strengths([answer("A1", 0), answer("A2", 1)], [0, 1])) == ["A2"]


def test_a_repeated_text_is_required_once_at_its_first_place():
    assert rules.at_first_place({"c-teamwork": 3, "a-teamwork": 2, "a1": 4}, {"c-teamwork": "a-teamwork"}) == {
        "a-teamwork": 3,
        "a1": 4,
    }
    assert rules.at_first_place({"c-teamwork": 3}, {"c-teamwork": "a-teamwork"}) == {"a-teamwork": 3}


@st.composite
def forms(draw):
    """(answers, scale) of any form on any scale of 2 to 10 levels."""
    low = draw(st.integers(0, 3))
    scale = list(range(low, low + draw(st.integers(2, 10))))
    levels = st.none() | st.sampled_from(scale)
    answers = []
    for number in range(draw(st.integers(0, 30))):
        level = draw(levels)
        does_not_apply = level is None and draw(st.booleans())
        answers.append(answer(f"A{number}", level, draw(levels), does_not_apply=does_not_apply))
    return answers, scale


@given(forms())
def test_every_answer_counts_once(form):
    answers, scale = form
    score = rules.score(answers)
    assert score.rated + score.left_out + score.unknown == score.asked == len(answers)
    assert len(rules.unknown(answers)) == score.unknown
    below, above = rules.gaps(answers), rules.strengths(answers, scale)
    assert not set(codes(below)) & set(codes(above))
    assert all(scale[0] <= each.level < each.required for each in below)


@given(forms())
def test_scores_stay_on_the_scale(form):
    answers, scale = form
    score = rules.score(answers)
    for value in (score.mean, score.target):
        assert value is None or scale[0] <= value <= scale[-1]
    assert (score.mean is None) == (score.rated == 0)


@given(forms())
def test_gaps_never_grow_along_the_list(form):
    sizes = [each.gap for each in rules.gaps(form[0])]
    assert sizes == sorted(sizes, reverse=True)
    assert all(1 <= size <= 9 for size in sizes)


@given(forms())
def test_what_is_unrated_never_changes_a_score(form):
    answers, _scale = form
    rated = [each for each in answers if each.level is not None]
    assert rules.score(answers).mean == rules.score(rated).mean

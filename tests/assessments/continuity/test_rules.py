"""What becomes of a person's answers on later revisions: the table, row by row, and what holds for any revisions."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments.continuity.rules import Kind, Link, Outcome, Step, answered, archived, carry, carry_through

SAME = {level: level for level in range(5)}
NA = "does not apply"


def answers(**levels):
    """Outcomes of the old statements: a level, "does not apply", or None for one that was left open."""
    return {
        statement: answered(statement, None if level == NA else level, does_not_apply=level == NA)
        for statement, level in levels.items()
    }


def step(*links, levels=SAME):
    return Step(tuple(links), levels)


def carried(statement, source, **fields):
    return Link(statement, source, is_carried=True, **fields)


def suggested(statement, *sources):
    return [Link(statement, source, is_carried=False) for source in sources]


TABLE = {
    "unchanged, moved, recoded or translated: carried": (
        answers(a=3), step(carried("a2", "a")), {"a2": Outcome(Kind.CARRIED, 3, sources=("a",))},
    ),
    "reworded: carried, the old wording to be shown": (
        answers(a=3),
        step(carried("a2", "a", is_reworded=True)),
        {"a2": Outcome(Kind.CARRIED, 3, sources=("a",), is_reworded=True)},
    ),
    "successor or narrowed: suggested at the old level": (
        answers(a=3), step(*suggested("b2", "a")), {"b2": Outcome(Kind.SUGGESTED, 3, sources=("a",))},
    ),
    "split: suggested on each part": (
        answers(a=3),
        step(*suggested("b2", "a"), *suggested("c2", "a")),
        {"b2": Outcome(Kind.SUGGESTED, 3, sources=("a",)), "c2": Outcome(Kind.SUGGESTED, 3, sources=("a",))},
    ),
    "merged or widened: suggested at the lowest level": (
        answers(a=3, b=1, c=4),
        step(*suggested("m2", "a", "b", "c")),
        {"m2": Outcome(Kind.SUGGESTED, 1, sources=("a", "b", "c"))},
    ),
    "merged, a source unrated: nothing suggested": (
        answers(a=3, b=None),
        step(*suggested("m2", "a", "b")),
        {"m2": Outcome(Kind.ASKED_AGAIN, sources=("a",))},
    ),
    "merged, a source never asked: nothing suggested": (
        answers(a=3), step(*suggested("m2", "a", "b")), {"m2": Outcome(Kind.ASKED_AGAIN, sources=("a",))},
    ),
    "merged, all sources left open: still open": (
        answers(a=None, b=None), step(*suggested("m2", "a", "b")), {"m2": Outcome(Kind.OPEN)},
    ),
    "merged with its own repetition: one source": (
        answers(a=2), step(*suggested("m2", "a", "a")), {"m2": Outcome(Kind.SUGGESTED, 2, sources=("a",))},
    ),
    "added: new": (answers(a=3), step(Link("n2", None, is_carried=False)), {"n2": Outcome(Kind.NEW)}),
    "left open and unchanged: still open": (
        answers(a=None), step(carried("a2", "a")), {"a2": Outcome(Kind.OPEN)},
    ),
    "never asked and unchanged: new": ({}, step(carried("a2", "a")), {"a2": Outcome(Kind.NEW)}),
    "does not apply, carried": (
        answers(a=NA),
        step(carried("a2", "a")),
        {"a2": Outcome(Kind.CARRIED, does_not_apply=True, sources=("a",))},
    ),
    "all sources of a merge do not apply: carried as such": (
        answers(a=NA, b=NA),
        step(*suggested("m2", "a", "b")),
        {"m2": Outcome(Kind.CARRIED, does_not_apply=True, sources=("a", "b"))},
    ),
    "one of two sources does not apply: nothing suggested": (
        answers(a=NA, b=2),
        step(*suggested("m2", "a", "b")),
        {"m2": Outcome(Kind.ASKED_AGAIN, sources=("a", "b"))},
    ),
    "rescaled: mapped": (
        answers(a=4, b=0),
        step(carried("a2", "a"), *suggested("b2", "b"), levels={0: 1, 4: 3}),
        {"a2": Outcome(Kind.CARRIED, 3, sources=("a",)), "b2": Outcome(Kind.SUGGESTED, 1, sources=("b",))},
    ),
    "rescaled and merged: the lowest on the new scale": (
        answers(a=4, b=2),
        step(*suggested("m2", "a", "b"), levels={4: 2, 2: 1}),
        {"m2": Outcome(Kind.SUGGESTED, 1, sources=("a", "b"))},
    ),
}  # fmt: skip


@pytest.mark.parametrize("row", TABLE)
def test_the_table(row):
    before, one_step, expected = TABLE[row]
    assert carry(before, one_step) == expected


def test_what_is_retired_is_archived_and_nothing_else():
    before = answers(gone=4, stays=2, never=None)
    one_step = step(Link(None, "gone"), Link(None, "never"), carried("s2", "stays"))
    after = carry(before, one_step)
    assert set(after) == {"s2"}
    assert archived(before, after) == ("gone",)


def test_a_retired_repetition_takes_nothing_along():
    """Both places of a repeated text have the rating of the first; one place stays."""
    before = answers(a=3)
    after = carry(before, step(carried("a2", "a"), Link(None, "a")))
    assert archived(before, after) == ()


# --- Several revisions --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ([carried("b", "a")], [carried("c", "b")], Outcome(Kind.CARRIED, 3, sources=("a",))),
        (
            [carried("b", "a", is_reworded=True)],
            [carried("c", "b")],
            Outcome(Kind.CARRIED, 3, sources=("a",), is_reworded=True),
        ),
        (suggested("b", "a"), [carried("c", "b")], Outcome(Kind.SUGGESTED, 3, sources=("a",))),
        ([carried("b", "a")], suggested("c", "b"), Outcome(Kind.SUGGESTED, 3, sources=("a",))),
        # What came in between was never answered.
        (
            [carried("b", "a"), Link("n", None)],
            suggested("c", "b", "n"),
            Outcome(Kind.ASKED_AGAIN, sources=("a",)),
        ),
        (suggested("b", "a", "unrated"), [carried("c", "b")], Outcome(Kind.ASKED_AGAIN, sources=("a",))),
    ],
)
def test_two_revisions_are_carried_one_by_one(first, second, expected):
    after = carry_through(answers(a=3, unrated=None), [step(*first), step(*second)])
    assert after == {"c": expected}


def test_over_no_revision_answers_stay_what_they_are():
    before = answers(a=3, b=None)
    assert carry_through(before, []) == before


def test_levels_are_mapped_from_scale_to_scale():
    steps = [
        step(carried("b", "a"), levels={4: 2}),
        step(carried("c", "b"), levels={2: 7}),
    ]
    assert carry_through(answers(a=4), steps)["c"].level == 7


# --- Whatever the revisions ---------------------------------------------------------------------


@st.composite
def revisions(draw):
    """Answers on a first revision, and the steps to a last one: any legal links between them."""
    old = [f"0.{number}" for number in range(draw(st.integers(1, 6)))]
    given_answers = {
        statement: draw(st.sampled_from([None, NA, 0, 1, 2, 3, 4])) for statement in old if draw(st.booleans())
    }
    steps = []
    for revision in range(1, draw(st.integers(1, 4)) + 1):
        links, new, used = [], [], set()
        for number in range(draw(st.integers(1, 6))):
            statement = f"{revision}.{number}"
            sources = draw(st.lists(st.sampled_from(old), max_size=3, unique=True)) if old else []
            is_carried = len(sources) == 1 and draw(st.booleans())
            links += [
                Link(statement, source, is_carried, is_carried and draw(st.booleans())) for source in sources
            ] or [Link(statement, None, is_carried=False)]
            new.append(statement)
            used.update(sources)
        links += [Link(None, source) for source in old if source not in used]
        steps.append(step(*links, levels={level: draw(st.integers(0, 4)) for level in range(5)}))
        old = new
    return answers(**given_answers), steps


@given(revisions())
def test_every_answer_is_in_an_outcome_or_in_the_archive_and_none_is_in_both(case):
    before, steps = case
    after = carry_through(before, steps)
    gone = set(archived(before, after))
    kept = {source for outcome in after.values() for source in outcome.sources}
    given_answers = {statement for statement, outcome in before.items() if outcome.sources}
    assert kept | gone == given_answers
    assert not kept & gone


@given(revisions())
def test_only_what_was_answered_counts_or_is_suggested(case):
    before, steps = case
    for outcome in carry_through(before, steps).values():
        answers_behind = [before[source] for source in outcome.sources]
        assert (outcome.level is not None) <= (outcome.kind in {Kind.CARRIED, Kind.SUGGESTED})
        assert (outcome.kind in {Kind.CARRIED, Kind.SUGGESTED, Kind.ASKED_AGAIN}) == bool(answers_behind)
        if outcome.kind is Kind.CARRIED and outcome.level is not None:
            assert len(answers_behind) == 1
        if outcome.does_not_apply:
            assert all(answer.does_not_apply for answer in answers_behind)
        if outcome.level is not None:
            assert all(answer.level is not None for answer in answers_behind)


@given(revisions())
def test_all_steps_at_once_are_the_steps_one_by_one(case):
    before, steps = case
    by_hand = before
    for one in steps:
        by_hand = carry(by_hand, one)
    assert carry_through(before, steps) == by_hand


@given(revisions())
def test_what_is_suggested_is_the_lowest_level_of_its_sources_on_a_scale_that_stays(case):
    before, steps = case
    unscaled = [Step(one.links, SAME) for one in steps]
    for outcome in carry_through(before, unscaled).values():
        if outcome.level is not None:
            assert outcome.level == min(before[source].level for source in outcome.sources)

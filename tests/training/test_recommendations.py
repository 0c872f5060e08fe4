"""Recommendations: which modules close most of a gap, and why."""

from hypothesis import given
from hypothesis import strategies as st

from training.recommendations import Candidate, Need, by_statement, closing, ranked, recommendation


def module(key="agreements", *, minutes=60, levels=(0, 3), serves=("identify-partners",)):
    return Candidate(key, key.title(), minutes, 3, *levels, frozenset(serves))


def need(statement="identify-partners", code="A1", *, rated, required, weight=1.0):
    return Need(statement, code, rated, required, weight)


def test_a_module_closes_the_levels_between_the_rating_and_the_target():
    assert closing(module(levels=(0, 3)), rated=1, required=3) == 2


def test_a_module_closes_no_more_than_the_level_it_leads_to():
    assert closing(module(levels=(0, 2)), rated=1, required=4) == 1


def test_a_module_closes_nothing_for_someone_below_the_level_it_begins_at():
    assert closing(module(levels=(2, 4)), rated=1, required=4) == 0


def test_a_module_closes_nothing_beyond_the_target():
    assert closing(module(levels=(0, 4)), rated=3, required=2) == 0


def test_the_reason_names_each_statement_with_its_levels_largest_first():
    needs = [need("c", "A3", rated=2, required=3), need("a", "A1", rated=1, required=3)]
    assert recommendation(module(serves=("a", "c")), needs).reason == "closes A1 by 2, A3 by 1"


def test_a_module_that_closes_nothing_is_not_recommended():
    assert recommendation(module(), [need(rated=3, required=3)]) is None
    assert recommendation(module(serves=("other",)), [need(rated=0, required=3)]) is None


def test_the_module_that_closes_most_comes_first_then_the_shortest():
    needs = [need("a", "A1", rated=0, required=2), need("b", "A2", rated=0, required=2)]
    modules = [
        module("long", minutes=90, serves=("a",)),
        module("short", minutes=45, serves=("b",)),
        module("both", minutes=90, serves=("a", "b")),
    ]
    assert [found.module.key for found in ranked(modules, needs)] == ["both", "short", "long"]


def test_a_level_of_a_weighty_statement_counts_more():
    needs = [need("a", "A1", rated=0, required=2), need("b", "A2", rated=0, required=1, weight=3)]
    modules = [module("light", serves=("a",)), module("weighty", serves=("b",))]
    assert [found.module.key for found in ranked(modules, needs)] == ["weighty", "light"]


def test_each_gap_has_the_modules_that_close_something_of_it():
    needs = [
        need("a", "A1", rated=0, required=2),
        need("b", "A2", rated=0, required=2),
        need("c", "A3", rated=0, required=1),
    ]
    modules = [module("one", serves=("a",)), module("two", serves=("a", "b"))]
    offers = by_statement(modules, needs)
    assert [found.module.key for found in offers["a"]] == ["two", "one"]
    assert [found.module.key for found in offers["b"]] == ["two"]
    assert offers["c"] == []


LEVELS = st.tuples(st.integers(0, 9), st.integers(1, 9)).map(lambda pair: (pair[0], pair[0] + pair[1]))
STATEMENTS = st.sampled_from("abcdef")
MODULES = st.lists(
    st.builds(
        lambda key, minutes, levels, serves: module(key, minutes=minutes, levels=levels, serves=serves),
        st.text("xyz", min_size=1, max_size=4),
        st.integers(1, 120),
        LEVELS,
        st.frozensets(STATEMENTS),
    ),
    max_size=6,
    unique_by=lambda candidate: candidate.key,
)
NEEDS = st.lists(
    st.builds(
        lambda statement, rated, required: need(statement, statement.upper(), rated=rated, required=required),
        STATEMENTS,
        st.integers(0, 9),
        st.integers(0, 9),
    ),
    max_size=6,
    unique_by=lambda need: need.statement,
)


@given(levels=LEVELS, rated=st.integers(0, 9), required=st.integers(0, 9))
def test_a_module_never_closes_more_than_the_gap(levels, rated, required):
    closed = closing(module(levels=levels), rated, required)
    assert 0 <= closed <= max(0, required - rated)
    assert closed <= levels[1] - levels[0]


@given(MODULES, NEEDS)
def test_ranking_loses_and_invents_nothing(modules, needs):
    found = ranked(modules, needs)
    assert {entry.module.key for entry in found} == {m.key for m in modules if recommendation(m, needs)}
    assert [entry.value for entry in found] == sorted((entry.value for entry in found), reverse=True)
    assert all(entry.levels >= 1 for entry in found)


@given(MODULES, NEEDS)
def test_a_gap_has_exactly_the_modules_that_close_something_of_it(modules, needs):
    offers = by_statement(modules, needs)
    for need in needs:
        expected = {m.key for m in modules if need.statement in m.serves and closing(m, need.rated, need.required)}
        assert {entry.module.key for entry in offers[need.statement]} == expected

"""Which links from modules stay, and what continues the outcomes of the others: pure, on framework files."""

import pytest

from frameworks.comparison.rules import compare
from frameworks.files.reading import read_framework
from tests.published import unchanged_under
from training.links.rules import link_changes


@pytest.fixture
def changes(repository_of_skills):
    """The LinkChanges of a next revision of the Repository of skills: `changes((b"old", b"new"), …)`."""

    def changes(*replacements):
        content = unchanged_under("2022.1", repository_of_skills)
        for old, new in replacements:
            assert content.count(old) == 1, old
            content = content.replace(old, new)
        old, new = (read_framework(each, "kip.yaml") for each in (repository_of_skills, content))
        assert new.faults == ()
        comparison = compare(old.document, new.document, name="kip.yaml")
        assert comparison.faults == ()
        return link_changes(comparison)

    return changes


AGREEMENT = (
    b"text: Write a partnership agreement that names aims, commitments and arrangements, "
    b"and that can be checked a year later\n"
)
SERVES = b"serves: [formalise-partnership, legislation]"


def test_every_outcome_stays_where_nothing_changes(changes):
    found = changes()
    assert len(found.staying) == 26
    assert found.successors["can-write-agreement"] == ("can-write-agreement",)


def test_an_outcome_in_other_words_stays(changes):
    reworded = (AGREEMENT, b"text: Write a partnership agreement\n        reworded: true\n")
    assert "can-write-agreement" in changes(reworded).staying


def test_an_outcome_that_lost_a_part_does_not_stay(changes):
    found = changes((AGREEMENT, b"text: Write an agreement\n        narrowed: true\n"))
    assert "can-write-agreement" not in found.staying
    assert found.successors["can-write-agreement"] == ("can-write-agreement",)


def test_an_outcome_of_a_reworded_statement_stays(changes):
    reworded = (b"relevant legislative\n", b"relevant legislation\n        reworded: true\n")
    assert "can-write-agreement" in changes(reworded).staying


def test_an_outcome_of_a_statement_that_people_confirm_does_not_stay(changes):
    narrowed = (b"relevant legislative\n", b"legislation on data\n        narrowed: true\n")
    found = changes(narrowed)
    assert "can-write-agreement" not in found.staying
    assert len(found.staying) == 25


@pytest.mark.parametrize(
    "serves", [b"serves: [formalise-partnership]", b"serves: [formalise-partnership, legislation, teamwork]"]
)
def test_an_outcome_that_serves_more_or_less_does_not_stay(changes, serves):
    assert "can-write-agreement" not in changes((SERVES, serves)).staying


def test_an_outcome_at_another_level_does_not_stay(changes):
    level = (b"level: on-my-own\n        " + SERVES, b"level: with-support\n        " + SERVES)
    assert "can-write-agreement" not in changes(level).staying


def test_the_parts_of_a_split_outcome_continue_it(changes):
    whole = b"      - id: can-write-agreement\n        code: A-LO5\n        " + AGREEMENT
    parts = (
        b"      - id: can-draft\n        code: A-LO6\n        text: Draft an agreement\n        level: on-my-own\n"
        b"        serves: [legislation]\n        replaces: [can-write-agreement]\n"
        b"      - id: can-sign\n        code: A-LO5\n        text: Sign an agreement\n"
        b"        replaces: [can-write-agreement]\n"
    )
    found = changes((whole, parts))
    assert found.successors["can-write-agreement"] == ("can-draft", "can-sign")
    assert "can-draft" not in found.staying


def test_outcomes_that_serve_the_same_statements_continue_a_retired_one(changes):
    found = changes(
        (b"      - id: can-write-agreement\n", b"      - id: can-seal\n"),
        (AGREEMENT, b"text: Seal an agreement\n"),
        (b"competences:\n  - id: new", b"retired: [{id: can-write-agreement}]\ncompetences:\n  - id: new"),
    )
    assert found.successors["can-write-agreement"] == ("can-seal",)


def test_nothing_continues_an_outcome_whose_statements_are_served_no_more(changes):
    found = changes(
        (
            b"      - id: can-write-agreement\n        code: A-LO5\n        "
            + AGREEMENT
            + b"        level: on-my-own\n        "
            + SERVES
            + b"\n",
            b"",
        ),
        (b"competences:\n  - id: new", b"retired: [{id: can-write-agreement}]\ncompetences:\n  - id: new"),
    )
    assert found.successors["can-write-agreement"] == ()

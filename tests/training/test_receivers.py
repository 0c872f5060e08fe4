"""A new revision: modules go with the learning outcomes that still mean the same."""

from dataclasses import replace

import pytest

from frameworks.changes import compare
from frameworks.models import Revision
from tests.published import publish_file
from training.models import Module
from training.receivers import carry_modules

pytestmark = pytest.mark.django_db


@pytest.fixture
def next_revision(kip, agreements, meetings, repository_of_skills):
    """The next revision of the Repository of skills, published with nothing changed."""
    text = repository_of_skills.decode()
    text = text.replace('version: "2021.11"', 'version: "2022.1"').replace("replaces: null", 'replaces: "2021.11"', 1)
    return publish_file(text.encode())


def modules_of(revision, key):
    return [module.key for module in revision.learningoutcomes.get(key=key).modules.all()]


def test_modules_are_carried_to_the_next_revision(next_revision):
    assert Revision.objects.current().get() == next_revision
    assert modules_of(next_revision, "can-write-agreement") == ["agreements"]
    assert modules_of(next_revision, "can-run-meetings") == ["meetings"]


def test_the_superseded_revision_keeps_its_modules(kip, next_revision):
    assert modules_of(kip, "can-write-agreement") == ["agreements"]


def carry_again(previous, revision, *, ratings="carried"):
    """Carry modules once more to an outcome that lost them; `ratings` is what becomes of those of A5."""
    revision.learningoutcomes.get(key="can-write-agreement").modules.clear()
    comparison = compare(previous.file.document, revision.file.document)
    entries = tuple(replace(entry, ratings=ratings) if entry.code == "A5" else entry for entry in comparison.entries)
    carry_modules(Revision, revision=revision, previous=previous, comparison=replace(comparison, entries=entries))
    return modules_of(revision, "can-write-agreement")


def test_carrying_again_finds_the_modules_again(kip, next_revision):
    assert carry_again(kip, next_revision) == ["agreements"]


def test_an_outcome_that_serves_something_else_gets_no_module(kip, next_revision):
    outcome = next_revision.learningoutcomes.get(key="can-write-agreement")
    outcome.serves.add(next_revision.statements.get(code="A1"))
    assert carry_again(kip, next_revision) == []


def test_an_outcome_whose_statement_people_rate_anew_gets_no_module(kip, next_revision):
    assert carry_again(kip, next_revision, ratings="suggested") == []


def test_a_first_revision_carries_nothing(leader):
    assert Module.objects.count() == 0

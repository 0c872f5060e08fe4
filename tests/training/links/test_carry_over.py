"""A new revision: modules go with the learning outcomes that still mean the same."""

from dataclasses import replace

import pytest

from frameworks.comparison.rules import compare
from frameworks.models import Revision
from frameworks.publishing.actions import take_back
from tests.published import FIXTURES, publish_file, unchanged_under
from tests.training.conftest import create_module
from training.links import actions
from training.links.carry_over import carry_modules
from training.models import LinkReview, Module

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


def test_an_outcome_whose_statement_people_rate_anew_gets_no_module(kip, next_revision):
    assert carry_again(kip, next_revision, ratings="suggested") == []
    review = LinkReview.objects.get()
    assert (review.module.key, review.old_outcome.key) == ("agreements", "can-write-agreement")
    assert review.old_outcome.revision == kip
    assert [outcome.key for outcome in review.suggestions.all()] == ["can-write-agreement"]
    assert review.suggestions.get().revision == next_revision


def test_a_first_revision_carries_nothing(leader):
    assert Module.objects.count() == 0


# --- What could not go along --------------------------------------------------------------------


@pytest.fixture
def money(kip):
    """A module on raising funds: its outcome serves B2, which has a successor in the demonstration draft."""
    return create_module("money", "Finding money", outcomes=[kip.learningoutcomes.get(key="can-find-money")])


@pytest.fixture
def draft_file():
    return (FIXTURES / "repository_of_skills_draft.yaml").read_bytes()


def after(draft_file, version="2027.1"):
    """The draft once more, as a revision after itself that changes nothing."""
    content = draft_file.replace(b'"2026.1-draft"', f'"{version}"'.encode())
    content = content.replace(b'replaces: "2021.11"', b'replaces: "2026.1-draft"')
    lines = content.decode().splitlines(keepends=True)
    declared = ("        reworded: true\n", "        narrowed: true\n")
    kept = [line for line in lines if line not in declared and not line.startswith("        replaces: [")]
    return "".join(kept).partition("retired:\n")[0].encode()


def test_a_link_to_an_outcome_that_serves_something_else_waits_for_a_decision(money, agreements, draft_file):
    revision = publish_file(draft_file)
    review = LinkReview.objects.open().in_force().get()
    assert (review.module, review.revision) == (money, revision)
    assert modules_of(revision, "can-find-money") == []
    # A5 is A6 now and in French too, but A-K6 and A5 mean the same.
    assert modules_of(revision, "can-write-agreement") == ["agreements"]


def test_what_nobody_decided_is_asked_again_after_the_next_revision(kip, money, draft_file):
    publish_file(draft_file)
    latest = publish_file(after(draft_file))
    review = LinkReview.objects.open().in_force().get()
    assert (review.revision, review.old_outcome.revision) == (latest, kip)
    assert review.suggestions.get() == latest.learningoutcomes.get(key="can-find-money")


def test_what_was_decided_goes_along_with_the_next_revision(money, elodie, draft_file):
    revision = publish_file(draft_file)
    chosen = [revision.learningoutcomes.get(key=key) for key in ("can-find-money", "can-plan-fundraising")]
    actions.decide_link(LinkReview.objects.get(), elodie, chosen)
    latest = publish_file(after(draft_file))
    assert modules_of(latest, "can-plan-fundraising") == ["money"]
    assert modules_of(latest, "can-find-money") == ["money"]
    assert not LinkReview.objects.open().in_force().exists()


def test_what_was_dropped_is_not_asked_again(money, elodie, draft_file):
    publish_file(draft_file)
    actions.decide_link(LinkReview.objects.get(), elodie)
    latest = publish_file(after(draft_file))
    assert not money.outcomes.filter(revision=latest).exists()
    assert not LinkReview.objects.filter(revision=latest).exists()


def test_taking_a_publication_back_leaves_modules_as_they_were_before(kip, money, agreements, elodie, draft_file):
    revision = publish_file(draft_file)
    actions.decide_link(LinkReview.objects.get(), elodie, [revision.learningoutcomes.get(key="can-find-money")])
    take_back(revision)
    assert not LinkReview.objects.exists()
    assert {outcome.revision for module in (money, agreements) for outcome in module.outcomes.all()} == {kip}
    # And it can be published once more.
    assert modules_of(publish_file(draft_file), "can-write-agreement") == ["agreements"]


TURNED = """id: kip-turned
  replaces:
    id: kip-5
    map:
      not-yet: not-yet
      first-steps: first-steps
      with-support: with-support
      on-my-own: on-my-own
      guiding-others: guiding-others
"""


@pytest.mark.parametrize(("value", "is_carried"), [("value: 4", True), ("value: 3", False)])
def test_a_module_goes_along_where_its_levels_keep_their_numbers(
    kip, agreements, repository_of_skills, value, is_carried
):
    # It leads to 3: the level above may have another number, its own may not.
    text = unchanged_under("2022.1", repository_of_skills).decode().replace("id: kip-5\n", TURNED)
    text = text.replace("value: 4", "value: 9").replace(value, "value: 8")
    revision = publish_file(text.encode())
    assert modules_of(revision, "can-write-agreement") == (["agreements"] if is_carried else [])
    assert LinkReview.objects.exists() is not is_carried


def test_carrying_asks_the_database_as_often_for_one_module_as_for_three(
    kip, money, agreements, draft_file, django_assert_num_queries
):
    revision = publish_file(draft_file)
    comparison = compare(kip.file.document, revision.file.document)
    for number in (1, 3):
        LinkReview.objects.all().delete()
        for index in range(number - 1):
            create_module(f"m-{index}", f"M {index}", outcomes=money.outcomes.filter(revision=kip))
        # New outcomes; links with module and outcome; open reviews; then links, reviews and suggestions are inserted.
        with django_assert_num_queries(6):
            carry_modules(Revision, revision=revision, previous=kip, comparison=comparison)

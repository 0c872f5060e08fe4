"""Any sequence of legal changes previews and publishes, does what it should to ratings, and loses none."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from hypothesis import given, settings
from hypothesis import strategies as st

from assessments.continuity.plan import steps_between
from assessments.continuity.rules import Kind, answered, carry_through
from assessments.models import Assessment, Form, Rating
from assessments.updates.actions import begin_update
from frameworks import hooks
from frameworks.comparison.rules import compare
from frameworks.files.reading import read_framework
from frameworks.files.writing import to_yaml
from frameworks.models import Revision, Succession
from frameworks.publishing import actions
from frameworks.publishing.preview import preview, preview_of
from tests.frameworks.comparison.compared import OLD
from tests.frameworks.comparison.revisions_by_chance import OPERATIONS, changed, framework
from tests.published import FIXTURES, publish_file
from tests.words import words

SMALL = framework(1, competences=3, statements=14, outcomes=4)
DOCUMENTS = {
    "small": SMALL,
    "guidance": read_framework(OLD.encode(), "old.yaml").document,
    "kip": read_framework((FIXTURES / "repository_of_skills.yaml").read_bytes(), "kip.yaml").document,
}
SEEDS = st.integers(min_value=0, max_value=10**6)


def found(comparison):
    """{(new id, old id): ({kinds of change}, ratings)} of the statements of a comparison."""
    result = {}
    for entry in comparison.entries:
        if entry.kind in ("competence", "learning_outcome", "scale"):
            continue
        for source in entry.sources or (None,):
            result[entry.id if entry.after else None, source] = (set(entry.changes), entry.ratings)
    return result


def check(expected, found):
    """Everything that was done on purpose is found, and nothing else."""
    for pair, (change, ratings) in expected.items():
        assert change in found[pair][0], pair
        assert found[pair][1] == ratings, pair
    for pair, (changes, ratings) in found.items():
        if pair not in expected:
            assert (changes, ratings) == ({"unchanged"}, "carried"), pair


def read(result):
    reading = read_framework(result.content(), "by-chance.yaml")
    assert reading.faults == ()
    return reading.document


# --- Without the database -----------------------------------------------------------------------


@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_revision_compared_with_itself_changes_nothing(name):
    comparison = compare(DOCUMENTS[name], DOCUMENTS[name])
    assert comparison.is_identical
    assert {entry.changes for entry in comparison.entries} == {("unchanged",)}
    assert preview(DOCUMENTS[name], comparison).sections == ()


@pytest.mark.parametrize("operation", OPERATIONS)
def test_every_operation_is_found_as_what_it_is(operation):
    result = changed(SMALL, 5, [operation])
    assert result.expected
    check(result.expected, found(compare(SMALL, read(result))))


@settings(max_examples=40)
@given(st.sampled_from(sorted(DOCUMENTS)), SEEDS, st.integers(min_value=0, max_value=12))
def test_any_changes_are_found_as_what_they_are(name, seed, operations):
    result = changed(DOCUMENTS[name], seed, operations)
    comparison = compare(DOCUMENTS[name], read(result))
    assert comparison.faults == ()
    check(result.expected, found(comparison))
    shown = preview(result.document, comparison)
    assert bool(shown.sections) == bool(result.expected)


@settings(max_examples=20)
@given(st.lists(st.tuples(SEEDS, st.integers(min_value=1, max_value=6)), min_size=2, max_size=4))
def test_any_sequence_of_revisions_is_legal(steps):
    document = SMALL
    for number, (seed, operations) in enumerate(steps, 2):
        result = changed(document, seed, operations, version=str(number))
        comparison = compare(document, read(result))
        assert comparison.faults == ()
        check(result.expected, found(comparison))
        document = result.document


# --- With real revisions and ratings ------------------------------------------------------------


def rate_everything(person, revision, *, every=1):
    """A submitted assessment in which each statement, or every so many, is rated; levels go round."""
    form = Form.objects.get(revision=revision, key="full")
    levels = list(revision.scale.levels.all())
    assessment = Assessment.objects.create(person=person, form=form, submitted_at=revision.published_at)
    Rating.objects.bulk_create(
        Rating(assessment=assessment, statement=statement, level=levels[number % len(levels)])
        for number, statement in enumerate(form.statements())
        if number % every == 0
    )
    return assessment


def ratings():
    return list(Rating.objects.order_by("pk").values())


def successions(revision):
    return {
        (row.statement and row.statement.key, row.source and row.source.key): (set(row.changes), row.ratings)
        for row in Succession.objects.into(revision).select_related("statement", "source")
    }


@pytest.mark.parametrize("seed", range(4))
def test_what_is_published_is_what_was_meant_and_no_rating_changes(seed, ana, luka):
    document, revision = SMALL, publish_file(to_yaml(SMALL).encode())
    rate_everything(ana, revision)
    rate_everything(luka, revision, every=2)
    before = ratings()
    for number in (2, 3, 4):
        result = changed(document, seed * 10 + number, 6, version=str(number))
        examined = actions.examine(result.content(), "by-chance.yaml")
        assert preview_of(examined).sections
        revision = publish_file(result.content())
        check(result.expected, successions(revision))
        assert ratings() == before
        document = result.document
    assert Rating.objects.filter(statement__revision__status="superseded").count() == len(before)


def test_a_thousand_elements_with_hundreds_of_changes_preview_publish_and_carry(ana, luka, elodie, client):
    big = framework(7, competences=25, statements=1000, outcomes=60)
    revision = publish_file(to_yaml(big).encode())
    anas = rate_everything(ana, revision)
    rate_everything(luka, revision, every=3)
    before = ratings()
    operations = ["merge"] * 100 + ["split"] * 100 + ["split off"] * 30 + ["reword"] * 150 + ["retire"] * 30
    operations += ["add"] * 40 + ["widen"] * 30 + ["narrow"] * 30 + ["move"] * 30 + ["succeed"] * 30
    result = changed(big, 8, operations)
    examined = actions.examine(result.content(), "big.yaml")
    impact = hooks.impact(examined.current, examined.comparison)
    shown = preview_of(examined)
    assert shown.is_folded
    assert len(shown.sections) <= 25

    client.force_login(elodie)
    page = client.post(
        "/frameworks/manage/upload/", {"file": SimpleUploadedFile("big.yaml", result.content())}, follow=True
    )
    fields = dict(re.findall(r'name="(sha256|current)" value="([^"]*)"', page.content.decode()))
    text = words(page)
    assert all(section.code in text for section in shown.sections)
    assert "100 merged" in text
    draft = page.context["page"].revision
    client.post(reverse("frameworks:publish", args=[draft.pk]), {"has_read": "on", **fields})
    following = Revision.objects.current().get()
    assert following.version == result.document["revision"]["version"]
    check(result.expected, successions(following))
    assert ratings() == before

    update = begin_update(ana, anas)
    brought = {
        rating.statement.key: rating for rating in update.ratings.select_related("statement", "source__statement")
    }
    values = {rating.statement.key: rating.level.value for rating in anas.ratings.select_related("statement", "level")}
    sources = {}
    for new, old in successions(following):
        if new and old:
            sources.setdefault(new, []).append(values[old])
    # She rated everything, so that each statement has the lowest level of what it continues.
    assert {
        key: rating.level.value if rating.level else rating.suggested_level.value for key, rating in brought.items()
    } == {key: min(levels) for key, levels in sources.items()}
    assert ratings()[: len(before)] == before

    answers = {
        rating.statement_id: answered(rating.statement_id, rating.level.value)
        for rating in anas.ratings.select_related("level")
    }
    outcomes = carry_through(answers, steps_between(revision.pk, following.pk))
    keys = dict(following.statements.values_list("pk", "key"))
    kinds = {keys[statement]: outcome.kind for statement, outcome in outcomes.items()}
    wanted = {"carried": Kind.CARRIED, "suggested": Kind.SUGGESTED, "none": Kind.NEW}
    touched = {new: wanted[ratings] for (new, _old), (_change, ratings) in result.expected.items() if new}
    assert kinds == dict.fromkeys(kinds, Kind.CARRIED) | touched
    # Ana rated everything, so whatever is suggested is suggested to her.
    assert all(impact.by_element[key].suggested.people >= 1 for key, kind in touched.items() if kind is Kind.SUGGESTED)
    assert impact.total.archived.people == 2

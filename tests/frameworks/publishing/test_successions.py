"""What each statement continues is written down once, when a revision is published."""

import pytest
from django.core import serializers
from django.db import IntegrityError, transaction

from frameworks.models import LevelSuccession, Succession
from frameworks.publishing import actions
from frameworks.signals import revision_published
from tests.frameworks.comparison.compared import OLD, revised
from tests.published import publish_file, reworded_under, unchanged_under

pytestmark = pytest.mark.django_db

SILENCE = "      - {id: silence, code: A-S1, text: Keeping silent}\n"
ASKING = "      - {id: asking, code: A-S2, text: Asking}\n"
NODDING = "      - {id: nodding, code: A-S3, text: Nodding and smiling}\n"
RESCALED = (
    "scale:\n  id: two-steps\n  levels:\n",
    "scale:\n  id: one-and-three\n  replaces: {id: two-steps, map: {low: no, high: yes-indeed}}\n  levels:\n",
)


@pytest.fixture
def guidance():
    """A small framework, published."""
    return publish_file(OLD.encode())


def test_every_statement_and_level_has_a_row_in_an_unchanged_revision_too(kip, repository_of_skills):
    following = publish_file(unchanged_under("2024.1", repository_of_skills))
    rows = Succession.objects.into(following).surviving().select_related("statement", "source")
    assert len(rows) == 112
    assert all(row.statement.key == row.source.key and row.ratings == "carried" for row in rows)
    assert {row.source.revision_id for row in rows} == {kip.pk}
    levels = LevelSuccession.objects.into(following).select_related("level__scale", "source__scale")
    assert [(row.source.key, row.level.key) for row in levels] == [(level.key,) * 2 for level in kip.scale.levels.all()]
    assert {row.level.scale for row in levels} == {following.scale}


def test_a_first_revision_continues_nothing(kip):
    assert not Succession.objects.exists()
    assert not LevelSuccession.objects.exists()


def test_levels_of_another_scale_turn_into_what_the_file_says(guidance):
    revision = publish_file(
        revised(
            RESCALED,
            ("{id: low, value: 0", "{id: no, value: 1"),
            ("{id: high, value: 1", "{id: yes-indeed, value: 3"),
            ("level: high", "level: yes-indeed"),
        ).encode()
    )
    rows = LevelSuccession.objects.into(revision).select_related("level", "source")
    assert [(row.source.key, row.level.key) for row in rows] == [("low", "no"), ("high", "yes-indeed")]


def test_a_repetition_was_rated_where_its_text_stands_first(kip, repository_of_skills):
    following = publish_file(reworded_under("2024.1", repository_of_skills))
    repetition = kip.statements.exclude(same_as=None).first()
    row = Succession.objects.into(following).get(source=repetition)
    assert row.rated_source == repetition.same_as_id != repetition.pk
    first = Succession.objects.into(following).get(source=repetition.same_as)
    assert first.rated_source == repetition.same_as_id


@pytest.mark.parametrize(
    ("statement", "source", "ratings"),
    [("new", "old", "archived"), ("new", "old", "none"), ("new", None, "carried"), (None, "old", "suggested"),
     (None, None, "none"), ("new", "old", "carried")],
)  # fmt: skip
def test_the_database_refuses_rows_that_contradict_themselves(guidance, statement, source, ratings):
    revision = publish_file(revised().encode())
    elements = {"new": revision.statements.get(key="notes"), "old": guidance.statements.get(key="notes"), None: None}
    with pytest.raises(IntegrityError), transaction.atomic():
        Succession.objects.create(
            revision=revision, statement=elements[statement], source=elements[source], changes=[], ratings=ratings
        )


def test_successions_go_through_natural_keys_and_back(guidance):
    revision = publish_file(
        revised((ASKING, "      - {id: loudly, code: A-S2, text: Loudly}\n"),
                ("competences:\n", "retired: [{id: asking}]\ncompetences:\n")).encode()
    )  # fmt: skip
    before = [*Succession.objects.values(), *LevelSuccession.objects.values()]
    text = serializers.serialize(
        "json",
        [*Succession.objects.all(), *LevelSuccession.objects.all()],
        use_natural_foreign_keys=True,
        use_natural_primary_keys=True,
    )
    assert '"pk"' not in text
    for row in serializers.deserialize("json", text):
        row.save()
    assert [*Succession.objects.values(), *LevelSuccession.objects.values()] == before
    assert revision.successions.count() == 7


def test_a_publication_that_fails_leaves_no_succession(guidance):
    draft = actions.import_draft(revised().encode(), "kip.yaml")

    def fail(sender, **arguments):
        assert Succession.objects.count() == 6
        raise RuntimeError("no forms today")

    revision_published.connect(fail)
    try:
        with pytest.raises(RuntimeError, match="no forms today"):
            actions.publish(draft)
    finally:
        revision_published.disconnect(fail)
    assert not Succession.objects.exists()
    assert not LevelSuccession.objects.exists()

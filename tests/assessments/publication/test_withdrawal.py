"""A publication is taken back: what people have on the revision before is as if it had not been."""

import pytest

from assessments.continuity.plan import change_for
from assessments.models import Assessment, Form, FrameworkNotice
from assessments.questionnaire.answers import Answer
from assessments.rating import actions
from assessments.updates import actions as update_actions
from frameworks.models import Revision
from frameworks.publishing.actions import publish, take_back
from kip_site.refusals import Refused
from tests.published import publish_file, reworded_under

pytestmark = pytest.mark.django_db


@pytest.fixture
def open_draft(ana, essential):
    """Ana's assessment on the revision before, begun and nothing answered."""
    return actions.begin(ana, essential)


@pytest.fixture
def publish_next(kip, repository_of_skills):
    """Publishes the next revision, which words A2 anew."""
    return lambda: publish_file(reworded_under("2024.1", repository_of_skills))


def move_over(draft):
    return update_actions.move_draft(Assessment.objects.select_related("form__revision", "person").get(pk=draft.pk))


def test_a_draft_that_was_moved_over_with_nothing_in_it_is_open_again(ana, open_draft, publish_next):
    revision = publish_next()
    moved = move_over(open_draft)
    assert list(Assessment.objects.of(ana).drafts()) == [moved]
    take_back(revision)
    assert list(Assessment.objects.of(ana)) == list(Assessment.objects.of(ana).drafts()) == [open_draft]
    # And it is written in as before.
    statement = open_draft.form.statements().first()
    actions.save_rating(open_draft, statement, Answer(level=2), 0)
    assert open_draft.ratings.get().level.value == 2


def test_a_draft_of_somebody_else_that_was_moved_before_stays_moved(
    ana, luka, kip, essential, open_draft, publish_next, repository_of_skills
):
    other = actions.begin(luka, essential)
    second = publish_next()
    move_over(other)
    third = publish_file(reworded_under("2025.1", repository_of_skills, "2024.1"))
    move_over(open_draft)
    take_back(third)
    other.refresh_from_db()
    open_draft.refresh_from_db()
    assert (other.is_moved, open_draft.is_moved) == (True, False)
    assert [draft.form.revision for draft in Assessment.objects.of(luka).drafts()] == [second]


def test_a_draft_that_was_moved_over_with_an_answer_keeps_the_revision(ana, open_draft, publish_next):
    statement = open_draft.form.statements().first()
    actions.save_rating(open_draft, statement, Answer(level=2), 0)
    revision = publish_next()
    moved = move_over(open_draft)
    with pytest.raises(Refused, match="1 person has rated themselves"):
        take_back(revision)
    open_draft.refresh_from_db()
    assert open_draft.is_moved
    assert moved.ratings.get().level.value == 2


def test_everybody_is_told_again_when_it_is_published_again(ana, anas, kip, publish_next):
    FrameworkNotice.objects.create(person=ana, revision=kip)
    revision = publish_next()
    update_actions.decide(ana, revision)
    assert change_for(ana) is None
    draft = take_back(revision)
    # What was told of other revisions stays told.
    assert [notice.revision for notice in FrameworkNotice.objects.all()] == [kip]
    assert change_for(ana) is None
    publish(draft)
    assert change_for(ana).version == "2024.1"


def test_forms_and_targets_of_the_revision_before_are_offered_again(kip, counsellor, publish_next):
    before = [list(Form.objects.offered().values_list("pk", flat=True)), counsellor.required.count()]
    take_back(publish_next())
    assert Revision.objects.current().get() == kip
    assert [list(Form.objects.offered().values_list("pk", flat=True)), counsellor.required.count()] == before
    assert not Form.objects.exclude(revision=kip).exists()

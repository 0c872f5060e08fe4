"""An assessment goes on on a later revision: as an update of what was submitted, or as a draft that is moved over."""

import pytest
from django.core.files.base import ContentFile

from assessments.continuity.plan import change_for, change_of
from assessments.models import Assessment, Evidence, Form, Rating, Submitted
from assessments.questionnaire.answers import Answer
from assessments.rating import actions
from assessments.updates import actions as update_actions
from kip_site.refusals import Refused
from tests.assessed import roles_shown
from tests.assessments.updates.carried import brought, every_rating, told

pytestmark = pytest.mark.django_db


def test_it_means_three_numbers(ana, anas, revised):
    change = change_for(ana)
    assert (change.earlier, change.version, change.old_version) == (anas, "2026.1", "2021.11")
    # Of 24: B4 was left open, A2, E1, E2 and G3 changed; B2 does not apply, which is carried too.
    assert (change.plan.carried_count, change.plan.accept_count, change.plan.new_count) == (19, 2, 1)
    assert len(change.plan.archived) == 1
    assert len(change.plan.reworded) == 1


def test_two_windows_get_the_same_update(ana, anas, revised):
    first = update_actions.begin_update(ana, anas)
    ratings = every_rating()
    assert update_actions.begin_update(ana, anas) == first
    assert every_rating() == ratings
    assert first.updates_id == anas.pk


def test_a_suggestion_counts_only_once_it_is_confirmed(update):
    statement = update.form.statements().get(key="evaluate")
    rating = update.ratings.get(statement=statement)
    assert (rating.origin, rating.level, rating.suggested_level.value) == ("suggested", None, 1)
    assert rating not in Rating.objects.answered()
    update_actions.accept(update, statement.pk)
    rating.refresh_from_db()
    assert (rating.origin, rating.level.value, rating.version) == ("confirmed", 1, 2)
    # A second click, in a window that is late, changes nothing.
    update_actions.accept(update, statement.pk)
    rating.refresh_from_db()
    assert rating.version == 2


@pytest.mark.parametrize(
    ("answer", "origin"),
    [
        (Answer(level=1), "confirmed"),
        (Answer(level=2), "own"),
        (Answer(does_not_apply=True), "own"),
        (Answer(comment="Not sure."), "suggested"),
    ],
)
def test_choosing_the_suggested_level_confirms_it_and_another_is_her_own(update, answer, origin):
    statement = update.form.statements().get(key="evaluate")
    actions.save_rating(update, statement, answer, 1)
    assert update.ratings.get(statement=statement).origin == origin


def test_a_carried_rating_that_is_changed_is_her_own_and_the_earlier_one_stays(update, anas):
    statement = update.form.statements().get(key="identify-partners")
    actions.save_rating(update, statement, Answer(level=4), 1)
    rating = update.ratings.get(statement=statement)
    assert (rating.origin, rating.level.value, rating.source.level.value) == ("own", 4, 3)
    assert anas.ratings.get(statement__code="A1").level.value == 3


def test_comments_links_and_files_come_along(author, ana, anas, django_capture_on_commit_callbacks):
    rating = anas.ratings.get(statement__code="A1")
    Rating.objects.filter(pk=rating.pk).update(comment="Two employers have signed up.")
    file = Evidence(rating=rating, name="agreement.txt", size=5)
    file.file.save("agreement.txt", ContentFile(b"Ours."))
    Evidence.objects.create(rating=rating, url="https://kvarner.example/partners", name="Partners")
    author.split("identify-partners", ("look", "A1", "Looking for partners"), ("find", "A6", "Finding partners"))
    author.publish("2026.1")
    ratings = brought(ana, anas)
    for key in ("look", "find"):
        assert ratings[key].comment == "Two employers have signed up."
        assert [one.name for one in ratings[key].evidence.all()] == ["agreement.txt", "Partners"]
    # The file is there once, and stays until the last rating that has it is gone.
    with django_capture_on_commit_callbacks(execute=True):
        for each in Evidence.objects.filter(rating__assessment__updates=anas, url=""):
            actions.remove_evidence(each)
    with file.file.open() as kept:
        assert kept.read() == b"Ours."
    with django_capture_on_commit_callbacks(execute=True):
        file.delete()
    assert not file.file.storage.exists(file.file.name)


def test_the_same_target_is_compared_with(update, anas, counsellor):
    assert update.target != counsellor
    assert update.target.key == counsellor.key


def test_an_assessment_begun_anew_takes_the_answers_in_where_it_has_none(ana, anas, revised):
    draft = actions.begin(ana, Form.objects.get(revision=revised, key="essential"))
    statement = draft.form.statements().get(key="identify-partners")
    actions.save_rating(draft, statement, Answer(level=0), 0)
    assert update_actions.begin_update(ana, anas) == draft
    assert draft.ratings.get(statement=statement).level.value == 0
    assert draft.ratings.get(statement__key="present-benefits").level.value == 3


def test_where_nothing_needs_asking_one_step_takes_all_over_and_shares_as_before(author, ana, anas_shared):
    author.reword("identify-partners", "Finding new partners").publish("2026.1")
    taken = update_actions.take_over(ana, anas_shared)
    taken = Assessment.objects.get(pk=taken.pk)
    assert taken.is_submitted
    assert roles_shown(taken) == {"trainer", "manager"}
    assert taken.ratings.count() == anas_shared.ratings.count()
    assert change_for(ana) is None


def test_where_something_needs_asking_nothing_is_taken_over(ana, anas, revised):
    with pytest.raises(Refused):
        update_actions.take_over(ana, anas)
    assert Assessment.objects.count() == 1


def test_an_assessment_on_the_revision_in_force_has_nothing_to_be_updated_to(ana, anas):
    with pytest.raises(Refused):
        update_actions.begin_update(ana, anas)


# --- A draft on the revision before -------------------------------------------------------------


@pytest.fixture
def open_draft(ana, essential):
    """Ana's open assessment on 2021.11."""
    draft = actions.begin(ana, essential)
    statements = {statement.code: statement for statement in essential.statements()}
    actions.save_rating(draft, statements["A1"], Answer(level=3, comment="since May"), 0)
    actions.save_rating(draft, statements["A2"], Answer(level=2), 0)
    actions.save_rating(draft, statements["A3"], Answer(comment="To be asked."), 0)
    actions.save_rating(draft, statements["G3"], Answer(level=4), 0)
    return Assessment.objects.select_related("form__revision", "person").get(pk=draft.pk)


def test_a_draft_is_finished_on_the_revision_it_began_with(author, ana, open_draft):
    author.retire("represent-partnership").publish("2026.1")
    actions.submit(open_draft, {})
    assert open_draft.ratings.get(statement__code="G3").level.value == 4
    assert change_for(ana).earlier == open_draft


def test_a_draft_is_moved_over_and_nothing_in_it_is_lost(author, ana, open_draft):
    author.retire("represent-partnership").narrow("identify-needs", "Identifying needs").publish("2026.1")
    before = every_rating()
    moved = update_actions.move_draft(open_draft)
    ratings = {rating.statement.code: rating for rating in moved.ratings.all()}
    assert told(ratings["A1"]) == ("carried", 3, None)
    assert ratings["A1"].comment == "since May"
    assert told(ratings["A2"]) == ("suggested", None, 2)
    assert (ratings["A3"].comment, ratings["A3"].level) == ("To be asked.", None)
    assert "G3" not in ratings
    assert every_rating()[: len(before)] == before
    open_draft.refresh_from_db()
    assert open_draft.is_moved
    assert list(Assessment.objects.of(ana).drafts()) == [moved]
    with pytest.raises(Submitted):
        actions.save_rating(open_draft, before[0][1], Answer(level=0), 1)


def test_a_draft_is_not_moved_into_another_update(author, ana, anas, open_draft):
    author.publish("2026.1")
    update_actions.begin_update(ana, anas)
    with pytest.raises(Refused):
        update_actions.move_draft(open_draft)
    open_draft.refresh_from_db()
    assert not open_draft.is_moved


def test_discarding_what_a_draft_was_moved_to_opens_it_again(author, ana, open_draft):
    author.publish("2026.1")
    actions.discard(update_actions.move_draft(open_draft))
    assert list(Assessment.objects.of(ana).drafts()) == [open_draft]


def test_whoever_moved_her_draft_is_not_asked_to_update_an_earlier_assessment_too(author, ana, anas, open_draft):
    author.narrow("identify-needs", "Identifying needs").publish("2026.1")
    moved = update_actions.move_draft(open_draft)
    assert change_for(ana) is None
    # Its own page leads to where she is: the form has one open assessment.
    assert change_of(anas).update == moved.pk
    actions.submit(moved, {})
    assert change_for(ana) is None

"""Writing assessments: drafts, ratings, races, submission. What is refused leaves no trace."""

from functools import partial

import pytest
from django.urls import reverse

from assessments.models import Assessment, Form, Rating, Submitted, TargetProfile
from assessments.questionnaire.answers import Answer
from assessments.rating import actions
from frameworks.models import Revision
from kip_site.accounts.models import User
from kip_site.refusals import Refused
from tests.assessed import roles_shown
from tests.at_once import at_once
from tests.words import words

# --- Beginning ----------------------------------------------------------------------------------


def test_beginning_twice_gives_the_same_draft(ana, essential):
    assert actions.begin(ana, essential) == actions.begin(ana, essential)
    assert Assessment.objects.of(ana).count() == 1


def test_two_people_begin_two_drafts(ana, luka, essential):
    assert actions.begin(ana, essential) != actions.begin(luka, essential)


def test_after_submitting_a_new_draft_begins(ana, anas, essential):
    assert actions.begin(ana, essential) != anas


def test_the_first_target_offered_is_taken_unless_another_is_chosen(ana, luka, essential, counsellor):
    manager = TargetProfile.objects.create(revision=essential.revision, key="manager", position=9, title="Manager")
    assert actions.begin(ana, essential).target == counsellor
    assert actions.begin(luka, essential, manager).target == manager


def test_of_two_targets_at_one_position_the_older_one_is_taken(signed_in, ana, luka, essential, counsellor):
    TargetProfile.objects.create(revision=essential.revision, key="adviser", title="Adviser")
    assert actions.begin(ana, essential).target == counsellor
    page = words(signed_in(luka).get(reverse("assessments:index")))
    assert page.index(counsellor.title) < page.index("Adviser")


def test_a_target_of_another_organisation_is_refused(ana, rhone, essential):
    theirs = TargetProfile.objects.create(revision=essential.revision, organisation=rhone, key="theirs", title="Theirs")
    with pytest.raises(Refused):
        actions.begin(ana, essential, theirs)
    assert not Assessment.objects.exists()


def test_a_closed_form_is_refused_but_its_draft_goes_on(ana, luka, essential):
    draft = actions.begin(ana, essential)
    Form.objects.update(is_open=False)
    assert actions.begin(ana, essential) == draft
    with pytest.raises(Refused):
        actions.begin(luka, essential)


def test_a_draft_finishes_on_its_superseded_revision(draft, luka, essential):
    Revision.objects.update(status=Revision.Status.SUPERSEDED)
    actions.save_rating(draft.assessment, draft["A1"], Answer(level=2), 0)
    actions.submit(draft.assessment, {})
    with pytest.raises(Refused):
        actions.begin(luka, essential)


# --- Ratings ------------------------------------------------------------------------------------


def test_an_answer_is_saved_changed_and_taken_back(draft):
    actions.save_rating(draft.assessment, draft["A1"], Answer(level=2, comment="since May"), 0)
    assert draft.answer("A1") == (2, False, "since May", 1)
    actions.save_rating(draft.assessment, draft["A1"], Answer(does_not_apply=True), 1)
    assert draft.answer("A1") == (None, True, "", 2)
    actions.save_rating(draft.assessment, draft["A1"], Answer(), 2)
    assert draft.answer("A1") == (None, False, "", 3)


def test_saving_notes_when(draft):
    saved = actions.save_rating(draft.assessment, draft["A1"], Answer(level=2), 0)
    draft.assessment.refresh_from_db()
    assert draft.assessment.saved_at == saved.saved_at == draft.assessment.ratings.get().saved_at


def test_a_stale_window_meets_a_conflict_and_overwrites_nothing(draft):
    actions.save_rating(draft.assessment, draft["A1"], Answer(level=2), 0)
    with pytest.raises(actions.Conflict) as conflict:
        actions.save_rating(draft.assessment, draft["A1"], Answer(level=3), 0)
    assert conflict.value.current.answer == Answer(level=2)
    assert conflict.value.current.version == 1
    assert draft.answer("A1") == (2, False, "", 1)


def test_the_same_answer_again_is_no_conflict_and_no_new_version(draft):
    actions.save_rating(draft.assessment, draft["A1"], Answer(level=2), 0)
    again = actions.save_rating(draft.assessment, draft["A1"], Answer(level=2), 0)
    assert again.version == 1
    assert draft.answer("A1") == (2, False, "", 1)


def test_a_level_that_is_not_on_the_scale_is_refused(draft):
    with pytest.raises(Refused):
        actions.save_rating(draft.assessment, draft["A1"], Answer(level=5), 0)
    assert draft.answer("A1") is None
    draft.assessment.refresh_from_db()
    assert draft.assessment.saved_at is None


def test_a_level_of_another_scale_does_not_count(leader, luka):
    form = Form.objects.get(revision=leader)
    assessment = actions.begin(luka, form)
    with pytest.raises(Refused):
        # The Repository of skills has a level 4, this framework's scale ends with 3.
        actions.save_rating(assessment, form.statements().first(), Answer(level=4), 0)


def test_a_statement_that_the_form_does_not_ask_is_refused(draft, full):
    knowledge = full.statements().get(code="A-K1")
    with pytest.raises(actions.NotAsked):
        actions.save_rating(draft.assessment, knowledge, Answer(level=1), 0)


def test_a_repeated_text_is_asked_once(draft, kip):
    repeat = kip.statements.exclude(same_as=None).first()
    with pytest.raises(actions.NotAsked):
        actions.save_rating(draft.assessment, repeat, Answer(level=1), 0)


@pytest.mark.django_db(transaction=True)
def test_of_many_windows_at_once_one_wins_and_the_others_are_told(draft):
    windows = [
        partial(actions.save_rating, draft.assessment, draft["A1"].pk, Answer(level=level), 0) for level in range(5)
    ]
    outcomes = at_once(*windows, refused=actions.Conflict)
    conflicts = [outcome for outcome in outcomes if isinstance(outcome, actions.Conflict)]
    winners = [outcome.answer.level for outcome in outcomes if outcome not in conflicts]
    assert len(winners) == 1
    assert [conflict.current.answer.level for conflict in conflicts] == winners * 4
    assert draft.answer("A1") == (winners[0], False, "", 1)


@pytest.mark.django_db(transaction=True)
def test_two_windows_that_begin_at_once_get_one_draft(ana, essential):
    drafts = at_once(*[partial(actions.begin, ana, essential)] * 4)
    assert len(drafts) == 4
    assert len({draft.pk for draft in drafts}) == 1


# --- Submitting ---------------------------------------------------------------------------------


def test_a_submitted_assessment_never_changes(anas):
    rating = anas.ratings.first()
    before = list(Rating.objects.order_by("pk").values())
    with pytest.raises(Submitted):
        actions.save_rating(anas, rating.statement, Answer(level=0), rating.version)
    with pytest.raises(Submitted):
        actions.add_link(anas, rating.statement, "https://kvarner.example/agreement")
    with pytest.raises(Submitted):
        actions.discard(anas)
    assert list(Rating.objects.order_by("pk").values()) == before
    assert Assessment.objects.filter(pk=anas.pk).exists()


def test_submitting_twice_keeps_the_first_sharing(draft, marco, ivana, kvarner):
    actions.save_rating(draft.assessment, draft["A1"], Answer(level=2), 0)
    actions.submit(draft.assessment, {kvarner.pk: ["trainer"]})
    with pytest.raises(Submitted):
        actions.submit(draft.assessment, {kvarner.pk: ["manager"]})
    assert roles_shown(draft.assessment) == {"trainer"}


def test_nothing_answered_is_nothing_to_submit(draft):
    actions.save_rating(draft.assessment, draft["A1"], Answer(comment="only a thought"), 0)
    with pytest.raises(Refused):
        actions.submit(draft.assessment, {})
    draft.assessment.refresh_from_db()
    assert not draft.assessment.is_submitted


def test_discarding_a_draft_leaves_nothing_of_it(draft, ana):
    actions.save_rating(draft.assessment, draft["A1"], Answer(level=2), 0)
    actions.discard(draft.assessment)
    assert not Assessment.objects.exists()
    assert not Rating.objects.exists()
    assert User.objects.filter(pk=ana.pk).exists()

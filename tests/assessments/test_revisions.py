"""The framework changes, and nobody's work is lost: the table of docs/framework-format.md on published revisions."""

import random
from datetime import timedelta

import pytest
from django.core.files.base import ContentFile

from assessments import actions, update_actions
from assessments.answers import Answer
from assessments.models import Assessment, Evidence, Form, FrameworkNotice, Rating, RequiredLevel, TargetProfile
from assessments.updating import LastAnswer, change_for, change_of, last_answers, plan_of
from frameworks.models import Level, Revision
from frameworks.writing import to_yaml
from tests.assessed import SUBMITTED, submitted
from tests.frameworks.revisions_by_chance import changed, framework
from tests.published import publish_file
from tests.revised import Author

pytestmark = pytest.mark.django_db

NA = "does not apply"


def brought(person, earlier):
    """The update of an assessment: its ratings by the id of their statement."""
    draft = update_actions.begin_update(person, earlier)
    return {rating.statement.key: rating for rating in draft.ratings.select_related("statement", "level", "source")}


def told(rating):
    """(origin, level that counts, level that is suggested)"""
    return (
        rating.origin,
        rating.level and rating.level.value,
        rating.suggested_level and rating.suggested_level.value,
    )


def every_rating():
    return list(
        Rating.objects.order_by("pk").values_list(
            "assessment", "statement", "level", "does_not_apply", "comment", "version", "saved_at"
        )
    )


# --- The table, row by row ----------------------------------------------------------------------

# What the author does, what Ana rated, and what stands in her update: {id: (origin, level, suggested level)}; None for
# a statement without a rating. All else is carried.
TABLE = {
    "unchanged": (lambda author: author, {"A1": 3}, {"identify-partners": ("carried", 3, None)}),
    "moved": (
        lambda author: author.move("identify-partners", "evaluation"),
        {"A1": 3},
        {"identify-partners": ("carried", 3, None)},
    ),
    "recoded": (
        lambda author: author.recode("identify-partners", "A9"),
        {"A1": 3},
        {"identify-partners": ("carried", 3, None)},
    ),
    "translated": (
        lambda author: author.translate("identify-partners", hr="Pronalaženje novih partnera"),
        {"A1": 3},
        {"identify-partners": ("carried", 3, None)},
    ),
    "reworded": (
        lambda author: author.reword("identify-needs", "Finding out what partners need, now and later"),
        {"A2": 2},
        {"identify-needs": ("carried", 2, None)},
    ),
    "successor": (
        lambda author: author.succeed("identify-needs", "foresee-needs", "Foreseeing what partners will need"),
        {"A2": 2},
        {"foresee-needs": ("suggested", None, 2)},
    ),
    "split": (
        lambda author: author.split(
            "organise-events", ("plan-events", "G1", "Planning events"), ("hold-events", "G4", "Holding events")
        ),
        {"G1": 4},
        {"plan-events": ("suggested", None, 4), "hold-events": ("suggested", None, 4)},
    ),
    "merged": (
        lambda author: author.merge(["evaluation-tools", "report-evaluations"], "evaluate", "Evaluating and reporting"),
        {"E1": 3, "E2": 1},
        {"evaluate": ("suggested", None, 1)},
    ),
    "merged, a source unrated": (
        lambda author: author.merge(["evaluation-tools", "report-evaluations"], "evaluate", "Evaluating and reporting"),
        {"E1": 3},
        {"evaluate": None},
    ),
    "widened": (
        lambda author: author.widen("collect-information", "monitor-policies", text="Collecting and monitoring"),
        {"F1": 4, "F2": 2},
        {"collect-information": ("suggested", None, 2)},
    ),
    "widened, a source unrated": (
        lambda author: author.widen("collect-information", "monitor-policies", text="Collecting and monitoring"),
        {"F1": 4},
        {"collect-information": None},
    ),
    "narrowed": (
        lambda author: author.narrow("organise-events", "Organising events"),
        {"G1": 0},
        {"organise-events": ("suggested", None, 0)},
    ),
    "retired": (lambda author: author.retire("represent-partnership"), {"G3": 3}, {"represent-partnership": None}),
    "added": (
        lambda author: author.add("evaluation", "sub_competences", "learn", "E3", "Learning from evaluations"),
        {"E1": 3},
        {"learn": None, "evaluation-tools": ("carried", 3, None)},
    ),
    "rescaled": (
        lambda author: author.rescale(
            "three", [(["not-yet", "first-steps"], "no", 1), (["with-support", "on-my-own"], "yes", 2),
                      (["guiding-others"], "well", 3)]
        ),
        {"A1": 0, "A2": 3, "A3": 4},
        {
            "identify-partners": ("carried", 1, None),
            "identify-needs": ("carried", 2, None),
            "present-benefits": ("carried", 3, None),
        },
    ),
    "recoded and reworded": (
        lambda author: author.recode("identify-needs", "A7").reword("identify-needs", "Asking for their needs"),
        {"A2": 2},
        {"identify-needs": ("carried", 2, None)},
    ),
    "moved and narrowed": (
        lambda author: author.move("organise-events", "evaluation").narrow("organise-events", "Organising events"),
        {"G1": 4},
        {"organise-events": ("suggested", None, 4)},
    ),
}  # fmt: skip


@pytest.mark.parametrize("row", TABLE)
def test_the_table(row, author, ana, essential):
    change, levels, expected = TABLE[row]
    earlier = submitted(ana, essential, {"B1": 1, "B2": NA, **levels})
    before = every_rating()
    revision = change(author).publish("2026.1")
    assert every_rating() == before
    ratings = brought(ana, earlier)
    for key, told_of in expected.items():
        assert (told(ratings[key]) if key in ratings else None) == told_of
    # Whatever the table does not speak of is carried, and the ratings of then are as they were.
    assert told(ratings["monitor-agreements"])[0] == "carried"
    assert ratings["find-funds"].does_not_apply
    assert {rating.statement.revision for rating in ratings.values()} == {revision}
    assert every_rating()[: len(before)] == before


def test_what_is_rescaled_keeps_the_original_beside_it(author, ana, essential):
    earlier = submitted(ana, essential, {"A3": 4})
    author.rescale(
        "two", [(["not-yet", "first-steps", "with-support"], "no", 0), (["on-my-own", "guiding-others"], "yes", 1)]
    ).publish("2026.1")
    rating = brought(ana, earlier)["present-benefits"]
    assert (rating.level.value, rating.source.level.value) == (1, 4)


def test_the_sentence_that_stands_twice_is_merged_with_its_repetition(author, ana, full):
    earlier = submitted(ana, full, {"B-S4": 3})
    author.merge(
        ["project-application", "project-application-again"], "applications", "Writing a project application"
    ).publish("2026.1")
    assert told(brought(ana, earlier)["applications"]) == ("suggested", None, 3)


def test_where_the_first_place_of_a_repeated_text_is_retired_the_other_one_has_the_rating(author, ana, full):
    earlier = submitted(ana, full, {"B-S4": 3})
    revision = author.retire("project-application").publish("2026.1")
    assert told(brought(ana, earlier)["project-application-again"]) == ("carried", 3, None)
    assert plan_of(earlier, Form.objects.get(revision=revision, key="full")).archived == ()


def test_several_revisions_are_carried_one_by_one(author, ana, essential):
    earlier = submitted(ana, essential, {"A1": 3, "A2": 2, "E1": 4, "E2": 2, "G3": 1})
    author.succeed("identify-needs", "foresee-needs", "Foreseeing what partners will need")
    author.reword("identify-partners", "Finding new partners")
    second = author.content("2026.1")
    author.publish("2026.1")
    third = Author(second).merge(["evaluation-tools", "report-evaluations"], "evaluate", "Evaluating")
    third.retire("represent-partnership").publish("2027.1")
    ratings = brought(ana, earlier)
    assert told(ratings["identify-partners"]) == ("carried", 3, None)
    assert told(ratings["foresee-needs"]) == ("suggested", None, 2)
    assert told(ratings["evaluate"]) == ("suggested", None, 2)
    plan = plan_of(earlier, Form.objects.get(revision__version="2027.1", key="essential"))
    assert [plan.ratings[pk].statement.key for pk in plan.archived] == ["represent-partnership"]


def test_what_was_left_unconfirmed_is_only_suggested_on_the_revision_after(author, ana, essential):
    earlier = submitted(ana, essential, {"A1": 3, "A2": 2})
    author.succeed("identify-needs", "foresee-needs", "Foreseeing what partners will need")
    second = author.content("2026.1")
    author.publish("2026.1")
    update = update_actions.begin_update(ana, earlier)
    actions.submit(update, False, False)
    Author(second).publish("2027.1")
    update = Assessment.objects.select_related("form__revision").get(pk=update.pk)
    assert told(brought(ana, update)["foresee-needs"]) == ("suggested", None, 2)


# --- The update ---------------------------------------------------------------------------------


def test_it_means_three_numbers(ana, anas, revised):
    change = change_for(ana)
    assert (change.earlier, change.version, change.old_version) == (anas, "2026.1", "2021.11")
    # Of 24: B4 was left open, A2, E1, E2 and G3 changed; B2 does not apply, which is carried too.
    assert (change.plan.carried_count, change.plan.confirm_count, change.plan.new_count) == (19, 2, 1)
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
    update_actions.confirm(update, statement.pk)
    rating.refresh_from_db()
    assert (rating.origin, rating.level.value, rating.version) == ("confirmed", 1, 2)
    # A second click, in a window that is late, changes nothing.
    update_actions.confirm(update, statement.pk)
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
    assert (taken.shared_with_trainers, taken.shared_with_managers) == (True, True)
    assert taken.ratings.count() == anas_shared.ratings.count()
    assert change_for(ana) is None


def test_where_something_needs_asking_nothing_is_taken_over(ana, anas, revised):
    with pytest.raises(actions.Refused):
        update_actions.take_over(ana, anas)
    assert Assessment.objects.count() == 1


def test_an_assessment_on_the_revision_in_force_has_nothing_to_be_updated_to(ana, anas):
    with pytest.raises(actions.Refused):
        update_actions.begin_update(ana, anas)


# --- Who is told --------------------------------------------------------------------------------


def test_nobody_is_told_before_there_is_a_revision_or_who_never_rated(ana, luka, anas):
    assert change_for(ana) is None
    assert change_for(luka) is None


def test_what_she_set_aside_is_told_no_more(ana, anas, revised):
    update_actions.decide(ana, revised)
    assert change_for(ana) is None
    update_actions.decide(ana, revised)
    assert FrameworkNotice.objects.count() == 1


def test_what_she_has_begun_is_told_until_it_is_submitted(ana, update):
    assert change_for(ana).update == update.pk
    actions.submit(update, False, False)
    assert change_for(ana) is None


def test_telling_costs_one_query_where_nothing_waits_and_the_same_for_all_others(
    ana, luka, anas, revised, django_assert_num_queries
):
    with django_assert_num_queries(1):
        assert change_for(luka) is None
    with django_assert_num_queries(11):
        # the assessment, the form after it, an update of it, ratings, what the form asked (two), revisions,
        # successions, levels, what the new form asks (two)
        assert change_for(ana)


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
    actions.submit(open_draft, False, False)
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
    with pytest.raises(actions.Submitted):
        actions.save_rating(open_draft, before[0][1], Answer(level=0), 1)


def test_a_draft_is_not_moved_into_another_update(author, ana, anas, open_draft):
    author.publish("2026.1")
    update_actions.begin_update(ana, anas)
    with pytest.raises(actions.Refused):
        update_actions.move_draft(open_draft)
    open_draft.refresh_from_db()
    assert not open_draft.is_moved


def test_discarding_what_a_draft_was_moved_to_opens_it_again(author, ana, open_draft):
    author.publish("2026.1")
    actions.discard(update_actions.move_draft(open_draft))
    assert list(Assessment.objects.of(ana).drafts()) == [open_draft]


# --- The last time ------------------------------------------------------------------------------


def test_the_last_time_is_met_through_what_a_statement_continues(ana, anas, revised):
    last = {
        statement.key: answer
        for statement in revised.statements.all()
        if (answer := last_answers(ana.pk, revised).get(statement.pk))
    }
    assert last["foresee-needs"] == LastAnswer(2, does_not_apply=False, when=SUBMITTED, is_suggested=True)
    assert last["identify-partners"] == LastAnswer(3, does_not_apply=False, when=SUBMITTED)
    assert last["find-funds"].does_not_apply
    assert "learn" not in last
    assert len(last) == 21


def test_the_newest_answer_is_the_last_time_whatever_its_revision(author, ana, essential, anas):
    revision = author.publish("2026.1")
    form = Form.objects.get(revision=revision, key="essential")
    submitted(ana, form, {"A1": 1, "A2": 1}, on=SUBMITTED + timedelta(days=30))
    # A draft of before that was finished on its own revision, later.
    submitted(ana, essential, {"A1": 4}, on=SUBMITTED + timedelta(days=60))
    levels = {answer.code: last_answers(ana.pk, revision)[answer.pk].level for answer in form.statements()[:3]}
    assert levels == {"A1": 4, "A2": 1, "A3": 3}


# --- Targets ------------------------------------------------------------------------------------


def test_a_target_requires_what_is_carried_and_asks_about_the_rest(counsellor, revised):
    target = TargetProfile.objects.get(revision=revised)
    required = dict(target.required.values_list("statement__key", "level__value"))
    # Of 24, A2, E1, E2 and G3 are no more.
    assert len(required) == 20
    assert required["identify-partners"] == 3
    reviews = dict(target.reviews.values_list("statement__key", "suggested_level__value"))
    assert reviews == {"foresee-needs": 3, "evaluate": 3, "learn": None}
    assert counsellor.required.count() == 24


def test_a_target_is_mapped_to_another_scale(author, counsellor):
    revision = author.rescale(
        "two", [(["not-yet", "first-steps", "with-support"], "no", 0), (["on-my-own", "guiding-others"], "yes", 1)]
    ).publish("2026.1")
    required = RequiredLevel.objects.filter(target__revision=revision).values_list("statement__code", "level__value")
    assert len(required) == 24
    assert (dict(required)["A1"], dict(required)["B1"]) == (1, 0)


def test_the_essential_form_grows_with_its_framework(essential, revised):
    form = Form.objects.get(revision=revised, key="essential")
    assert form.statements().count() == 24 - 1 - 1 + 1
    assert form.statements().filter(key="learn").exists()
    assert Revision.objects.get(pk=essential.revision_id).status == Revision.Status.SUPERSEDED


# --- A large framework --------------------------------------------------------------------------


def test_a_thousand_statements_with_hundreds_of_changes_at_once(ana):
    chance = random.Random(5)
    document = framework(5, competences=20, statements=1000, outcomes=40)
    form = Form.objects.get(revision=publish_file(to_yaml(document).encode()), key="full")
    earlier = submitted(ana, form, {})
    scale = list(Level.objects.filter(scale__revision=form.revision_id))
    old = {statement.key: statement for statement in form.statements()}
    levels = {key: chance.choice([*scale, None]) for key in old}
    Rating.objects.bulk_create(
        Rating(assessment=earlier, statement=old[key], level=level) for key, level in levels.items() if level
    )
    before = every_rating()
    revised = changed(document, 6, 400)
    publish_file(revised.content())
    assert every_rating() == before
    ratings = brought(ana, earlier)
    expected, retired = {}, set()
    sources = {}
    for (new, source), (_change, fate) in revised.expected.items():
        if new is None:
            retired.add(source)
        else:
            sources.setdefault(new, []).append((source and levels[source], fate))
    touched = {source for _new, source in revised.expected} | set(sources)
    for key, level in levels.items():
        if key not in touched and level:
            expected[key] = ("carried", level.value, None)
    for new, found in sources.items():
        values = [level and level.value for level, _fate in found]
        if None in values:
            continue
        expected[new] = ("carried", values[0], None) if found[0][1] == "carried" else ("suggested", None, min(values))
    assert {key: told(rating) for key, rating in ratings.items()} == expected
    plan = plan_of(earlier, Form.objects.offered().get(key="full"))
    gone = {plan.ratings[pk].statement.key for pk in plan.archived}
    assert gone == {key for key in retired if levels[key]}
    assert len(revised.expected) > 300
    assert every_rating()[: len(before)] == before


def test_whoever_moved_her_draft_is_not_asked_to_update_an_earlier_assessment_too(author, ana, anas, open_draft):
    author.narrow("identify-needs", "Identifying needs").publish("2026.1")
    moved = update_actions.move_draft(open_draft)
    assert change_for(ana) is None
    # Its own page leads to where she is: the form has one open assessment.
    assert change_of(anas).update == moved.pk
    actions.submit(moved, False, False)
    assert change_for(ana) is None

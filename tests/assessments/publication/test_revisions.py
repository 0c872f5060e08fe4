"""The framework changes, and nobody's work is lost: the table of docs/framework-format.md on published revisions."""

import random
from datetime import timedelta

import pytest

from assessments.continuity.plan import LastAnswer, change_for, last_answers, plan_of
from assessments.models import Assessment, Form, FrameworkNotice, Rating, RequiredLevel, TargetProfile
from assessments.profile.archive import archive_of
from assessments.questionnaire.answers import Answer
from assessments.rating import actions
from assessments.updates import actions as update_actions
from frameworks.files.writing import to_yaml
from frameworks.models import Level, Revision
from tests.assessed import SUBMITTED, submitted
from tests.assessments.updates.carried import brought, every_rating, told
from tests.frameworks.comparison.revisions_by_chance import changed, framework
from tests.published import publish_file
from tests.revised import Author

pytestmark = pytest.mark.django_db

NA = "does not apply"


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
    actions.submit(update, {})
    Author(second).publish("2027.1")
    update = Assessment.objects.select_related("form__revision").get(pk=update.pk)
    assert told(brought(ana, update)["foresee-needs"]) == ("suggested", None, 2)


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
    actions.submit(update, {})
    assert change_for(ana) is None


@pytest.mark.parametrize("which", [0, 1])
def test_of_two_drafts_she_is_told_of_the_one_that_every_page_continues(which, author, ana, essential, full):
    answered = [actions.begin(ana, form) for form in (essential, full)][which]
    actions.save_rating(answered, answered.form.statements().first(), Answer(level=2), 0)
    author.reword("identify-needs", "Identifying the needs of all partners").publish("2026.1")
    assert change_for(ana).earlier == Assessment.objects.latest_draft() == answered


def test_telling_costs_one_query_where_nothing_waits_and_the_same_for_all_others(
    ana, luka, anas, revised, django_assert_num_queries
):
    with django_assert_num_queries(1):
        assert change_for(luka) is None
    with django_assert_num_queries(11):
        # the assessment, the form after it, an update of it, ratings, what the form asked (two), revisions,
        # successions, levels, what the new form asks (two)
        assert change_for(ana)


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


def test_of_two_that_were_submitted_at_one_moment_the_later_one_counts(author, ana, essential, anas):
    submitted(ana, essential, {"A1": 4, "G3": 4})
    revision = author.retire("represent-partnership").publish("2026.1")
    a1 = revision.statements.get(key="identify-partners")
    assert last_answers(ana.pk, revision)[a1.pk].level == 4
    assert [each.rated for each in archive_of(ana.pk, revision)] == ["4 Guiding others"]


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
    for (new, source), (_change, effect) in revised.expected.items():
        if new is None:
            retired.add(source)
        else:
            sources.setdefault(new, []).append((source and levels[source], effect))
    touched = {source for _new, source in revised.expected} | set(sources)
    for key, level in levels.items():
        if key not in touched and level:
            expected[key] = ("carried", level.value, None)
    for new, found in sources.items():
        values = [level and level.value for level, _effect in found]
        if None in values:
            continue
        expected[new] = ("carried", values[0], None) if found[0][1] == "carried" else ("suggested", None, min(values))
    assert {key: told(rating) for key, rating in ratings.items()} == expected
    plan = plan_of(earlier, Form.objects.offered().get(key="full"))
    gone = {plan.ratings[pk].statement.key for pk in plan.archived}
    assert gone == {key for key in retired if levels[key]}
    assert len(revised.expected) > 300
    assert every_rating()[: len(before)] == before

"""The framework changes: which confirmations of levels go along, and which lapse. The rows of the worked table."""

import pytest

from assessments.models import Assessment, Form, LevelConfirmation
from assessments.profile import page
from assessments.publication.impact import impact
from assessments.questionnaire.answers import Answer
from assessments.rating import actions
from assessments.updates import actions as update_actions
from frameworks.publishing.actions import examine, take_back
from tests.assessed import confirmations_of, confirmed, shown, submitted
from tests.assessments.publication.test_revisions import TABLE
from tests.revised import Author

pytestmark = pytest.mark.django_db

# Of each row: {code before: why its confirmation lapses, or the codes it stands for afterwards}.
EFFECTS = {
    "unchanged": {"A1": {"A1"}},
    "moved": {"A1": {"A1"}},
    "recoded": {"A1": {"A9"}},
    "translated": {"A1": {"A1"}},
    "reworded": {"A2": {"A2"}},
    "successor": {"A2": "meaning"},
    "split": {"G1": "meaning"},
    "merged": {"E1": "meaning", "E2": "meaning"},
    "merged, a source unrated": {"E1": "meaning"},
    "widened": {"F1": "meaning", "F2": "meaning"},
    "widened, a source unrated": {"F1": "meaning"},
    "narrowed": {"G1": "meaning"},
    "retired": {"G3": "meaning"},
    "added": {"E1": {"E1"}},
    "rescaled": {"A1": "scale", "A2": "scale", "A3": "scale"},
    "recoded and reworded": {"A2": {"A7"}},
    "moved and narrowed": {"G1": "meaning"},
}


def every_confirmation(assessment):
    return list(assessment.confirmations.order_by("pk").values())


def test_every_row_of_the_table_has_an_effect():
    assert set(EFFECTS) == set(TABLE)


@pytest.mark.parametrize("row", TABLE)
def test_the_table(row, author, ana, marco, essential):
    change, levels, _expected = TABLE[row]
    effects = EFFECTS[row]
    earlier = submitted(ana, essential, {"B1": 1, "B2": "does not apply", **levels}, trainers=True)
    confirmed(earlier, marco, [*effects, "B1"])
    before = every_confirmation(earlier)
    change(author).publish("2026.1")
    assert every_confirmation(earlier) == before
    update = update_actions.begin_update(ana, earlier)
    assert not update.confirmations.exists()
    actions.submit(update, {})
    shown(update, trainers=True)
    expected = {("B1", "scale" if row == "rescaled" else "")}
    for code, effect in effects.items():
        expected |= {(code, effect)} if isinstance(effect, str) else {(new, "") for new in effect}
    assert {(code, lapse) for code, _name, _role, lapse in confirmations_of(update)} == expected
    # What stands is for a rating of the update; what lapsed keeps the earlier one. Who and when stay.
    for each in update.confirmations.select_related("rating"):
        assert each.rating.assessment_id == (earlier.pk if each.lapse else update.pk)
        assert (each.by, each.role, each.at) == (marco, "trainer", before[0]["at"])
    # The earlier assessment and its confirmations are as they were.
    assert every_confirmation(earlier) == before


@pytest.mark.parametrize("row", TABLE)
def test_the_preview_counts_what_will_lapse(row, author, ana, luka, marco, essential):
    change, levels, _expected = TABLE[row]
    for person in (ana, luka):
        confirmed(submitted(person, essential, {"B1": 1, **levels}), marco, [*EFFECTS[row], "B1"])
    content = change(author).content("2026.1")
    found = examine(content, "2026.1.yaml")
    lapsing = impact(found.current, found.comparison).lapsing
    lapsed = sum(isinstance(effect, str) for effect in EFFECTS[row].values()) + (row == "rescaled")
    assert (lapsing.ratings, lapsing.people) == (2 * lapsed, 2 if lapsed else 0)


@pytest.mark.parametrize(("level", "lapse"), [(4, "level"), (3, "")])
def test_a_carried_level_that_ana_changes_is_not_the_confirmed_one(level, lapse, author, ana, marco, anas):
    confirmed(anas, marco, ["A1"])
    author.publish("2026.1")
    update = update_actions.begin_update(ana, anas)
    statement = update.form.statements().get(code="A1")
    actions.save_rating(update, statement, Answer(level=0), 1)
    # Whoever comes back to the level that was confirmed keeps the confirmation.
    actions.save_rating(update, statement, Answer(level=level), 2)
    actions.submit(update, {})
    assert confirmations_of(update) == {("A1", "Marco Bellini", "trainer", lapse)}


def test_what_is_confirmed_while_the_update_is_open_goes_along_too(author, ana, marco, anas):
    author.publish("2026.1")
    update = update_actions.begin_update(ana, anas)
    confirmed(anas, marco, ["A1"])
    actions.submit(update, {})
    assert confirmations_of(update) == {("A1", "Marco Bellini", "trainer", "")}


def test_what_is_taken_back_while_the_update_is_open_does_not_go_along(author, ana, marco, anas):
    given = confirmed(anas, marco, ["A1"])
    author.publish("2026.1")
    update = update_actions.begin_update(ana, anas)
    LevelConfirmation.objects.filter(pk=given[0].pk).delete()
    actions.submit(update, {})
    assert not update.confirmations.exists()


def test_confirmations_of_several_go_along_and_lapse_together(author, ana, marco, ivana, anas):
    confirmed(anas, marco, ["A1", "A2"])
    confirmed(anas, ivana, ["A1", "A2"], role="manager")
    author.narrow("identify-needs", "Identifying needs").publish("2026.1")
    update = update_actions.begin_update(ana, anas)
    actions.submit(update, {})
    assert confirmations_of(update) == {
        ("A1", "Marco Bellini", "trainer", ""),
        ("A1", "Ivana Kovač", "manager", ""),
        ("A2", "Marco Bellini", "trainer", "meaning"),
        ("A2", "Ivana Kovač", "manager", "meaning"),
    }


def test_an_update_that_is_moved_over_takes_along_what_was_confirmed_before_both(author, ana, marco, anas):
    confirmed(anas, marco, ["A1", "A2", "A3", "G1"])
    author.narrow("identify-needs", "Identifying needs")
    second = author.content("2026.1")
    author.publish("2026.1")
    open_update = update_actions.begin_update(ana, anas)
    update_actions.accept(open_update, open_update.form.statements().get(code="A2").pk)
    actions.save_rating(open_update, open_update.form.statements().get(code="A3"), Answer(level=0), 1)
    Author(second).retire("organise-events").publish("2027.1")
    open_update = Assessment.objects.select_related("form__revision", "person").get(pk=open_update.pk)
    moved = update_actions.move_draft(open_update)
    actions.submit(moved, {})
    assert {(code, lapse) for code, _name, _role, lapse in confirmations_of(moved)} == {
        ("A1", ""),
        # She kept her level, but its meaning changed on the way.
        ("A2", "meaning"),
        ("A3", "level"),
        ("G1", "meaning"),
    }
    assert not open_update.confirmations.exists()


def test_a_draft_that_continues_nothing_takes_nothing_along(author, ana, marco, essential):
    draft = actions.begin(ana, essential)
    actions.save_rating(draft, essential.statements().get(code="A1"), Answer(level=3), 0)
    author.publish("2026.1")
    moved = update_actions.move_draft(Assessment.objects.select_related("form__revision", "person").get(pk=draft.pk))
    actions.submit(moved, {})
    assert not moved.confirmations.exists()


def test_what_lapsed_once_does_not_lapse_again(author, ana, marco, anas):
    confirmed(anas, marco, ["A1", "A2"])
    author.narrow("identify-needs", "Identifying needs")
    second = author.content("2026.1")
    author.publish("2026.1")
    update = update_actions.begin_update(ana, anas)
    actions.submit(update, {})
    Author(second).publish("2027.1")
    update = Assessment.objects.select_related("form__revision").get(pk=update.pk)
    update_of_update = update_actions.begin_update(ana, update)
    actions.submit(update_of_update, {})
    assert confirmations_of(update_of_update) == {("A1", "Marco Bellini", "trainer", "")}


def test_two_revisions_at_once_are_gone_through_one_by_one(author, ana, marco, anas):
    confirmed(anas, marco, ["A1", "A2"])
    author.narrow("identify-needs", "Identifying needs")
    second = author.content("2026.1")
    author.publish("2026.1")
    Author(second).reword("identify-partners", "Finding partners").publish("2027.1")
    update = update_actions.begin_update(ana, anas)
    actions.submit(update, {})
    assert {(code, lapse) for code, _name, _role, lapse in confirmations_of(update)} == {("A1", ""), ("A2", "meaning")}


def test_taking_the_publication_back_leaves_confirmations_as_they_were(author, ana, marco, elodie, anas):
    confirmed(anas, marco, ["A1", "A2"])
    before = every_confirmation(anas)
    revision = author.narrow("identify-needs", "Identifying needs").publish("2026.1")
    take_back(revision, elodie)
    assert every_confirmation(anas) == before
    assert LevelConfirmation.objects.count() == 2


def test_taking_over_in_one_step_takes_confirmations_along(author, ana, marco, anas_shared):
    confirmed(anas_shared, marco, ["A1"])
    author.reword("identify-partners", "Finding partners").publish("2026.1")
    taken = update_actions.take_over(ana, anas_shared)
    assert confirmations_of(taken) == {("A1", "Marco Bellini", "trainer", "")}


def test_the_new_profile_says_what_lapsed(author, ana, marco, anas):
    confirmed(anas, marco, ["A1", "A2", "A3", "G3"])
    author.narrow("identify-needs", "Identifying needs").retire("represent-partnership").publish("2026.1")
    update = update_actions.begin_update(ana, anas)
    actions.save_rating(update, update.form.statements().get(code="A3"), Answer(level=0), 1)
    actions.submit(update, {})
    profile = page.build(Assessment.objects.for_profile().get(pk=update.pk))
    framework, level = (each.words for each in profile.lapsed)
    assert framework == (
        "2 confirmations by Marco Bellini (trainer) of 23 November 2026 lapsed when the framework changed: "
        "they were for what revision 2021.11 means by A2, G3."
    )
    assert level == (
        "1 confirmation by Marco Bellini (trainer) of 23 November 2026 was for another level than the one chosen now: "
        "A3."
    )
    assert [each.codes for each in profile.confirmed] == [("A1",)]


@pytest.mark.parametrize("many", [1, 20])
def test_taking_along_costs_the_same_however_much_was_confirmed(
    many, author, ana, marco, anas, django_assert_num_queries
):
    codes = sorted(anas.ratings.filter(level__isnull=False).values_list("statement__code", flat=True))
    confirmed(anas, marco, codes[:many])
    author.publish("2026.1")
    update = update_actions.begin_update(ana, anas)
    with django_assert_num_queries(18):
        # SAVEPOINT, the draft touched, whether anything is answered, submitted; the assessment before, locked, its
        # confirmations; the plan: ratings, what the form asked (2), revisions, successions, levels, what the form
        # asks (2); ratings of the update; the confirmations written; RELEASE
        actions.submit(update, {})


def test_what_the_form_no_longer_asks_lapses(author, ana, marco, anas):
    confirmed(anas, marco, ["A1", "B1"])
    revision = author.publish("2026.1")
    form = Form.objects.get(revision=revision, key="essential")
    form.competences.set(revision.competences.filter(code="A"))
    update = update_actions.begin_update(ana, anas)
    actions.submit(update, {})
    assert {(code, lapse) for code, _name, _role, lapse in confirmations_of(update)} == {("A1", ""), ("B1", "meaning")}

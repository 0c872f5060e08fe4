"""Before a revision is published, the admin reads how many people's ratings it carries, suggests and archives."""

from datetime import timedelta

import pytest

from assessments.continuity.rules import Kind, Link, Step, answered, archived, carry
from assessments.models import Form, Rating, RequiredLevel, TargetProfile
from assessments.publication.impact import Answers, Continuation, gather, impact
from assessments.rating.actions import begin
from frameworks import hooks
from frameworks.hooks import Effect, Tally
from frameworks.models import Statement, Succession
from frameworks.publishing import actions
from tests.assessed import SUBMITTED, submitted
from tests.frameworks.comparison.compared import OLD, revised
from tests.frameworks.publishing.test_successions import ASKING, NODDING, SILENCE
from tests.published import FIXTURES, publish_file

pytestmark = pytest.mark.django_db

CHANGES = (
    ("text: How people hear", "text: How people listen, reworded: true"),
    (SILENCE, ""),
    (ASKING, "      - {id: quiet-asking, code: A-S2, text: Asking and waiting, replaces: [asking, silence]}\n"),
    (
        NODDING,
        (
            "      - {id: nod, code: A-S3, text: Nodding, replaces: [nodding]}\n"
            "      - {id: smile, code: A-S5, text: Smiling, replaces: [nodding]}\n"
        ),
    ),
    ("      - {id: notes, code: A-S4, text: Taking notes}\n", ""),
    ("serves: [silence]", "serves: [quiet-asking]"),
    ("competences:\n", "retired: [{id: notes}]\ncompetences:\n"),
    (
        "text: Speaking clearly}\n",
        "text: Speaking clearly}\n      - {id: loudly, code: B-S2, text: Speaking loudly}\n",
    ),
)


@pytest.fixture
def guidance():
    return publish_file(OLD.encode())


@pytest.fixture
def form(guidance):
    return Form.objects.get(revision=guidance, key="full")


@pytest.fixture
def rated(form, ana, luka, claire, marco):
    """Ana rated all of it, Luka one half of what is merged, Claire says that much does not apply to her."""
    everything = {"A-K1": 1, "A-S1": 1, "A-S2": 0, "A-S3": 1, "A-S4": 0, "B-S1": 1}
    submitted(ana, form, everything)
    submitted(luka, form, {"A-S1": 1, "A-S4": 1, "B-S1": 0})
    submitted(claire, form, {"A-S1": "does not apply", "A-S2": "does not apply", "A-S3": "does not apply"})
    begin(marco, form)


def examined(*changes):
    return actions.examine(revised(*changes).encode(), "new.yaml")


def impact_of(*changes):
    found = examined(*changes)
    return hooks.impact(found.current, found.comparison)


def test_it_counts_what_happens_to_each_statement_and_to_how_many_people(rated):
    found = impact_of(*CHANGES)
    assert found.by_element == {
        "ears": Effect(carried=Tally(1, 1)),
        "quiet-asking": Effect(suggested=Tally(1, 1), asked_again=Tally(1, 1), carried=Tally(1, 1)),
        "nod": Effect(suggested=Tally(1, 1), carried=Tally(1, 1)),
        "smile": Effect(suggested=Tally(1, 1), carried=Tally(1, 1)),
        "notes": Effect(archived=Tally(2, 2)),
        "clearly": Effect(carried=Tally(2, 2)),
    }


def test_it_counts_all_together_each_person_once(rated):
    found = impact_of(*CHANGES)
    assert found.people == 3
    assert found.total == Effect(
        carried=Tally(6, 3), suggested=Tally(3, 1), asked_again=Tally(1, 1), archived=Tally(2, 2)
    )
    assert (found.open_drafts, found.earlier) == (1, 0)


def test_it_counts_what_carrying_does_to_each_person(rated, form):
    """What is promised before publishing is what the update of each person is made of afterwards."""
    promised = impact_of(*CHANGES)
    before = {}
    for row in Rating.objects.select_related("level"):
        answer = answered(row.statement_id, row.level and row.level.value, does_not_apply=row.does_not_apply)
        before.setdefault(row.assessment_id, {})[row.statement_id] = answer
    revision = publish_file(revised(*CHANGES).encode())
    links = tuple(
        Link(row.statement_id, row.rated_source, row.ratings == "carried") for row in Succession.objects.into(revision)
    )
    keys = dict(Statement.objects.values_list("pk", "key"))
    counts = {}
    for answers in before.values():
        after = carry(answers, Step(links, {0: 0, 1: 1}))
        for statement, outcome in after.items():
            if outcome.sources:
                counts[keys[statement], outcome.kind] = counts.get((keys[statement], outcome.kind), 0) + 1
        for statement in archived(answers, after):
            counts[keys[statement], "archived"] = counts.get((keys[statement], "archived"), 0) + 1
    assert counts == {
        (key, kind): tally.ratings
        for key, effect in promised.by_element.items()
        for kind, tally in (
            (Kind.CARRIED, effect.carried),
            (Kind.SUGGESTED, effect.suggested),
            (Kind.ASKED_AGAIN, effect.asked_again),
            ("archived", effect.archived),
        )
        if tally.ratings
    }


def test_only_the_latest_assessment_on_each_form_counts(form, ana):
    submitted(ana, form, {"A-S4": 1, "B-S1": 1}, on=SUBMITTED - timedelta(days=30))
    submitted(ana, form, {"B-S1": 0})
    found = impact_of(*CHANGES)
    assert found.by_element["notes"] == Effect(archived=Tally(0, 0))
    assert found.total.carried == Tally(1, 1)


def test_drafts_and_comments_without_a_level_are_no_ratings(form, ana):
    submitted(ana, form, {"B-S1": 1}).ratings.update(level=None, comment="Not sure.")
    assert impact_of(*CHANGES).people == 0


def test_people_who_stayed_on_an_earlier_revision_are_counted_apart(rated, form):
    publish_file(revised().encode())
    found = actions.examine(revised(('version: "2"', 'version: "3"'), ('replaces: "1"', 'replaces: "2"'),
        ("text: Keeping silent", "text: Being silent, reworded: true")).encode(), "new.yaml")  # fmt: skip
    counted = hooks.impact(found.current, found.comparison)
    assert (counted.people, counted.earlier, counted.total) == (0, 3, Effect())


def test_a_repetition_that_goes_archives_nothing(kip, essential, full, ana, repository_of_skills):
    again = kip.statements.exclude(same_as=None).select_related("same_as").get(key="project-application-again")
    submitted(ana, full, {again.same_as.code: 2})
    content = (
        repository_of_skills.replace(b'version: "2021.11"', b'version: "2024.1"')
        .replace(b"replaces: null", b'replaces: "2021.11"')
        .replace(b"competences:\n", b"retired: [{id: project-application-again}]\ncompetences:\n", 1)
    )
    entry = (
        b"      - id: project-application-again\n        code: B-S5\n"
        b"        text: Mastery of writing a project application according to given elements\n"
        b"        same_as: project-application\n"
    )
    content = content.replace(entry, b"").replace(b", project-application-again", b"")
    found = actions.examine(content, "kip.yaml")
    counted = hooks.impact(found.current, found.comparison)
    assert "project-application-again" not in counted.by_element
    assert counted.by_element["project-application"] == Effect(carried=Tally(1, 1))
    assert counted.total.archived == Tally(0, 0)


def test_a_person_with_two_forms_is_one_person(kip, essential, full, ana, luka):
    draft = actions.examine((FIXTURES / "repository_of_skills_draft.yaml").read_bytes(), "draft.yaml")
    submitted(ana, essential, {"A1": 2, "B2": 3})
    submitted(ana, full, {"A1": 1, "B2": 1})
    submitted(luka, full, {"B2": 1})
    counted = impact(draft.current, draft.comparison)
    assert counted.by_element["raise-funds"] == Effect(suggested=Tally(3, 2))
    assert counted.by_element["identify-partners"] == Effect(carried=Tally(2, 1))
    assert counted.total.suggested == Tally(3, 2)


def test_forms_that_grow_and_targets_to_decide_on_are_named(rated, guidance):
    target = TargetProfile.objects.create(revision=guidance, key="counsellor", title="Counsellor")
    levels = {level.value: level for level in guidance.scale.levels.all()}
    RequiredLevel.objects.bulk_create(
        RequiredLevel(target=target, statement=statement, level=levels[1]) for statement in guidance.statements.all()
    )
    affected = impact_of(*CHANGES).affected
    assert [(one.kind, one.title, one.what) for one in affected.items] == [
        ("form", "Full", "It keeps 6 statements; 4 are new or to be confirmed."),
        (
            "target profile",
            "Counsellor",
            "Required levels: 2 carried, 4 to decide, 1 dropped.",
        ),
    ]
    assert [to_do.text for to_do in affected.to_dos] == ["Decide what target profiles require: 4 levels are open."]


def test_what_changes_nothing_touches_nothing(rated):
    found = impact_of()
    assert found.affected.items == found.affected.to_dos == ()
    assert found.total.carried == Tally(12, 3)


def test_a_form_whose_competences_are_gone_is_not_carried(guidance, form):
    speaking = Form.objects.create(revision=guidance, key="speaking", title="Speaking", kinds=["skill"])
    speaking.competences.set(guidance.competences.filter(code="B"))
    found = impact_of(
        (
            (
                "  - id: speak\n    code: B\n    title: Speaking\n    skills:\n"
                "      - {id: clearly, code: B-S1, text: Speaking clearly}\n"
            ),
            "",
        ),
        ("competences:\n", "retired: [{id: speak}, {id: clearly}]\ncompetences:\n"),
    )
    assert ("Speaking", "It is not carried: none of its competences is left.") in [
        (one.title, one.what) for one in found.affected.items
    ]


@pytest.mark.parametrize("people", [1, 3])
def test_the_number_of_queries_does_not_grow_with_people(people, form, ana, luka, claire, django_assert_num_queries):
    for person in (ana, luka, claire)[:people]:
        submitted(person, form, {"A-S1": 1, "A-S2": 1, "A-S3": 1, "A-S4": 1, "B-S1": 1})
    found = examined(*CHANGES)
    # Ratings by statement, suggested ones, people of carried and of archived ones, people in all, confirmations, open
    # drafts, people on earlier revisions; forms, their competences, required levels.
    with django_assert_num_queries(11):
        impact(found.current, found.comparison)


def test_gathering_counts_a_person_of_two_assessments_once():
    effects, total, untouched = gather(
        [Answers("ana", {"a": True}), Answers("ana", {"a": True, "b": False}), Answers("luka", {"a": True, "b": True})],
        [Continuation("ab", ("a", "b"), "suggested")],
    )
    assert effects == {"ab": Effect(suggested=Tally(1, 1), asked_again=Tally(2, 1))}
    assert total == effects["ab"]
    assert untouched == set()

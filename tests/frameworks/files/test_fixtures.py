"""The framework files that come with the platform say what was published, word for word."""

import re
from collections import Counter

import pytest
from django.core import serializers
from django.core.management import call_command

from assessments.models import Form
from frameworks.models import (
    Competence,
    Framework,
    Kind,
    LearningOutcome,
    Level,
    Revision,
    RevisionFile,
    Scale,
    Statement,
)
from frameworks.texts import emphasised
from tests.frameworks.files.published_table import TABLE

LEADER = [
    ("1", Kind.KNOWLEDGE, "I know the CMS framework (integrating theory and research into practice)"),
    (
        "2",
        Kind.SKILL,
        "I can design career guidance activities and career learning programmes for improving CMS",
    ),
    (
        "3",
        Kind.SKILL,
        "I can undertake career development activities for building users’ capability for career management",
    ),
    ("4", Kind.SKILL, "I can review and evaluate career learning programmes"),
]
LEADER_OUTCOMES = """\
The expectation is that the practitioner makes themselves familiar with the framework and identify the areas they wish \
to focus on within their practice.
Practitioners can use the framework to assist them in creating innovative approaches to support their clients/students \
to develop their skills.
Practitioners need to be able to assess how best they can use the CMS framework with the clients/students.
Practitioners need to develop strategies that will help them to review the activities they have done so that they can \
continue to improve and enhance them.
""".splitlines()


def texts(competence, kind):
    return [statement.text["en"] for statement in competence.statements.filter(kind=kind)]


def test_the_repository_has_all_that_was_published(kip):
    assert kip.competences.count() == 7
    assert Counter(kip.statements.values_list("kind", flat=True)) == {
        Kind.SUB_COMPETENCE: 24,
        Kind.KNOWLEDGE: 26,
        Kind.SKILL: 37,
        Kind.PREDISPOSITION: 25,
    }


def test_the_repository_has_as_many_sub_competences_in_each_competence(kip):
    sub_competences = kip.statements.filter(kind=Kind.SUB_COMPETENCE).values_list("competence__code", flat=True)
    assert Counter(sub_competences) == {"A": 5, "B": 4, "C": 6, "D": 2, "E": 2, "F": 2, "G": 3}


@pytest.mark.parametrize("letter", TABLE)
def test_every_statement_of_the_repository_stands_as_published(letter, kip):
    title, sub_competences, knowledge, skills, predispositions = TABLE[letter]
    competence = kip.competences.get(code=letter)
    assert competence.title == {"en": title}
    assert texts(competence, Kind.SUB_COMPETENCE) == [text.replace("*", "") for text in sub_competences]
    assert texts(competence, Kind.KNOWLEDGE) == list(knowledge)
    assert texts(competence, Kind.SKILL) == list(skills)
    assert texts(competence, Kind.PREDISPOSITION) == list(predispositions)


@pytest.mark.parametrize("letter", TABLE)
def test_what_the_source_underlines_is_emphasised(letter, kip):
    sub_competences = TABLE[letter][1]
    shown = [
        emphasised(statement.text["en"], statement.emphasis["en"])
        for statement in kip.statements.filter(kind=Kind.SUB_COMPETENCE, competence__code=letter)
    ]
    as_published = [re.sub(r"\*(.*?)\*", r"<em>\1</em>", text.replace("'", "&#x27;")) for text in sub_competences]
    assert shown == as_published


@pytest.mark.parametrize("letter", TABLE)
def test_codes_follow_the_letter_and_the_order(letter, kip):
    _, sub_competences, knowledge, skills, predispositions = TABLE[letter]
    expected = [f"{letter}{number}" for number in range(1, len(sub_competences) + 1)]
    for mark, group in (("K", knowledge), ("S", skills), ("P", predispositions)):
        expected += [f"{letter}-{mark}{number}" for number in range(1, len(group) + 1)]
    assert list(kip.competences.get(code=letter).statements.values_list("code", flat=True)) == expected


def test_the_sentence_that_stands_twice_in_b_is_tied(kip):
    first, second = kip.statements.filter(
        competence__code="B", text__en="Mastery of writing a project application according to given elements"
    )
    assert (first.code, first.same_as) == ("B-S4", None)
    assert (second.code, second.same_as) == ("B-S5", first)


def test_every_repeated_text_of_a_kind_is_tied_to_its_first_place(kip):
    firsts = {}
    for statement in kip.statements.all():
        first = firsts.setdefault((statement.kind, statement.text["en"]), statement)
        assert statement.same_as == (None if first == statement else first)
    assert kip.statements.distinct_texts().count() == len(firsts)


def test_each_competence_has_three_to_five_outcomes_that_serve_all_it_asks(kip):
    for competence in kip.competences.all():
        outcomes = competence.learning_outcomes.all()
        assert 3 <= len(outcomes) <= 5
        served = {statement for outcome in outcomes for statement in outcome.serves.all()}
        assert served >= set(competence.statements.filter(kind=Kind.SUB_COMPETENCE))


def test_what_was_written_for_the_platform_says_so(kip):
    assert kip.scale.origin["en"].startswith("Written for this platform")
    assert {competence.outcomes_origin["en"] for competence in kip.competences.all()} == {"Written for this platform"}


def test_the_scale_speaks_in_the_first_person_for_every_kind(kip):
    levels = kip.scale.levels.all()
    assert [level.value for level in levels] == [0, 1, 2, 3, 4]
    for level in levels:
        assert set(level.descriptors) == set(Kind)
        assert all(re.search(r"\b(I|me|myself)\b", text["en"]) for text in level.descriptors.values())


def test_leader_stands_as_published(leader):
    assert [
        (statement.competence.code, statement.kind, statement.text["en"]) for statement in leader.statements.all()
    ] == LEADER
    assert [outcome.text["en"] for outcome in leader.learningoutcomes.all()] == LEADER_OUTCOMES
    assert leader.scale.levels.count() == 4


def test_a_published_framework_survives_dumpdata_and_loaddata(kip, elodie, tmp_path):
    Revision.objects.filter(pk=kip.pk).update(published_by=elodie)
    models = (Framework, Revision, RevisionFile, Scale, Level, Competence, Statement, LearningOutcome)
    file = tmp_path / "frameworks.json"
    call_command(
        "dumpdata",
        *(f"frameworks.{model.__name__}" for model in models),
        natural_foreign=True,
        natural_primary=True,
        output=str(file),
        verbosity=0,
    )

    def everything():
        return [
            serializers.serialize(
                "json", model.objects.order_by("pk"), use_natural_foreign_keys=True, use_natural_primary_keys=True
            )
            for model in models
        ]

    before = everything()
    Form.objects.all().delete()  # which point at the revision
    Statement.objects.update(same_as=None)
    for model in reversed(models):
        model.objects.all().delete()
    assert Framework.objects.count() == Statement.objects.count() == 0
    call_command("loaddata", str(file), verbosity=0)
    assert everything() == before
    # A second time changes nothing: natural keys find what is there.
    call_command("loaddata", str(file), verbosity=0)
    assert everything() == before

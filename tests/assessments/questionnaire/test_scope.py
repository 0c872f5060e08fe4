"""What a form asks is one rule, of the database and of what is in memory alike."""

from itertools import chain, combinations

import pytest

from assessments.models import Form, Scope
from assessments.questionnaire.progress import asked_by
from frameworks.models import Kind


def choices(values):
    """Every choice of some of them, the empty one too."""
    return chain.from_iterable(combinations(values, number) for number in range(len(values) + 1))


@pytest.fixture
def statements(kip):
    return list(kip.statements.order_by("position"))


def test_the_database_and_the_memory_agree_on_what_is_asked(kip, statements):
    assert any(statement.same_as_id for statement in statements)
    competences = list(kip.competences.values_list("pk", flat=True))[:3]
    asked = set()
    for kinds in choices(Kind.values):
        for chosen in choices(competences):
            scope = Scope(kinds, chosen)
            found = [statement.pk for statement in scope.statements(kip)]
            assert found == [
                statement.pk
                for statement in statements
                if scope.asks(statement.kind, statement.competence_id, is_repeat=statement.same_as_id is not None)
            ]
            asked.add(len(found))
    assert {0, kip.statements.filter(same_as=None).count()} < asked


def test_forms_ask_as_many_statements_as_are_counted_for_them(kip, leader, essential, django_assert_num_queries):
    skills = Form.objects.create(revision=kip, key="skills", title="Skills", kinds=["skill", "knowledge"])
    skills.competences.set(kip.competences.all()[:2])
    nothing = Form.objects.create(revision=leader, key="nothing", title="Nothing", kinds=["sub_competence"])
    forms = list(Form.objects.prefetch_related("competences"))
    assert {essential, skills, nothing} < set(forms)
    with django_assert_num_queries(1):
        asked = asked_by(forms)
    assert asked == {form.pk: form.statements().count() for form in forms}
    assert asked[nothing.pk] == 0


def test_the_statements_of_a_form_come_in_the_order_of_the_framework(essential, statements):
    wanted = [statement.pk for statement in statements if statement.kind == Kind.SUB_COMPETENCE]
    assert [statement.pk for statement in essential.statements()] == wanted

"""What a form asks is read once a process, and never shown where it no longer holds."""

from collections.abc import Mapping
from dataclasses import FrozenInstanceError, fields, is_dataclass

import pytest
from django.utils import translation

from assessments.models import Form
from assessments.questionnaire import content
from frameworks.models import Statement


@pytest.fixture(autouse=True)
def new_process():
    content.forget()


@pytest.fixture
def essential(kip):
    return Form.objects.select_related("revision").get(revision=kip, key="essential")


def again(form):
    """The form as the next request loads it."""
    return Form.objects.select_related("revision").get(pk=form.pk)


def test_a_sheet_holds_the_statements_in_order_with_their_emphasis(essential):
    sheet = content.sheet_of(essential)
    assert [statement.code for statement in sheet.statements][:6] == ["A1", "A2", "A3", "A4", "A5", "B1"]
    assert sheet.statements[4].html == "<em>Formalising</em> the partnership"
    assert [competence.code for competence in sheet.competences] == list("ABCDEFG")
    assert [level.value for level in sheet.levels] == [0, 1, 2, 3, 4]
    assert len(sheet.first_place) == Statement.objects.filter(same_as__isnull=False).count()


def test_the_next_request_reads_nothing(essential, django_assert_num_queries):
    content.sheet_of(essential)
    form = again(essential)
    with django_assert_num_queries(0):
        content.sheet_of(form)


def test_a_form_that_asks_something_else_gets_another_sheet(essential):
    content.sheet_of(essential)
    form = again(essential)
    form.competences.add(form.revision.competences.get(code="B"))
    assert [statement.code for statement in content.sheet_of(again(form)).statements] == ["B1", "B2", "B3", "B4"]


@pytest.mark.parametrize("change", ["remove", "clear", "set"])
def test_a_form_that_lost_a_competence_gets_another_sheet(essential, change):
    a, b = essential.revision.competences.order_by("code")[:2]
    essential.competences.set([a, b])
    content.sheet_of(again(essential))
    match change:
        case "remove":
            essential.competences.remove(b)
        case "clear":
            essential.competences.clear()
        case "set":
            essential.competences.set([a])
    competences = [competence.code for competence in content.sheet_of(again(essential)).competences]
    assert competences == (list("ABCDEFG") if change == "clear" else ["A"])


def test_a_form_for_other_kinds_gets_another_sheet(essential):
    content.sheet_of(essential)
    form = again(essential)
    form.kinds = ["knowledge"]
    form.save()
    assert {statement.kind for statement in content.sheet_of(again(essential)).statements} == {"knowledge"}


def test_a_sheet_has_the_scale_in_the_words_for_each_kind(kip):
    full = Form.objects.select_related("revision").get(revision=kip, key="full")
    scales = content.sheet_of(full).scales
    assert list(scales) == full.kinds
    descriptors = {kind: scale.levels[4].descriptor for kind, scale in scales.items()}
    assert len(set(descriptors.values())) == len(full.kinds)


def test_another_language_gets_another_sheet(essential):
    in_english = content.sheet_of(essential)
    with translation.override("fr"):
        assert content.sheet_of(again(essential)) is not in_english
    assert content.sheet_of(again(essential)) is in_english


def test_a_revision_published_anew_gets_another_sheet(essential, kip):
    before = content.sheet_of(essential)
    kip.published_at = kip.published_at.replace(year=2001)
    kip.save(update_fields=["published_at"])
    assert content.sheet_of(again(essential)) is not before


def test_a_sheet_is_kept_by_plain_values_and_not_by_the_form_of_the_first_request(essential):
    sheet = content.sheet_of(essential)
    # Of another object, and changed in memory only: what is asked is what the database says.
    other = again(essential)
    other.kinds = ["knowledge"]
    assert content.sheet_of(other) is sheet
    content.forget()
    assert [statement.code for statement in content.sheet_of(other).statements] == [
        statement.code for statement in sheet.statements
    ]


def parts(value, path="sheet"):
    """(where, value) of everything that a value holds, itself first, however deep."""
    yield path, value
    if is_dataclass(value):
        for field in fields(value):
            yield from parts(getattr(value, field.name), f"{path}.{field.name}")
        if isinstance(value, content.Sheet):
            yield from parts(value.labels, f"{path}.labels")
    elif isinstance(value, Mapping):
        for key, each in value.items():
            yield from parts(each, f"{path}[{key!r}]")
    elif isinstance(value, tuple | list | set | frozenset):
        for each in value:
            yield from parts(each, f"{path}[]")


@pytest.mark.parametrize("key", ["essential", "full"])
def test_nobody_can_change_what_others_get_too(kip, key):
    sheet = content.sheet_of(Form.objects.select_related("revision").get(revision=kip, key=key))
    met = set()
    for path, value in parts(sheet):
        met.add(path)
        if is_dataclass(value):
            for field in fields(value):
                with pytest.raises(FrozenInstanceError):
                    setattr(value, field.name, None)
        elif isinstance(value, Mapping):
            some = next(iter(value))
            with pytest.raises(TypeError):
                value[some] = None
            with pytest.raises(TypeError):
                del value[some]
            assert not hasattr(value, "clear")
        else:
            assert isinstance(value, str | int | tuple | frozenset | None), path
    assert {"sheet.statements[].text", "sheet.scales", "sheet.first_place", "sheet.serves", "sheet.labels"} <= met

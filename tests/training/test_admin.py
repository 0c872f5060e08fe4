"""The administration pages: platform admins curate modules and materials there."""

import pytest
from django.contrib import admin
from django.urls import reverse

from training.models import Assignment, Material, Module, Step

pytestmark = pytest.mark.django_db


def test_elodie_lists_and_opens_modules(as_user, elodie, agreements):
    client = as_user(elodie)
    assert "Writing an agreement" in client.get(reverse("admin:training_module_changelist")).content.decode()
    page = client.get(reverse("admin:training_module_change", args=[agreements.pk])).content.decode()
    assert "Step 1 of Writing an agreement" in page
    assert "kip 2021.11 · A-LO1" in page


def test_elodie_withdraws_a_module_in_the_list(as_user, elodie, agreements):
    address = reverse("admin:training_module_changelist")
    data = {"form-TOTAL_FORMS": "1", "form-INITIAL_FORMS": "1", "form-0-id": agreements.pk, "_save": "Save"}
    assert as_user(elodie).post(address, data).status_code == 302
    assert not Module.objects.get().is_listed


def test_elodie_opens_the_form_for_a_new_module(as_user, elodie, agreements):
    page = as_user(elodie).get(reverse("admin:training_module_add")).content.decode()
    assert 'name="key"' in page
    assert 'name="position" value="1"' in page


@pytest.fixture
def form_of(as_user, elodie, agreements):
    """What the page of the module would send, with changes: `form_of(title="…")`."""

    def form_of(**changes):
        address = reverse("admin:training_module_change", args=[agreements.pk])
        page = as_user(elodie).get(address).context
        data = {"_save": "Save"}
        inlines = page["inline_admin_formsets"][0].formset
        for form in (page["adminform"].form, inlines.management_form, *inlines.forms):
            for field in form:
                if field.value() is not None and field.name != "file":
                    data[field.html_name] = field.value()
        return as_user(elodie).post(address, {**data, **changes})

    return form_of


def test_elodie_changes_a_module_and_writes_its_abilities_line_by_line(form_of, agreements):
    response = form_of(title="Writing a good agreement", abilities="name three parts\n\nask four questions\n")
    assert response.status_code == 302
    agreements.refresh_from_db()
    assert agreements.title == "Writing a good agreement"
    assert agreements.abilities == ["name three parts", "ask four questions"]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"to_level": "0"}, "The level that a module leads to should be above the one it begins at."),
        ({"materials-2-url": ""}, "This kind of material needs it."),
        ({"materials-0-body": ""}, "This kind of material needs it."),
        ({"materials-0-kind": "file"}, "This kind of material needs it."),
        ({"materials-2-url": "javascript:alert(1)"}, "Enter a valid URL."),
    ],
)
def test_what_cannot_be_is_refused_with_a_reason(form_of, changes, message):
    before = list(Module.objects.values())
    response = form_of(**changes)
    assert response.status_code == 200
    assert message in response.content.decode()
    assert list(Module.objects.values()) == before


def test_practitioners_and_trainers_stay_outside(as_user, ana, marco, agreements):
    for person in (ana, marco):
        assert as_user(person).get(reverse("admin:training_module_changelist")).status_code == 302


def test_assignments_are_no_business_of_platform_admins():
    assert admin.site.is_registered(Module)
    assert not admin.site.is_registered(Assignment)


def test_a_material_that_somebody_has_done_stays(form_of, agreements, anas):
    """Its deletion would delete what she did."""
    first, second, _third = agreements.materials.all()
    Step.objects.create(assignment=anas, material=first)
    page = form_of(**{"materials-0-DELETE": "on"}).content.decode()
    assert "Somebody has done this already, so that it stays: Step 1 of Writing an agreement." in page
    assert Step.objects.exists()
    assert form_of(**{"materials-1-DELETE": "on"}).status_code == 302
    assert not Material.objects.filter(pk=second.pk).exists()


def test_who_takes_a_module_is_not_told_when_it_cannot_be_deleted(as_user, elodie, agreements, anas):
    address = reverse("admin:training_module_delete", args=[agreements.pk])
    page = as_user(elodie).get(address).content.decode()
    assert "Assignments: 1" in page
    assert "Ana" not in page
    as_user(elodie).post(address, {"post": "yes"})
    assert Module.objects.exists()


def test_modules_are_not_deleted_many_at_once(as_user, elodie, agreements):
    data = {"action": "delete_selected", "_selected_action": [agreements.pk], "post": "yes"}
    as_user(elodie).post(reverse("admin:training_module_changelist"), data)
    assert Module.objects.exists()

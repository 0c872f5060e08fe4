"""The administration pages: platform admins curate modules and materials there."""

import pytest
from django.contrib import admin
from django.urls import reverse

from training.models import Assignment, Module

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


def test_practitioners_and_trainers_stay_outside(as_user, ana, marco, agreements):
    for person in (ana, marco):
        assert as_user(person).get(reverse("admin:training_module_changelist")).status_code == 302


def test_assignments_are_no_business_of_platform_admins():
    assert admin.site.is_registered(Module)
    assert not admin.site.is_registered(Assignment)

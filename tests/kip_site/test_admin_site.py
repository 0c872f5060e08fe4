"""What the pages of the administration refuse. Each of these once answered 500."""

import pytest
from django.contrib import admin

from assessments.models import Form
from kip_site.admin_site import Pages

pytestmark = pytest.mark.django_db

NO_KEYS = ["x", "1.0", " ", "²", "99999999999999999999", "-99999999999999999999", "9" * 5_000]


@pytest.fixture
def admin_client(client, elodie):
    client.force_login(elodie)
    return client


@pytest.mark.parametrize("key", NO_KEYS)
def test_a_tick_at_no_row_is_refused(admin_client, kip, key):
    ticks = {"action": "delete_selected", "_selected_action": [Form.objects.first().pk, key]}
    before = Form.objects.count()
    assert admin_client.post("/admin/assessments/form/", ticks).status_code == 400
    assert Form.objects.count() == before


@pytest.mark.parametrize("key", NO_KEYS)
def test_a_changed_row_that_is_none_is_refused(admin_client, key):
    fields = {"form-TOTAL_FORMS": 1, "form-INITIAL_FORMS": 1, "form-0-id": key, "_save": "Save"}
    assert admin_client.post("/admin/training/module/", fields).status_code == 400


@pytest.mark.parametrize("key", NO_KEYS)
def test_a_form_that_begins_with_a_row_that_is_none_is_blank(admin_client, key):
    assert admin_client.get("/admin/training/module/add/", {"prerequisites": key}).status_code == 200


@pytest.mark.parametrize("key", NO_KEYS)
@pytest.mark.parametrize("name", ["prerequisites", "outcomes"])
def test_a_choice_of_several_without_such_a_row_is_an_error_in_the_form(admin_client, kip, name, key):
    page = admin_client.post("/admin/training/module/add/", {name: [key, "1"]})
    assert page.status_code == 200
    assert page.context["adminform"].form.errors[name]


def test_every_page_of_the_administration_refuses_them():
    assert all(isinstance(pages, Pages) for pages in admin.site._registry.values())

"""What the pages of the administration refuse. Each of these once answered 500."""

import pytest
from django.contrib import admin

from assessments.models import Form
from kip_site.accounts.models import Membership
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
def test_a_person_who_is_none_is_an_error_in_the_form(admin_client, kvarner, key):
    fields = {"user": key, "organisation": kvarner.pk, "role": "trainer"}
    page = admin_client.post("/admin/accounts/membership/add/", fields)
    assert page.status_code == 200
    assert page.context["adminform"].form.errors["user"]
    inline = {"memberships-TOTAL_FORMS": 1, "memberships-INITIAL_FORMS": 0, "memberships-0-user": key}
    page = admin_client.post(
        f"/admin/accounts/organisation/{kvarner.pk}/change/", {"name": "Kvarner", "slug": "kvarner", **inline}
    )
    assert page.status_code == 200
    assert not Membership.objects.exists()


@pytest.mark.parametrize("key", NO_KEYS)
def test_a_form_that_begins_with_nobody_is_blank(admin_client, key):
    assert admin_client.get("/admin/accounts/membership/add/", {"user": key}).status_code == 200


@pytest.mark.parametrize("key", NO_KEYS)
@pytest.mark.parametrize("name", ["prerequisites", "outcomes"])
def test_a_choice_of_several_without_such_a_row_is_an_error_in_the_form(admin_client, kip, name, key):
    page = admin_client.post("/admin/training/module/add/", {name: [key, "1"]})
    assert page.status_code == 200
    assert page.context["adminform"].form.errors[name]


@pytest.mark.parametrize("page", ["user", "organisation"])
def test_a_role_that_somebody_has_already_is_an_error_in_its_row(admin_client, ana, luka, kvarner, page):
    person, organisation = (ana.pk, kvarner.pk)
    fields = {
        "user": {"name": "Ana", "language": "en", "time_zone": "", "is_active": "on"},
        "organisation": {"name": "Kvarner", "slug": "kvarner", "time_zone": "Europe/Zagreb", "language": "en"},
    }[page]
    row = {"user": person, "organisation": organisation, "role": "practitioner"}
    answer = admin_client.post(
        f"/admin/accounts/{page}/{person if page == 'user' else organisation}/change/",
        {
            **fields,
            "memberships-TOTAL_FORMS": 1,
            "memberships-INITIAL_FORMS": 0,
            **{f"memberships-0-{name}": value for name, value in row.items()},
        },
    )
    assert answer.status_code == 200
    assert "This person already has this role in this organisation." in answer.content.decode()
    assert Membership.objects.count() == 2


def test_every_page_of_the_administration_refuses_them():
    assert all(isinstance(pages, Pages) for pages in admin.site._registry.values())

"""The administration: its sign-in is the site's own, and its pages keep to the strict policy."""

import pytest
from django.contrib import admin
from django.urls import reverse

from tests.accounts.doors import PASSWORD, ready, words
from tests.accounts.doors import sign_in as send_sign_in

pytestmark = pytest.mark.django_db(transaction=True)


def test_it_signs_in_through_the_sign_in_page_of_the_site(client, elodie):
    ready(elodie)
    page = client.get("/admin/", follow=True)
    assert page.redirect_chain[-1][0].startswith("/accounts/login/?next=")
    assert "Keep me signed in on this device" in words(page)
    page = send_sign_in(client, elodie.email, next="/admin/")
    assert page.redirect_chain == [("/admin/", 302)]


def test_somebody_who_may_not_open_it_is_refused(client, hugo):
    client.force_login(hugo)
    assert client.get("/admin/", follow=True).status_code == 403


def test_its_own_sign_in_form_is_out_of_reach(client, elodie):
    ready(elodie)
    answer = client.post("/admin/login/", {"username": elodie.email, "password": PASSWORD})
    assert answer["Location"].startswith("/accounts/login/")
    assert "_auth_user_id" not in client.session


def test_its_pages_keep_to_the_strict_policy(page, sign_in, elodie, ana):
    """The watch of `page` fails this test at any blocked style, script or picture."""
    sign_in(page, elodie)
    page.goto("/admin/")
    assert page.get_by_role("heading", name="Site administration").is_visible()
    for model in admin.site._registry:
        place = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        for view in ("changelist", "add"):
            page.goto(reverse(f"{place}_{view}"))  # 403 where rows are made elsewhere
            assert page.locator("h1").last.is_visible()
    page.goto(reverse("admin:accounts_user_change", args=[ana.pk]))
    page.get_by_label("Name").fill("Ana Perić")
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_text("was changed successfully").wait_for()
    ana.refresh_from_db()
    assert ana.name == "Ana Perić"

"""People and organisations in the administration."""

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib import admin
from django.contrib.auth.models import Permission
from django.urls import reverse

from kip_site.accounts.models import Invitation, Membership, Role, User

pytestmark = pytest.mark.django_db

MODELS = ["user", "organisation", "membership", "invitation"]


@pytest.fixture
def as_elodie(client, elodie):
    client.force_login(elodie)
    return client


def inline(number=0):
    return {"memberships-TOTAL_FORMS": str(number), "memberships-INITIAL_FORMS": "0"}


@pytest.mark.parametrize("model", MODELS)
def test_only_platform_admins_come_in(model, client, petra, elodie):
    address = reverse(f"admin:accounts_{model}_changelist")
    client.force_login(petra)
    assert client.get(address).status_code == 302
    client.force_login(elodie)
    assert client.get(address).status_code == 200


def test_rows_are_listed_and_found(as_elodie, kvarner, ana, petra):
    Invitation.objects.create(organisation=kvarner, email="sara@kvarner.example", roles=["trainer"], invited_by=petra)
    for model, words, text in [
        ("user", "Ana", "ana@kvarner.example"),
        ("organisation", "kvarner", "Kvarner Guidance Centre"),
        ("membership", "Ana", "Practitioner"),
        ("invitation", "sara", "Trainer"),
    ]:
        page = as_elodie.get(reverse(f"admin:accounts_{model}_changelist"), {"q": words}).content.decode()
        assert text in page


def test_no_password_is_shown_or_can_be_typed(as_elodie, ana):
    ana.set_password("seven quiet partners")
    ana.save()
    address = reverse("admin:accounts_user_change", args=[ana.pk])
    page = as_elodie.get(address).content.decode()
    assert 'name="password' not in page
    assert "argon2" not in page
    as_elodie.post(address, {"name": "Ana", "is_active": "on", "password": "typed", **inline()})
    ana.refresh_from_db()
    assert ana.name == "Ana"
    assert ana.check_password("seven quiet partners")


def test_an_administrator_cannot_take_an_account_over(as_elodie, ana):
    """By an address of hers that is changed, and a new password that is asked for there; or by her second step."""
    from_allauth = [model._meta.label for model in admin.site._registry if model.__module__.startswith("allauth.")]
    assert from_allauth == []
    mine = EmailAddress.objects.create(user=ana, email=ana.email, verified=True, primary=True)
    assert as_elodie.get("/admin/account/emailaddress/").status_code == 404
    Authenticator.objects.create(user=ana, type="totp", data={"secret": "PEHMVYRI"})
    address = reverse("admin:accounts_user_change", args=[ana.pk])
    page = as_elodie.get(address).content.decode()
    assert "PEHMVYRI" not in page
    assert "ana@kvarner.example, confirmed" in page
    as_elodie.post(
        address,
        {"name": "Ana", "email": "elodie-too@kvarner.example", "is_active": "on", **inline()},
    )
    mine.refresh_from_db()
    ana.refresh_from_db()
    assert (ana.name, ana.email, mine.email) == ("Ana", "ana@kvarner.example", "ana@kvarner.example")


def test_a_new_person_has_no_password_and_an_address_to_confirm(as_elodie, kvarner):
    data = {
        "name": "Sara Conti",
        "email": "Sara@Kvarner.example",
        "is_active": "on",
        **inline(1),
        "memberships-0-organisation": kvarner.pk,
        "memberships-0-role": Role.TRAINER,
    }
    assert as_elodie.post(reverse("admin:accounts_user_add"), data).status_code == 302
    sara = User.objects.get(name="Sara Conti")
    assert not sara.has_usable_password()
    assert Membership.objects.filter(user=sara, organisation=kvarner, role=Role.TRAINER).exists()
    assert EmailAddress.objects.filter(user=sara, email="sara@kvarner.example", verified=False, primary=True).exists()


def test_the_address_of_an_account_stays_what_its_owner_confirmed(as_elodie, ana):
    address = reverse("admin:accounts_user_change", args=[ana.pk])
    as_elodie.post(address, {"name": "Ana", "email": "thief@rhone.example", "is_active": "on", **inline()})
    ana.refresh_from_db()
    assert (ana.name, ana.email) == ("Ana", "ana@kvarner.example")


def test_nobody_locks_themselves_out(as_elodie, elodie):
    address = reverse("admin:accounts_user_change", args=[elodie.pk])
    as_elodie.post(address, {"name": "Élodie", **inline()})
    elodie.refresh_from_db()
    assert elodie.name == "Élodie"
    assert elodie.is_platform_admin
    assert as_elodie.post(reverse("admin:accounts_user_delete", args=[elodie.pk]), {"post": "yes"}).status_code == 403


def test_who_may_only_edit_people_makes_nobody_a_platform_admin(client, ana, luka):
    luka.is_staff = True
    luka.save()
    luka.user_permissions.set(Permission.objects.filter(codename__in=["view_user", "change_user"]))
    client.force_login(luka)
    address = reverse("admin:accounts_user_change", args=[ana.pk])
    client.post(address, {"name": "Ana", "is_active": "on", "is_staff": "on", "is_superuser": "on"})
    ana.refresh_from_db()
    assert ana.name == "Ana"
    assert not ana.is_staff
    assert not ana.is_superuser


def test_people_are_not_deleted_many_at_once(as_elodie, ana, luka):
    data = {"action": "delete_selected", "_selected_action": [ana.pk, luka.pk], "post": "yes"}
    as_elodie.post(reverse("admin:accounts_user_changelist"), data)
    assert User.objects.filter(pk__in=[ana.pk, luka.pk]).count() == 2


def test_invitations_are_looked_at_and_withdrawn_only(as_elodie, kvarner):
    invitation = Invitation.objects.create(organisation=kvarner, email="sara@kvarner.example", roles=["trainer"])
    assert as_elodie.get(reverse("admin:accounts_invitation_add")).status_code == 403
    page = as_elodie.get(reverse("admin:accounts_invitation_change", args=[invitation.pk])).content.decode()
    assert "sara@kvarner.example" in page
    assert invitation.token not in page
    as_elodie.post(reverse("admin:accounts_invitation_delete", args=[invitation.pk]), {"post": "yes"})
    assert not Invitation.objects.exists()

"""People and organisations in the administration."""

import re

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse
from django.utils.html import strip_tags

from assessments.models import Evidence
from kip_site.accounts.invitations.actions import invite
from kip_site.accounts.models import Invitation, Membership, Organisation, Role, User
from kip_site.accounts.organisation import actions
from kip_site.mail.models import Mail
from tests.accounts.doors import code_in
from tests.accounts.members import roles_of

pytestmark = pytest.mark.django_db

MODELS = ["user", "organisation", "membership", "invitation"]


@pytest.fixture
def as_elodie(client, elodie):
    client.force_login(elodie)
    return client


# What every page of a person or an organisation sends of the memberships that it shows.
SHOWN = {"memberships-TOTAL_FORMS": "0", "memberships-INITIAL_FORMS": "0"}


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
    as_elodie.post(address, {"name": "Ana", "is_active": "on", "password": "typed", **SHOWN})
    ana.refresh_from_db()
    assert ana.name == "Ana"
    assert ana.check_password("seven quiet partners")


@pytest.mark.parametrize("kind", ["totp", "webauthn"])
def test_a_person_s_page_says_whether_there_is_a_second_step(as_elodie, ana, kind):
    address = reverse("admin:accounts_user_change", args=[ana.pk])
    assert 'alt="False"' in as_elodie.get(address).content.decode()
    Authenticator.objects.create(user=ana, type=kind, data={"secret": "x"})
    assert 'alt="False"' not in as_elodie.get(address).content.decode()


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
        {"name": "Ana", "email": "elodie-too@kvarner.example", "is_active": "on", **SHOWN},
    )
    mine.refresh_from_db()
    ana.refresh_from_db()
    assert (ana.name, ana.email, mine.email) == ("Ana", "ana@kvarner.example", "ana@kvarner.example")


def test_a_new_person_has_no_password_an_address_to_confirm_and_is_told_how_to_sign_in(as_elodie, mailoutbox):
    data = {"name": "Sara Conti", "email": "Sara@Kvarner.example", "is_active": "on", **SHOWN}
    assert as_elodie.post(reverse("admin:accounts_user_add"), data).status_code == 302
    sara = User.objects.get(name="Sara Conti")
    assert not sara.has_usable_password()
    assert EmailAddress.objects.filter(user=sara, email="sara@kvarner.example", verified=False, primary=True).exists()
    [told] = mailoutbox
    assert (told.to, told.subject) == (["sara@kvarner.example"], "You have an account now")
    assert "http://testserver/accounts/login/" in told.body
    saras = Client()
    saras.post(reverse("account_login"), {"login": sara.email, "way": "code"})
    saras.post(reverse("account_confirm_login_code"), {"code": code_in(mailoutbox[-1])})
    assert saras.get(reverse("account")).status_code == 200
    assert EmailAddress.objects.get(user=sara).verified


def test_the_address_of_an_account_stays_what_its_owner_confirmed(as_elodie, ana):
    address = reverse("admin:accounts_user_change", args=[ana.pk])
    as_elodie.post(address, {"name": "Ana", "email": "thief@rhone.example", "is_active": "on", **SHOWN})
    ana.refresh_from_db()
    assert (ana.name, ana.email) == ("Ana", "ana@kvarner.example")


def test_nobody_locks_themselves_out(as_elodie, elodie):
    address = reverse("admin:accounts_user_change", args=[elodie.pk])
    as_elodie.post(address, {"name": "Élodie", **SHOWN})
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
    client.post(address, {"name": "Ana", "is_active": "on", "is_staff": "on", "is_superuser": "on", **SHOWN})
    ana.refresh_from_db()
    assert ana.name == "Ana"
    assert not ana.is_staff
    assert not ana.is_superuser


def test_people_are_not_deleted_many_at_once(as_elodie, ana, luka):
    data = {"action": "delete_selected", "_selected_action": [ana.pk, luka.pk], "post": "yes"}
    as_elodie.post(reverse("admin:accounts_user_changelist"), data)
    assert User.objects.filter(pk__in=[ana.pk, luka.pk]).count() == 2


def test_an_invitation_is_looked_at_without_its_link_and_withdrawn_with_its_e_mail(as_elodie, kvarner, petra):
    [invitation] = invite(kvarner, ["sara@kvarner.example"], [Role.TRAINER], petra)
    page = as_elodie.get(reverse("admin:accounts_invitation_change", args=[invitation.pk])).content.decode()
    assert "sara@kvarner.example" in page
    assert invitation.token not in page
    as_elodie.post(reverse("admin:accounts_invitation_delete", args=[invitation.pk]), {"post": "yes"})
    assert not Invitation.objects.exists()
    assert not Mail.objects.exists()


# --- What somebody could do to others there -----------------------------------------------------


def staff(person, *permissions):
    """Let the person open the administration with these permissions of Django's, or with all of them."""
    person.is_staff = True
    person.save()
    found = Permission.objects.all()
    person.user_permissions.set(found.filter(codename__in=permissions) if permissions else found)
    return person


@pytest.fixture
def as_staff(client, luka):
    """Luka has every permission that there is, but is no platform admin."""
    client.force_login(staff(luka))
    return client


def test_a_password_is_not_told_letter_by_letter(as_elodie, ana):
    """The list of people filters only as its page offers: a list with or without Ana would answer each guess."""
    ana.set_password("seven quiet partners")
    ana.save()
    address = reverse("admin:accounts_user_changelist")
    for query in ({"password__startswith": "argon2"}, {"user_permissions__codename": "x"}, {"is_staff": "1"}):
        assert as_elodie.get(address, query).status_code == 400, query
    assert as_elodie.get(address, {"is_active__exact": "1"}).status_code == 200


def test_the_link_of_an_invitation_is_not_told_letter_by_letter(as_elodie, kvarner):
    invitation = Invitation.objects.create(organisation=kvarner, email="sara@kvarner.example", roles=["trainer"])
    guess = {"token__startswith": invitation.token[:1]}
    assert as_elodie.get(reverse("admin:accounts_invitation_changelist"), guess).status_code == 400
    through = {"organisation__invitations__token__startswith": invitation.token[:1]}
    assert as_elodie.get(reverse("admin:accounts_membership_changelist"), through).status_code == 400


def test_the_filters_of_the_lists_work(as_elodie, kvarner, ana):
    for model in MODELS:
        page = as_elodie.get(reverse(f"admin:accounts_{model}_changelist"))
        for spec in page.context["cl"].filter_specs:
            for choice in spec.choices(page.context["cl"]):
                assert as_elodie.get(page.request["PATH_INFO"] + choice["query_string"]).status_code == 200, choice


def test_nobody_is_made_a_member_there(as_elodie, kvarner, ana, luka):
    assert as_elodie.get(reverse("admin:accounts_membership_add")).status_code == 403
    joined = {
        "memberships-TOTAL_FORMS": "2",
        "memberships-INITIAL_FORMS": "0",
        "memberships-0-user": luka.pk,
        "memberships-0-organisation": kvarner.pk,
        "memberships-0-role": Role.MANAGER,
        "memberships-1-user": luka.pk,
        "memberships-1-organisation": kvarner.pk,
        "memberships-1-role": Role.TRAINER,
    }
    before = set(Membership.objects.values_list("user", "organisation", "role"))
    luka_page = reverse("admin:accounts_user_change", args=[luka.pk])
    assert as_elodie.post(luka_page, {"name": "Luka", "is_active": "on", **joined}).status_code == 302
    kvarner_page = reverse("admin:accounts_organisation_change", args=[kvarner.pk])
    data = {"name": "Kvarner", "slug": "kvarner", "time_zone": "Europe/Zagreb", **joined}
    assert as_elodie.post(kvarner_page, data).status_code == 302
    mine = Membership.objects.get(user=ana)
    as_elodie.post(reverse("admin:accounts_membership_change", args=[mine.pk]), {"user": ana.pk, "role": "manager"})
    assert set(Membership.objects.values_list("user", "organisation", "role")) == before


def test_a_role_that_is_taken_back_is_told(as_elodie, kvarner, petra, dora, mailoutbox):
    here = Membership.objects.get(user=dora, organisation=kvarner)
    Membership.objects.create(user=dora, organisation=kvarner, role=Role.PRACTITIONER)
    as_elodie.post(reverse("admin:accounts_membership_delete", args=[here.pk]), {"post": "yes"})
    assert roles_of(dora, kvarner) == {Role.PRACTITIONER}
    last = Membership.objects.get(user=dora, organisation=kvarner)
    as_elodie.post(reverse("admin:accounts_membership_delete", args=[last.pk]), {"post": "yes"})
    assert roles_of(dora, kvarner) == set()
    assert [(mail.to, mail.subject) for mail in mailoutbox] == [
        (["dora@kvarner.example"], "Your roles in Kvarner Guidance Centre have changed"),
        (["dora@kvarner.example"], "You are no longer a member of Kvarner Guidance Centre"),
    ]


def test_who_leaves_while_a_role_is_taken_back_is_made_no_member_again(as_elodie, kvarner, petra, dora, monkeypatch):
    here = Membership.objects.get(user=dora, organisation=kvarner)
    Membership.objects.create(user=dora, organisation=kvarner, role=Role.PRACTITIONER)

    def wait(organisation):
        monkeypatch.undo()
        actions.leave(dora, organisation)

    monkeypatch.setattr(actions, "lock", wait)
    as_elodie.post(reverse("admin:accounts_membership_delete", args=[here.pk]), {"post": "yes"})
    assert roles_of(dora, kvarner) == set()


def test_the_last_administrator_of_an_organisation_keeps_the_role(as_elodie, kvarner, petra):
    hers = Membership.objects.get(user=petra)
    page = as_elodie.post(reverse("admin:accounts_membership_delete", args=[hers.pk]), {"post": "yes"}, follow=True)
    assert "is the only administrator of this organisation" in page.content.decode()
    assert roles_of(petra, kvarner) == {Role.ORG_ADMIN}
    assert not LogEntry.objects.exists()


def test_a_platform_admin_invites_only_the_first_administrator(as_elodie, elodie, kvarner, petra, rhone, mailoutbox):
    """Who invites herself as a trainer would read the profiles that people share with their trainers."""
    address = reverse("admin:accounts_invitation_add")
    data = {"email": "Elodie@kip.example", "roles": '["trainer"]'}
    page = as_elodie.post(address, {**data, "organisation": kvarner.pk}).content.decode()
    assert "This organisation has an administrator, who invites its people." in page
    assert not Invitation.objects.exists()
    Membership.objects.filter(organisation=rhone).delete()
    assert as_elodie.post(address, {**data, "organisation": rhone.pk}).status_code == 302
    [found] = Invitation.objects.all()
    assert (found.email, found.roles, found.invited_by) == ("elodie@kip.example", ["org-admin"], elodie)
    assert [mail.to for mail in mailoutbox] == [["elodie@kip.example"]]
    assert not Membership.objects.filter(organisation=rhone).exists()
    page = as_elodie.post(address, {**data, "organisation": rhone.pk}).content.decode()
    assert "Invitation with this Organisation and E-mail already exists." in page


def test_an_organisation_with_people_is_not_deleted(as_elodie, kvarner, ana, rhone):
    assert (
        as_elodie.post(reverse("admin:accounts_organisation_delete", args=[kvarner.pk]), {"post": "yes"}).status_code
        == 403
    )
    assert (
        as_elodie.post(reverse("admin:accounts_organisation_delete", args=[rhone.pk]), {"post": "yes"}).status_code
        == 302
    )
    assert list(Organisation.objects.all()) == [kvarner]


def test_who_has_all_permissions_without_being_a_platform_admin_writes_nothing_about_organisations(
    as_staff, luka, kvarner, rhone, hugo, petra
):
    """An invitation would make her the administrator of any organisation, and so everything in it."""
    Membership.objects.filter(organisation=rhone).delete()
    invitation = Invitation.objects.create(organisation=kvarner, email="sara@kvarner.example", roles=["trainer"])
    hers = Membership.objects.get(user=luka)
    for answer in (
        as_staff.post(reverse("admin:accounts_invitation_add"), {"organisation": rhone.pk, "email": luka.email}),
        as_staff.post(reverse("admin:accounts_invitation_delete", args=[invitation.pk]), {"post": "yes"}),
        as_staff.post(reverse("admin:accounts_membership_add"), {"user": luka.pk, "organisation": rhone.pk}),
        as_staff.post(reverse("admin:accounts_membership_delete", args=[hers.pk]), {"post": "yes"}),
        as_staff.post(reverse("admin:accounts_organisation_change", args=[rhone.pk]), {"name": "Mine", "slug": "r"}),
        as_staff.post(reverse("admin:accounts_organisation_delete", args=[rhone.pk]), {"post": "yes"}),
        as_staff.post(reverse("admin:accounts_user_add"), {"name": "Me", "email": "me@kip.example"}),
        as_staff.post(reverse("admin:accounts_user_delete", args=[petra.pk]), {"post": "yes"}),
        as_staff.post(reverse("admin:accounts_user_address", args=[petra.pk]), {"email": luka.email}),
    ):
        assert answer.status_code == 403
    assert Invitation.objects.get() == invitation
    assert Organisation.objects.get(pk=rhone.pk).name == "Maison des métiers du Rhône"


def test_nobody_changes_somebody_who_has_more_rights(as_staff, elodie, marco):
    staff(marco, "view_user")
    for person in (elodie, marco):
        address = reverse("admin:accounts_user_change", args=[person.pk])
        assert as_staff.post(address, {"name": "Nobody", **SHOWN}).status_code == 403
        assert "Nobody" not in set(User.objects.values_list("name", flat=True))


def test_how_others_sign_in_is_seen_by_platform_admins_only(as_staff, ana, elodie):
    EmailAddress.objects.create(user=ana, email="secret@home.example", verified=True)
    page = as_staff.get(reverse("admin:accounts_user_change", args=[ana.pk])).content.decode()
    assert "secret@home.example" not in page
    assert "second step" not in page.lower()


def test_a_changed_name_is_told_also_when_it_is_mended_by_others(as_staff, ana, mailoutbox):
    as_staff.post(reverse("admin:accounts_user_change", args=[ana.pk]), {"name": "Ana Perić", **SHOWN})
    [told] = mailoutbox
    assert (told.to, told.subject) == (["ana@kvarner.example"], "Your account was changed")
    assert "The administrator Luka Perić changed your account" in told.body
    assert "is Ana Perić now" in told.body


def test_the_page_before_a_person_is_deleted_tells_nothing_of_hers(as_elodie, ana, anas):
    Evidence.objects.create(rating=anas.ratings.first(), name="She was warned", url="https://kvarner.example/why")
    page = as_elodie.get(reverse("admin:accounts_user_delete", args=[ana.pk])).content.decode()
    assert f"Ratings: {anas.ratings.count()}" in re.sub(r"\s+", " ", strip_tags(page))
    assert "She was warned" not in page
    assert f"{anas.pk}: {anas.ratings.first().statement_id}" not in page


def test_a_deleted_person_is_told_and_signed_out(as_elodie, client, ana, mailoutbox):
    hers = Client()
    hers.force_login(ana)
    as_elodie.post(reverse("admin:accounts_user_delete", args=[ana.pk]), {"post": "yes"})
    assert not User.objects.filter(email="ana@kvarner.example").exists()
    assert Session.objects.count() == 1
    [told] = mailoutbox
    assert (told.to, told.subject) == (["ana@kvarner.example"], "Your account is deleted")


def test_another_e_mail_has_a_page_of_its_own(as_elodie, elodie, ana, luka, mailoutbox):
    address = reverse("admin:accounts_user_address", args=[ana.pk])
    hers = as_elodie.get(reverse("admin:accounts_user_change", args=[ana.pk])).content.decode()
    assert f'href="{address}"' in hers
    assert "ana@kvarner.example" in as_elodie.get(address).content.decode()
    EmailAddress.objects.create(user=luka, email="luka@home.example")
    for email, fault in [
        ("", "This field is required."),
        ("ana", "Enter a valid email address."),
        ("Ana@kvarner.example", "This is the e-mail of this account already."),
        ("Luka@kvarner.example", "There is already an account with this e-mail."),
        ("luka@home.example", "There is already an account with this e-mail."),
    ]:
        assert fault in as_elodie.post(address, {"email": email}).content.decode()
    assert mailoutbox == []
    page = as_elodie.post(address, {"email": "Ana@home.example"}, follow=True)
    assert "The e-mail is changed." in page.content.decode()
    ana.refresh_from_db()
    assert ana.email == "ana@home.example"
    assert [mail.to for mail in mailoutbox] == [["ana@kvarner.example"], ["ana@home.example"]]
    assert as_elodie.get(reverse("admin:accounts_user_address", args=[elodie.pk])).status_code == 403
    assert as_elodie.get(reverse("admin:accounts_user_address", args=["x"])).status_code == 404


def test_an_address_that_is_somebody_elses_second_one_makes_no_account(as_elodie, ana):
    EmailAddress.objects.create(user=ana, email="ana@home.example")
    data = {"name": "Ana", "email": "Ana@home.example", "is_active": "on", **SHOWN}
    page = as_elodie.post(reverse("admin:accounts_user_add"), data).content.decode()
    assert "There is already an account with this e-mail." in page

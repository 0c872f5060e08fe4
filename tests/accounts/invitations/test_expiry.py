"""Invitations that were not answered in time, and how to invite again."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from kip_site.accounts.invitations import actions
from kip_site.accounts.invitations.link import waits_for
from kip_site.accounts.models import Invitation, Membership
from kip_site.refusals import Refused
from tests.accounts.confirmed import confirm
from tests.accounts.doors import PASSWORD
from tests.words import words

pytestmark = pytest.mark.django_db

SARA = "sara@kvarner.example"


def sent(days_ago):
    return timezone.now() - timedelta(days=days_ago)


def day(days_from_now):
    return date_format(timezone.localdate() + timedelta(days=days_from_now))


@pytest.fixture
def invite(kvarner, petra):
    """`invite(email, days_ago)`: an invitation of Petra's, sent so many days ago."""

    def invite(email, days_ago):
        return Invitation.objects.create(
            organisation=kvarner,
            email=email,
            roles=["practitioner"],
            invited_by=petra,
            invited_at=sent(days_ago),
            sent_at=sent(days_ago),
        )

    return invite


def link(invitation):
    return reverse("invitation", args=[invitation.token])


# --- The invited


def test_on_its_last_day_it_is_valid(client, claire, invite):
    confirm(claire)
    client.force_login(claire)
    invitation = invite(claire.email, 30)
    page = client.get(link(invitation))
    assert f"The invitation is valid until {day(0)}." in words(page)
    client.post(link(invitation), {"answer": "join"})
    assert Membership.objects.filter(user=claire, organisation__slug="kvarner").exists()


@pytest.mark.parametrize("answer", [None, "join", "decline"])
def test_a_day_later_its_page_says_so_and_gives_nothing(answer, client, claire, invite):
    confirm(claire)
    client.force_login(claire)
    invitation = invite(claire.email, 31)
    page = client.post(link(invitation), {"answer": answer}) if answer else client.get(link(invitation))
    assert page.status_code == 410
    assert "This invitation has expired" in words(page)
    assert f"It was valid until {day(-1)}" in words(page)
    assert "ask Petra Novak to invite you again" in words(page)
    assert "Go to your home page" in words(page)
    assert not Membership.objects.filter(user=claire, organisation__slug="kvarner").exists()
    assert Invitation.objects.exists()


def test_nobody_joins_by_one_that_expired_while_the_page_was_open(claire, invite):
    confirm(claire)
    with pytest.raises(Refused, match="is closed"):
        actions.join(claire, invite(claire.email, 31))


def test_without_an_account_she_reads_the_same_and_gets_no_form(client, invite, petra):
    invitation = invite(SARA, 31)
    petra.delete()
    page = client.get(link(invitation))
    assert page.status_code == 410
    assert "ask an administrator of the organisation" in words(page)
    assert "Go to sign in" in words(page)


def test_an_expired_one_is_not_on_the_home_page(client, claire, invite):
    confirm(claire)
    client.force_login(claire)
    invite(claire.email, 31)
    assert "Kvarner" not in words(client.get("/"))


def test_it_closes_sign_up_again(client, settings, invite):
    settings.SIGN_UP_OPEN = False
    invitation = invite(SARA, 0)
    client.get(link(invitation))
    Invitation.objects.update(invited_at=sent(31))
    assert "by invitation" in words(client.get(reverse("account_signup")))
    client.post(reverse("account_signup"), {"email": SARA, "name": "Sara", "password1": PASSWORD})
    assert not waits_for([SARA])


def test_the_site_says_how_many_days(client, claire, invite, settings):
    settings.INVITATION_DAYS = 3
    confirm(claire)
    client.force_login(claire)
    assert client.get(link(invite(claire.email, 4))).status_code == 410
    Invitation.objects.update(invited_at=sent(3))
    assert client.get(link(Invitation.objects.get())).status_code == 200


def test_the_e_mail_says_until_when(kvarner, petra, mailoutbox):
    actions.invite(kvarner, [SARA], ["practitioner"], petra)
    (message,) = mailoutbox
    for text in (message.body, message.alternatives[0].content):
        assert f"valid until {day(30)}" in text


# --- The administrators


def test_the_organisation_says_until_when_each_is_valid(as_petra, invite):
    invite(SARA, 1)
    invite("late@kvarner.example", 31)
    text = words(as_petra.get(reverse("organisation")))
    assert f"Valid until {day(29)} Send again to {SARA}" in text
    assert f"Expired on {day(-1)} Invite again late@kvarner.example" in text


def test_one_button_invites_again_and_the_link_works(as_petra, invite, mailoutbox):
    invitation = invite(SARA, 40)
    page = as_petra.post(reverse("invitation_send", args=[invitation.pk]), follow=True)
    assert f"The invitation to {SARA} is on its way again. It is valid until {day(30)}." in words(page)
    assert link(invitation) in mailoutbox[0].body
    assert f"valid until {day(30)}" in mailoutbox[0].body
    as_petra.logout()
    assert "Join Kvarner Guidance Centre?" in words(as_petra.get(link(invitation)))


def test_who_invites_the_address_anew_takes_the_place_of_the_expired_one(as_petra, invite):
    old = invite(SARA, 31)
    as_petra.post(
        reverse("organisation_invite", args=["kvarner"]), {"addresses": SARA.upper(), "roles": ["trainer", "manager"]}
    )
    new = Invitation.objects.get()
    assert (new.roles, new.is_expired) == (["trainer", "manager"], False)
    assert new.token != old.token


def test_one_that_is_valid_keeps_its_place(as_petra, invite):
    old = invite(SARA, 30)
    page = as_petra.post(reverse("organisation_invite", args=["kvarner"]), {"addresses": SARA, "roles": ["trainer"]})
    assert "is invited already" in words(page)
    assert Invitation.objects.get().token == old.token


def test_one_that_another_administrator_sent_in_time_keeps_its_place(kvarner, petra, invite):
    old = invite(SARA, 30)
    assert actions.invite(kvarner, [SARA], ["trainer"], petra) == []
    assert Invitation.objects.get() == old


def test_an_expired_one_of_another_organisation_stays(as_petra, rhone, invite):
    other = Invitation.objects.create(organisation=rhone, email=SARA, roles=["trainer"], invited_at=sent(31))
    as_petra.post(reverse("organisation_invite", args=["kvarner"]), {"addresses": SARA, "roles": ["trainer"]})
    assert Invitation.objects.filter(pk=other.pk).exists()
    assert Invitation.objects.count() == 2


def test_what_was_answered_meanwhile_is_not_sent_again(invite, mailoutbox):
    invitation = invite(SARA, 1)
    Invitation.objects.filter(pk=invitation.pk).delete()
    with pytest.raises(Refused, match="answered or withdrawn"):
        actions.send_again(invitation)
    assert mailoutbox == []


def test_who_invites_reads_how_long_that_is_valid(as_petra, settings, kvarner):
    page = reverse("organisation_invite", args=["kvarner"])
    assert "It is valid for 30 days. After that, one button invites again." in words(as_petra.get(page))
    settings.INVITATION_DAYS = 1
    assert "It is valid for 1 day." in words(as_petra.get(page))

"""What platform admins do to the accounts of others, and that nobody is taken over by them and everybody is told."""

import pytest
from allauth.account.models import EmailAddress, EmailConfirmationHMAC
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse

from kip_site.accounts.models import User
from kip_site.accounts.people import actions
from kip_site.mail.models import Mail
from kip_site.refusals import Refused
from tests.accounts.doors import NEW_PASSWORD, link_in, ready, sign_in, signed_in, words

pytestmark = pytest.mark.django_db

NEW = "ana@home.example"


def ask_for_password(client, email):
    return client.post(reverse("account_reset_password"), {"email": email}, follow=True)


@pytest.fixture
def anas_account(client, ana):
    """Ana has a password, a confirmed address, and has signed in before."""
    ready(ana)
    assert signed_in(sign_in(client, ana.email))
    client.post(reverse("account_logout"))
    ana.refresh_from_db()
    return ana


def test_she_is_told_at_the_old_address_and_at_the_new_one(anas_account, elodie, mailoutbox):
    actions.change_address(anas_account, "Ana@Home.example", elodie)
    old, new = mailoutbox
    assert (old.to, old.subject) == (["ana@kvarner.example"], "Your e-mail is changed")
    assert (new.to, new.subject) == ([NEW], "Sign in with this e-mail from now on")
    for text in (old.body, old.alternatives[0].content):
        assert "The administrator Élodie Lambert changed the e-mail" in text
        assert "If you did not ask for this" in text
        # The old mailbox may be somebody else's by now, and the new address mistyped.
        assert NEW not in text
    for text in (new.body, new.alternatives[0].content):
        assert "http://testserver/accounts/login/" in text
        assert "Ana" not in text


def test_she_is_told_in_her_own_language(anas_account, elodie, settings):
    settings.LANGUAGES = [("en", "English"), ("fr", "Français")]
    User.objects.filter(pk=anas_account.pk).update(language="fr")
    actions.change_address(anas_account, NEW, elodie)
    assert set(Mail.objects.values_list("language", flat=True)) == {"fr"}


def test_every_confirmed_address_is_told_and_none_of_them_stays(anas_account, elodie, mailoutbox):
    EmailAddress.objects.create(user=anas_account, email="ana@adria.example", verified=True)
    EmailAddress.objects.create(user=anas_account, email="mistyped@adria.example")
    actions.change_address(anas_account, NEW, elodie)
    assert [mail.to[0] for mail in mailoutbox] == ["ana@adria.example", "ana@kvarner.example", NEW]
    anas_account.refresh_from_db()
    assert anas_account.email == NEW
    assert list(EmailAddress.objects.values_list("email", "verified", "primary")) == [(NEW, False, True)]


def test_who_has_the_new_mailbox_alone_does_not_get_in(client, anas_account, elodie, mailoutbox):
    """An administrator could give the account her own address and ask for a new password."""
    actions.change_address(anas_account, NEW, elodie)
    mailoutbox.clear()
    for address in (NEW, "ana@kvarner.example"):
        ask_for_password(client, address)
    assert [mail.subject for mail in mailoutbox] == ["You have no account with this e-mail"] * 2
    assert not any("/password/reset/key/" in mail.body for mail in mailoutbox)
    anas_account.refresh_from_db()
    assert not EmailAddress.objects.get().verified


def test_no_code_opens_the_account_at_an_address_that_its_owner_has_not_confirmed(
    client, anas_account, elodie, mailoutbox
):
    actions.change_address(anas_account, NEW, elodie)
    EmailAddress.objects.create(user=anas_account, email="amna@home.example")
    mailoutbox.clear()
    for address in (NEW, "ana@kvarner.example", "amna@home.example"):
        client.post(reverse("account_login"), {"login": address, "way": "code"}, follow=True)
    assert [mail.subject for mail in mailoutbox] == ["You have no account with this e-mail"] * 3


def test_she_gets_in_with_her_password_and_the_new_mailbox(client, anas_account, elodie, mailoutbox):
    actions.change_address(anas_account, NEW, elodie)
    mailoutbox.clear()
    assert not signed_in(sign_in(client, "ana@kvarner.example"))
    assert not signed_in(sign_in(client, NEW))
    [message] = mailoutbox
    assert message.to == [NEW]
    client.post(link_in(message), follow=True)
    assert signed_in(sign_in(client, NEW))
    client.post(reverse("account_logout"))
    mailoutbox.clear()
    ask_for_password(client, NEW)
    form = client.get(link_in(mailoutbox[0]), follow=True).redirect_chain[-1][0]
    client.post(form, {"password1": NEW_PASSWORD, "password2": NEW_PASSWORD}, follow=True)
    assert signed_in(sign_in(client, NEW, NEW_PASSWORD))


def test_a_mistyped_address_of_a_new_account_is_mended(client, elodie, mailoutbox):
    sara = User(email="sarra@kvarner.example", name="Sara")
    actions.make(sara, elodie)
    actions.change_address(sara, "sara@kvarner.example", elodie)
    mailoutbox.clear()
    ask_for_password(client, "sara@kvarner.example")
    form = client.get(link_in(mailoutbox[0]), follow=True).redirect_chain[-1][0]
    client.post(form, {"password1": NEW_PASSWORD, "password2": NEW_PASSWORD}, follow=True)
    mailoutbox.clear()
    sign_in(client, "sara@kvarner.example", NEW_PASSWORD)
    for message in mailoutbox:
        client.post(link_in(message), follow=True)
    assert signed_in(sign_in(client, "sara@kvarner.example", NEW_PASSWORD))


def test_a_mistyped_address_of_her_own_does_not_open_the_account_either(client, anas_account, mailoutbox):
    EmailAddress.objects.create(user=anas_account, email="amna@home.example")
    ask_for_password(client, "amna@home.example")
    assert "/password/reset/key/" not in mailoutbox[0].body


def test_her_sessions_and_half_finished_sign_ins_end(client, anas_account, luka, elodie):
    TOTP.activate(anas_account, generate_totp_secret())
    hers, others, waiting = Client(), Client(), Client()
    hers.force_login(anas_account)
    others.force_login(luka)
    assert "/2fa/" in sign_in(waiting, anas_account.email).redirect_chain[-1][0]
    before = Session.objects.count()
    actions.change_address(anas_account, NEW, elodie)
    assert Session.objects.count() == before - 2
    assert hers.get(reverse("account")).status_code == 302
    assert others.get(reverse("account")).status_code == 200
    assert "/2fa/" not in waiting.get("/accounts/2fa/authenticate/", follow=True).redirect_chain[-1][0]


def test_links_that_were_sent_stop_working(client, anas_account, elodie, mailoutbox):
    ask_for_password(client, "ana@kvarner.example")
    link = link_in(mailoutbox[0])
    other = EmailAddress.objects.create(user=anas_account, email="ana@adria.example")
    confirmation = reverse("account_confirm_email", args=[EmailConfirmationHMAC(other).key])
    assert "This link no longer works" not in words(client.get(confirmation, follow=True))
    ask_for_password(client, "ana@kvarner.example")
    assert Mail.objects.waiting().count() == 1
    actions.change_address(anas_account, NEW, elodie)
    assert set(Mail.objects.waiting().values_list("lane", flat=True)) == {"default"}
    assert "This link no longer works" in words(client.get(link, follow=True))
    assert "This link no longer works" in words(client.get(confirmation, follow=True))


def test_an_address_that_another_account_has_is_refused_and_nothing_happens(anas_account, luka, elodie, mailoutbox):
    EmailAddress.objects.create(user=luka, email="luka@home.example")
    for taken in ("LUKA@kvarner.example", "Luka@home.example"):
        with pytest.raises(Refused, match="already an account"):
            actions.change_address(anas_account, taken, elodie)
    anas_account.refresh_from_db()
    assert anas_account.email == "ana@kvarner.example"
    assert EmailAddress.objects.filter(user=anas_account, verified=True).exists()
    assert mailoutbox == []


def test_a_closed_account_is_signed_out_for_good_and_told(anas_account, elodie, mailoutbox):
    hers = Client()
    hers.force_login(anas_account)
    anas_account.is_active = False
    actions.change(anas_account, ["is_active"], elodie)
    anas_account.is_active = True
    actions.change(anas_account, ["is_active"], elodie)
    assert hers.get(reverse("account")).status_code == 302
    closed, opened = mailoutbox
    assert "Your account is closed." in closed.body
    assert "Your account is open again." in opened.body


def test_who_becomes_a_platform_admin_is_told_and_who_is_none_any_more(ana, elodie, mailoutbox):
    for is_one, sentence in (
        (True, "You are an administrator of the platform now."),
        (False, "You are no administrator"),
    ):
        mailoutbox.clear()
        ana.is_superuser = ana.is_staff = is_one
        actions.change(ana, ["is_superuser", "is_staff"], elodie)
        [told] = mailoutbox
        assert sentence in told.body
        assert sentence in told.alternatives[0].content


def test_what_changes_nothing_of_what_she_may_do_is_not_told(ana, elodie, mailoutbox):
    ana.language, ana.time_zone = "fr", "Europe/Zagreb"
    actions.change(ana, ["language", "time_zone"], elodie)
    elodie.name = "Élodie"
    actions.change(elodie, ["name"], elodie)
    assert mailoutbox == []
    assert set(User.objects.values_list("name", "language")) == {("Ana Šarić", "fr"), ("Élodie", "")}


def test_only_what_was_changed_is_saved(ana, elodie):
    """Not the password that she has set since the page was loaded."""
    loaded = User.objects.get(pk=ana.pk)
    ready(ana)
    loaded.name = "Ana Perić"
    actions.change(loaded, ["name"], elodie)
    ana.refresh_from_db()
    assert ana.name == "Ana Perić"
    assert ana.has_usable_password()

"""A forgotten password, and a new one."""

import pytest
from django.urls import reverse

from kip_site.mail.models import Mail
from tests.accounts.doors import NEW_PASSWORD, PASSWORD, confirm_by_code, link_in, ready, sign_in, signed_in, words

pytestmark = pytest.mark.django_db


def ask_for_link(client, email):
    return client.post(reverse("account_reset_password"), {"email": email}, follow=True)


def test_who_forgot_the_password_sets_a_new_one_by_a_link(client, ana, mailoutbox):
    ready(ana)
    page = ask_for_link(client, ana.email.upper())
    assert "Look into your mailbox" in words(page)
    [message] = mailoutbox
    assert (message.to, message.subject) == ([ana.email], "Choose a new password")
    address = link_in(message)
    assert f'href="http://testserver{address}"' in message.alternatives[0].content

    page = client.get(address, follow=True)
    assert "Choose a new password" in words(page)
    form = page.redirect_chain[-1][0]
    page = client.post(form, {"password1": NEW_PASSWORD, "password2": NEW_PASSWORD}, follow=True)
    assert "Your password is changed" in words(page)

    assert not signed_in(sign_in(client, ana.email, PASSWORD))
    assert signed_in(sign_in(client, ana.email, NEW_PASSWORD))
    assert (mailoutbox[-1].to, mailoutbox[-1].subject) == ([ana.email], "You have a new password")

    assert "This link no longer works" in words(client.get(address, follow=True))


def test_the_link_leads_to_the_site_under_whatever_name_it_was_asked(client, ana, mailoutbox, settings):
    settings.SITE_URL = "https://kip.example"
    ready(ana)
    ask_for_link(client, ana.email)
    [message] = mailoutbox
    for text in (message.body, message.alternatives[0].content):
        assert "https://kip.example/accounts/password/reset/key/" in text
        assert "testserver" not in text


def test_the_link_goes_in_the_lane_of_codes_and_is_not_kept(client, ana, mailoutbox):
    ready(ana)
    ask_for_link(client, ana.email)
    mail = Mail.objects.get()
    assert (mail.lane, mail.is_secret, mail.person, mail.has_text) == ("sign-in", True, ana, True)
    assert len(mailoutbox) == 1
    mail.refresh_from_db()
    assert not mail.has_text


def test_the_new_password_is_typed_twice_and_is_a_good_one(client, ana, mailoutbox):
    ready(ana)
    ask_for_link(client, ana.email)
    form = client.get(link_in(mailoutbox[0]), follow=True).redirect_chain[-1][0]
    for first, second, fault in [
        (NEW_PASSWORD, PASSWORD, "You must type the same password each time."),
        ("short", "short", "at least 12 characters"),
        ("", "", "Enter a new password."),
    ]:
        page = client.post(form, {"password1": first, "password2": second})
        assert fault in words(page)
        assert "Nothing has changed yet." in words(page)
    ana.refresh_from_db()
    assert ana.check_password(PASSWORD)


def test_an_invented_link_says_that_it_no_longer_works(client, ana):
    page = client.get(reverse("account_reset_password_from_key", args=["1", "abc-def"]), follow=True)
    assert "This link no longer works" in words(page)
    assert "Send me a new link" in words(page)


def test_nobody_learns_from_the_page_who_has_an_account(client, ana, mailoutbox):
    ready(ana)
    known = ask_for_link(client, ana.email)
    unknown = ask_for_link(client, "nobody@kvarner.example")
    assert known.redirect_chain == unknown.redirect_chain
    assert words(known) == words(unknown)
    assert mailoutbox[-1].to == ["nobody@kvarner.example"]
    assert mailoutbox[-1].subject == "You have no account with this e-mail"


def test_somebody_signed_in_changes_the_password_and_stays_signed_in(client, ana, mailoutbox):
    ready(ana)
    sign_in(client, ana.email)
    page = client.post(
        reverse("account_change_password"),
        {"oldpassword": PASSWORD, "password1": NEW_PASSWORD, "password2": NEW_PASSWORD},
        follow=True,
    )
    assert signed_in(page)
    assert page.redirect_chain[-1][0] == reverse("account")
    assert words(page).count("Your password is changed.") == 1
    [message] = mailoutbox
    assert (message.to, message.subject) == ([ana.email], "Your password is changed")
    assert "If it was not you" in message.body
    ana.refresh_from_db()
    assert ana.check_password(NEW_PASSWORD)


def test_the_present_password_is_asked_for(client, ana, mailoutbox):
    ready(ana)
    sign_in(client, ana.email)
    page = client.post(
        reverse("account_change_password"),
        {"oldpassword": "not this one", "password1": NEW_PASSWORD, "password2": NEW_PASSWORD},
    )
    assert "That is not the password you have now. Enter it again." in words(page)
    ana.refresh_from_db()
    assert (ana.check_password(PASSWORD), mailoutbox) == (True, [])


def test_somebody_without_a_password_sets_one_instead_of_changing_it(client, ana, mailoutbox):
    client.force_login(ana)
    assert "Set a password" in words(client.get(reverse("account")))
    page = client.get(reverse("account_change_password"), follow=True)
    assert page.redirect_chain[0] == (reverse("account_set_password"), 302)
    assert "Confirm that it is you" in words(page)
    confirm_by_code(client, mailoutbox)
    client.post(reverse("account_set_password"), {"password1": PASSWORD, "password2": PASSWORD})
    ana.refresh_from_db()
    assert ana.check_password(PASSWORD)


def test_somebody_with_a_password_cannot_set_one_without_the_present_one(client, ana):
    ready(ana)
    sign_in(client, ana.email)
    answer = client.post(reverse("account_set_password"), {"password1": NEW_PASSWORD, "password2": NEW_PASSWORD})
    assert answer["Location"] == reverse("account_change_password")
    ana.refresh_from_db()
    assert ana.check_password(PASSWORD)

"""Another e-mail to sign in with."""

import pytest
from allauth.account.models import EmailAddress
from django.test import Client
from django.urls import reverse

from tests.accounts.doors import PASSWORD, code_in, link_in, ready, sign_in, signed_in, words

pytestmark = pytest.mark.django_db

NEW = "ana@adria.example"


def ask_for(client, email):
    return client.post(reverse("account_email"), {"email": email, "action_add": ""}, follow=True)


def test_she_changes_it_by_a_link_in_the_new_mailbox_and_the_old_one_is_told(client, ana_signed_in, mailoutbox):
    page = ask_for(client, "Ana@Adria.example")
    assert words(page).count(f"A link is on its way to {NEW}.") == 1
    assert f"The change to {NEW} takes effect when you open the link that we send there." in words(page)
    ana_signed_in.refresh_from_db()
    assert ana_signed_in.email == "ana@kvarner.example"
    [message] = mailoutbox
    assert message.to == [NEW]

    page = client.post(link_in(message), follow=True)
    assert words(page).count("Your e-mail is confirmed.") == 1
    ana_signed_in.refresh_from_db()
    assert ana_signed_in.email == NEW
    assert list(EmailAddress.objects.values_list("email", "verified", "primary")) == [(NEW, True, True)]

    told = mailoutbox[-1]
    assert (told.to, told.subject) == (["ana@kvarner.example"], "Your e-mail is changed")
    assert "If it was not you" in told.body

    client.post(reverse("account_logout"))
    assert not signed_in(sign_in(client, "ana@kvarner.example"))
    assert signed_in(sign_in(client, NEW))


def test_it_asks_for_the_password_again_and_then_goes_on_with_what_was_sent(client, ana, mailoutbox):
    ready(ana)
    sign_in(client, ana.email)
    page = ask_for(client, NEW)
    assert "Confirm that it is you" in words(page)
    assert mailoutbox == []
    page = client.post(page.redirect_chain[-1][0], {"password": "not this one"})
    assert "That password does not match. Enter it again." in words(page)
    client.post(page.request["PATH_INFO"] + "?next=/accounts/email/", {"password": PASSWORD}, follow=True)
    assert [message.to for message in mailoutbox] == [[NEW]]


def test_she_takes_the_change_back(client, ana_signed_in, mailoutbox):
    ask_for(client, NEW)
    page = client.post(reverse("account_email"), {"email": NEW, "action_remove": ""}, follow=True)
    assert "takes effect when" not in words(page)
    assert "This link no longer works" in words(client.get(link_in(mailoutbox[0])))
    ana_signed_in.refresh_from_db()
    assert ana_signed_in.email == "ana@kvarner.example"


def test_an_address_of_somebody_else_is_not_given_away(client, ana_signed_in, luka, mailoutbox):
    ready(luka)
    taken = words(ask_for(client, luka.email)).replace(luka.email, "…")
    free = words(ask_for(client, "free@kvarner.example")).replace("free@kvarner.example", "…")
    assert taken == free
    luka.refresh_from_db()
    assert luka.email == "luka@kvarner.example"


@pytest.mark.parametrize(
    ("email", "message"),
    [
        ("", "Enter the new e-mail."),
        ("ana", "Enter a whole address, such as ana@guidance.example."),
        ("ana@kvarner.example", "This is the e-mail you sign in with already. Enter a different one."),
    ],
)
def test_bad_input_changes_nothing(client, ana_signed_in, mailoutbox, email, message):
    page = ask_for(client, email)
    assert message in words(page)
    assert mailoutbox == []
    assert EmailAddress.objects.count() == 1


def test_it_ends_what_the_old_mailbox_had_opened(client, ana_signed_in, mailoutbox):
    elsewhere, waiting = Client(), Client()
    sign_in(elsewhere, "ana@kvarner.example")
    waiting.post(reverse("account_request_login_code"), {"email": "ana@kvarner.example"})
    code = code_in(mailoutbox[-1])
    ask_for(client, NEW)
    client.post(link_in(mailoutbox[-1]))
    assert signed_in(client.get(reverse("account")))
    assert not signed_in(elsewhere.get(reverse("account"), follow=True))
    page = waiting.post(reverse("account_confirm_login_code"), {"code": code}, follow=True)
    assert not signed_in(page)


def test_the_old_mailbox_is_told_what_still_helps(client, ana_signed_in, mailoutbox):
    ask_for(client, NEW)
    client.post(link_in(mailoutbox[-1]))
    assert "set a new password" not in mailoutbox[-1].body
    assert "tell the administrator of your organisation at once" in mailoutbox[-1].body

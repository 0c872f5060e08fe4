"""Making an account, and proving to own its address."""

import pytest
from django.urls import reverse

from kip_site.accounts.models import User
from tests.accounts.doors import PASSWORD, link_in, ready, sign_in, signed_in, words

pytestmark = pytest.mark.django_db

SARA = {"name": "Sara Conti", "email": "Sara@kvarner.example", "password1": PASSWORD}


def sign_up(client, **changes):
    return client.post(reverse("account_signup"), SARA | changes, follow=True)


def test_she_makes_an_account_confirms_and_signs_in(client, mailoutbox):
    page = sign_up(client)
    assert not signed_in(page)
    assert words(page).count("on its way") == 1
    [message] = mailoutbox
    assert (message.to, message.subject) == (["sara@kvarner.example"], "Confirm your e-mail")

    page = client.get(link_in(message))
    assert "Is sara@kvarner.example the address that you sign in with?" in words(page)
    page = client.post(link_in(message), follow=True)
    assert words(page).count("Your e-mail is confirmed.") == 1
    assert page.context["form"]["login"].value() == "sara@kvarner.example"

    assert signed_in(sign_in(client, "sara@kvarner.example"))
    sara = User.objects.get()
    assert (sara.name, sara.email, sara.is_staff, sara.is_superuser) == (
        "Sara Conti",
        "sara@kvarner.example",
        False,
        False,
    )
    assert sara.roles == frozenset()


def test_before_she_confirmed_the_password_alone_opens_nothing(client):
    sign_up(client)
    page = sign_in(client, SARA["email"])
    assert not signed_in(page)
    assert "A link is on its way to you." in words(page)


def test_a_link_works_once_and_says_so_afterwards(client, mailoutbox):
    sign_up(client)
    address = link_in(mailoutbox[0])
    client.post(address)
    assert "This link no longer works" in words(client.get(address))


def test_the_e_mail_is_in_our_look_and_the_same_in_plain_text(client, mailoutbox):
    sign_up(client)
    [message] = mailoutbox
    [(html, kind)] = [(part.content, part.mimetype) for part in message.alternatives]
    assert kind == "text/html"
    assert f'<a class="button" href="http://testserver{link_in(message)}">Confirm this e-mail</a>' in html
    assert "Welcome to the KIP competence platform." in html
    assert "Welcome to the KIP competence platform." in message.body
    for text in (html, message.body):
        assert "example.com" not in text
        assert "you need not do anything" in text


def test_somebody_who_has_an_account_learns_it_by_e_mail_alone(client, ana, mailoutbox):
    ready(ana)
    page = sign_up(client, email="ANA@kvarner.example", name="Somebody")
    as_new = sign_up(client, email="new@kvarner.example")
    assert page.redirect_chain == as_new.redirect_chain
    assert words(page) == words(as_new)
    assert [message.subject for message in mailoutbox] == ["You have an account already", "Confirm your e-mail"]
    ana.refresh_from_db()
    assert ana.name == "Ana Šarić"
    assert ana.check_password(PASSWORD)
    assert User.objects.filter(email__iexact="ana@kvarner.example").count() == 1


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"name": ""}, "Enter your name."),
        ({"email": "sara"}, "Enter a whole address, such as ana@guidance.example."),
        ({"email": ""}, "Enter your e-mail."),
        ({"password1": "short"}, "at least 12 characters"),
        ({"password1": "123456789012"}, "entirely numeric"),
        ({"password1": "1qaz2wsx3edc"}, "too common"),
    ],
)
def test_bad_input_is_told_beside_its_field_and_makes_no_account(client, mailoutbox, changes, message):
    page = sign_up(client, **changes)
    html = page.content.decode()
    assert message in html
    assert html.count('class="error-text"') == 1
    assert "Nothing has changed yet." in html
    assert (User.objects.count(), mailoutbox) == (0, [])


def test_a_name_is_shown_and_never_run(client, mailoutbox):
    sign_up(client, name="<b>Sara</b>")
    client.post(link_in(mailoutbox[0]))
    page = sign_in(client, SARA["email"])
    assert "&lt;b&gt;Sara&lt;/b&gt;" in page.content.decode()
    assert "<b>Sara" not in page.content.decode()


def test_where_sign_up_is_closed_nobody_makes_an_account(client, settings):
    settings.SIGN_UP_OPEN = False
    for page in (client.get(reverse("account_signup")), sign_up(client)):
        assert "Accounts are by invitation" in words(page)
    assert not User.objects.exists()
    assert "Create an account" not in words(client.get(reverse("account_login")))


def test_the_page_asked_for_is_still_known_after_a_look_at_sign_up(client):
    page = client.get(reverse("account_login", query={"next": "/account/"}))
    assert 'href="/accounts/signup/?next=%2Faccount%2F"' in page.content.decode()

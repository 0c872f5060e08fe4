"""The pages on which an organisation's administrators invite, and what becomes of the invitations."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from kip_site.accounts.models import Invitation, Membership, Role
from kip_site.mail.models import Mail
from tests.accounts.confirmed import confirm
from tests.accounts.members import roles_of
from tests.outbox import deliver
from tests.words import said, words

pytestmark = pytest.mark.django_db

# SQLite takes a thousand values in one statement, so that five hundred rows need a few.
MORE_INSERTS = 12


def invited(organisation, email="sara@kvarner.example"):
    return Invitation.objects.create(organisation=organisation, email=email, roles=[Role.PRACTITIONER])


def invite(client, addresses, roles=("practitioner",), slug="kvarner"):
    return client.post(reverse("organisation_invite", args=[slug]), {"addresses": addresses, "roles": list(roles)})


@pytest.mark.django_db(transaction=True)
def test_inviting_asks_everybody_and_does_not_say_who_has_an_account(as_petra, kvarner, claire, mailoutbox):
    confirm(claire)
    response = invite(as_petra, f"Sara@Kvarner.example;\n\n  {claire.email}\r\nmia@kvarner.example\n", ["trainer"])
    assert response.status_code == 302
    assert said(response) == ["3 invitations are on their way."]
    assert roles_of(claire, kvarner) == set()
    everybody = ["claire@rhone.example", "mia@kvarner.example", "sara@kvarner.example"]
    assert [one.email for one in Invitation.objects.all()] == everybody
    assert sorted(message.to[0] for message in mailoutbox) == everybody


def test_all_faults_are_named_by_their_line_and_nothing_is_sent(as_petra, kvarner, ana, claire, mailoutbox):
    confirm(claire)
    Membership.objects.create(user=claire, organisation=kvarner, role=Role.TRAINER)
    claire.email = "elsewhere@rhone.example"
    claire.save()
    invited(kvarner, "mia@kvarner.example")
    lines = [
        "good@kvarner.example",
        "not an address",
        "",
        "Ana@kvarner.example",
        "mia@kvarner.example",
        "GOOD@kvarner.example",
        "claire@rhone.example",
        "a" * 250 + "@kvarner.example",
    ]
    response = invite(as_petra, "\r\n".join(lines))
    errors = list(response.context["form"].errors["addresses"])
    assert errors[:-1] == [
        "Line 2: “not an address” is not an e-mail address.",
        "Line 4: ana@kvarner.example is a member already. Change the roles in the list of people.",
        "Line 5: mia@kvarner.example is invited already. You can send that invitation again.",
        "Line 7: claire@rhone.example is a member already. Change the roles in the list of people.",
    ]
    assert errors[-1].startswith("Line 8:")
    page = response.content.decode()
    assert "good@kvarner.example" in page  # what was typed is still there
    assert Invitation.objects.count() == 1
    assert mailoutbox == []


@pytest.mark.parametrize(
    ("addresses", "roles", "field", "message"),
    [
        ("", ["trainer"], "addresses", "Enter at least one e-mail address."),
        (" \n \n", ["trainer"], "addresses", "Enter at least one e-mail address."),
        ("a@b.example", [], "roles", "Choose at least one role."),
        ("a@b.example", ["king"], "roles", "There is no role “king”. Choose from those below."),
        (
            "\n".join(f"p{n}@b.example" for n in range(501)),
            ["trainer"],
            "addresses",
            "These are 501 addresses; send at most 500 at once.",
        ),
    ],
    ids=["nothing", "blank lines", "no role", "strange role", "too many"],
)
def test_what_cannot_be_sent_is_said(addresses, roles, field, message, as_petra, kvarner):
    response = invite(as_petra, addresses, roles)
    assert response.context["form"].errors == {field: [message]}
    assert not Invitation.objects.exists()


def test_five_hundred_are_as_many_queries_as_two(as_petra, kvarner, django_assert_max_num_queries):
    with CaptureQueriesContext(connection) as few:
        assert invite(as_petra, "\n".join(f"q{n}@b.example" for n in range(2))).status_code == 302
    with django_assert_max_num_queries(len(few) + MORE_INSERTS):
        assert invite(as_petra, "\n".join(f"p{n}@b.example" for n in range(500))).status_code == 302
    assert Invitation.objects.count() == Mail.objects.count() == 502
    assert set(Invitation.objects.values_list("email", "mail")) == set(Mail.objects.values_list("to", "pk"))


def test_they_are_taken_as_they_stand_in_an_e_mail(as_petra, kvarner):
    pasted = 'Ana <A@x.example>, "Šarić, Ivo" <b@x.example>; c@x.example d@x.example\na@X.example,\u200be@x.example'
    assert said(invite(as_petra, pasted)) == ["5 invitations are on their way."]
    assert [one.email for one in Invitation.objects.all()] == [f"{name}@x.example" for name in "abcde"]


@pytest.mark.parametrize(
    ("pasted", "faults"),
    [
        ("Šarić, Ana <a@x.example>", ["Šarić"]),
        ("Ana <a@x.example> ivo", ["Ana <a@x.example> ivo"]),
        ("Ana <a@x.example", ["Ana <a@x.example"]),
        ("Ana <>; b@x.example", ["Ana <>"]),
        ("a@x.example b", ["a@x.example b"]),
        ("a@x.example\n@, č@x.example", ["@", "č@x.example"]),
    ],
)
def test_nothing_that_was_typed_is_left_out(pasted, faults, as_petra, kvarner):
    errors = invite(as_petra, pasted).context["form"].errors["addresses"]
    assert [error.split("“")[1].split("”")[0] for error in errors] == [fault.lower() for fault in faults]
    assert not Invitation.objects.exists()


def test_the_page_says_how_far_the_e_mail_is(as_petra, kvarner, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    assert said(invite(as_petra, "sara@kvarner.example")) == ["1 invitation is on its way."]
    page = words(as_petra.get(reverse("organisation")))
    assert "On its way" in page
    assert "has not taken it yet" not in page
    deliver()
    assert "The mail server has not taken it yet; it is tried again." in words(as_petra.get(reverse("organisation")))
    Mail.objects.update(state="unsent")
    assert "E-mail not sent" in words(as_petra.get(reverse("organisation")))


def test_somebody_whose_account_is_closed_is_invited_like_anybody_else(as_petra, kvarner, claire):
    """Otherwise the page would tell who has an account."""
    confirm(claire)
    claire.is_active = False
    claire.save()
    assert invite(as_petra, claire.email).status_code == 302
    assert Invitation.objects.get().email == claire.email


def test_an_invitation_is_sent_again(as_petra, kvarner, mailoutbox):
    response = as_petra.post(reverse("invitation_send", args=[invited(kvarner).pk]))
    assert response.url == "/organisation/?organisation=kvarner"
    (text,) = said(response)
    assert text.startswith("The invitation to sara@kvarner.example is on its way again. It is valid until ")
    assert len(mailoutbox) == 1


def test_a_withdrawn_invitation_leads_nowhere(as_petra, client, kvarner):
    invitation = invited(kvarner)
    response = as_petra.post(reverse("invitation_withdraw", args=[invitation.pk]))
    assert said(response) == ["The invitation to sara@kvarner.example is withdrawn."]
    assert not Invitation.objects.exists()
    assert client.get(reverse("invitation", args=[invitation.token])).status_code == 404

"""The pages on which an organisation's administrators invite, and what becomes of the invitations."""

import pytest
from django.urls import reverse

from kip_site.accounts.models import Invitation, Membership, Role
from kip_site.mail.models import Mail
from tests.accounts.confirmed import confirm
from tests.accounts.members import roles_of
from tests.outbox import deliver
from tests.words import said, words

pytestmark = pytest.mark.django_db


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
        "Line 6: good@kvarner.example stands on line 1 already.",
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
            "\n".join(f"p{n}@b.example" for n in range(51)),
            ["trainer"],
            "addresses",
            "These are 51 addresses; send at most 50 at once.",
        ),
    ],
    ids=["nothing", "blank lines", "no role", "strange role", "too many"],
)
def test_what_cannot_be_sent_is_said(addresses, roles, field, message, as_petra, kvarner):
    response = invite(as_petra, addresses, roles)
    assert response.context["form"].errors == {field: [message]}
    assert not Invitation.objects.exists()


def test_fifty_at_once_may_be_sent(as_petra, kvarner):
    assert invite(as_petra, "\n".join(f"p{n}@b.example" for n in range(50))).status_code == 302
    assert Invitation.objects.count() == 50


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

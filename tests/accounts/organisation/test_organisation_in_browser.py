"""An organisation's administrator at work, in a real browser."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from kip_site.accounts.models import Invitation, Membership, Role, User
from tests.accounts.members import roles_of

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("width", [1280, 320])
def test_petra_invites_gives_roles_and_removes(width, open_page, sign_in, axe, petra, ana, kvarner, mailoutbox):
    page = open_page(width=width)
    sign_in(page, petra)
    page.goto("/organisation/")
    page.get_by_role("link", name="Invite people").click()
    expect(page.get_by_role("heading", name="Invite people")).to_be_visible()
    axe(page)

    page.get_by_label("E-mail addresses").fill("sara@kvarner.example\nnobody")
    page.get_by_role("button", name="Send invitations").click()
    expect(page.get_by_text("Line 2: “nobody” is not an e-mail address.", exact=True)).to_be_visible()
    axe(page)
    page.get_by_label("E-mail addresses").fill("sara@kvarner.example")
    page.get_by_label("Trainer:").check()
    page.get_by_role("button", name="Send invitations").click()
    expect(page.get_by_text("1 invitation is on its way.")).to_be_visible()
    axe(page)
    assert len(mailoutbox) == 1

    page.get_by_role("button", name="Withdraw the invitation of sara@kvarner.example").click()
    expect(page.get_by_text("is withdrawn")).to_be_visible()
    assert not Invitation.objects.exists()

    page.get_by_role("link", name="Change the roles of Ana Šarić").click()
    expect(page.get_by_role("heading", name="Ana Šarić")).to_be_visible()
    axe(page)
    page.get_by_label("Manager:").check()
    page.get_by_role("button", name="Save roles").click()
    expect(page.get_by_text("The roles of Ana Šarić are changed.")).to_be_visible()
    assert roles_of(ana, kvarner) == {Role.PRACTITIONER, Role.MANAGER}

    page.get_by_role("link", name="Change the roles of Ana Šarić").click()
    page.get_by_role("button", name="Remove this person").click()
    expect(page.get_by_text("Ana Šarić is no longer a member")).to_be_visible()
    assert roles_of(ana, kvarner) == set()


def test_she_works_by_keyboard_without_scripts(open_page, sign_in, petra, ana, kvarner):
    page = open_page(java_script_enabled=False)
    sign_in(page, petra)
    page.goto(f"/organisation/kvarner/people/{ana.pk}/")
    page.get_by_label("Trainer:").focus()
    page.keyboard.press("Space")
    page.get_by_role("button", name="Save roles").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("are changed")).to_be_visible()
    assert roles_of(ana, kvarner) == {Role.PRACTITIONER, Role.TRAINER}


def test_long_addresses_and_many_roles_fit_on_a_phone(page, axe, sign_in, petra, kvarner):
    email = "somebody.of.a.very.long.address@partnerships.kvarner.example"
    Invitation.objects.create(organisation=kvarner, email=email, roles=list(Role), invited_by=petra)
    person = User.objects.create(email=email, name="Maria-Magdalena Hinterlechner-Schwarzenberger")
    for role in Role:
        Membership.objects.create(user=person, organisation=kvarner, role=role)
    sign_in(page, petra)
    page.goto("/organisation/?q=maria")
    expect(page.get_by_text("1 person found")).to_be_visible()
    axe(page)
    page.goto(f"/organisation/kvarner/people/{person.pk}/")
    axe(page)


@pytest.mark.parametrize("width", [1280, 320])
def test_ana_leaves_and_petra_cannot_yet(width, open_page, sign_in, axe, petra, ana, kvarner):
    page = open_page(width=width)
    sign_in(page, petra)
    page.goto("/account/")
    page.get_by_role("link", name="Leave Kvarner Guidance Centre").click()
    expect(page.get_by_text("You are its only administrator, and 1 other person is a member.")).to_be_visible()
    axe(page)
    page.get_by_role("link", name="Choose another administrator").click()
    expect(page.get_by_role("heading", name="Kvarner Guidance Centre")).to_be_visible()

    sign_in(page, ana)
    page.goto("/account/")
    axe(page)
    page.get_by_role("link", name="Leave Kvarner Guidance Centre").click()
    axe(page)
    page.get_by_role("button", name="Leave Kvarner Guidance Centre").click()
    expect(page.get_by_text("You are no longer a member of Kvarner Guidance Centre.")).to_be_visible()
    axe(page)
    assert roles_of(ana, kvarner) == set()


@pytest.mark.parametrize("width", [1280, 320])
def test_what_has_expired_is_told_and_invited_again(width, open_page, sign_in, axe, petra, kvarner):
    sent = timezone.now() - timedelta(days=31)
    late = Invitation.objects.create(
        organisation=kvarner, email="sara@kvarner.example", roles=["trainer"], invited_by=petra, invited_at=sent
    )
    page = open_page(width=width)
    page.goto(reverse("invitation", args=[late.token]))
    expect(page.get_by_role("heading", name="This invitation has expired")).to_be_visible()
    axe(page)
    sign_in(page, petra)
    page.goto("/organisation/")
    axe(page)
    page.get_by_role("button", name="Invite again sara@kvarner.example").click()
    expect(page.get_by_text("is on its way again. It is valid until")).to_be_visible()
    axe(page)

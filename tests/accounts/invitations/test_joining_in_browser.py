"""An invited person decides, in a real browser."""

import re

import pytest
from playwright.sync_api import expect

from assessments.models import Assessment
from kip_site.accounts.invitations import actions
from kip_site.accounts.models import Invitation, Role, User
from tests.accounts.confirmed import confirm
from tests.accounts.doors import code_in
from tests.accounts.members import roles_of

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def for_ana(anas_shared, ana, rhone, hugo):
    """From the other organisation, while she shares a profile with her trainers and managers."""
    confirm(ana)
    return Invitation.objects.create(
        organisation=rhone, email=ana.email, roles=[Role.PRACTITIONER, Role.TRAINER], invited_by=hugo
    )


@pytest.mark.parametrize("width", [1280, 320])
def test_ana_reads_what_it_means_joins_and_then_chooses_who_sees_her_profile_there(
    width, open_page, sign_in, axe, for_ana, ana, rhone, hugo, anas_shared
):
    page = open_page(width=width)
    sign_in(page, ana)
    page.goto("/")
    axe(page)
    page.get_by_role("link", name="See the invitation to Maison des métiers du Rhône").click()
    expect(page.get_by_role("heading", name="Join Maison des métiers du Rhône?")).to_be_visible()
    expect(page.get_by_text("Nothing that you have shared before is shown there.")).to_be_visible()
    axe(page)
    page.get_by_role("button", name="Join Maison des métiers du Rhône").click()
    expect(page.get_by_text("Welcome: you are a member of Maison des métiers du Rhône now.")).to_be_visible()
    axe(page)
    assert roles_of(ana, rhone) == {Role.PRACTITIONER, Role.TRAINER}
    assert not Assessment.objects.shared_with(hugo).exists()

    page.get_by_role("link", name="Change sharing").click()
    there = page.get_by_role("group", name="Who may see this profile at Maison des métiers du Rhône")
    expect(there.get_by_label("Nobody but me")).to_be_checked()
    axe(page)
    there.get_by_label("My managers", exact=True).check()
    page.get_by_role("button", name="Save sharing").click()
    expect(page.get_by_text("at Maison des métiers du Rhône by Hugo Martin (manager)").first).to_be_visible()
    assert Assessment.objects.shared_with(hugo).get() == anas_shared

    page.goto(f"/invitation/{for_ana.token}/")
    expect(page.get_by_role("heading", name="This invitation is closed")).to_be_visible()
    axe(page)


def test_she_declines_by_keyboard_without_scripts(open_page, sign_in, for_ana, ana, rhone):
    page = open_page(java_script_enabled=False)
    sign_in(page, ana)
    page.goto(f"/invitation/{for_ana.token}/")
    page.get_by_role("button", name="Join Maison des métiers du Rhône").focus()
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Decline the invitation")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_text("You have declined the invitation of Maison des métiers du Rhône.")).to_be_visible()
    assert roles_of(ana, rhone) == set()
    assert not Invitation.objects.exists()


@pytest.mark.parametrize("has_script", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_somebody_new_joins_in_one_step_from_the_e_mail(open_page, axe, kvarner, petra, mailoutbox, has_script):
    actions.invite(kvarner, ["sara@kvarner.example"], [Role.TRAINER], petra)
    page = open_page(java_script_enabled=has_script)
    page.goto(re.search(r"/invitation/\S+", mailoutbox[-1].body)[0])
    page.get_by_role("heading", name="Join Kvarner Guidance Centre?").wait_for()
    if has_script:
        axe(page)
    page.get_by_role("button", name="Join Kvarner Guidance Centre").click()
    expect(page.get_by_role("alert")).to_contain_text("Enter your name.")
    if has_script:
        axe(page)
    page.get_by_label("Your name").fill("Sara Conti")
    page.get_by_role("button", name="Join Kvarner Guidance Centre").click()
    expect(page.get_by_text("Welcome: you are a member of Kvarner Guidance Centre now.")).to_be_visible()
    expect(page.get_by_role("link", name="Sara Conti")).to_be_visible()
    assert roles_of(User.objects.get(email="sara@kvarner.example"), kvarner) == {Role.TRAINER}


def test_somebody_with_an_account_signs_in_by_a_code_and_joins(page, axe, kvarner, petra, claire, mailoutbox):
    confirm(claire)
    actions.invite(kvarner, [claire.email], [Role.TRAINER], petra)
    page.goto(re.search(r"/invitation/\S+", mailoutbox[-1].body)[0])
    expect(page.get_by_text("Kvarner Guidance Centre invites you.")).to_be_visible()
    expect(page.get_by_label("E-mail")).to_have_value(claire.email)
    axe(page)
    page.get_by_role("button", name="Send me a code").click()
    page.get_by_label("Code").fill(code_in(mailoutbox[-1]))
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.get_by_role("button", name="Join Kvarner Guidance Centre").click()
    expect(page.get_by_text("Welcome: you are a member of Kvarner Guidance Centre now.")).to_be_visible()


def test_somebody_else_is_told_whom_the_link_is_for(page, axe, sign_in, kvarner, claire):
    email = "sara.of.a.very.long.address@partnerships.kvarner.example"
    invitation = Invitation.objects.create(organisation=kvarner, email=email, roles=[Role.TRAINER])
    sign_in(page, claire)
    page.goto(f"/invitation/{invitation.token}/")
    expect(page.get_by_role("heading", name="This invitation is for another address")).to_be_visible()
    axe(page)


def test_without_an_account_a_closed_invitation_says_what_to_do(page, axe, db):
    page.goto("/invitation/unknown/")
    expect(page.get_by_role("heading", name="This invitation is closed")).to_be_visible()
    axe(page)

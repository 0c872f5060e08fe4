"""The first page after signing in: what waits for a person, and how it stands in line."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from assessments.models import Assessment, TargetReview
from assessments.questionnaire.answers import Answer
from assessments.rating import actions
from frameworks.publishing.actions import import_draft
from kip_site.accounts.models import Invitation, Organisation
from kip_site.mail.models import Mail
from tests.accounts.confirmed import confirm
from tests.assessed import shown
from tests.revised import Author
from tests.training.conftest import create_module
from tests.words import words
from training.assignments import actions as training_actions
from training.models import Assignment, LinkReview, Module

pytestmark = pytest.mark.django_db


def invited(person, organisation, invited_by=None):
    return Invitation.objects.create(
        organisation=organisation, email=person.email, roles=["trainer", "practitioner"], invited_by=invited_by
    )


def home(client, person):
    client.force_login(person)
    return client.get("/")


def link(invitation):
    return f'href="{reverse("invitation", args=[invitation.token])}"'


@pytest.mark.parametrize("who", ["ana", "marco", "elodie"])
def test_an_invitation_is_the_next_step_whatever_ones_role(who, request, client, rhone, hugo):
    person = request.getfixturevalue(who)
    confirm(person)
    invitation = invited(person, rhone, hugo)
    page = home(client, person)
    assert words(page).index("Hugo Martin invites you to Maison des métiers du Rhône") < 60
    assert "Your roles there would be: Practitioner, Trainer." in words(page)
    assert page.content.decode().count(link(invitation)) == 1
    assert page.content.decode().count('class="button"') == 1


def test_a_draft_goes_before_an_invitation_which_stands_right_after_it(client, essential, ana, rhone):
    confirm(ana)
    actions.begin(ana, essential)
    invitation = invited(ana, rhone)
    page = home(client, ana)
    text = words(page)
    assert "Continue your assessment" in text
    assert text.index("Continue your assessment") < text.index("You are invited to Maison des métiers du Rhône")
    assert f'<a class="button button-second" {link(invitation)}>' in page.content.decode()


@pytest.mark.parametrize("which", [0, 1])
def test_every_page_continues_the_draft_that_has_answers(which, client, ana, essential, full):
    confirm(ana)
    answered = [actions.begin(ana, form) for form in (essential, full)][which]
    actions.save_rating(answered, answered.form.statements().first(), Answer(level=2), 0)
    client.force_login(ana)
    for page in ("home", "assessments:index", "assessments:latest_profile"):
        (button,) = re.findall('<a class="button" href="([^"]+)"', client.get(reverse(page)).content.decode())
        assert button.startswith(reverse("assessments:contents", args=[answered.pk])), page


def test_each_of_several_invitations_has_its_link(client, ana, rhone, hugo):
    confirm(ana)
    lyon = Organisation.objects.create(slug="lyon", name="Lyon Guidance")
    both = [invited(ana, rhone, hugo), invited(ana, lyon, hugo)]
    page = home(client, ana).content.decode()
    assert [page.count(link(one)) for one in both] == [1, 1]
    assert "See the invitation to Lyon Guidance" in page


def test_an_address_that_is_not_confirmed_and_one_of_somebody_else_show_nothing(client, ana, luka, rhone):
    confirm(ana, verified=False)
    confirm(luka)
    for person in (ana, luka):
        invited(person, rhone)
    assert "invite" not in words(home(client, ana)).casefold()
    Invitation.objects.filter(email=luka.email).delete()
    assert "invite" not in words(home(client, luka)).casefold()


@pytest.mark.parametrize("number", [1, 3])
def test_invitations_are_read_at_once(number, client, ana, hugo, django_assert_num_queries):
    confirm(ana)
    for n in range(number):
        invited(ana, Organisation.objects.create(slug=f"o{n}", name=f"Organisation {n}"), hugo)
    client.force_login(ana)
    # The session, the user, the draft, submitted assessments, an update of them, questions who may see them,
    # invitations, roles, assignments, the footer's revision.
    with django_assert_num_queries(10):
        client.get("/")


def test_the_plan_says_how_far_each_module_is_and_who_asked_for_it(client, kip, ana, marco, kvarner):
    confirm(ana)
    agreements, meetings, notes = (create_module(key, key.title()) for key in ("agreements", "meetings", "notes"))
    begun = training_actions.assign(marco, ana, agreements, kvarner, timezone.localdate() + timedelta(days=3))
    training_actions.set_step(begun, agreements.materials.first(), done=True)
    training_actions.add_to_plan(ana, notes)
    Assignment.objects.create(person=ana, module=meetings, assigned_by=None, due=timezone.localdate())
    page = words(home(client, ana))
    order = ("Meetings Your trainer asked", "1 of 3 steps Agreements Marco Bellini asked", "Notes It is on your own")
    assert [text for text in order if text in page] == list(order)
    assert sorted(order, key=page.index) == list(order)


# --- What waits for a platform administrator


@pytest.fixture
def undecided(kip, counsellor):
    """`undecided(levels, links)`: so many of each wait to be decided."""

    def make(levels, links):
        for statement in kip.statements.all()[:levels]:
            TargetReview.objects.create(target=counsellor, statement=statement)
        for number, outcome in enumerate(kip.learningoutcomes.all()[:links]):
            module = Module.objects.create(key=f"m-{number}", title=f"Module {number}", format="reading", to_level=3)
            LinkReview.objects.create(module=module, revision=kip, old_outcome=outcome)

    return make


def test_what_a_revision_left_to_decide_waits_for_the_platform_admin(client, elodie, undecided, leader_cms):
    undecided(levels=2, links=1)
    draft = import_draft(leader_cms, "leader_cms.yaml", elodie)
    page = home(client, elodie)
    for said in (
        "Target levels to decide 2 required levels of target profiles wait for a decision. Decide the levels",
        "Module links to decide 1 link from a module waits to be decided. Decide the links",
        "A framework revision waits for you",
    ):
        assert said in words(page)
    html = page.content.decode()
    assert f'<a class="button" href="{reverse("assessments:target_reviews")}">Decide the levels' in html
    assert f'<a class="button button-second" href="{reverse("training:links")}">Decide the links' in html
    assert f'<a class="button button-second" href="{reverse("frameworks:draft", args=[draft.pk])}">Review' in html
    assert html.count('class="button"') == 1


def test_nothing_waits_for_the_platform_admin_when_all_is_decided(client, elodie, kip):
    text = words(home(client, elodie))
    assert "One framework is published." in text
    for word in ("wait", "draft", "decide"):
        assert word not in text.casefold()


def test_several_drafts_are_found_together(client, elodie, kip, leader_cms, repository_of_skills):
    import_draft(leader_cms, "leader_cms.yaml", elodie)
    import_draft(Author(repository_of_skills).content("2026.1"), "kip.yaml", elodie)
    page = home(client, elodie)
    assert "2 are there: nobody else sees them" in words(page)
    assert f'href="{reverse("frameworks:manage")}">See the drafts' in page.content.decode()


def test_nobody_else_is_asked_to_decide(client, marco, petra, undecided):
    undecided(levels=2, links=1)
    for person in (marco, petra):
        assert "decide" not in words(home(client, person)).casefold().replace("people decide", "")


@pytest.mark.parametrize("number", [1, 3])
def test_what_waits_for_the_platform_admin_is_counted_and_not_read(
    number, client, elodie, undecided, django_assert_num_queries
):
    undecided(levels=number, links=number)
    client.force_login(elodie)
    # The session, the user, the draft, submitted assessments, an update of them, questions who may see them,
    # invitations, roles, levels to decide, links to decide, revisions, e-mails that were not sent, assignments, the
    # footer's revision.
    with django_assert_num_queries(14):
        client.get("/")


@pytest.mark.parametrize(
    ("number", "said"),
    [(0, "No e-mail was left unsent."), (1, "One e-mail was not sent."), (3, "3 e-mails were not sent.")],
)
def test_the_platform_admin_reads_how_many_e_mails_were_not_sent(number, said, client, elodie, kip):
    for _ in range(number):
        Mail.objects.create(to="nina@kvarner.example", subject="Hello", state=Mail.State.UNSENT)
    page = home(client, elodie)
    assert f"E-mails of the site {said} See the e-mails" in words(page)
    address = reverse("mail", query={"state": "not-sent"} if number else None)
    assert f'<a class="button button-second" href="{address}">See the e-mails' in page.content.decode()
    assert f'<a class="button button-second" href="{reverse("jobs")}">See the jobs' in page.content.decode()


def test_nobody_else_is_told_of_the_e_mails_of_the_site(client, marco, petra, kip):
    Mail.objects.create(to="nina@kvarner.example", subject="Hello", state=Mail.State.UNSENT)
    for person in (marco, petra):
        html = home(client, person).content.decode()
        assert reverse("mail") not in html
        assert reverse("jobs") not in html


# --- What waits for those who train and manage people


def test_who_trains_and_manages_finds_everybody_who_shares_either_way(client, hugo, claire, rhone, essential):
    confirm(claire)
    shared = Assessment.objects.create(person=claire, form=essential, submitted_at=timezone.now())
    shown(shared, managers=True)
    text = words(home(client, hugo))
    assert "The people you train and manage One person shares a profile with you. You can export it as PDF." in text
    assert "Nobody has shared" not in text
    shown(shared)
    page = home(client, hugo)
    assert "Nobody has shared a profile with you yet." in words(page)
    assert f'href="{reverse("help")}">See how sharing works' in page.content.decode()


@pytest.mark.parametrize(
    ("who", "said"),
    [
        ("marco", "The people you train One person shares a profile with you. See their profiles"),
        ("ivana", "The profiles of your team Nobody has shared a profile with you yet."),
    ],
)
def test_who_only_trains_or_only_manages_finds_those_who_share_that_way(who, said, request, client, anas, ana):
    person = request.getfixturevalue(who)
    shown(anas, trainers=True)
    assert said in words(home(client, person))

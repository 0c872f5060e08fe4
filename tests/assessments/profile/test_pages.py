"""The profile page: what it says, to whom, and in how many queries."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from assessments.models import Assessment
from assessments.questionnaire import content
from assessments.sharing.actions import share
from kip_site.accounts.models import Membership, Role
from tests.assessed import LEVELS_OF_ANA, SUBMITTED, confirmed, module_serving, shown, submitted
from tests.words import in_one_line
from training.models import Assignment, Step

pytestmark = pytest.mark.django_db


@pytest.fixture
def as_ana(client, ana):
    client.force_login(ana)
    return client


@pytest.fixture
def as_marco(client, marco):
    client.force_login(marco)
    return client


@pytest.fixture
def as_ivana(client, ivana):
    client.force_login(ivana)
    return client


def text_of(response):
    """The words of a page, without its markup."""
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def profile_of(client, assessment):
    return client.get(reverse("assessments:profile", args=[assessment.pk]))


# --- What the owner sees -------------------------------------------------------------------------


def test_ana_sees_her_scores_with_how_many_are_rated(as_ana, anas):
    page = text_of(profile_of(as_ana, anas))
    assert "Essential form, submitted 22 November 2026, compared with the target" in page
    assert "A: Developing and formalising new partnerships Score 2.0 5 of 5 rated target 2.8" in page
    assert "Score 1.0 2 of 4 rated, one does not apply target 1.5" in page


def test_ana_sees_her_gaps_largest_first(as_ana, anas):
    response = profile_of(as_ana, anas)
    assert [line.code for line in response.context["profile"].gaps] == [
        "A4", "E1", "A2", "A5", "B1", "C3", "F2", "G3"
    ]  # fmt: skip
    page = text_of(response)
    assert page.index("2 levels to go") < page.index("1 level to go")
    assert "4 more gaps : B1, C3, F2, G3" in page
    assert "Show all 8 gaps" in page


def test_all_gaps_and_strengths_are_one_step_away(as_ana, anas):
    everything = as_ana.get(reverse("assessments:profile", args=[anas.pk]), {"all": ""})
    page = text_of(everything)
    profile = everything.context["profile"]
    for line in (*profile.gaps, *profile.strengths):
        assert f"{line.code} " in page
    assert page.count("to go") == len(profile.gaps) == 8
    assert "Show all" not in page


def test_each_gap_comes_with_the_module_that_closes_it(as_ana, anas, anas_module):
    page = text_of(profile_of(as_ana, anas))
    assert "Reaching common goals with partners 60 minutes, closes A4 by 2, A2 by 1" in page
    assert "Reaching common goals with partners 60 minutes, closes A2 by 1, A4 by 2" in page
    assert "No module closes this gap yet." in page


def test_ana_puts_a_module_on_her_plan_from_her_profile(as_ana, ana, anas, anas_module):
    page = profile_of(as_ana, anas).content.decode()
    assert 'name="module" value="common-goals"' in page
    as_ana.post(reverse("training:add"), {"module": "common-goals"})
    page = text_of(profile_of(as_ana, anas))
    assert "On your plan" in page
    assert "Add to my plan" not in page


def test_the_plan_tag_says_how_far_she_is(as_ana, ana, anas, anas_module):
    assignment = Assignment.objects.create(person=ana, module=anas_module, assigned_by=ana, started_at=timezone.now())
    Step.objects.create(assignment=assignment, material=anas_module.materials.get())
    assert "On your plan, 1 of 1 steps done" in text_of(profile_of(as_ana, anas))


def test_a_module_completed_before_the_assessment_is_offered_again(as_ana, ana, anas, anas_module):
    assignment = Assignment.objects.create(person=ana, module=anas_module, completed_at=SUBMITTED + timedelta(days=1))
    assert "Completed" in text_of(profile_of(as_ana, anas))
    Assignment.objects.filter(pk=assignment.pk).update(completed_at=SUBMITTED - timedelta(days=1))
    assert "Add to my plan" in text_of(profile_of(as_ana, anas))


def test_unknown_is_said_and_never_counted(as_ana, anas):
    page = text_of(profile_of(as_ana, anas))
    assert "B4 is unknown : you have not rated it, so it counts neither as a gap nor as a strength." in page
    assert "Rate it in a new assessment" in page
    assert "Does not apply : B2" in page


def test_unknown_leads_to_the_open_draft_if_there_is_one(as_ana, ana, anas):
    draft = Assessment.objects.create(person=ana, form=anas.form)
    response = profile_of(as_ana, anas)
    assert "Rate B4 in your open assessment" in text_of(response)
    assert reverse("assessments:rate", args=[draft.pk, "B"]) in response.content.decode()


@pytest.mark.parametrize("code", ["B 1", "B/1", "100 %", "Č?"])
def test_unknown_leads_there_whatever_the_code_of_its_competence(as_ana, ana, kip, anas, code):
    kip.competences.filter(code="B").update(code=code)
    content.forget()
    Assessment.objects.create(person=ana, form=anas.form)
    (address,) = re.findall(r'<a href="([^"]*)">Rate B4', in_one_line(profile_of(as_ana, anas)))
    assert as_ana.get(address).context["sheet"].competence.code == code


def test_strengths_and_what_only_reaches_the_target_are_told_apart(as_ana, anas):
    response = profile_of(as_ana, anas)
    assert response.context["profile"].strengths[0].code == "C1"
    assert "At the target : B3, C5, C6, D1, E2" in text_of(response)


def test_the_page_says_who_sees_the_profile(as_ana, anas, marco, ivana):
    assert "Only you see this profile." in text_of(profile_of(as_ana, anas))
    shown(anas, trainers=True)
    assert "seen by Marco Bellini (trainer)." in text_of(profile_of(as_ana, anas))
    shown(anas, trainers=True, managers=True)
    assert "Marco Bellini (trainer), Ivana Kovač (manager)" in text_of(profile_of(as_ana, anas))


def test_there_is_one_filled_button(as_ana, anas, anas_module):
    page = profile_of(as_ana, anas).content.decode()
    assert len(re.findall(r'class="button"', page)) == 1


def test_without_a_target_there_are_scores_and_no_gaps(as_ana, anas):
    Assessment.objects.update(target=None)
    page = text_of(profile_of(as_ana, anas))
    assert "compared with no target" in page
    assert "Choose a target to see your gaps" in page
    assert "levels to go" not in page


def test_a_target_reached_everywhere_is_said(as_ana, ana, essential, counsellor):
    everything = dict.fromkeys([*LEVELS_OF_ANA, "B4"], 4)
    best = submitted(ana, essential, everything, target=counsellor)
    assert "There are none: every statement reaches the target." in text_of(profile_of(as_ana, best))


def test_a_framework_of_another_scale_has_a_profile_too(as_ana, ana, leader):
    form = leader.forms.get(key="full")
    few = submitted(ana, form, {"1.1": 3, "2.1": 2})
    page = text_of(profile_of(as_ana, few))
    assert "Score and target, from 0 to 3: 1 3.0; 2 2.0; 3 unknown; 4 unknown." in page
    assert "2 statements are unknown" in page


def test_fewer_than_three_competences_show_meters_and_no_radar(as_ana, ana, essential, kip):
    essential.competences.set(kip.competences.filter(code__in="AB"))
    two = submitted(ana, essential, {"A1": 2, "B1": 3})
    page = profile_of(as_ana, two).content.decode()
    assert "radar-t" not in page
    assert page.count('class="meter"') == 2


def test_the_full_form_counts_a_repeated_text_once(as_ana, ana, full, kip):
    assert kip.statements.count() == 112
    codes = [statement.code for statement in full.statements()]
    everything = submitted(ana, full, dict.fromkeys(codes, 3))
    total = profile_of(as_ana, everything).context["profile"].total
    assert (total.rated, total.asked, total.mean) == (len(codes), len(codes), 3)
    assert len(codes) < 112


def test_a_repeated_text_that_a_target_names_later_is_required_at_its_first_place(as_ana, ana, full, kip, counsellor):
    repeat = kip.statements.filter(same_as__isnull=False).first()
    level = kip.scale.levels.get(value=4)
    counsellor.required.create(statement=repeat, level=level)
    unsure = submitted(ana, full, {repeat.same_as.code: 1}, target=counsellor)
    gaps = profile_of(as_ana, unsure).context["profile"].gaps
    assert [(line.code, line.gap) for line in gaps] == [(repeat.same_as.code, 3)]


# --- What others see -----------------------------------------------------------------------------


def test_her_trainer_sees_her_name_and_assigns_what_closes_a_gap(as_marco, ana, anas_shared, anas_module):
    response = profile_of(as_marco, anas_shared)
    page = text_of(response)
    assert "Ana Šarić" in page
    assert "level 1, target 3" in page
    assert f"?person={ana.pk}&amp;module=common-goals" in response.content.decode()
    for own in ("Share", "Change target", "Add to my plan", "Rate it"):
        assert own not in page


def test_her_manager_sees_the_profile_and_its_pdf_but_not_the_plan(as_ivana, ana, anas_shared, anas_module):
    Assignment.objects.create(person=ana, module=anas_module, started_at=timezone.now())
    page = text_of(profile_of(as_ivana, anas_shared))
    assert "Download as PDF" in page
    assert "Assign" not in page
    assert "On their plan" not in page


@pytest.mark.parametrize("is_own_choice", [False, True])
def test_her_trainer_sees_what_is_on_her_plan_already(
    as_marco, ana, marco, anas_shared, anas_module, kvarner, is_own_choice
):
    """What she chose and shows to her trainers was assigned by nobody, so the words are the same for both."""
    by = ana if is_own_choice else marco
    module = {"person": ana, "assigned_by": by, "module": anas_module, "organisation": kvarner}
    Assignment.objects.create(**module, started_at=timezone.now())
    assert "On their plan, 0 of 1 steps done" in text_of(profile_of(as_marco, anas_shared))


def test_her_trainer_sees_nothing_of_what_others_assigned_or_she_chose(as_marco, ana, anas_shared, anas_module, rhone):
    Membership.objects.create(user=ana, organisation=rhone, role=Role.PRACTITIONER)
    Assignment.objects.create(person=ana, module=anas_module, organisation=rhone, started_at=timezone.now())
    Assignment.objects.create(person=ana, module=anas_module, assigned_by=ana, completed_at=timezone.now())
    page = text_of(profile_of(as_marco, anas_shared))
    assert "Completed" not in page
    assert "On their plan" not in page


def test_a_profile_that_is_not_shared_is_refused_to_colleagues_and_unknown_to_strangers(
    client, anas, luka, marco, ivana, petra, elodie, claire, hugo
):
    for person, status in (
        (luka, 403), (marco, 403), (ivana, 403), (petra, 403), (elodie, 404), (claire, 404), (hugo, 404)
    ):  # fmt: skip
        client.force_login(person)
        for page in ("profile", "profile_pdf"):
            assert client.get(reverse(f"assessments:{page}", args=[anas.pk])).status_code == status, (person, page)


def test_sharing_with_trainers_lets_no_manager_in(client, anas, marco, ivana):
    shown(anas, trainers=True)
    client.force_login(marco)
    assert profile_of(client, anas).status_code == 200
    client.force_login(ivana)
    assert profile_of(client, anas).status_code == 403


def test_a_profile_that_is_withdrawn_is_gone_at_once(as_marco, anas_shared):
    assert profile_of(as_marco, anas_shared).status_code == 200
    shown(anas_shared)
    assert profile_of(as_marco, anas_shared).status_code == 403


def test_a_draft_has_no_profile(as_ana, ana, essential):
    draft = Assessment.objects.create(person=ana, form=essential)
    assert profile_of(as_ana, draft).status_code == 404


def test_a_shared_profile_stands_under_people(as_marco, anas_shared):
    assert [item.label for item in profile_of(as_marco, anas_shared).context["navigation"] if item.is_current] == [
        "People"
    ]


# --- The newest one, the history -------------------------------------------------------------------


def test_the_profile_entry_leads_to_the_newest(as_ana, ana, anas, essential):
    newer = submitted(ana, essential, LEVELS_OF_ANA, on=SUBMITTED + timedelta(days=90))
    assert as_ana.get(reverse("assessments:latest_profile")).url == reverse("assessments:profile", args=[newer.pk])


def test_without_a_profile_the_entry_says_how_to_come_by_one(as_ana, ana, essential):
    assert "There is no profile yet" in text_of(as_ana.get(reverse("assessments:latest_profile")))
    draft = Assessment.objects.create(person=ana, form=essential)
    response = as_ana.get(reverse("assessments:latest_profile"))
    assert reverse("assessments:contents", args=[draft.pk]) in response.content.decode()


def test_the_history_keeps_every_assessment_and_draws_the_progress(as_ana, ana, anas, essential):
    lower = dict.fromkeys(LEVELS_OF_ANA, 1)
    submitted(ana, essential, lower, on=SUBMITTED - timedelta(days=400))
    response = as_ana.get(reverse("assessments:history"))
    page = text_of(response)
    assert "Repository of skills, Essential form" in page
    assert "Oct 2025: 1.0 with 23 of 24 rated; Nov 2026: 2.2 with 22 of 24 rated." in page
    assert "22 November 2026 2.2 22 of 24 rated, one does not apply" in page
    assert "only you" in page
    assert response.content.decode().count("/profile/") >= 2


def test_a_history_without_assessments_says_what_will_stand_there(as_ana):
    assert "You have not submitted an assessment yet" in text_of(as_ana.get(reverse("assessments:history")))


def test_the_history_shows_only_ones_own(as_ana, luka, essential):
    submitted(luka, essential, LEVELS_OF_ANA, trainers=True)
    assert as_ana.get(reverse("assessments:history")).context["all_series"] == ()


# --- Queries ---------------------------------------------------------------------------------------

# Session and user; the roles for the navigation.
AROUND = 3


@pytest.mark.parametrize("how_many", [1, 3])
def test_the_own_profile_takes_the_same_queries_however_much_there_is(
    as_ana, ana, marco, anas, kip, essential, counsellor, how_many, django_assert_num_queries
):
    confirmed(anas, marco, ["A1", "A2", "C1"][:how_many])
    for number in range(how_many):
        module = module_serving(kip, f"module-{number}", f"Module {number}", 30, ["A4", "E1"])
        Assignment.objects.create(person=ana, module=module)
        submitted(ana, essential, LEVELS_OF_ANA, target=counsellor, on=SUBMITTED - timedelta(days=number + 1))
    profile_of(as_ana, anas)  # what the form asks is kept in memory from now on
    # Assessment; ratings, required levels; what is confirmed; modules; the plan; who sees it and who
    # could; an open draft.
    with django_assert_num_queries(AROUND + 9):
        profile_of(as_ana, anas)


@pytest.mark.parametrize("how_many", [1, 3])
def test_a_shared_profile_takes_the_same_queries_however_much_there_is(
    as_marco, ana, marco, anas_shared, kip, essential, how_many, django_assert_num_queries
):
    confirmed(anas_shared, marco, ["A1", "A2", "C1"][:how_many])
    for number in range(how_many):
        module = module_serving(kip, f"module-{number}", f"Module {number}", 30, ["A4", "E1"])
        Assignment.objects.create(person=ana, module=module)
        submitted(ana, essential, LEVELS_OF_ANA, on=SUBMITTED - timedelta(days=number + 1), trainers=True)
    profile_of(as_marco, anas_shared)  # what the form asks is kept in memory from now on
    # Whether it is his own, and then what is shared with him; whether he is her trainer; where it is shared with him;
    # ratings, required levels; what is confirmed; modules; the plan.
    with django_assert_num_queries(AROUND + 9):
        profile_of(as_marco, anas_shared)


@pytest.mark.parametrize("how_many", [1, 3])
def test_the_history_takes_the_same_queries_however_long_it_is(
    as_ana, ana, essential, how_many, django_assert_num_queries
):
    for number in range(how_many):
        submitted(ana, essential, LEVELS_OF_ANA, on=SUBMITTED - timedelta(days=number))
    # Assessments, the competences of their forms, what these ask, their scales; what is confirmed; who sees them; the
    # revisions in force, and what was rated on those before.
    with django_assert_num_queries(AROUND + 8):
        as_ana.get(reverse("assessments:history"))


def test_another_of_her_organisations_sees_it_when_she_shares_it_there(client, ana, anas_shared, rhone, hugo):
    Membership.objects.create(user=ana, organisation=rhone, role=Role.PRACTITIONER)
    client.force_login(hugo)
    assert profile_of(client, anas_shared).status_code == 403
    share(anas_shared, {rhone.pk: [Role.TRAINER]})
    assert profile_of(client, anas_shared).status_code == 200


@pytest.mark.parametrize("page", ["sharing", "target"])
def test_what_lies_below_a_profile_leads_back_to_it(page, as_ana, anas):
    html = as_ana.get(reverse(f"assessments:{page}", args=[anas.pk])).content.decode()
    crumbs = html[html.index('class="crumbs"') :].partition("</nav>")[0]
    assert re.findall(r">([^<>]+)</a>", crumbs) == ["Your profile"]

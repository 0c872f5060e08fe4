"""Platform admins add forms and target profiles; nobody edits answers."""

import pytest
from django.contrib import admin
from django.urls import reverse

from assessments.models import Assessment, Evidence, Form, LevelConfirmation, Rating, RequiredLevel, TargetProfile
from assessments.rating import actions


@pytest.fixture
def elodies(signed_in, elodie):
    return signed_in(elodie)


def posted_form(revision, **changes):
    return {
        "revision": revision.pk, "key": "money", "position": 3, "title": "Money", "description": "",
        "kinds": ["knowledge", "skill"], "competences": [revision.competences.get(code="B").pk], "is_open": "on",
    } | changes  # fmt: skip


def test_an_admin_adds_a_form_and_people_can_begin_it(elodies, kip, ana):
    response = elodies.post(reverse("admin:assessments_form_add"), posted_form(kip))
    assert response.status_code == 302
    form = Form.objects.get(key="money")
    assert actions.begin(ana, form)
    assert {statement.code[0] for statement in form.statements()} == {"B"}


def test_a_form_that_would_ask_nothing_is_refused(elodies, leader):
    kinds = {"kinds": ["predisposition"], "competences": []}
    response = elodies.post(
        reverse("admin:assessments_form_add"),
        {"revision": leader.pk, "key": "none", "position": 3, "title": "None", "is_open": "on"} | kinds,
    )
    assert "This form would ask nothing" in response.content.decode()
    assert not Form.objects.filter(key="none").exists()


def test_competences_of_another_revision_are_refused(elodies, kip, leader):
    foreign = {"competences": [leader.competences.first().pk]}
    response = elodies.post(reverse("admin:assessments_form_add"), posted_form(kip, **foreign))
    assert "own revision" in response.content.decode()
    assert not Form.objects.filter(key="money").exists()


def test_what_a_begun_form_asks_stays(elodies, draft, essential):
    address = reverse("admin:assessments_form_change", args=[essential.pk])
    response = elodies.post(
        address, {"position": 1, "title": "Short", "description": "", "kinds": ["skill"], "is_open": ""}
    )
    assert response.status_code == 302
    essential.refresh_from_db()
    assert (essential.title, essential.kinds, essential.is_open) == ("Short", ["sub_competence"], False)


def test_an_admin_sets_a_target_level_by_level(elodies, kip):
    posted = {"revision": kip.pk, "key": "lead", "position": 1, "title": "Lead", "description": ""}
    response = elodies.post(reverse("admin:assessments_targetprofile_add"), posted)
    target = TargetProfile.objects.get(key="lead")
    assert response.url == reverse("admin:assessments_targetprofile_change", args=[target.pk])
    statement = kip.statements.get(code="A1")
    level = kip.scale.levels.get(value=3)
    posted = {"key": "lead", "position": 1, "title": "Lead", "description": "", f"level_{statement.pk}": level.pk}
    assert elodies.post(response.url, posted).status_code == 302
    assert list(RequiredLevel.objects.values_list("target__key", "statement__code", "level__value")) == [
        ("lead", "A1", 3)
    ]
    page = elodies.get(response.url).content.decode()
    assert f'<option value="{level.pk}" selected>3 On my own</option>' in page


def test_a_level_of_another_scale_is_refused(elodies, kip, leader, counsellor):
    foreign = leader.scale.levels.get(value=3)
    before = counsellor.required.count()
    response = elodies.post(
        reverse("admin:assessments_targetprofile_change", args=[counsellor.pk]),
        {"key": "c", "position": 1, "title": "C", f"level_{kip.statements.get(code='A1').pk}": foreign.pk},
    )
    assert response.status_code == 200
    assert counsellor.required.count() == before


@pytest.mark.parametrize("answers", [Assessment, Rating, Evidence, LevelConfirmation])
def test_nobody_edits_answers(answers):
    assert not admin.site.is_registered(answers)


def test_the_administration_is_for_platform_admins(signed_in, ana, petra):
    for person in (ana, petra):
        assert signed_in(person).get(reverse("admin:assessments_form_add")).status_code == 302


def test_what_a_submitted_profile_is_compared_with_stays(elodies, anas, counsellor, kip, kvarner):
    before = list(counsellor.required.order_by("pk").values_list("statement", "level"))
    address = reverse("admin:assessments_targetprofile_change", args=[counsellor.pk])
    page = elodies.get(address).content.decode()
    assert 'name="level_' not in page
    assert "A1 3" in page
    highest = kip.scale.levels.last().pk
    posted = {"key": "other", "position": 2, "title": "Counsellor", "description": "", "organisation": kvarner.pk}
    levels = {f"level_{statement.pk}": highest for statement in kip.statements.all()}
    assert elodies.post(address, posted | levels).status_code == 302
    counsellor.refresh_from_db()
    assert (counsellor.title, counsellor.key, counsellor.organisation) == ("Counsellor", "a-counsellor", None)
    assert list(counsellor.required.order_by("pk").values_list("statement", "level")) == before
    address = reverse("admin:assessments_targetprofile_delete", args=[counsellor.pk])
    assert elodies.post(address, {"post": "yes"}).status_code == 403
    anas.refresh_from_db()
    assert anas.target == counsellor


def test_the_target_of_an_organisation_is_given_to_no_other(elodies, counsellor, kvarner, rhone):
    TargetProfile.objects.update(organisation=kvarner)
    posted = {"key": "a-counsellor", "position": 2, "title": "Counsellor", "description": "", "organisation": rhone.pk}
    address = reverse("admin:assessments_targetprofile_change", args=[counsellor.pk])
    assert elodies.post(address, posted).status_code == 302
    counsellor.refresh_from_db()
    assert (counsellor.title, counsellor.organisation) == ("Counsellor", kvarner)


def test_a_form_that_somebody_has_begun_is_not_deleted_and_does_not_say_by_whom(elodies, draft, essential):
    address = reverse("admin:assessments_form_delete", args=[essential.pk])
    page = elodies.get(address).content.decode()
    assert "Assessments: 1" in page
    assert f"{draft.assessment.person_id}: {essential.pk}" not in page
    elodies.post(address, {"post": "yes"})
    assert Form.objects.filter(pk=essential.pk).exists()

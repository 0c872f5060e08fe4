"""A publication by mistake is taken back while nobody rated on it; afterwards all is as if it had not been."""

from functools import partial

import pytest
from django.apps import apps
from django.urls import reverse

from assessments.models import Assessment, Form, Rating, RequiredLevel, TargetProfile
from assessments.rating.actions import begin
from frameworks.models import Revision
from frameworks.publishing import actions
from frameworks.publishing.baseline import Seen
from frameworks.signals import revision_taken_back
from kip_site.refusals import Refused
from tests.assessed import rate, submitted
from tests.at_once import at_once
from tests.published import publish_file, reworded_under
from tests.words import words

DRAFT, PUBLISHED, SUPERSEDED = Revision.Status


def contents():
    """Every row of frameworks, assessments and training, but for when and by whom things were published."""
    return {
        model.__name__: [
            {key: value for key, value in row.items() if key not in ("id", "uploaded_at")}
            for row in model._base_manager.order_by("pk").values()
        ]
        for app in ("frameworks", "assessments", "training")
        for model in apps.get_app_config(app).get_models()
    }


@pytest.fixture
def draft(kip, anas, anas_module, repository_of_skills, elodie):
    """A changed revision, uploaded by Élodie, not published yet; Ana rated on the one in force."""
    anas_module.outcomes.set(kip.learningoutcomes.filter(code__in=["A-LO1", "A-LO5"]))
    kip.learningoutcomes.filter(code__startswith="LO-").delete()
    return actions.import_draft(reworded_under("2024.1", repository_of_skills), "kip-2024.yaml", elodie)


@pytest.fixture
def following(draft, elodie):
    """The same, published."""
    return actions.publish(draft, elodie)


@pytest.fixture
def admin(client, elodie):
    client.force_login(elodie)
    return client


def test_taking_back_leaves_everything_as_it_was_before_publishing(kip, draft, elodie):
    before = contents()
    following = actions.publish(draft, elodie)
    assert contents() != before
    draft = actions.take_back(following, elodie)
    assert (draft.pk, draft.status, draft.file.uploaded_by) == (following.pk, DRAFT, elodie)
    assert contents() == before


def test_what_was_taken_back_can_be_published_again(following):
    draft = actions.take_back(following)
    again = actions.publish(draft, seen=Seen(draft.file.sha256, draft.replaces_id))
    assert (again.status, again.statements.count(), again.successions.count()) == (PUBLISHED, 112, 112)
    assert set(again.forms.values_list("key", flat=True)) == {"essential", "full"}


def test_taking_back_twice_does_it_once(following):
    actions.take_back(following)
    before = contents()
    assert actions.take_back(following).status == DRAFT
    assert contents() == before


def test_a_first_revision_can_be_taken_back(leader):
    draft = actions.take_back(leader)
    assert draft.status == DRAFT
    assert not Revision.objects.issued().exists()
    assert not Form.objects.exists()
    assert actions.publish(draft).statements.exists()


@pytest.mark.parametrize("used", ["answered", "commented", "submitted"])
def test_what_somebody_rated_on_stays(following, ana, used):
    assessment = begin(ana, Form.objects.get(revision=following, key="essential"))
    if used == "answered":
        rate(assessment, {"A1": 3})
    elif used == "commented":
        Rating.objects.create(assessment=assessment, statement=following.statements.first(), comment="Not sure yet.")
    else:
        assessment.submitted_at = assessment.started_at
        assessment.save()
    before = contents()
    with pytest.raises(Refused, match=r"1 person has rated themselves on revision 2024\.1"):
        actions.take_back(following)
    assert contents() == before


def test_people_are_counted_once(following, ana, luka):
    for person, key in ((ana, "essential"), (ana, "full"), (luka, "full")):
        submitted(person, Form.objects.get(revision=following, key=key), {"A1": 3})
    with pytest.raises(Refused, match="2 people have rated"):
        actions.take_back(following)


def test_a_draft_in_which_nothing_was_answered_goes_with_its_form(following, ana):
    assessment = begin(ana, Form.objects.get(revision=following, key="essential"))
    actions.take_back(following)
    assert not Assessment.objects.filter(pk=assessment.pk).exists()


def test_targets_made_for_a_revision_keep_it(following):
    TargetProfile.objects.create(revision=following, key="leader", title="Leader of a partnership")
    with pytest.raises(Refused, match=r"“Leader of a partnership” was made for revision 2024\.1"):
        actions.take_back(following)


def test_another_draft_keeps_the_place_of_the_draft(following, repository_of_skills):
    other = actions.import_draft(reworded_under("2025.1", repository_of_skills, "2024.1"), "kip.yaml")
    before = contents()
    with pytest.raises(Refused, match=r"there is a draft already, 2025\.1: publish or discard that"):
        actions.take_back(following)
    assert contents() == before
    actions.discard(other)
    assert actions.take_back(following).status == DRAFT


def test_only_the_revision_in_force_is_taken_back(kip, following):
    kip.refresh_from_db()
    with pytest.raises(Refused, match=r"2021\.11 is superseded"):
        actions.take_back(kip)


def test_a_draft_that_is_gone_is_said_to_be_gone(following):
    actions.discard(actions.take_back(following))
    with pytest.raises(Refused, match="not there any more"):
        actions.take_back(following)


def test_somebody_who_begins_to_use_it_in_that_moment_keeps_it(following, kip):
    def use(sender, revision, **arguments):
        target = TargetProfile.objects.create(revision=kip, key="late", title="Late")
        RequiredLevel.objects.create(
            target=target, statement=revision.statements.first(), level=revision.scale.levels.first()
        )

    before = contents()
    revision_taken_back.connect(use)
    try:
        with pytest.raises(Refused, match="in use since this moment"):
            actions.take_back(following)
    finally:
        revision_taken_back.disconnect(use)
    assert contents() == before


@pytest.mark.django_db(transaction=True)
def test_two_admins_take_it_back_once(repository_of_skills):
    kip = publish_file(repository_of_skills)
    following = publish_file(reworded_under("2024.1", repository_of_skills))
    outcomes = at_once(*[partial(actions.take_back, following)] * 2)
    assert [revision.status for revision in outcomes] == [DRAFT, DRAFT]
    assert [revision.pk for revision in Revision.objects.current()] == [kip.pk]


# --- The page -----------------------------------------------------------------------------------


def test_the_page_says_what_happens_before_the_button(admin, following):
    assert "Take the publication back of 2024.1 of Repository of skills" in words(admin.get("/frameworks/manage/"))
    page = words(admin.get(reverse("frameworks:take_back", args=[following.pk])))
    assert "Revision 2021.11 is in force again." in page
    assert page.index("is a draft again. Its file stays") < page.index("Nobody has rated on it") < page.index(
        "Take the publication back Leave it published"
    )  # fmt: skip


def test_the_button_leads_to_the_draft(admin, following):
    answer = admin.post(reverse("frameworks:take_back", args=[following.pk]), follow=True)
    assert "The publication of revision 2024.1 is taken back. It is a draft again, with its file." in words(answer)
    assert answer.redirect_chain[-1][0] == reverse("frameworks:draft", args=[following.pk])
    assert "Publish 2024.1" in words(answer)


def test_the_page_says_why_not_and_has_no_button(admin, following, ana):
    submitted(ana, Form.objects.get(revision=following, key="essential"), {"A1": 3})
    address = reverse("frameworks:take_back", args=[following.pk])
    page = admin.get(address)
    assert "This publication stays. 1 person has rated themselves on revision 2024.1" in words(page)
    assert b'method="post"' not in page.content.split(b"<main")[1]
    answer = admin.post(address, follow=True)
    assert "1 person has rated themselves" in words(answer)
    assert Revision.objects.current().get() == following


def test_a_draft_has_nothing_to_take_back(admin, draft):
    answer = admin.get(reverse("frameworks:take_back", args=[draft.pk]))
    assert answer.url == reverse("frameworks:draft", args=[draft.pk])


def test_only_platform_admins_take_back(client, following, petra):
    client.force_login(petra)
    assert client.post(reverse("frameworks:take_back", args=[following.pk])).status_code == 403
    assert Revision.objects.current().get() == following

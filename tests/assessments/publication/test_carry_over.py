"""Forms and target profiles of a revision, from its publication to the next one."""

import pytest

from assessments.models import Form, TargetProfile
from assessments.rating import actions
from tests.published import publish_file


def offered(revision):
    return {form.key: form for form in Form.objects.offered().filter(revision=revision)}


@pytest.fixture
def unchanged(kip, repository_of_skills):
    """Publishes the next revision of the Repository of skills, in which nothing differs."""

    def publish():
        text = repository_of_skills.decode()
        text = text.replace('version: "2021.11"', 'version: "2026.1"').replace("date: 2021-11-01", "date: 2026-01-15")
        text = text.replace("replaces: null", 'replaces: "2021.11"')
        return publish_file(text.encode(), "next.yaml")

    return publish


def test_a_first_revision_gets_essential_and_full(kip):
    forms = offered(kip)
    assert list(forms) == ["essential", "full"]
    assert forms["essential"].statements().count() == 24
    # 112 statements, ten of which repeat another.
    assert forms["full"].statements().count() == kip.statements.filter(same_as=None).count() == 102


def test_a_framework_without_sub_competences_gets_only_full(leader):
    assert list(offered(leader)) == ["full"]
    assert offered(leader)["full"].statements().count() == 4


def test_targets_at_one_position_stay_in_order(kip, counsellor, unchanged):
    TargetProfile.objects.create(revision=kip, key="adviser", title="Adviser")
    revision = unchanged()
    titles = TargetProfile.objects.filter(revision=revision).in_order().values_list("title", flat=True)
    assert list(titles) == [counsellor.title, "Adviser"]


def test_forms_and_targets_are_carried_to_the_next_revision(kip, kvarner, counsellor, unchanged):
    own = Form.objects.create(revision=kip, key="money", title="Money", kinds=["knowledge", "skill"], is_open=False)
    own.competences.set(kip.competences.filter(code="B"))
    counsellor.organisation = kvarner
    counsellor.save()
    required = set(counsellor.required.values_list("statement__key", "level__key"))
    revision = unchanged()
    carried = Form.objects.get(revision=revision, key="money")
    assert (carried.title, carried.kinds, carried.is_open) == ("Money", ["knowledge", "skill"], False)
    assert [competence.revision for competence in carried.competences.all()] == [revision]
    assert set(carried.statements().values_list("key", flat=True)) == set(
        own.statements().values_list("key", flat=True)
    )
    assert list(offered(revision)) == ["essential", "full"]
    target = TargetProfile.objects.get(revision=revision)
    assert (target.key, target.title, target.organisation) == (counsellor.key, counsellor.title, kvarner)
    assert set(target.required.values_list("statement__key", "level__key")) == required
    assert set(target.required.values_list("statement__revision", "level__scale__revision")) == {
        (revision.pk, revision.pk)
    }
    assert counsellor.required.count() == len(required)


def test_what_was_rated_on_the_revision_before_is_the_last_time(signed_in, ana, anas, unchanged):
    form = Form.objects.get(revision=unchanged(), key="essential")
    assessment = actions.begin(ana, form)
    page = signed_in(ana).get(f"/assessments/{assessment.pk}/rate/A/").content.decode()
    assert "Last time: 3, November 2026" in page
    assert page.count("level-last") == 5

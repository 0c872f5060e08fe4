"""`load_demo --content`: what comes with the platform, on a site that has nothing yet."""

import pytest
from django.core.management import call_command

from assessments import demo
from assessments.models import LevelConfirmation, TargetProfile
from frameworks.models import Framework, Revision
from frameworks.publishing import actions
from training.models import Module

pytestmark = pytest.mark.django_db


def test_an_empty_site_gets_frameworks_modules_targets_and_a_draft(settings, capsys):
    settings.DEBUG = True
    call_command("load_demo", "--content")
    assert {str(revision) for revision in Revision.objects.current()} == {"kip 2021.11", "leader-cms 1"}
    assert str(Revision.objects.drafts().get()) == "kip 2026.1-draft"
    assert Module.objects.filter(outcomes__isnull=False).exists()
    assert TargetProfile.objects.filter(key="partnership-manager").exists()
    confirmed = LevelConfirmation.objects.filter(assessment__person__email="practitioner@demo.example")
    assert set(confirmed.values_list("by__name", "role")) == {("Marco Bellini", "trainer"), ("Ivana Kovač", "manager")}
    said = capsys.readouterr().out
    assert "Two frameworks, their modules and target profiles, and a draft added." in said


def test_without_the_option_only_people_are_added(settings):
    settings.DEBUG = True
    call_command("load_demo")
    assert not Framework.objects.exists()


def test_a_draft_that_was_discarded_does_not_come_back():
    demo.load_content()
    actions.discard(Revision.objects.drafts().get())
    assert demo.load_content() is False
    assert not Revision.objects.drafts().exists()


def test_a_module_that_an_admin_changed_stays_changed():
    demo.load_content()
    module = Module.objects.first()
    module.outcomes.clear()
    demo.load_content()
    assert not module.outcomes.exists()

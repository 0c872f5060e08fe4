"""A whole site goes through dumpdata and loaddata with natural keys, from one database to another and back again."""

import json

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from assessments.confirmations import actions
from assessments.models import (
    Assessment,
    Evidence,
    Form,
    IssuedProfile,
    RequiredLevel,
    TargetProfile,
    TargetReview,
)
from assessments.updates import actions as update_actions
from frameworks.models import DraftStep
from frameworks.publishing.actions import import_draft
from frameworks.publishing.jobs.actions import ask_for_import
from kip_site.accounts.invitations.actions import invite
from kip_site.accounts.models import Role, User
from kip_site.accounts.organisation.actions import change_roles
from kip_site.jobs import due, watch
from tests.assessed import submitted
from tests.frameworks.comparison.compared import OLD, revised
from tests.published import publish_file
from tests.training.conftest import create_module
from training.assignments.actions import assign, set_step
from training.links.actions import decide_link
from training.models import LinkReview

pytestmark = pytest.mark.django_db

OURS = ("jobs", "mail", "accounts", "frameworks", "training", "assessments")
# What Django makes itself, and what is of no use on another site.
WITHOUT = ["contenttypes", "auth.permission", "sessions"]


# Keeping silent lost a part, so that its target and its module wait for a decision; nodding was split; asking is gone.
CHANGES = [
    ("text: Keeping silent}", "text: {en: Keeping silent for a while, fr: Se taire “un peu”}, narrowed: true}"),
    (
        "      - {id: nodding, code: A-S3, text: Nodding and smiling}\n",
        (
            "      - {id: nod, code: A-S3, text: Nodding, replaces: [nodding]}\n"
            "      - {id: smile, code: A-S5, text: Smiling, replaces: [nodding]}\n"
        ),
    ),
    ("      - {id: asking, code: A-S2, text: Asking}\n", ""),
    ("competences:\n", "retired: [{id: asking}]\ncompetences:\n"),
]


@pytest.fixture
def whole_site(ana, marco, petra, kvarner, elodie):
    """Some of everything: Ana rated, and updates since the framework changed; others decide, confirm and invite."""
    guidance = publish_file(OLD.encode(), user=elodie)
    levels = {level.value: level for level in guidance.scale.levels.all()}
    target = TargetProfile.objects.create(revision=guidance, key="counsellor", title="Counsellor", organisation=kvarner)
    RequiredLevel.objects.bulk_create(
        RequiredLevel(target=target, statement=statement, level=levels[1]) for statement in guidance.statements.all()
    )
    module = create_module("silence", "Keeping silent", outcomes=guidance.learningoutcomes.all(), to_level=1)
    assignment = assign(marco, ana, module, kvarner)
    set_step(assignment, module.materials.first(), done=True)
    form = Form.objects.get(revision=guidance)
    earlier = submitted(
        ana, form, {"A-S1": 1, "A-S2": 0, "A-S3": 1, "A-S4": "does not apply"}, target=target, trainers=True
    )
    rating = earlier.ratings.get(statement__code="A-S3")
    actions.confirm_levels(marco, earlier, kvarner, [rating.pk], [])
    change_roles(petra, kvarner, [Role.ORG_ADMIN, Role.TRAINER], petra)  # whether Ana shows it to her is a question
    Evidence.objects.create(rating=rating, url="https://kvarner.example/partners", name="Partners – “ours”")
    IssuedProfile.objects.create(assessment=earlier, digest="0" * 64)
    publish_file(revised(*CHANGES).encode(), user=elodie)
    assert TargetReview.objects.exists()
    update = update_actions.begin_update(ana, earlier)
    assert update.ratings.filter(origin="suggested").exists()
    update_actions.decide(ana, update.form.revision)
    review = LinkReview.objects.get()
    decide_link(review, elodie, review.suggestions.all())
    invite(kvarner, ["nova@kvarner.example"], [Role.PRACTITIONER], marco)
    draft = import_draft(OLD.replace("id: guidance", "id: another").encode(), "another.yaml", elodie)
    now = timezone.now()
    DraftStep.objects.create(
        revision=draft, said="A2 moved", name="another.yaml", content=b"\x00x", is_edited=True, uploaded_at=now
    )
    ask_for_import(OLD.encode(), "again.yaml", elodie)
    watch.show_life("worker", "default")
    list(due.run(due.parts()))


def dumped(file):
    call_command("dumpdata", exclude=WITHOUT, natural_foreign=True, natural_primary=True, output=str(file), verbosity=0)
    # Milliseconds are all that is written of a moment, and nothing of none, so that one of a thousand is written anew.
    return json.loads(file.read_text().replace(".000Z", "Z"))


def test_a_whole_site_comes_back_as_it_was(whole_site, tmp_path):
    before = dumped(tmp_path / "before.json")
    models = {model._meta.label_lower for app in OURS for model in apps.get_app_config(app).get_models()}
    proxies = {model._meta.label_lower for model in apps.get_models() if model._meta.proxy}
    assert models - proxies <= {row["model"] for row in before}, "the site of this test has to have some of everything"

    # Whatever PostgreSQL checks at the end of a transaction it checks now, since it empties no table before.
    connection.check_constraints()
    call_command("flush", interactive=False, verbosity=0)
    assert not User.objects.exists()
    call_command("loaddata", str(tmp_path / "before.json"), verbosity=0)
    assert dumped(tmp_path / "after.json") == before
    # A second time changes nothing: natural keys find what is there.
    call_command("loaddata", str(tmp_path / "before.json"), verbosity=0)
    assert dumped(tmp_path / "again.json") == before
    # And the site goes on: the next rows find their numbers.
    ana = User.objects.get(email="ana@kvarner.example")
    update = Assessment.objects.drafts().get(person=ana, updates__isnull=False)
    suggested = update.ratings.filter(origin="suggested").first()
    update_actions.accept(update, suggested.statement_id)
    assert update.ratings.get(pk=suggested.pk).level == suggested.suggested_level
    ask_for_import(b"", "one-more.yaml", ana)

"""A site in use, for tests that visit every URL.

Ana has a draft, and a submitted assessment that she shares with her trainers but not with her managers. Marco, her
trainer, has assigned a module to her; a link of that module waits to be decided. A framework revision waits as a draft;
an invitation to Kvarner is open; an e-mail to Ana was not sent. Ana is a member of a third organisation, too, to which
nothing of this belongs: Zoran leads her there, and so does Teo, who is her colleague at Kvarner.
"""

import pytest
from django.core.files.base import ContentFile
from django.utils import timezone

from assessments.models import Assessment, Evidence, Form, GrantRequest, Rating, TargetProfile, TargetReview
from assessments.sharing.actions import share
from frameworks.models import RevisionJob
from frameworks.publishing import actions as frameworks_actions
from frameworks.publishing.jobs import actions as jobs
from kip_site.accounts.models import Invitation, Membership, Role
from kip_site.mail.models import Mail
from training.models import Assignment, LinkReview, Module, Step


@pytest.fixture
def scene(kip, leader_cms, ana, luka, marco, ivana, petra, elodie, claire, hugo, teo, zoran, kvarner, sava):
    """{name: value} for the placeholders in URLs, and the people under "people"."""
    form = Form.objects.get(revision=kip, key="essential")
    statement = form.statements().first()
    level = kip.scale.levels.last()

    def assessment(**fields):
        made = Assessment.objects.create(person=ana, form=form, **fields)
        rating = Rating.objects.create(assessment=made, statement=statement, level=level)
        return made, Evidence.objects.create(
            rating=rating, name="agreement.txt", file=ContentFile(b"Ours.", "agreement")
        )

    Membership.objects.create(user=ana, organisation=sava, role=Role.PRACTITIONER)
    target = TargetProfile.objects.create(revision=kip, key="counsellor", title="Guidance counsellor")
    submitted, evidence = assessment(submitted_at=timezone.now())
    share(submitted, {kvarner.pk: [Role.TRAINER]})
    draft, _evidence = assessment()
    module = Module.objects.create(
        key="asking",
        title="Asking partners what they need",
        summary="Ask.",
        format="reading",
        to_level=3,
        author="Us",
        source="Us",
    )
    materials = [
        module.materials.create(position=1, kind="text", title="Ask", minutes=50, body="Ask."),
        module.materials.create(position=2, kind="file", title="A sheet", minutes=5),
    ]
    materials[1].file.save("sheet.txt", ContentFile(b"Ask."))
    module.outcomes.set(kip.learningoutcomes.all()[:1])
    assignment = Assignment.objects.create(
        person=ana, module=module, assigned_by=marco, organisation=kvarner, started_at=timezone.now()
    )
    Step.objects.create(assignment=assignment, material=materials[0])
    link = LinkReview.objects.create(module=module, revision=kip, old_outcome=kip.learningoutcomes.first())
    invitation = Invitation.objects.create(
        organisation=kvarner, email="nina@kvarner.example", roles=["practitioner"], invited_by=petra
    )
    people = {"ana": ana, "luka": luka, "marco": marco, "ivana": ivana, "petra": petra}
    queued = jobs.ask_for_import(leader_cms, "leader_cms.yaml", elodie)
    people |= {"elodie": elodie, "claire": claire, "hugo": hugo, "teo": teo, "zoran": zoran, "anonymous": None}
    return {
        "people": people,
        "ana": ana.pk,
        "draft": draft.pk,
        "submitted": submitted.pk,
        "statement": statement.pk,
        "evidence": evidence.pk,
        "assignment": assignment.pk,
        "target": target.pk,
        "current": kip.pk,
        "target_review": TargetReview.objects.create(target=target, statement=statement).pk,
        "link": link.pk,
        "grant_request": GrantRequest.objects.create(person=ana, recipient=petra, organisation=kvarner).pk,
        "form": Form.objects.get(revision=kip, key="full").pk,
        "in_draft": "design-activities",
        "statement_in_draft": "design-programmes",
        "competence_in_draft": "know-framework",
        "level_in_draft": "new",
        "revision": frameworks_actions.import_draft(leader_cms, "leader_cms.yaml", elodie).pk,
        "queued": queued.pk,
        "job": RevisionJob.objects.get(job=queued).pk,
        "invitation": invitation.pk,
        "token": invitation.token,
        "mail": Mail.objects.create(
            to=ana.email, person=ana, subject="Hello", text="Hello.", state=Mail.State.UNSENT, ended_at=timezone.now()
        ).pk,
    }


def filled(value, scene):
    return value.format(**scene) if isinstance(value, str) else value

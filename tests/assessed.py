"""Assessments for the tests: ratings of Ana and others on the Repository of skills."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from assessments.models import Assessment, Form, Grant, LevelConfirmation, Rating, RequiredLevel, TargetProfile
from assessments.sharing.actions import share
from frameworks.models import LearningOutcome, Level, Statement
from kip_site.accounts.models import Organisation, Role
from training.models import Material, Module

# {code: level or "does not apply"}, as in the mock-up of the profile page; B4 is unrated.
LEVELS_OF_ANA = {
    "A1": 3, "A2": 2, "A3": 3, "A4": 1, "A5": 1,
    "B1": 1, "B3": 1, "B2": "does not apply",
    "C1": 4, "C2": 3, "C3": 2, "C4": 3, "C5": 2, "C6": 2,
    "D1": 2, "D2": 3,
    "E1": 1, "E2": 2,
    "F1": 3, "F2": 2,
    "G1": 3, "G2": 3, "G3": 1,
}  # fmt: skip
REQUIRED_OF_A_COUNSELLOR = {
    "A1": 3, "A2": 3, "A3": 3, "A4": 3, "A5": 2,
    "B1": 2, "B2": 1, "B3": 1, "B4": 2,
    "C1": 3, "C2": 3, "C3": 3, "C4": 3, "C5": 2, "C6": 2,
    "D1": 2, "D2": 3,
    "E1": 3, "E2": 2,
    "F1": 3, "F2": 3,
    "G1": 3, "G2": 3, "G3": 2,
}  # fmt: skip

SUBMITTED = datetime(2026, 11, 22, 13, 15, tzinfo=UTC)


def rate(assessment, levels):
    """Rate the statements; `levels` is {code: value of a level, or "does not apply"}."""
    revision = assessment.form.revision
    scale = {level.value: level for level in Level.objects.filter(scale__revision=revision)}
    statements = {statement.code: statement for statement in assessment.form.statements()}
    Rating.objects.bulk_create(
        Rating(
            assessment=assessment,
            statement=statements[code],
            level=scale.get(level),
            does_not_apply=level == "does not apply",
        )
        for code, level in levels.items()
    )


def submitted(person, form, levels, *, target=None, on=SUBMITTED, trainers=False, managers=False):
    """Create a submitted assessment; `levels` are as for `rate`."""
    assessment = Assessment.objects.create(
        person=person,
        form=form,
        target=target,
        started_at=on - timedelta(minutes=10),
        saved_at=on,
        submitted_at=on,
    )
    rate(assessment, levels)
    return shown(assessment, trainers=trainers, managers=managers)


def shown(assessment, *, trainers=False, managers=False):
    """Share an assessment with those who are the person's trainers or managers now, in all her organisations."""
    roles = [role for role, is_chosen in ((Role.TRAINER, trainers), (Role.MANAGER, managers)) if is_chosen]
    share(assessment, dict.fromkeys(assessment.person.organisations.values_list("pk", flat=True), roles))
    return assessment


def choosing(page, **chosen):
    """What the form of a page sends with this choice of who sees a profile: {"audience": "trainers"}."""
    return {"named": page.context["form"].named, **chosen}


def roles_shown(assessment):
    """The roles with which an assessment is shared now: {"trainer", "manager"}, or some of them."""
    return set(Grant.objects.in_force().filter(assessment=assessment).values_list("role", flat=True))


@pytest.fixture
def essential(kip):
    """The form of the 24 sub-competences."""
    return Form.objects.get(revision=kip, key="essential")


@pytest.fixture
def full(kip):
    """The form of all distinct statements."""
    return Form.objects.get(revision=kip, key="full")


@pytest.fixture
def counsellor(kip):
    """The target profile that Ana compares herself with."""
    target = TargetProfile.objects.create(
        revision=kip, key="a-counsellor", title="Guidance counsellor with partnership tasks"
    )
    scale = {level.value: level for level in Level.objects.filter(scale__revision=kip)}
    statements = {statement.code: statement for statement in kip.statements.all()}
    RequiredLevel.objects.bulk_create(
        RequiredLevel(target=target, statement=statements[code], level=scale[level])
        for code, level in REQUIRED_OF_A_COUNSELLOR.items()
    )
    return target


@pytest.fixture
def anas(ana, essential, counsellor):
    """Ana's submitted assessment, shared with nobody."""
    return submitted(ana, essential, LEVELS_OF_ANA, target=counsellor)


@pytest.fixture
def anas_module(kip):
    """A module that leads to level 3 in A4 and A2."""
    return module_serving(kip, "common-goals", "Reaching common goals with partners", 60, ["A4", "A2"])


def module_serving(revision, key, title, minutes, codes, *, to_level=3):
    """Create a listed module with one material, for a new learning outcome that serves the statements `codes`."""
    module = Module.objects.create(
        key=key, title=title, summary="In short.", format="reading", to_level=to_level, author="KIP", source="KIP"
    )
    Material.objects.create(module=module, position=1, kind="text", title="Read", minutes=minutes, body="Read.")
    statements = Statement.objects.filter(revision=revision, code__in=codes)
    outcome = LearningOutcome.objects.create(
        revision=revision,
        competence=statements[0].competence,
        key=f"can-{key}",
        code=f"LO-{module.pk}",
        uuid=uuid4(),
        position=1000 + module.pk,
        text={"en": title},
        level=Level.objects.filter(scale__revision=revision).last(),
    )
    outcome.serves.set(statements)
    module.outcomes.add(outcome)
    return module


@pytest.fixture
def anas_shared(anas, marco, ivana):
    """Ana's submitted assessment, shared with her trainer and her manager."""
    return shown(anas, trainers=True, managers=True)


def confirmed(assessment, by, codes, *, role="trainer", on=SUBMITTED + timedelta(days=1)):
    """Create confirmations of the levels of these statements (codes), given at the time `on`.

    They are given in the first of the organisations in which `by` has the role.
    """
    ratings = assessment.ratings.filter(statement__code__in=codes)
    assert ratings.count() == len(codes)
    organisation = Organisation.objects.with_role(by, role).order_by("pk").first()
    given = {"assessment": assessment, "by": by, "organisation": organisation, "role": role, "at": on}
    return LevelConfirmation.objects.bulk_create(LevelConfirmation(rating=rating, **given) for rating in ratings)


def confirmations_of(assessment):
    """{(code, name, role, reason why it lapsed, or blank)} of the confirmations of an assessment."""
    return set(assessment.confirmations.order_by().values_list("rating__statement__code", "by__name", "role", "lapse"))

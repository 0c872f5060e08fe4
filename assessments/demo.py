"""The demonstration: the content that comes with the platform, and the people of fixtures/demo.yaml.

Their answers are written directly to the database, because the actions cannot write with dates in the past.
"""

import random
from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta

import yaml
from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils import timezone

from frameworks.models import Framework, Level, Revision, Statement
from frameworks.publishing.actions import import_draft, publish
from kip_site.accounts.models import Membership, Organisation, Role, User
from training.files.actions import load_modules
from training.models import Assignment, Module, Step

from .models import Assessment, Form, Grant, GrantRequest, LevelConfirmation, Rating, TargetProfile
from .sharing.actions import share
from .targets.actions import load_targets

FIXTURES = settings.BASE_DIR / "fixtures"
FILE = FIXTURES / "demo.yaml"
SHARED = {"trainers": Role.TRAINER, "managers": Role.MANAGER}
PASSWORD = "keep-in-pact-demo"  # noqa: S105 - public: `make demo` prints it


@transaction.atomic
def load_content():
    """Load the frameworks, modules and target profiles of fixtures/, and a draft that an admin can publish.

    Returns whether it did so: a site that has a framework already is left as it is.
    """
    if Framework.objects.exists():
        return False
    for name in ("repository_of_skills.yaml", "leader_cms.yaml"):
        publish(import_draft((FIXTURES / name).read_bytes(), name))
    load_modules([(path.name, path.read_bytes()) for path in sorted((FIXTURES / "modules").glob("*.yaml"))])
    load_targets([("target_profiles.yaml", (FIXTURES / "target_profiles.yaml").read_bytes())])
    name = "repository_of_skills_draft.yaml"
    import_draft((FIXTURES / name).read_bytes(), name)
    return True


@dataclass(frozen=True)
class Basis:
    """What the answers refer to in the revision in force, loaded once."""

    levels: dict[str, Level]  # by the value as the file writes it: "3"
    forms: dict[str, Form]  # by key
    targets: dict[str, TargetProfile]  # by key
    asked: dict[str, dict[str, list[Statement]]]  # by form key and competence code

    @classmethod
    def of(cls, revision):
        forms = {form.key: form for form in Form.objects.filter(revision=revision)}
        asked = {key: {} for key in forms}
        for key, form in forms.items():
            for statement in form.statements().select_related("competence"):
                asked[key].setdefault(statement.competence.code, []).append(statement)
        return cls(
            levels={str(level.value): level for level in Level.objects.filter(scale__revision=revision)},
            forms=forms,
            targets={target.key: target for target in TargetProfile.objects.filter(revision=revision)},
            asked=asked,
        )


@dataclass
class Run:
    """What one run of `load` needs, and what it added."""

    organisations: dict[str, Organisation]  # by slug
    basis: Basis | None
    password: str  # a hash, made once for all accounts, because argon2 is slow on purpose
    people: dict[str, User] = field(default_factory=dict)  # by e-mail
    added: Counter[str] = field(default_factory=Counter)  # people, assessments, assignments


@transaction.atomic
def load(content, more_people=0):
    """Add the people of a kip-demo/1 file (bytes, from a trusted file) and `more_people` invented practitioners.

    Returns a Counter of the people, assessments and assignments that it added. It adds nothing for people who have
    assessments or assignments already, so a second run changes nothing. Without a published framework it adds only the
    people; a later run, after publication, adds their answers.
    """
    plan = yaml.safe_load(content)
    revision = Revision.objects.current().filter(framework__key=plan["framework"]).first()
    run = Run(
        organisations=dict(map(_organisation, plan["organisations"])),
        basis=Basis.of(revision) if revision else None,
        password=make_password(PASSWORD),
    )
    entries = plan["people"] + [invented(number, plan) for number in range(more_people)]
    for entry in entries:
        add_person(run, entry)
    if run.basis:
        for entry in entries:
            add_assessments(run, entry)
            add_assignments(run, entry)
        for entry in entries:
            add_role_of_late(run, entry)
    return run.added


def _organisation(entry):
    """The slug of an entry, and its Organisation."""
    found, _is_new = Organisation.objects.get_or_create(slug=entry["slug"], defaults={"name": entry["name"]})
    return found.slug, found


def invented(number, plan):
    """The entry of an invented practitioner of the first organisation, the same for the same number."""
    chance = random.Random(number)  # noqa: S311 - for variety, not for secrets
    first, last = plan["invented"]["first_names"], plan["invented"]["last_names"]
    return {
        "email": f"person-{number + 1}@demo.example",
        "name": f"{first[number % len(first)]} {last[number // len(first) % len(last)]}",
        "organisation": plan["organisations"][0]["slug"],
        "roles": ["practitioner"],
        "assessments": [
            {
                "form": "essential",
                "target": "guidance-counsellor",
                "days_ago": days + chance.randrange(60),
                "shared": ["trainers", "managers"] if chance.random() < 0.8 else [],
                "chance": f"{number}-{days}",
            }
            for days in (700, 360, 20)
        ],
    }


def add_person(run, entry):
    user = User.objects.filter(email=entry["email"]).first()
    if user is None:
        is_admin = entry.get("platform_admin", False)
        user = User.objects.create(
            email=entry["email"], name=entry["name"], password=run.password, is_staff=is_admin, is_superuser=is_admin
        )
        EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
        roles = {entry["organisation"]: entry["roles"], **entry.get("also", {})}
        Membership.objects.bulk_create(
            Membership(user=user, organisation=run.organisations[slug], role=role)
            for slug, held in roles.items()
            for role in held
        )
        run.added["people"] += 1
    run.people[user.email] = user


def add_role_of_late(run, entry):
    """Give somebody a role that she did not have when others shared their profiles; ask those who are named."""
    if "of_late" not in entry:
        return
    person, organisation = run.people[entry["email"]], run.organisations[entry["organisation"]]
    held = {"user": person, "organisation": organisation, "role": entry["of_late"]["role"]}
    _membership, is_new = Membership.objects.get_or_create(**held)
    if is_new:
        GrantRequest.objects.bulk_create(
            GrantRequest(person=run.people[email], recipient=person, organisation=organisation)
            for email in entry["of_late"]["asks"]
        )


def add_assessments(run, entry):
    person = run.people[entry["email"]]
    if Assessment.objects.of(person).exists():
        return
    for past in entry.get("assessments", []):
        moment = timezone.now() - timedelta(days=past["days_ago"])
        is_draft = past.get("draft", False)
        assessment = Assessment.objects.create(
            person=person,
            form=run.basis.forms[past["form"]],
            target=run.basis.targets.get(past["target"]),
            started_at=moment - timedelta(minutes=14),
            saved_at=moment,
            submitted_at=None if is_draft else moment,
        )
        organisation = run.organisations[entry["organisation"]]
        if not is_draft:
            share(assessment, {organisation.pk: [SHARED[role] for role in past.get("shared", [])]})
            Grant.objects.filter(assessment=assessment).update(given_at=moment)
        comments = entry.get("comments", {}) if is_draft else {}
        Rating.objects.bulk_create(ratings(run.basis, assessment, past, comments))
        LevelConfirmation.objects.bulk_create(confirmations(run, assessment, past, organisation))
        run.added["assessments"] += 1


def ratings(basis, assessment, past, comments):
    """Yield the Ratings of one assessment in the file. A sign is a level, "x" (does not apply) or "-" (unanswered)."""
    asked = basis.asked[past["form"]]
    answers = past.get("answers") or by_chance(asked, past["chance"])
    for code, signs in answers.items():
        for statement, sign in zip(asked[code], signs, strict=True):
            if sign != "-":
                yield Rating(
                    assessment=assessment,
                    statement=statement,
                    level=basis.levels.get(sign),
                    does_not_apply=sign == "x",
                    comment=comments.get(statement.key, ""),
                    saved_at=assessment.saved_at,
                )


def confirmations(run, assessment, past, organisation):
    """Yield the LevelConfirmations of one assessment in the file, given in the person's organisation."""
    for given in past.get("confirmed", []):
        by = run.people[given["by"]]
        is_trainer = by.memberships.filter(role=Role.TRAINER).exists()
        for rating in assessment.ratings.filter(statement__code__in=given["codes"], level__isnull=False):
            yield LevelConfirmation(
                assessment=assessment,
                rating=rating,
                by=by,
                organisation=organisation,
                role=(Role.TRAINER if is_trainer else Role.MANAGER).value,
                at=timezone.now() - timedelta(days=given["days_ago"]),
            )


def by_chance(asked, seed):
    """Random answers in the form of the file, the same for the same seed."""
    chance = random.Random(seed)  # noqa: S311 - for variety, not for secrets
    return {code: [chance.choice("0112223334-x") for _statement in statements] for code, statements in asked.items()}


def add_assignments(run, entry):
    person = run.people[entry["email"]]
    if Assignment.objects.of(person).exists():
        return
    modules = {module.key: module for module in Module.objects.listed().prefetch_related("materials")}
    for given in entry.get("assignments", []):
        if given["module"] in modules:
            add_assignment(run, person, modules[given["module"]], given)


def add_assignment(run, person, module, given):
    now = timezone.now()
    trainer = run.people[given["by"]]
    is_own_choice = trainer == person
    materials = list(module.materials.all())
    done = materials if given["steps"] == "all" else materials[: given["steps"]]
    assigned_at = now - timedelta(days=given["days_ago"])
    completed_at = now - timedelta(days=given["completed"]) if "completed" in given else None
    is_confirmed = "confirmed" in given
    assignment = Assignment.objects.create(
        person=person,
        module=module,
        assigned_by=trainer,
        organisation=None if is_own_choice else Organisation.objects.with_role(trainer, Role.TRAINER).of(person).get(),
        due=timezone.localdate() + timedelta(days=given["due_in"]),
        message=given.get("message", ""),
        assigned_at=assigned_at,
        started_at=assigned_at + timedelta(days=1) if done else None,
        completed_at=completed_at,
        confirmed_at=now - timedelta(days=given["confirmed"]) if is_confirmed else None,
        confirmed_by=trainer if is_confirmed else None,
    )
    Step.objects.bulk_create(
        Step(assignment=assignment, material=material, done_at=assigned_at + timedelta(days=2)) for material in done
    )
    run.added["assignments"] += 1

"""What people see on a site, as plain values, which must be the same before and after a migration.

`manage.py shell -c "from tests.releases import seen; seen.show()"` prints it. It depends neither on the current day nor
on primary keys. Only the codes of PDFs and the digests of their content differ from database to database.
"""

import hashlib
import json
import logging
from functools import cache
from pathlib import Path

from django.contrib.auth.hashers import check_password
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from assessments.continuity.plan import change_for
from assessments.demo import PASSWORD
from assessments.models import Assessment, Form, TargetProfile, TargetReview
from assessments.profile import page as profiles
from assessments.profile.actions import issue_profile
from assessments.profile.verification import digest_of
from frameworks.models import Revision, RevisionJob
from kip_site.accounts.models import Invitation, User
from kip_site.jobs.models import Job
from training.models import LinkReview, Module

# {name: URL name} of the main pages of all roles.
PAGES = {
    "home": "home",
    "profile": "assessments:latest_profile",
    "people": "assessments:people",
    "plan": "training:plan",
    "board": "training:board",
    "organisation": "organisation",
    "revisions": "frameworks:manage",
}


def now():
    """{"seen": values that are the same in every database of the demo, "codes": {kind of database: other values}}."""
    return {
        "seen": {
            "people": {user.email: seen_of(user) for user in User.objects.all()},
            "platform": {
                "revisions": {str(revision): revision_seen(revision) for revision in Revision.objects.all()},
                "forms": {f"{form.key} of {form.revision}": form_seen(form) for form in Form.objects.all()},
                "targets": {named(target): target_seen(target) for target in TargetProfile.objects.all()},
                "modules": {module.key: module_seen(module) for module in Module.objects.all()},
                "targets to decide": sorted(map(target_review_seen, TargetReview.objects.open())),
                "links to decide": sorted(map(link_review_seen, LinkReview.objects.open().in_force())),
                "invitations": sorted(map(invitation_seen, Invitation.objects.all())),
                "jobs": [job_seen(row.job) for row in RevisionJob.objects.select_related("job__asked_by")],
            },
        },
        "codes": {
            connection.vendor: {
                f"{assessment.person.email}: {named(assessment)}": codes_of(assessment)
                for assessment in Assessment.objects.submitted().for_profile()
            }
        },
    }


def day(moment):
    return timezone.localdate(moment).isoformat() if moment else "no day"


def email(user):
    return user.email if user else "nobody"


def named(thing):
    """The name of a target profile or an assessment, without its primary key."""
    if isinstance(thing, TargetProfile):
        return f"{thing.key} of {thing.revision}"
    return f"{thing.form.key} of {thing.form.revision}, begun {day(thing.started_at)}"


# --- A person -----------------------------------------------------------------------------------


def seen_of(user):
    return {
        "name": user.name,
        "e-mails": {
            address.email: f"verified: {address.verified}, primary: {address.primary}"
            for address in user.emailaddress_set.all()
        },
        "roles": sorted(f"{each.role} at {each.organisation.slug}" for each in user.memberships.all()),
        "is platform admin": user.is_platform_admin,
        "is let in": is_password_of_the_demo(user.password),
        "sees assessments": sorted(
            f"{assessment.person.email}: {named(assessment)}" for assessment in Assessment.objects.visible_to(user)
        ),
        "assessments": {named(assessment): assessment_seen(assessment) for assessment in user.assessments.all()},
        "assignments": {
            f"{assignment.module.key}, assigned {day(assignment.assigned_at)}": assignment_seen(assignment)
            for assignment in user.assignments.all()
        },
        "told of": {
            str(notice.revision): f"e-mail {day(notice.emailed_at)}, decided {day(notice.seen_at)}"
            for notice in user.framework_notices.all()
        },
        "waits": change_seen(change_for(user)),
    }


def change_seen(change):
    """What a new revision changes in a person's answers; blank if she has nothing to decide."""
    if change is None:
        return ""
    plan = change.plan
    counts = f"{plan.carried_count} carried, {plan.accept_count} to confirm, {plan.new_count} new"
    return f"{named(change.earlier)}: {counts} in {change.version}"


@cache
def is_password_of_the_demo(password):
    """Whether a hash is that of the demo's password; cached, because all people have the same and argon2 is slow."""
    return check_password(PASSWORD, password)


def assessment_seen(assessment):
    state = "submitted" if assessment.is_submitted else "moved over" if assessment.is_moved else "draft"
    return {
        "state": f"{state} {day(assessment.submitted_at or assessment.moved_at or assessment.saved_at)}",
        "target": named(assessment.target) if assessment.target else "none",
        "goes on from": named(assessment.updates) if assessment.updates else "none",
        "answers": {rating.statement.key: answer_seen(rating) for rating in ratings_of(assessment)},
        "confirmed": sorted(map(confirmation_seen, assessment.confirmations.all())),
        "profile": profile_seen(assessment) if assessment.is_submitted else {},
    }


def ratings_of(assessment):
    return assessment.ratings.select_related("statement", "level", "suggested_level").prefetch_related("evidence")


def answer_seen(rating):
    chosen = rating.level.value if rating.level else "does not apply" if rating.does_not_apply else "no answer"
    suggested = [f"suggested {rating.suggested_level.value}"] if rating.suggested_level else []
    comment = [f"“{rating.comment}”"] if rating.comment else []
    evidence = [each.url or f"{each.name} ({each.size} bytes)" for each in rating.evidence.all()]
    return ", ".join([f"{chosen}", rating.origin, *suggested, *comment, *evidence])


def confirmation_seen(confirmation):
    statement = confirmation.rating.statement
    lapse = f", lapsed: {confirmation.lapse}" if confirmation.lapse else ""
    by = f"{email(confirmation.by)} as {confirmation.role}"
    return f"{statement.key} of {statement.revision}: {by}, {day(confirmation.at)}{lapse}"


def profile_of(assessment):
    """The profile as the person downloads it."""
    return profiles.with_record(profiles.build(assessment), assessment)


def profile_seen(assessment):
    profile = profile_of(assessment)
    return {
        "total": score_seen(profile.total),
        "competences": {each.code: score_seen(each.score) for each in profile.competences},
        "gaps": [
            f"{line.code}: {line.level} of {line.required}; {', '.join(offer.key for offer in line.offers)}"
            for line in profile.gaps
        ],
        "strengths": [f"{line.code}: {line.level}" for line in profile.strengths],
        "unknown": [line.code for line in profile.unknown],
        "confirmed": [f"{each.who}, {each.on}: {', '.join(each.codes)}" for each in profile.confirmed],
        "lapsed": [f"{each.who}, {each.on}: {', '.join(each.codes)}, {each.reason}" for each in profile.lapsed],
        "organisation": profile.organisation,
    }


def score_seen(score):
    mean, target = (value if value is None else round(value, 3) for value in (score.mean, score.target))
    return f"{mean} of {target}; {score.rated} of {score.asked} rated, {score.left_out} left out"


def codes_of(assessment):
    """The codes of the PDFs of an assessment, and the code that it would get today: the same for the same content."""
    digest = digest_of(profile_of(assessment))
    before = {issued.digest: issued.code for issued in assessment.issued_profiles.all()}
    return {
        "digest of today": digest,
        "code of today": issue_profile(assessment, digest).code if digest in before else "a new one",
        "issued": {
            issued.code: f"{issued.issued_at.isoformat()} {issued.digest}"
            for issued in assessment.issued_profiles.all()
        },
    }


def assignment_seen(assignment):
    steps = assignment.steps.order_by("material__position").values_list("material__position", flat=True)
    return {
        "state": f"{assignment.state.value}, since {day(assignment.started_at)}, until {day(assignment.completed_at)}",
        "by": email(assignment.assigned_by),
        "organisation": assignment.organisation.slug if assignment.organisation else "none",
        "due": str(assignment.due),
        "message": assignment.message,
        "steps": list(steps),
        "reminded": day(assignment.reminded_at),
        "confirmed": f"{day(assignment.confirmed_at)}, {email(assignment.confirmed_by)}",
    }


# --- The platform -------------------------------------------------------------------------------


def revision_seen(revision):
    # A draft has only its file.
    levels = [] if revision.status == Revision.Status.DRAFT else revision.scale.levels.order_by("value")
    elements = (*revision.competences.all(), *revision.statements.all(), *revision.learningoutcomes.all())
    return {
        "status": f"{revision.status}, {day(revision.published_at)}, {email(revision.published_by)}",
        "follows": str(revision.replaces),
        "title": revision.title_text,
        "levels": {
            f"{level.value} {revision.text(level.label)}": {
                kind: revision.text(descriptor) for kind, descriptor in level.descriptors.items()
            }
            for level in levels
        },
        "elements": {each.key: f"{each.code} {text_of(each)}" for each in elements},
        "file": f"{revision.file.name}: {hashlib.sha256(bytes(revision.file.content)).hexdigest()}",
        "to undo": [step.said for step in revision.steps.order_by("pk")],
    }


def text_of(element):
    return element.revision.text(element.title if hasattr(element, "title") else element.text)


def form_seen(form):
    return f"{form.title}: {form.statements().count()} statements, open: {form.is_open}"


def target_seen(target):
    return {
        "title": target.title,
        "organisation": target.organisation.slug if target.organisation else "every one",
        "required": {
            each.statement.key: each.level.value for each in target.required.select_related("statement", "level")
        },
    }


def module_seen(module):
    return {
        "title": f"{module.title}, {module.minutes} minutes, listed: {module.is_listed}",
        "steps": [
            f"{each.position}. {each.title}: {each.kind}, {each.minutes} min, {len(each.body)} characters {each.url}"
            for each in module.materials.order_by("position")
        ],
        "serves": sorted(f"{outcome.key} of {outcome.revision}" for outcome in module.outcomes.all()),
        "after": sorted(other.key for other in module.prerequisites.all()),
    }


def target_review_seen(review):
    suggested = review.suggested_level.value if review.suggested_level else "nothing"
    return f"{named(review.target)}: {review.statement.key}, suggested: {suggested}"


def link_review_seen(review):
    suggested = ", ".join(sorted(outcome.key for outcome in review.suggestions.all()))
    return f"{review.module.key} in {review.revision}: {review.old_outcome.key}, suggested: {suggested}"


def job_seen(job):
    return f"{job.kind.removeprefix('frameworks.')} {job.name}: {job.state}, {email(job.asked_by)}"


def invitation_seen(invitation):
    roles = ", ".join(invitation.roles)
    invited = f"{email(invitation.invited_by)}, {day(invitation.invited_at)}, e-mail {day(invitation.sent_at)}"
    return f"{invitation.email}: {roles} at {invitation.organisation.slug}; {invited}"


# --- Their pages --------------------------------------------------------------------------------


def pages():
    """{e-mail address: {page: its HTTP status}} of all people."""
    # Django would log a warning for each refused page.
    logging.disable(logging.WARNING)
    return {user.email: pages_of(user) for user in User.objects.all()}


def pages_of(user):
    window = Client(headers={"host": "127.0.0.1"})
    window.force_login(user)
    # The URL of the latest profile always redirects; other pages redirect only if the person may not see them.
    return {page: window.get(reverse(address), follow=page == "profile").status_code for page, address in PAGES.items()}


# --- The worker ---------------------------------------------------------------------------------


def done():
    """{file: state} of the jobs that waited for a worker, after one has run."""
    waiting = [row.job.pk for row in RevisionJob.objects.unfinished().select_related("job")]
    call_command("work", once=True)
    return {job.name: job.state for job in Job.objects.filter(pk__in=waiting)}


# --- Recording ----------------------------------------------------------------------------------


def everything():
    found = now()
    found["seen"]["pages"] = pages()
    found["seen"]["done by the worker"] = done()
    return found


def show():
    """Print everything as JSON, which the test reads."""
    print(json.dumps(everything()))  # noqa: T201


def record(folder):
    """Write seen.json of a release. If it exists, add the codes of another kind of database; the rest must be equal."""
    file = Path(folder) / "seen.json"
    found = everything()
    if file.exists():
        kept = json.loads(file.read_text())
        changes = differences(kept["seen"], found["seen"])
        assert not changes, "\n".join(changes)
        found["codes"] = kept["codes"] | found["codes"]
    file.write_text(json.dumps(found, indent=1, ensure_ascii=False, sort_keys=True) + "\n")


def differences(then, now):
    """The lines that are gone, as "- …", and the new ones, as "+ …"."""
    before, after = lines(then), lines(now)
    return [f"{'-' if line in before else '+'} {line}" for line in sorted(before ^ after)]


def lines(value, place="site"):
    """Nested values as a set of lines, such as "site / people / ana@… / name: Ana", for comparison."""
    if isinstance(value, dict):
        return set().union(*(lines(inner, f"{place} / {name}") for name, inner in value.items()))
    if isinstance(value, list):
        # Without an index, so that the lines of the others stay the same if the first is missing.
        return set().union(*(lines(inner, place) for inner in value))
    return {f"{place}: {value}"}

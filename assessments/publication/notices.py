"""The e-mail that tells people of a revision; everybody gets it once.

A job queues it for everybody right after publication. If the job is stopped, it continues where it was. People whom it
missed get the e-mail from `manage.py run_due`; until then, their pages tell them of the revision.
"""

from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from assessments.continuity.plan import change_of
from assessments.models import Assessment, FrameworkNotice, Rating
from frameworks.models import Revision
from kip_site.accounts.models import User
from kip_site.jobs import progress
from kip_site.jobs.actions import ask
from kip_site.jobs.due import for_each
from kip_site.jobs.kinds import Kind
from kip_site.jobs.models import Job
from kip_site.mail.actions import absolute, send


def untold(revision: Revision) -> QuerySet[User]:
    """The people who have ratings on an earlier revision and for whom no e-mail about this one was queued."""
    ratings = Rating.objects.filter(
        assessment__person=OuterRef("pk"), statement__revision__framework=revision.framework_id
    ).exclude(statement__revision=revision)
    told = FrameworkNotice.objects.filter(person=OuterRef("pk"), revision=revision, emailed_at__isnull=False)
    return User.objects.filter(Exists(ratings), ~Exists(told), is_active=True).order_by("pk")


def revisions_to_tell_of() -> QuerySet[Revision]:
    """The revisions in force that follow another one."""
    return Revision.objects.current().filter(replaces__isnull=False).select_related("framework").order_by("pk")


def tell_soon(sender: object, revision: Revision, previous: Revision | None, **arguments: Any) -> None:
    """Queue the job that tells everybody, to start once the publication is committed. Receives `revision_published`."""
    if previous is not None:
        ask(KIND.name, payload={"revision": revision.pk})


def tell_of_job(job: Job) -> None:
    """Do the job: tell everybody of its revision, unless the publication was taken back in the meantime."""
    revision = revisions_to_tell_of().filter(pk=job.payload["revision"]).first()
    if revision is None:
        return
    people = list(untold(revision))
    progress.enter(job, 1, of=len(people))

    def tell_next(numbered: tuple[int, User]) -> bool:
        number, person = numbered
        progress.report(job, number)
        return tell_person(person, revision)

    for_each(enumerate(people, start=1), tell_next)


def tell_all() -> int:
    """Tell everybody of every revision in force whom the job after its publication left out; returns how many."""
    untold_people = ((person, revision) for revision in revisions_to_tell_of() for person in untold(revision))
    return for_each(untold_people, lambda pair: tell_person(*pair))


@transaction.atomic
def tell_person(person: User, revision: Revision) -> bool:
    """Queue the e-mail; False when another process did so, or when the person is gone."""
    # Whoever deletes or closes the account waits for the end of this; until then, all others are told.
    if not User.objects.select_for_update(no_key=True).filter(pk=person.pk, is_active=True).exists():
        return False
    notices = FrameworkNotice.objects.filter(person=person, revision=revision)
    FrameworkNotice.objects.bulk_create([FrameworkNotice(person=person, revision=revision)], ignore_conflicts=True)
    # In one transaction with the e-mail, so that nobody gets it twice, even from two processes at once.
    if notices.filter(emailed_at=None).update(emailed_at=timezone.now()) != 1:
        return False
    send("assessments/publication/email/revised", person, _context(person, revision))
    return True


def _context(person: User, revision: Revision) -> dict[str, object]:
    earlier = (
        Assessment.objects.of(person)
        .filter(
            form__revision__framework=revision.framework_id,
            form__revision__status=Revision.Status.SUPERSEDED,
            moved_at=None,
        )
        .select_related("form__revision")
        .latest_first()
        .first()
    )
    change = change_of(earlier) if earlier else None
    path = reverse("assessments:changed", args=[earlier.pk]) if earlier and change else reverse("home")
    return {
        "recipient": person,
        "revision": revision,
        "change": change,
        "address": absolute(path),
        "site_url": absolute(""),
    }


KIND = Kind(
    name="assessments.tell_of_revision",
    work=tell_of_job,
    heading=lambda _job: _("People are told of a revision"),
    done_heading=lambda _job: _("People were told of a revision"),
    failed_heading=lambda _job: _("People were not told of a revision"),
    is_routine=True,
)

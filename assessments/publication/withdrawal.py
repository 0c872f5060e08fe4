"""Taking back the publication of a revision: why it may be impossible, and what it deletes among assessments."""

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from assessments.models import Assessment, Form, FrameworkNotice, Rating, TargetProfile
from kip_site.refusals import Refused


def in_use(revision):
    """A sentence that says why a revision cannot be taken back, or "". Two queries.

    It cannot be taken back when somebody has rated on it, or when a target profile was made for it.
    """
    people = _used(revision).values("person").distinct().count()
    if people:
        return ngettext(
            "%(number)d person has rated themselves on revision %(version)s, and what people rated stays. "
            "Publish a further revision that corrects it.",
            "%(number)d people have rated themselves on revision %(version)s, and what people rated stays. "
            "Publish a further revision that corrects it.",
            people,
        ) % {"number": people, "version": revision.version}
    targets = TargetProfile.objects.filter(revision=revision).exclude(
        key__in=TargetProfile.objects.filter(revision=revision.replaces_id).values("key")
    )
    if revision.replaces_id and (target := targets.first()):
        return _(
            "The target profile “%(target)s” was made for revision %(version)s and would be lost: delete it first, or "
            "publish a further revision."
        ) % {"target": target.title, "version": revision.version}
    return ""


def remove_what_was_carried(sender, revision, previous, **kwargs):
    """Delete the forms and targets of a revision that is taken back, and drafts in which nothing was answered.

    Runs inside the transaction that takes it back. Raises Refused when somebody answered in the meantime.
    """
    # Locked first, as by every write to a draft: an answer that is just being saved is written before this goes on.
    drafts = list(Assessment.objects.select_for_update().filter(form__revision=revision).values_list("pk", flat=True))
    if reason := in_use(revision):
        raise Refused(reason)
    # A draft that was moved over to one of these empty drafts is open again.
    Assessment.objects.moved().filter(updated_by__in=drafts).update(moved_at=None)
    Assessment.objects.filter(pk__in=drafts).delete()
    FrameworkNotice.objects.filter(revision=revision).delete()
    TargetProfile.objects.filter(revision=revision).delete()
    Form.objects.filter(revision=revision).delete()


def _used(revision):
    """The assessments on a revision that are submitted or have a rating, even one with only a comment or evidence."""
    ratings = Rating.objects.filter(assessment=OuterRef("pk"))
    return Assessment.objects.filter(form__revision=revision).filter(Q(submitted_at__isnull=False) | Exists(ratings))

"""Writes what platform admins decide about links from modules to learning outcomes of a new revision."""

from collections.abc import Collection

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from frameworks.models import LearningOutcome, Revision
from kip_site.accounts.models import User
from kip_site.refusals import Refused
from training.models import LinkReview, Module


def decided_already(review: LinkReview) -> str:
    return _(
        "This link was decided already, by %(person)s. Nothing was changed; its module shows what was decided."
    ) % {"person": review.decided_by or _("somebody who is gone")}


@transaction.atomic
def decide_link(review: LinkReview, admin: User, outcomes: Collection[LearningOutcome] = ()) -> None:
    """Link the module to `outcomes` of the new revision instead of the old outcome; without any, the link is dropped.

    Raises Refused when the review is decided already, or its revision was taken back.
    """
    locked = LinkReview.objects.select_for_update(of=("self",)).filter(pk=review.pk).first()
    if locked is None:
        raise Refused(_("This revision was taken back in the meantime, and its links with it."))
    if locked.decided_at:
        raise Refused(decided_already(locked))
    locked.module.outcomes.add(*outcomes)
    locked.chosen.set(outcomes)
    locked.decided_at = timezone.now()
    locked.decided_by = admin
    locked.save(update_fields=["decided_at", "decided_by"])


@transaction.atomic
def take_suggested_links(revision: Revision, admin: User) -> tuple[int, int]:
    """Decide every open link of a revision that has a single suggested outcome: link the module to this outcome.

    Returns (how many were decided, how many remain open). What somebody decided in the meantime stays as it is.
    """
    waiting = LinkReview.objects.open().in_force().filter(revision=revision)
    # Locked in a fixed order, so that two admins at the same time cannot cause a deadlock.
    locked = waiting.order_by("pk").select_for_update(of=("self",)).prefetch_related("suggestions")
    found = [(review, list(review.suggestions.all())) for review in locked]
    single = [(review, suggestions[0]) for review, suggestions in found if len(suggestions) == 1]
    links, chosen = Module.outcomes.through, LinkReview.chosen.through
    links.objects.bulk_create(
        (links(module_id=review.module_id, learningoutcome_id=outcome.pk) for review, outcome in single),
        ignore_conflicts=True,
    )
    chosen.objects.bulk_create(
        chosen(linkreview_id=review.pk, learningoutcome_id=outcome.pk) for review, outcome in single
    )
    decided = LinkReview.objects.filter(pk__in=[review.pk for review, _outcome in single])
    decided.update(decided_at=timezone.now(), decided_by=admin)
    return len(single), len(found) - len(single)

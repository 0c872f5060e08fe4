"""Writing target profiles, and choosing the one with which an assessment is compared."""

from collections import Counter
from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from assessments.models import Assessment, RequiredLevel, TargetProfile, TargetReview
from frameworks.files.faults import Fault
from frameworks.models import Level
from kip_site.accounts.models import User
from kip_site.refusals import FaultyFiles, Refused

from .files import TargetFile, read_targets, write_target


def change_target(assessment: Assessment, target: TargetProfile | None) -> None:
    """Compare the assessment with another TargetProfile from now on, or with none (None), even if it is submitted.

    Raises Refused for a target of another revision, or of an organisation that is not the person's own.
    """
    own = TargetProfile.objects.visible_to(assessment.person).filter(revision=assessment.form.revision_id)
    if target is not None and not own.filter(pk=target.pk).exists():
        raise Refused(_("This target profile is not offered for this form. Nothing has changed. Choose another one."))
    Assessment.objects.filter(pk=assessment.pk).update(target=target)


def load_targets(contents: Iterable[tuple[str, bytes]]) -> Counter[str]:
    """Load target profiles from pairs of (name of the file, its bytes), all or none.

    Returns a Counter of "created", "changed" and "unchanged". Raises FaultyFiles.
    """
    counts: Counter[str] = Counter()
    faults: list[Fault] = []
    with transaction.atomic():
        files: list[TargetFile] = []
        for name, content in contents:
            found, found_faults = read_targets(content, name)
            if found is not None:
                files.append(found)
            faults += found_faults
        if faults:
            raise FaultyFiles(faults)
        for found in files:
            for position, entry in enumerate(found.targets, 1):
                counts[write_target(found.revision, entry, position)] += 1
    return counts


def decided_meanwhile() -> str:
    return _("This was decided in another window meanwhile. Nothing has changed just now.")


def decide_required_level(review: TargetReview, level: Level | None, user: User) -> None:
    """Decide what a target requires of a statement of a new revision: a Level, or None to require nothing.

    Raises Refused when it is decided already.
    """
    with transaction.atomic():
        waiting = TargetReview.objects.filter(pk=review.pk, decided_at=None)
        if waiting.update(decided_at=timezone.now(), decided_by=user) != 1:
            raise Refused(decided_meanwhile())
        if level is not None:
            RequiredLevel.objects.update_or_create(
                target=review.target, statement=review.statement, defaults={"level": level}
            )


def take_suggested_levels(target: TargetProfile, user: User) -> tuple[int, int]:
    """Require the suggested level in every open decision about a target, in one transaction.

    Returns (how many were decided, how many remain open because no level is suggested). Decisions and required levels
    that somebody saved in the meantime stay as they are.
    """
    with transaction.atomic():
        waiting = TargetReview.objects.open().filter(target=target)
        # Locked in a fixed order, so that two admins at the same time cannot cause a deadlock.
        suggested = list(waiting.exclude(suggested_level=None).order_by("pk").select_for_update(of=("self",)))
        TargetReview.objects.filter(pk__in=[review.pk for review in suggested]).update(
            decided_at=timezone.now(), decided_by=user
        )
        RequiredLevel.objects.bulk_create(
            (
                RequiredLevel(target=target, statement_id=review.statement_id, level_id=review.suggested_level_id)
                for review in suggested
                if review.suggested_level_id is not None
            ),
            ignore_conflicts=True,
        )
        return len(suggested), waiting.count()

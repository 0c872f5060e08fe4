"""A trainer or a manager confirms levels of a profile that is shared with her, or takes that back.

The row of the assessment is the lock: of somebody who confirms, and the person's update that takes confirmations along
(`taking_along`), one comes after the other.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from assessments.models import Assessment, LevelConfirmation, Rating
from kip_site.accounts import access
from kip_site.accounts.models import Role, User
from kip_site.refusals import Refused

from . import emails


class Overtaken(Refused):
    """The person shares an assessment on a later revision by now, `newer`; what is confirmed of the older one stays."""

    def __init__(self, newer: Assessment) -> None:
        super().__init__(_("There is a newer assessment on a later revision: this one. Nothing has changed."))
        self.newer = newer


@dataclass(frozen=True)
class Act:
    """What one saving changed."""

    added: int
    removed: int
    role: str  # in which the user sees the profile, of accounts.models.Role


def confirm_levels(user: User, assessment: Assessment, add: Iterable[int], remove: Iterable[int]) -> Act:
    """Confirm some levels of a submitted assessment (primary keys of ratings), take back one's own of others: an Act.

    What is confirmed already, or taken back already, is left as it is, date and all. The person is told of what changed
    by one e-mail. Raises access.NotAllowed for what is not shared with the user, or no longer; Overtaken; Refused for a
    rating that is not of the assessment or has no level.
    """
    with transaction.atomic():
        shared = Assessment.objects.shared_with(user).select_for_update().filter(pk=assessment.pk).first()
        if shared is None:
            raise access.NotAllowed
        if newer := newer_of(user, assessment):
            raise Overtaken(newer)
        role = role_of(user, shared)
        mine = LevelConfirmation.objects.standing().given_by(user).filter(assessment=assessment)
        confirmed = set(mine.values_list("rating", flat=True))
        wanted = set(add) - confirmed
        if Rating.objects.filter(assessment=assessment, pk__in=wanted, level__isnull=False).count() != len(wanted):
            raise Refused(_("One of these levels is not in this profile. Nothing has changed."))
        now = timezone.now()
        LevelConfirmation.objects.bulk_create(
            LevelConfirmation(assessment=assessment, rating_id=rating, by=user, role=role, at=now) for rating in wanted
        )
        removed, _by_model = mine.filter(rating__in=set(remove) & confirmed).delete()
        # Whoever has saved this page has read on it what lapsed.
        LevelConfirmation.objects.lapsed().given_by(user).filter(assessment=assessment, seen_at=None).update(
            seen_at=now
        )
        act = Act(len(wanted), removed, role)
        if act.added or act.removed:
            emails.levels_confirmed(assessment, user, role, added=act.added, removed=act.removed)
    return act


def role_of(user: User, assessment: Assessment) -> str:
    """As what the user sees an assessment that is shared with her: as the person's trainer before her manager."""
    as_trainer = Assessment.objects.shared_with(user, [Role.TRAINER])
    return (Role.TRAINER if as_trainer.filter(pk=assessment.pk).exists() else Role.MANAGER).value


def newer_of(user: User, assessment: Assessment) -> Assessment | None:
    """The newest assessment of the person on a later revision of the same form that is shared with the user, or None.

    What is not shared is nobody's business, so it does not count.
    """
    form = assessment.form
    return (
        Assessment.objects.shared_with(user)
        .filter(
            person=assessment.person_id,
            form__key=form.key,
            form__revision__framework=form.revision.framework_id,
            submitted_at__gt=assessment.submitted_at,
        )
        .exclude(form__revision=form.revision_id)
        .latest_first()
        .first()
    )

"""A trainer or a manager confirms levels of a profile that is shared with her, or takes a confirmation back.

The row of the assessment is the lock: confirming levels and submitting an update, which takes confirmations along
(`taking_along`), run one after the other.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from assessments.models import Assessment, Grant, LevelConfirmation, Rating
from assessments.sharing.audience import ways_to
from kip_site.accounts import access
from kip_site.accounts.models import Organisation, User
from kip_site.refusals import Refused

from . import emails


class Overtaken(Refused):
    """The person now shares an assessment on a later revision (`newer`); confirmations of the older one stay."""

    def __init__(self, newer: Assessment) -> None:
        super().__init__(_("There is a newer assessment on a later revision: this one. Nothing has changed."))
        self.newer = newer


@dataclass(frozen=True)
class Act:
    """What saving the page of confirmations once has changed."""

    added: int
    removed: int
    role: str  # the value of the accounts.models.Role in which the user sees the profile


def confirm_levels(
    user: User, assessment: Assessment, organisation: Organisation, add: Iterable[int], remove: Iterable[int]
) -> Act:
    """Confirm some levels of a submitted assessment, and take back the user's own confirmations of others.

    The confirmations are given in `organisation`, in which the profile is shown to the user, and only those that she
    gave there are taken back. `add` and `remove` are primary keys of ratings. What is confirmed or taken back already
    stays as it is, with its date. One e-mail tells the person what changed. Raises access.NotAllowed when the
    assessment is not shown to the user there (any more); Overtaken; and Refused for a rating that is not of the
    assessment or has no level.
    """
    with transaction.atomic():
        if not Assessment.objects.submitted().select_for_update().filter(pk=assessment.pk).exists():
            raise access.NotAllowed
        role = next((way.role for way in ways_to(assessment, user) if way.organisation == organisation), None)
        if role is None:
            raise access.NotAllowed
        if newer := newer_of(user, assessment, organisation):
            raise Overtaken(newer)
        given = LevelConfirmation.objects.given_by(user).filter(assessment=assessment, organisation=organisation)
        mine = given.standing()
        confirmed = set(mine.values_list("rating", flat=True))
        wanted = set(add) - confirmed
        if Rating.objects.filter(assessment=assessment, pk__in=wanted, level__isnull=False).count() != len(wanted):
            raise Refused(_("One of these levels is not in this profile. Nothing has changed."))
        now = timezone.now()
        LevelConfirmation.objects.bulk_create(
            LevelConfirmation(
                assessment=assessment, rating_id=rating, by=user, organisation=organisation, role=role, at=now
            )
            for rating in wanted
        )
        removed, _by_model = mine.filter(rating__in=set(remove) & confirmed).delete()
        # The page shows what has lapsed, so whoever saves it has seen that.
        given.lapsed().filter(seen_at=None).update(seen_at=now)
        act = Act(len(wanted), removed, role)
        if act.added or act.removed:
            emails.levels_confirmed(assessment, user, role, added=act.added, removed=act.removed)
    return act


def newer_of(user: User, assessment: Assessment, organisation: Organisation) -> Assessment | None:
    """The person's newest assessment on a later revision of the same form, or None.

    Only assessments that are shown to the user in this organisation count: the others must stay invisible to her.
    """
    form = assessment.form
    shown = Grant.objects.in_force().to(user).filter(organisation=organisation)
    return (
        Assessment.objects.submitted()
        .filter(
            pk__in=shown.values("assessment"),
            person=assessment.person_id,
            form__key=form.key,
            form__revision__framework=form.revision.framework_id,
            submitted_at__gt=assessment.submitted_at,
        )
        .exclude(form__revision=form.revision_id)
        .latest_first()
        .first()
    )

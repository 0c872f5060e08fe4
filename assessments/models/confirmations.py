"""Levels that a trainer or a manager has confirmed."""

from collections.abc import Collection
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kip_site.accounts.models import LEADING, Organisation, User

from .grants import Grant
from .ratings import Assessment, Rating


class LevelConfirmationQuerySet(models.QuerySet["LevelConfirmation"]):
    def standing(self) -> Self:
        """Those that count (have not lapsed)."""
        return self.filter(lapse="")

    def lapsed(self) -> Self:
        return self.exclude(lapse="")

    def given_by(self, user: User) -> Self:
        return self.filter(by=user)

    def given_in(self, organisations: Collection[int] | None) -> Self:
        """Those given in one of these organisations (primary keys). None means all, as the person herself sees them."""
        return self if organisations is None else self.filter(organisation__in=organisations)

    def shown_to(self, user: User) -> Self:
        """Those on profiles that somebody else shows to the user in the organisation in which they were given."""
        grants = Grant.objects.in_force().to(user)
        return self.filter(
            Exists(grants.filter(assessment=OuterRef("assessment"), organisation=OuterRef("organisation")))
        )


class LevelConfirmation(models.Model):
    """A trainer or a manager says that she has seen this level in the person's work.

    It belongs to a submitted assessment. When the person submits an update of this assessment on a later revision, each
    confirmation that counts is copied to the update, and the original stays as it is. The copy either belongs to a
    rating of the update, or it has lapsed: then `lapse` says why, and `rating` is still the earlier rating.
    """

    class Lapse(models.TextChoices):
        """Why it does not count any more; the values of `assessments.continuity.confirmed.ConfirmationEffect.lapse`."""

        MEANING = "meaning", _("the meaning changed")  # the statement means something else now, or is retired
        SCALE = "scale", _("the scale changed")  # the revision has another scale now
        LEVEL = "level", _("another level was chosen")

    assessment = models.ForeignKey(
        Assessment, models.CASCADE, related_name="confirmations", verbose_name=_("assessment")
    )
    rating = models.ForeignKey(Rating, models.CASCADE, related_name="confirmations", verbose_name=_("rating"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        related_name="level_confirmations",
        verbose_name=_("confirmed by"),
    )
    # In which it was given: only those see it who see the profile there. The person herself sees all; without an
    # organisation, nobody else does.
    organisation = models.ForeignKey(
        Organisation, models.SET_NULL, null=True, related_name="+", verbose_name=_("organisation")
    )
    role = models.CharField(_("role"), max_length=12, choices=[(role.value, role.label) for role in LEADING])
    at = models.DateTimeField(_("confirmed"), default=timezone.now)
    lapse = models.CharField(_("lapsed, because"), max_length=12, choices=Lapse, blank=True)
    # When the person who gave it saved the page of confirmations, which shows the lapse. Until then the list of people
    # tells her of it.
    seen_at = models.DateTimeField(_("lapse seen"), null=True, blank=True)

    objects = models.Manager.from_queryset(LevelConfirmationQuerySet)()

    class Meta:
        ordering = ["at", "pk"]
        verbose_name = _("confirmation of a level")
        verbose_name_plural = _("confirmations of levels")
        constraints = [
            models.UniqueConstraint(
                fields=["assessment", "rating", "by", "organisation"], name="assessments_level_confirmed_once"
            )
        ]

    def __str__(self):
        return f"{self.assessment_id}: {self.rating_id}"

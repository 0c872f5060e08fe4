"""Who may see a profile: grants, and the questions whether somebody new may see it, too."""

from collections.abc import Iterable
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kip_site.accounts.models import LEADING, Membership, Organisation, Role, User


class GrantQuerySet(models.QuerySet["Grant"]):
    def meant(self) -> Self:
        """Those that the person has not withdrawn and that are not over, although the recipient may have lost the role.

        So they say with which roles a profile is shared, also while nobody holds one. The person must still be a member
        of the organisation.
        """
        belongs = Membership.objects.filter(user=OuterRef("assessment__person"), organisation=OuterRef("organisation"))
        return self.filter(
            Q(until=None) | Q(until__gte=timezone.localdate()),
            Exists(belongs),
            withdrawn_at=None,
            assessment__submitted_at__isnull=False,
        )

    def in_force(self) -> Self:
        """Those by which the recipient sees the profile now.

        She must have kept the role in the organisation since then. Role and membership are asked of this one
        organisation: somebody in two of them shows each only what was shared there.
        """
        held = Membership.objects.filter(
            user=OuterRef("recipient"), organisation=OuterRef("organisation"), role=OuterRef("role")
        )
        return self.meant().filter(Exists(held), lapsed_at=None).exclude(recipient=F("assessment__person"))

    def to(self, user: User, roles: Iterable[Role] = LEADING) -> Self:
        return self.filter(recipient=user, role__in=roles)

    def by(self, person: User | int) -> Self:
        """Those that the person has given."""
        return self.filter(assessment__person=person)


class Grant(models.Model):
    """A person shows one of her profiles to somebody who is a trainer or a manager in one of her organisations.

    Sharing with a role gives a grant to each person who holds it at that moment. Whoever gets the role later sees
    nothing before the person says so. It ends when the person withdraws it, when its last day is over, when the
    recipient loses the role, or when the person leaves the organisation; it does not come back with the role.
    """

    # The profile: a submitted assessment.
    assessment = models.ForeignKey(
        "assessments.Assessment", models.CASCADE, related_name="grants", verbose_name=_("profile")
    )
    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="received_grants", verbose_name=_("recipient")
    )
    organisation = models.ForeignKey(
        Organisation, models.CASCADE, related_name="grants", verbose_name=_("organisation")
    )
    role = models.CharField(_("role"), max_length=12, choices=[(role.value, role.label) for role in LEADING])
    given_at = models.DateTimeField(_("given"), default=timezone.now)
    # The last day on which it holds; None while it has no end.
    until = models.DateField(_("until"), null=True, blank=True)
    # When the person took it back, or left the organisation.
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True)
    # When the recipient lost the role.
    lapsed_at = models.DateTimeField(_("lapsed"), null=True, blank=True)

    objects = models.Manager.from_queryset(GrantQuerySet)()

    class Meta:
        ordering = ["given_at", "pk"]
        verbose_name = _("grant")
        verbose_name_plural = _("grants")
        constraints = [
            models.UniqueConstraint(
                fields=["assessment", "recipient", "organisation", "role"],
                condition=Q(withdrawn_at=None, lapsed_at=None),
                name="assessments_granted_once",
            ),
            models.CheckConstraint(
                condition=Q(role__in=[role.value for role in LEADING]), name="assessments_grant_role_known"
            ),
        ]

    def __str__(self):
        return f"{self.assessment_id}: {self.recipient_id}"


class GrantRequestQuerySet(models.QuerySet["GrantRequest"]):
    def of(self, person: User) -> Self:
        return self.filter(person=person)

    def open(self) -> Self:
        return self.filter(answered_at=None)

    def known_to(self, user: User) -> Self:
        """Only the user's own: nobody else learns that somebody was asked."""
        return self.of(user)


class GrantRequest(models.Model):
    """Asks a person whether somebody who has just become a trainer or a manager may see her profiles, too.

    It is about the profiles that the person shows already to others with the same role in the organisation. Nothing is
    shown before she agrees.
    """

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="grant_requests", verbose_name=_("person")
    )
    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("recipient")
    )
    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="+", verbose_name=_("organisation"))
    asked_at = models.DateTimeField(_("asked"), default=timezone.now)
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True)
    is_accepted = models.BooleanField(_("accepted"), default=False)

    objects = models.Manager.from_queryset(GrantRequestQuerySet)()

    class Meta:
        ordering = ["asked_at", "pk"]
        verbose_name = _("request for a grant")
        verbose_name_plural = _("requests for grants")
        constraints = [
            models.UniqueConstraint(
                fields=["person", "recipient", "organisation"],
                condition=Q(answered_at=None),
                name="assessments_grant_asked_once",
            ),
            models.CheckConstraint(
                condition=Q(is_accepted=False) | Q(answered_at__isnull=False), name="assessments_grant_accepted_after"
            ),
        ]

    def __str__(self):
        return f"{self.person_id}: {self.recipient_id}"

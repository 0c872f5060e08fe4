"""What supports a rating: links and files."""

import secrets
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kip_site.accounts.models import User

from .ratings import Assessment, Rating


def evidence_path(evidence: "Evidence", filename: str) -> str:
    """The path of a file of evidence: a random name, because the file's own name may reveal something."""
    return f"evidence/{secrets.token_hex(16)}"


class EvidenceQuerySet(models.QuerySet["Evidence"]):
    def of(self, person: User) -> Self:
        return self.filter(rating__assessment__person=person)

    def visible_to(self, user: User) -> Self:
        return self.filter(rating__assessment__in=Assessment.objects.visible_to(user))

    def known_to(self, user: User) -> Self:
        return self.filter(rating__assessment__in=Assessment.objects.known_to(user))


class Evidence(models.Model):
    """A link or a file that supports a rating."""

    rating = models.ForeignKey(Rating, models.CASCADE, related_name="evidence", verbose_name=_("rating"))
    url = models.URLField(_("link"), max_length=500, blank=True)
    file = models.FileField(_("file"), upload_to=evidence_path, blank=True)
    name = models.CharField(_("name"), max_length=200)  # of the link or the file, as the person gave it
    size = models.PositiveIntegerField(_("size in bytes"), default=0)
    added_at = models.DateTimeField(_("added"), default=timezone.now)

    objects = models.Manager.from_queryset(EvidenceQuerySet)()

    class Meta:
        ordering = ["rating", "pk"]
        verbose_name = _("evidence")
        verbose_name_plural = _("evidence")
        constraints = [
            models.CheckConstraint(
                condition=(Q(url="") & ~Q(file="")) | (~Q(url="") & Q(file="")),
                name="assessments_evidence_link_or_file",
            )
        ]

    def __str__(self):
        return self.name

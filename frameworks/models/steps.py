"""The file of a draft before each change in the browser, so that the latest changes can be undone."""

from typing import Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from .revisions import Revision


class DraftStepQuerySet(models.QuerySet["DraftStep"]):
    def of(self, draft: Revision | int) -> Self:
        """The steps of a draft (or of its primary key), the latest first."""
        return self.filter(revision=draft).order_by("-pk")

    def forget(self, draft: Revision) -> None:
        """Delete the steps of a draft: earlier changes can no longer be undone."""
        self.of(draft).delete()


class DraftStep(models.Model):
    """The file of a draft as it was before a change; `said` is the message that was shown about the change."""

    revision = models.ForeignKey(Revision, models.CASCADE, related_name="steps", verbose_name=_("revision"))
    said = models.CharField(_("change"), max_length=300)
    name = models.CharField(_("file name"), max_length=200)
    content = models.BinaryField(_("content"), editable=False)  # compressed by zlib
    is_edited = models.BooleanField(_("saved in the browser"), editable=False)
    uploaded_at = models.DateTimeField(_("uploaded"))
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("uploaded by"),
    )

    objects = DraftStepQuerySet.as_manager()

    class Meta:
        verbose_name = _("step of a draft")
        verbose_name_plural = _("steps of drafts")

    def __str__(self) -> str:
        return self.said

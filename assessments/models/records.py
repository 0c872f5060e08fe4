"""Records of what people were given: PDFs of profiles, and notices of revisions."""

import secrets

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from frameworks.models import Revision

from .ratings import Assessment


def verification_code() -> str:
    """Twelve characters that are hard to confuse, in three groups: "K7QF-2M9D-XE4T" (about 59 bits)."""
    letters = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
    code = "".join(secrets.choice(letters) for _position in range(12))
    return f"{code[:4]}-{code[4:8]}-{code[8:]}"


class IssuedProfile(models.Model):
    """A profile that was issued as PDF.

    Its code lets anyone who has the PDF or a print check it. Its date is kept, so that the same content gives the same
    bytes again.
    """

    code = models.CharField(_("verification code"), max_length=14, unique=True, default=verification_code)
    assessment = models.ForeignKey(
        Assessment, models.CASCADE, related_name="issued_profiles", verbose_name=_("assessment")
    )
    digest = models.CharField(_("digest of the content"), max_length=64)
    issued_at = models.DateTimeField(_("issued"), default=timezone.now)

    class Meta:
        ordering = ["-issued_at"]
        verbose_name = _("issued profile")
        verbose_name_plural = _("issued profiles")
        constraints = [
            models.UniqueConstraint(fields=["assessment", "digest"], name="assessments_issued_once"),
        ]

    def __str__(self):
        return self.code


class FrameworkNotice(models.Model):
    """A person is told of a revision: once by e-mail, and on her pages until she has decided what to do."""

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="framework_notices", verbose_name=_("person")
    )
    revision = models.ForeignKey(Revision, models.CASCADE, related_name="+", verbose_name=_("revision"))
    # When the e-mail was queued, in the same transaction; whether it was sent, the queue knows.
    emailed_at = models.DateTimeField(_("e-mail sent"), null=True, blank=True)
    seen_at = models.DateTimeField(_("decided"), null=True, blank=True)

    class Meta:
        ordering = ["revision", "person"]
        verbose_name = _("notice of a revision")
        verbose_name_plural = _("notices of revisions")
        constraints = [models.UniqueConstraint(fields=["person", "revision"], name="assessments_notice_once")]

    def __str__(self):
        return f"{self.person_id}: {self.revision_id}"

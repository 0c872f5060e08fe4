"""Frameworks, their revisions, and the files that these came from."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from frameworks import texts
from frameworks.files.schema import LONGEST_ID, LONGEST_NAME, LONGEST_TEXT, LONGEST_VERSION
from kip_site.natural_keys import loaded_after

if TYPE_CHECKING:
    from kip_site.accounts.models import User


class FrameworkManager(models.Manager["Framework"]):
    def get_by_natural_key(self, key: str) -> "Framework":
        return self.get(key=key)


class Framework(models.Model):
    """A competence framework through all its revisions; `key` is the `id` of the file format."""

    key = models.CharField(_("id"), max_length=LONGEST_ID, unique=True)
    uuid = models.UUIDField(unique=True, editable=False)

    objects = FrameworkManager()

    class Meta:
        ordering = ["pk"]
        verbose_name = _("framework")
        verbose_name_plural = _("frameworks")

    def __str__(self) -> str:
        return self.key

    def natural_key(self) -> tuple[str, ...]:
        return (self.key,)


class RevisionQuerySet(models.QuerySet["Revision"]):
    def current(self) -> Self:
        """The revision in force of each framework."""
        return self.filter(status=Revision.Status.PUBLISHED)

    def drafts(self) -> Self:
        return self.filter(status=Revision.Status.DRAFT)

    def issued(self) -> Self:
        """Published once, whether still in force or superseded: what people may have rated."""
        return self.exclude(status=Revision.Status.DRAFT)

    def visible_to(self, user: "User") -> Self:
        """Drafts are for platform admins; what was published is for everybody who signed in."""
        return self.all() if user.is_platform_admin else self.issued()


_RevisionManager = models.Manager.from_queryset(RevisionQuerySet)


class RevisionManager(_RevisionManager["Revision"]):
    def get_by_natural_key(self, framework: str, version: str) -> "Revision":
        return self.get(framework__key=framework, version=version)


class Revision(models.Model):
    """One edition of a framework. Draft → published → superseded; at most one draft and one published at a time."""

    class Status(models.TextChoices):
        DRAFT = "draft", _("draft")
        PUBLISHED = "published", _("published")
        SUPERSEDED = "superseded", _("superseded")

    framework = models.ForeignKey(Framework, models.PROTECT, related_name="revisions", verbose_name=_("framework"))
    version = models.CharField(_("version"), max_length=LONGEST_VERSION)
    date = models.DateField(_("date"))
    status = models.CharField(_("status"), max_length=12, choices=Status, default=Status.DRAFT)
    replaces = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="replaced_by", verbose_name=_("replaces")
    )
    title = models.JSONField(_("title"))  # {language: text}, as all texts of a framework
    summary = models.JSONField(_("summary"), default=dict, blank=True)
    publisher = models.CharField(_("publisher"), max_length=LONGEST_NAME)
    source = models.CharField(_("source"), max_length=LONGEST_TEXT)
    licence = models.CharField(_("licence"), max_length=LONGEST_NAME)
    source_language = models.CharField(_("source language"), max_length=8)
    languages = models.JSONField(_("languages"))  # ["en", …]
    notes = models.JSONField(_("notes"), default=dict, blank=True)
    published_at = models.DateTimeField(_("published"), null=True, blank=True)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("published by"),
    )

    objects = RevisionManager()

    class Meta:
        ordering = ["framework", "-date", "-pk"]
        verbose_name = _("revision")
        verbose_name_plural = _("revisions")
        constraints = [
            models.UniqueConstraint(fields=["framework", "version"], name="frameworks_revision_version_unique"),
            models.UniqueConstraint(
                fields=["framework"], condition=Q(status="draft"), name="frameworks_revision_one_draft"
            ),
            models.UniqueConstraint(
                fields=["framework"], condition=Q(status="published"), name="frameworks_revision_one_current"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.framework_id and self.framework.key} {self.version}"

    @loaded_after("frameworks.framework")
    def natural_key(self) -> tuple[str, ...]:
        return (self.framework.key, self.version)

    def text(self, language_map: Mapping[str, str]) -> str:
        """The text of a language map in the language of the page, or else in the revision's source language."""
        return texts.in_language(language_map, self.source_language)

    @property
    def is_superseded(self) -> bool:
        return self.status == self.Status.SUPERSEDED

    @property
    def title_text(self) -> str:
        return self.text(self.title)


class RevisionFileManager(models.Manager["RevisionFile"]):
    def get_by_natural_key(self, framework: str, version: str) -> "RevisionFile":
        return self.get(revision__framework__key=framework, revision__version=version)


class RevisionFile(models.Model):
    """The file of a revision: its bytes, who uploaded or saved it and when, and its normalised document."""

    revision = models.OneToOneField(Revision, models.CASCADE, related_name="file", verbose_name=_("revision"))
    name = models.CharField(_("file name"), max_length=200)
    content = models.BinaryField(_("content"), editable=False)
    sha256 = models.CharField(_("SHA-256"), max_length=64, editable=False)
    document = models.JSONField(_("document"), editable=False)  # see frameworks.files.reading
    uploaded_at = models.DateTimeField(_("uploaded"), auto_now_add=True)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("uploaded by"),
    )
    is_edited = models.BooleanField(_("saved in the browser"), default=False, editable=False)

    objects = RevisionFileManager()

    class Meta:
        verbose_name = _("revision file")
        verbose_name_plural = _("revision files")

    def __str__(self) -> str:
        return self.name

    @loaded_after("frameworks.revision")
    def natural_key(self) -> tuple[str, ...]:
        return self.revision.natural_key()

    @property
    def words(self) -> str:
        """A sentence that says who uploaded or saved the file, and when."""
        names = {
            "person": self.uploaded_by,
            "name": self.name,
            "time": date_format(timezone.localtime(self.uploaded_at), "DATETIME_FORMAT"),
        }
        if self.is_edited:
            if self.uploaded_by:
                return gettext("%(person)s saved it in the browser on %(time)s.") % names
            return gettext("Saved in the browser on %(time)s.") % names
        if self.uploaded_by:
            return gettext("%(person)s uploaded %(name)s on %(time)s.") % names
        return gettext("%(name)s, imported on %(time)s.") % names

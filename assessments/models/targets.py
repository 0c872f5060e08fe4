"""Target profiles: the levels that a role requires, and the decisions that a new revision leaves about them."""

from collections.abc import Collection
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from frameworks.files.schema import LONGEST_ID
from frameworks.models import Level, Revision, Statement
from kip_site.accounts.models import Organisation, User
from kip_site.natural_keys import loaded_after


class TargetProfileQuerySet(models.QuerySet["TargetProfile"]):
    def visible_to(self, user: User) -> Self:
        """Platform-wide targets and those of the user's organisations."""
        return self.filter(Q(organisation=None) | Q(organisation__in=Organisation.objects.of(user)))

    def offered_to(self, user: User) -> Self:
        """The visible ones for revisions in force."""
        return self.visible_to(user).filter(revision__status=Revision.Status.PUBLISHED)

    def in_order(self) -> Self:
        """In order; the first target of a revision is the default for a new assessment.

        Targets at the same position (an organisation's own often are) are ordered by age, because databases sort titles
        differently.
        """
        return self.order_by("position", "pk")


TargetProfileQueries = models.Manager.from_queryset(TargetProfileQuerySet)


class TargetProfileManager(TargetProfileQueries["TargetProfile"]):
    def get_by_natural_key(self, framework: str, version: str, key: str) -> "TargetProfile":
        return self.get(revision__framework__key=framework, revision__version=version, key=key)


class TargetProfile(models.Model):
    """The levels that a role requires; platform-wide, or an organisation's own."""

    revision = models.ForeignKey(Revision, models.PROTECT, related_name="target_profiles", verbose_name=_("revision"))
    organisation = models.ForeignKey(
        Organisation,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="target_profiles",
        verbose_name=_("organisation"),
    )
    key = models.SlugField(_("id"), max_length=LONGEST_ID)
    position = models.PositiveSmallIntegerField(_("position"), default=1)
    title = models.CharField(_("title"), max_length=150)
    description = models.CharField(_("description"), max_length=600, blank=True)

    objects = TargetProfileManager()

    class Meta:
        ordering = ["revision", "position", "title"]
        verbose_name = _("target profile")
        verbose_name_plural = _("target profiles")
        constraints = [models.UniqueConstraint(fields=["revision", "key"], name="assessments_target_key_unique")]

    def __str__(self):
        return self.title

    def is_shown_in(self, organisations: Collection[int] | None) -> bool:
        """Whether readers in these organisations (primary keys) may see it; None stands for the person's own page.

        An organisation's own target stays in it, also where a profile that was compared with it is shown elsewhere.
        """
        return organisations is None or self.organisation_id is None or self.organisation_id in organisations

    @loaded_after("frameworks.revision", "accounts.organisation")
    def natural_key(self) -> tuple[str, ...]:
        return (*self.revision.natural_key(), self.key)


class RequiredLevel(models.Model):
    """The level that a target profile requires of one statement; a statement without a row is not required."""

    target = models.ForeignKey(TargetProfile, models.CASCADE, related_name="required", verbose_name=_("target profile"))
    statement = models.ForeignKey(Statement, models.PROTECT, related_name="+", verbose_name=_("statement"))
    level = models.ForeignKey(Level, models.PROTECT, related_name="+", verbose_name=_("level"))

    class Meta:
        ordering = ["target", "statement__position"]
        verbose_name = _("required level")
        verbose_name_plural = _("required levels")
        constraints = [models.UniqueConstraint(fields=["target", "statement"], name="assessments_required_once")]

    def __str__(self):
        return f"{self.target_id}: {self.statement_id} {self.level_id}"


class TargetReviewQuerySet(models.QuerySet["TargetReview"]):
    def open(self) -> Self:
        """Those of revisions in force that wait for a decision."""
        return self.filter(decided_at=None, target__revision__status=Revision.Status.PUBLISHED)


class TargetReview(models.Model):
    """A statement of a new revision for which somebody has to decide what a target profile requires of it."""

    target = models.ForeignKey(TargetProfile, models.CASCADE, related_name="reviews", verbose_name=_("target profile"))
    statement = models.ForeignKey(Statement, models.CASCADE, related_name="+", verbose_name=_("statement"))
    # The highest level required of the statements that this one continues; None for an added statement.
    suggested_level = models.ForeignKey(
        Level, models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("suggested level")
    )
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("decided by")
    )

    objects = models.Manager.from_queryset(TargetReviewQuerySet)()

    class Meta:
        ordering = ["target", "statement__position"]
        verbose_name = _("required level to decide")
        verbose_name_plural = _("required levels to decide")
        constraints = [models.UniqueConstraint(fields=["target", "statement"], name="assessments_review_once")]

    def __str__(self):
        return f"{self.target_id}: {self.statement_id}"

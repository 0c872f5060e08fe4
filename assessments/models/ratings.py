"""Assessments and their ratings; who may see them."""

from collections.abc import Iterable
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from frameworks.models import Level, Statement
from kip_site.accounts.models import LEADING, Role, User

from .grants import Grant
from .questionnaires import Form
from .targets import TargetProfile

LONGEST_COMMENT = 2000  # characters

# Drafts come first, those without a saved answer after the others. Databases sort NULL differently, so its place is
# given.
LATEST_FIRST = (F("submitted_at").desc(nulls_first=True), F("saved_at").desc(nulls_last=True), "-pk")


class Submitted(Exception):
    """The assessment was submitted, and a submitted assessment never changes."""


class AssessmentQuerySet(models.QuerySet["Assessment"]):
    def of(self, person: User) -> Self:
        return self.filter(person=person)

    def drafts(self) -> Self:
        """Open ones: neither submitted nor moved over to another revision."""
        return self.filter(submitted_at=None, moved_at=None)

    def moved(self) -> Self:
        return self.filter(moved_at__isnull=False)

    def submitted(self) -> Self:
        return self.filter(submitted_at__isnull=False)

    def latest_first(self) -> Self:
        """Drafts, the one saved last first; then submitted assessments, the one submitted last first."""
        return self.order_by(*LATEST_FIRST)

    def latest_draft(self) -> "Assessment | None":
        """The draft to continue, or None."""
        return self.drafts().latest_first().first()

    def for_profile(self) -> Self:
        """Loads the relations that a profile is built from; without the person, whom many callers have already."""
        return self.select_related("form__revision__framework", "target")

    def shared_with(self, user: User, roles: Iterable[Role] = LEADING) -> Self:
        """Submitted assessments of others that the user sees by a grant to her as one of `roles`."""
        return self.submitted().filter(pk__in=Grant.objects.in_force().to(user, roles).values("assessment"))

    def visible_to(self, user: User) -> Self:
        """The user's own, drafts included, and what others share with her. Platform admins see no more than others."""
        return self.filter(Q(person=user) | Q(pk__in=self.model.objects.shared_with(user).values("pk")))

    def known_to(self, user: User) -> Self:
        """Those of the user's colleagues: what she may not see of them is answered with 403 instead of 404."""
        return self.filter(person__in=User.objects.colleagues_of(user))


class Assessment(models.Model):
    """One person's answers to one form. It is a draft until it is submitted; after that, its answers never change.

    A draft on a superseded revision may be moved over to the revision in force: a new draft continues its answers, and
    the old one is kept as it was, with `moved_at` set.
    """

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="assessments", verbose_name=_("person")
    )
    form = models.ForeignKey(Form, models.PROTECT, related_name="assessments", verbose_name=_("form"))
    # What the profile is compared with; the person may change it at any time.
    target = models.ForeignKey(
        TargetProfile, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("target profile")
    )
    started_at = models.DateTimeField(_("started"), default=timezone.now)
    saved_at = models.DateTimeField(_("saved"), null=True, blank=True)
    submitted_at = models.DateTimeField(_("submitted"), null=True, blank=True)
    moved_at = models.DateTimeField(_("moved over"), null=True, blank=True)
    # What this one continues on a later revision: a submitted assessment, or a draft that was moved over.
    updates = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="updated_by", verbose_name=_("update of")
    )

    objects = models.Manager.from_queryset(AssessmentQuerySet)()

    class Meta:
        ordering = LATEST_FIRST
        verbose_name = _("assessment")
        verbose_name_plural = _("assessments")
        constraints = [
            # Two windows that begin the form at the same time get the same draft.
            models.UniqueConstraint(
                fields=["person", "form"], condition=Q(submitted_at=None, moved_at=None), name="assessments_one_draft"
            ),
            models.CheckConstraint(
                condition=Q(submitted_at=None) | Q(moved_at=None), name="assessments_moved_is_not_submitted"
            ),
        ]

    def __str__(self):
        return f"{self.person_id}: {self.form_id}"

    @property
    def is_submitted(self) -> bool:
        return self.submitted_at is not None

    @property
    def is_moved(self) -> bool:
        return self.moved_at is not None


class RatingQuerySet(models.QuerySet["Rating"]):
    def answered(self) -> Self:
        """Those with a level or "does not apply"; not those that were taken back or have only a comment."""
        return self.filter(Q(level__isnull=False) | Q(does_not_apply=True))


class Rating(models.Model):
    """One answer: a level, or "does not apply", or neither (taken back, or not given yet; a comment may remain).

    In an update, an answer may come from an earlier revision: `source` is that rating, which is not changed. A rating
    that is only suggested has no level, so that nothing counts it, until the person accepts `suggested_level` or
    chooses another level.

    `version` counts the writes, so that a window that shows an older answer cannot overwrite a newer one unnoticed.
    """

    class Origin(models.TextChoices):
        OWN = "own", _("own")
        CARRIED = "carried", _("carried over")
        CONFIRMED = "confirmed", _("confirmed")
        SUGGESTED = "suggested", _("suggested")

    assessment = models.ForeignKey(Assessment, models.CASCADE, related_name="ratings", verbose_name=_("assessment"))
    statement = models.ForeignKey(Statement, models.PROTECT, related_name="ratings", verbose_name=_("statement"))
    level = models.ForeignKey(Level, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("level"))
    does_not_apply = models.BooleanField(_("does not apply"), default=False)
    comment = models.TextField(_("comment"), max_length=LONGEST_COMMENT, blank=True)
    origin = models.CharField(_("origin"), max_length=12, choices=Origin, default=Origin.OWN)
    # The earlier rating that this one comes from; of several, the one whose level was used.
    source = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("source")
    )
    suggested_level = models.ForeignKey(
        Level, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("suggested level")
    )
    version = models.PositiveIntegerField(_("version"), default=1)
    saved_at = models.DateTimeField(_("saved"), default=timezone.now)

    objects = models.Manager.from_queryset(RatingQuerySet)()

    class Meta:
        ordering = ["assessment", "statement__position"]
        verbose_name = _("rating")
        verbose_name_plural = _("ratings")
        constraints = [
            models.UniqueConstraint(fields=["assessment", "statement"], name="assessments_rating_once"),
            models.CheckConstraint(
                condition=Q(level=None) | Q(does_not_apply=False), name="assessments_rating_one_answer"
            ),
            models.CheckConstraint(
                condition=~Q(origin="suggested") | Q(level=None, does_not_apply=False, suggested_level__isnull=False),
                name="assessments_suggestions_do_not_count",
            ),
            models.CheckConstraint(
                condition=~Q(origin="confirmed") | Q(level=F("suggested_level")),
                name="assessments_confirmed_as_suggested",
            ),
        ]

    def __str__(self):
        return f"{self.assessment_id}: {self.statement_id}"

"""Forms, targets, assessments and their ratings; who may see them."""

import secrets

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from frameworks.models import Competence, Level, Revision, Statement
from kip_site.accounts.models import Organisation, Role, User


class FormQuerySet(models.QuerySet):
    def offered(self):
        """Forms one can begin: open ones of revisions in force."""
        return self.filter(is_open=True, revision__status=Revision.Status.PUBLISHED)


class FormManager(models.Manager.from_queryset(FormQuerySet)):
    def get_by_natural_key(self, framework, version, key):
        return self.get(revision__framework__key=framework, revision__version=version, key=key)


class Form(models.Model):
    """A choice of kinds and competences of one revision, to be rated together."""

    revision = models.ForeignKey(Revision, models.PROTECT, related_name="forms", verbose_name=_("revision"))
    key = models.SlugField(_("id"), max_length=64)
    position = models.PositiveSmallIntegerField(_("position"), default=1)
    title = models.CharField(_("title"), max_length=100)
    description = models.CharField(_("description"), max_length=400, blank=True)
    kinds = models.JSONField(_("kinds"))  # ["sub_competence", …] of frameworks.models.Kind
    competences = models.ManyToManyField(
        Competence,
        related_name="+",
        blank=True,
        verbose_name=_("competences"),
        help_text=_("None chosen: all of them."),
    )
    is_open = models.BooleanField(_("can be begun"), default=True)
    # Whoever keeps what a form asks (`asked.py`) sees by it that the form asks something else now.
    changed_at = models.DateTimeField(_("changed"), auto_now=True)

    objects = FormManager()

    class Meta:
        ordering = ["revision", "position", "title"]
        verbose_name = _("form")
        verbose_name_plural = _("forms")
        constraints = [models.UniqueConstraint(fields=["revision", "key"], name="assessments_form_key_unique")]

    def __str__(self):
        return self.title

    def natural_key(self):
        return (*self.revision.natural_key(), self.key)

    natural_key.dependencies = ["frameworks.revision"]

    def statements(self):
        """What this form asks, in order, a repeated text once, at its first place."""
        statements = Statement.objects.distinct_texts().filter(revision=self.revision_id, kind__in=self.kinds)
        return statements.filter(competence__in=self.chosen) if self.chosen else statements

    @cached_property
    def chosen(self):
        """Primary keys of the chosen competences, none for all of them.

        A query of its own: Django takes four times as long to write one query that asks both.
        """
        return list(Form.competences.through.objects.filter(form=self.pk).values_list("competence", flat=True))


class TargetProfileQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Platform-wide targets and those of the user's organisations."""
        return self.filter(Q(organisation=None) | Q(organisation__in=Organisation.objects.of(user)))

    def offered_to(self, user):
        """Those for revisions in force."""
        return self.visible_to(user).filter(revision__status=Revision.Status.PUBLISHED)


class TargetProfileManager(models.Manager.from_queryset(TargetProfileQuerySet)):
    def get_by_natural_key(self, framework, version, key):
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
    key = models.SlugField(_("id"), max_length=64)
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

    def natural_key(self):
        return (*self.revision.natural_key(), self.key)

    natural_key.dependencies = ["frameworks.revision", "accounts.organisation"]


class RequiredLevel(models.Model):
    """The level a target profile requires of one statement; a statement without one is not required."""

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


class AssessmentQuerySet(models.QuerySet):
    def of(self, person):
        return self.filter(person=person)

    def drafts(self):
        """Open ones: neither submitted nor moved over to another revision."""
        return self.filter(submitted_at=None, moved_at=None)

    def moved(self):
        return self.filter(moved_at__isnull=False)

    def submitted(self):
        return self.filter(submitted_at__isnull=False)

    def shared_with(self, user):
        """Submitted assessments whose person shares them with the user, as her trainer or as her manager, today."""
        return self.submitted().filter(
            Q(shared_with_trainers=True, person__in=User.objects.led_by(user, Role.TRAINER))
            | Q(shared_with_managers=True, person__in=User.objects.led_by(user, Role.MANAGER))
        )

    def visible_to(self, user):
        """One's own, drafts included, and what others share with one. A platform admin sees no more than others."""
        return self.filter(Q(person=user) | Q(pk__in=self.model.objects.shared_with(user).values("pk")))

    def known_to(self, user):
        """Those of the user's colleagues: a member without the right gets 403 for them, and not 404."""
        return self.filter(person__in=User.objects.colleagues_of(user))


class Assessment(models.Model):
    """One person's answers to one form. A draft until it is submitted; then it never changes.

    A draft on a superseded revision may be moved over to the revision in force: another draft goes on with its answers
    then, and this one is kept as it was.
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
    shared_with_trainers = models.BooleanField(_("my trainers"), default=False)
    shared_with_managers = models.BooleanField(_("my managers"), default=False)

    objects = models.Manager.from_queryset(AssessmentQuerySet)()

    class Meta:
        ordering = ["-submitted_at", "-pk"]
        verbose_name = _("assessment")
        verbose_name_plural = _("assessments")
        constraints = [
            # Two windows that both begin end up with the same draft.
            models.UniqueConstraint(
                fields=["person", "form"], condition=Q(submitted_at=None, moved_at=None), name="assessments_one_draft"
            ),
            models.CheckConstraint(
                condition=Q(submitted_at__isnull=False) | Q(shared_with_trainers=False, shared_with_managers=False),
                name="assessments_drafts_are_private",
            ),
            models.CheckConstraint(
                condition=Q(submitted_at=None) | Q(moved_at=None), name="assessments_moved_is_not_submitted"
            ),
        ]

    def __str__(self):
        return f"{self.person_id}: {self.form_id}"

    @property
    def is_submitted(self):
        return self.submitted_at is not None

    @property
    def is_moved(self):
        return self.moved_at is not None


class RatingQuerySet(models.QuerySet):
    def answered(self):
        """Those with a level or "does not apply"; not what was taken back, nor a comment alone."""
        return self.filter(Q(level__isnull=False) | Q(does_not_apply=True))


class Rating(models.Model):
    """One answer: a level, or "does not apply", or neither (taken back; a comment may remain).

    In an update, an answer may come from an earlier revision: `source` is that rating, untouched. One that is only
    suggested has no level, so that nothing counts it, until the person confirms `suggested_level` or chooses another.

    `version` counts the writes, so that a window that shows an older answer cannot overwrite a newer one unseen.
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
    comment = models.TextField(_("comment"), max_length=2000, blank=True)
    origin = models.CharField(_("origin"), max_length=12, choices=Origin, default=Origin.OWN)
    # The one that it comes from; of several, the one that gave the level.
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
                condition=~Q(origin="confirmed") | Q(level=models.F("suggested_level")),
                name="assessments_confirmed_as_suggested",
            ),
        ]

    def __str__(self):
        return f"{self.assessment_id}: {self.statement_id}"


def evidence_path(evidence, filename):
    """Where a file of evidence is kept: a random name, because the person's own may say too much."""
    return f"evidence/{secrets.token_hex(16)}"


class EvidenceQuerySet(models.QuerySet):
    def of(self, person):
        return self.filter(rating__assessment__person=person)

    def visible_to(self, user):
        return self.filter(rating__assessment__in=Assessment.objects.visible_to(user))

    def known_to(self, user):
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


def verification_code():
    """Twelve characters that are hard to confuse, in three groups: "K7QF-2M9D-XE4T" (about 59 bits)."""
    letters = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
    code = "".join(secrets.choice(letters) for _position in range(12))
    return f"{code[:4]}-{code[4:8]}-{code[8:]}"


class IssuedProfile(models.Model):
    """A profile that was printed.

    Lets anyone who holds the paper check it, and keeps its date, so that the same content gives the same bytes again.
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
    """That a person is told of a revision, once: by e-mail, and on her pages until she has decided what to do."""

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="framework_notices", verbose_name=_("person")
    )
    revision = models.ForeignKey(Revision, models.CASCADE, related_name="+", verbose_name=_("revision"))
    emailed_at = models.DateTimeField(_("e-mail sent"), null=True, blank=True)
    seen_at = models.DateTimeField(_("decided"), null=True, blank=True)

    class Meta:
        ordering = ["revision", "person"]
        verbose_name = _("notice of a revision")
        verbose_name_plural = _("notices of revisions")
        constraints = [models.UniqueConstraint(fields=["person", "revision"], name="assessments_notice_once")]

    def __str__(self):
        return f"{self.person_id}: {self.revision_id}"


class TargetReviewQuerySet(models.QuerySet):
    def open(self):
        """Those that wait for a decision, of revisions in force."""
        return self.filter(decided_at=None, target__revision__status=Revision.Status.PUBLISHED)


class TargetReview(models.Model):
    """A statement of a new revision for which somebody has to decide what a target profile requires of it."""

    target = models.ForeignKey(TargetProfile, models.CASCADE, related_name="reviews", verbose_name=_("target profile"))
    statement = models.ForeignKey(Statement, models.CASCADE, related_name="+", verbose_name=_("statement"))
    # The highest level required of what the statement continues; none for an added one.
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

"""Modules, their materials and links to learning outcomes, and assignments to people."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Count, Exists, F, OuterRef, Q, Sum
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from frameworks.files.schema import LONGEST_ID
from frameworks.models import LearningOutcome, Revision
from kip_site.accounts.models import Membership, Organisation, Role, User
from kip_site.natural_keys import loaded_after


class ModuleQuerySet(models.QuerySet["Module"]):
    def listed(self) -> Self:
        return self.filter(is_listed=True)

    def visible_to(self, user: User) -> Self:
        """Listed modules; of the others, those in assignments that the user may see. Platform admins see all."""
        if user.is_platform_admin:
            return self.all()
        return self.filter(Q(is_listed=True) | Q(pk__in=Assignment.objects.visible_to(user).values("module")))


ModuleQueries = models.Manager.from_queryset(ModuleQuerySet)


class ModuleManager(ModuleQueries["Module"]):
    def get_by_natural_key(self, key: str) -> "Module":
        return self.get(key=key)


class Module(models.Model):
    """A unit of training that serves learning outcomes, from a level to a level."""

    class Format(models.TextChoices):
        READING = "reading", _("Reading")
        PRACTICE = "practice", _("Practice")
        READING_AND_PRACTICE = "reading-and-practice", _("Reading and practice")
        WORKSHOP = "workshop", _("Workshop")

    key = models.SlugField(_("id"), max_length=LONGEST_ID, unique=True)
    position = models.PositiveIntegerField(_("position"), default=0)
    title = models.CharField(_("title"), max_length=200)
    summary = models.CharField(_("summary"), max_length=400)
    format = models.CharField(_("format"), max_length=24, choices=Format)
    language = models.CharField(_("language"), max_length=8, default="en")
    eqf = models.PositiveSmallIntegerField(_("EQF level"), null=True, blank=True)
    # Values of levels on the scale of the framework whose outcomes it serves.
    from_level = models.PositiveSmallIntegerField(_("from level"), default=0)
    to_level = models.PositiveSmallIntegerField(_("to level"))
    abilities = models.JSONField(_("after this module you can"), default=list, blank=True)  # ["name the …", …]
    author = models.CharField(_("author"), max_length=200)
    source = models.TextField(_("source"))
    is_listed = models.BooleanField(_("listed"), default=True)
    # Totals of its materials; `catalogue.actions.measure` keeps them up to date.
    minutes = models.PositiveIntegerField(_("minutes"), default=0, editable=False)
    step_count = models.PositiveSmallIntegerField(_("steps"), default=0, editable=False)
    outcomes = models.ManyToManyField(LearningOutcome, related_name="modules", verbose_name=_("learning outcomes"))
    prerequisites = models.ManyToManyField(
        "self", symmetrical=False, related_name="leads_to", blank=True, verbose_name=_("prerequisites")
    )

    objects = ModuleManager()

    class Meta:
        ordering = ["position", "title"]
        verbose_name = _("module")
        verbose_name_plural = _("modules")
        constraints = [
            models.CheckConstraint(
                condition=Q(to_level__gt=F("from_level")),
                name="training_module_levels_rise",
                violation_error_message=_("The level that a module leads to should be above the one it begins at."),
            )
        ]

    def __str__(self):
        return self.title

    def natural_key(self) -> tuple[str]:
        return (self.key,)


class MaterialManager(models.Manager["Material"]):
    def get_by_natural_key(self, module: str, position: int) -> "Material":
        return self.get(module__key=module, position=position)


class Material(models.Model):
    """One step of a module."""

    class Kind(models.TextChoices):
        TEXT = "text", _("Reading")
        ACTIVITY = "activity", _("Activity")
        LINK = "link", _("Web page")
        VIDEO = "video", _("Video")
        FILE = "file", _("File")

    module = models.ForeignKey(Module, models.CASCADE, related_name="materials", verbose_name=_("module"))
    position = models.PositiveSmallIntegerField(_("position"))  # from 1
    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    title = models.CharField(_("title"), max_length=200)
    summary = models.CharField(_("summary"), max_length=400, blank=True)
    minutes = models.PositiveSmallIntegerField(_("minutes"))
    body = models.TextField(_("text"), blank=True)  # CommonMark, raw HTML off
    url = models.URLField(_("address"), max_length=500, blank=True)
    file = models.FileField(_("file"), upload_to="materials/", blank=True)

    objects = MaterialManager()

    class Meta:
        ordering = ["module", "position"]
        verbose_name = _("material")
        verbose_name_plural = _("materials")
        constraints = [models.UniqueConstraint(fields=["module", "position"], name="training_material_position_unique")]

    def __str__(self):
        return self.title

    @loaded_after("training.module")
    def natural_key(self) -> tuple[str, int]:
        return (self.module.key, self.position)


class LinkReviewQuerySet(models.QuerySet["LinkReview"]):
    def open(self) -> Self:
        return self.filter(decided_at=None)

    def in_force(self) -> Self:
        """Those of revisions in force. What was left undecided for an earlier revision has a new LinkReview there."""
        return self.filter(revision__status=Revision.Status.PUBLISHED)


LinkReviewQueries = models.Manager.from_queryset(LinkReviewQuerySet)


class LinkReviewManager(LinkReviewQueries["LinkReview"]):
    def get_by_natural_key(
        self, module: str, framework: str, version: str, old_version: str, outcome: str
    ) -> "LinkReview":
        return self.get(
            module__key=module,
            revision__framework__key=framework,
            revision__version=version,
            old_outcome__revision__version=old_version,
            old_outcome__key=outcome,
        )


class LinkReview(models.Model):
    """A link from a module to a learning outcome that was not carried to a new revision: an admin decides on it."""

    module = models.ForeignKey(Module, models.CASCADE, related_name="link_reviews", verbose_name=_("module"))
    revision = models.ForeignKey(Revision, models.CASCADE, related_name="+", verbose_name=_("revision"))  # the new one
    # Of the revision before; or of an earlier one, if nobody decided on the link then.
    old_outcome = models.ForeignKey(LearningOutcome, models.CASCADE, related_name="+", verbose_name=_("old outcome"))
    suggestions = models.ManyToManyField(LearningOutcome, related_name="+", verbose_name=_("suggested outcomes"))
    # The outcomes that the admin linked the module to; none if the link was dropped.
    chosen = models.ManyToManyField(LearningOutcome, related_name="+", verbose_name=_("chosen outcomes"))
    decided_at = models.DateTimeField(_("decided"), null=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("decided by")
    )

    objects = LinkReviewManager()

    class Meta:
        ordering = ["module__position", "module__title", "old_outcome__position", "pk"]
        verbose_name = _("link to review")
        verbose_name_plural = _("links to review")
        constraints = [
            models.UniqueConstraint(fields=["module", "revision", "old_outcome"], name="training_link_review_once")
        ]

    def __str__(self):
        return f"{self.module_id}: {self.old_outcome_id} → {self.revision_id}"

    @loaded_after("training.module", "frameworks.learningoutcome")
    def natural_key(self) -> tuple[str, ...]:
        outcome = self.old_outcome
        return (*self.module.natural_key(), *self.revision.natural_key(), outcome.revision.version, outcome.key)


class AssignmentQuerySet(models.QuerySet["Assignment"]):
    def of(self, person: User) -> Self:
        return self.filter(person=person)

    def open(self) -> Self:
        return self.filter(completed_at=None)

    def finished(self) -> Self:
        return self.filter(completed_at__isnull=False)

    def to_remind_of(self, today: date, days: int) -> Self:
        """Open ones that are due from today until `days` later, without a reminder yet and not assigned today.

        Nobody whose account is closed is reminded.
        """
        return self.open().filter(
            person__is_active=True,
            due__range=(today, today + timedelta(days=days)),
            reminded_at=None,
            assigned_at__date__lt=today,
        )

    def due_first(self) -> Self:
        """The nearest due date first, those without one last. Needed where annotations drop Meta.ordering."""
        return self.order_by(F("due").asc(nulls_last=True), "assigned_at", "pk")

    def latest_first(self) -> Self:
        """The open one first, then completed ones, the latest first. A person may take a module several times."""
        return self.order_by(F("completed_at").desc(nulls_first=True), "-pk")

    def together(self, assignment: "Assignment") -> Self:
        """All that is open for the person of an assignment of its module: what she does in one, she does in all."""
        return self.open().filter(person=assignment.person_id, module=assignment.module_id)

    def chosen_by(self, person: User) -> Self:
        """What the person put on her plan herself."""
        return self.filter(person=person, assigned_by=person)

    def led_by(self, user: User) -> Self:
        """Those given in, or shown to, an organisation in which the user is a trainer and their person a member.

        Not the user's own.
        """
        return self.filter(_leads(user)).exclude(person=user)

    def with_trainer_to_tell(self) -> Self:
        """Those whose trainer, who assigned them, still sees them: she gets an e-mail when they are completed.

        Whoever's account is closed sees nothing, although she has kept her roles.
        """
        trains = Membership.objects.filter(
            user=OuterRef("assigned_by"), organisation=OuterRef("organisation"), role=Role.TRAINER, user__is_active=True
        )
        return self.filter(_person_is_member(), Exists(trains)).exclude(assigned_by=F("person"))

    def with_progress(self):
        """Annotates `steps_done` and `minutes_done`."""
        return self.annotate(steps_done=Count("steps"), minutes_done=Coalesce(Sum("steps__material__minutes"), 0))

    def visible_to(self, user: User) -> Self:
        """The user's own assignments, and those that she sees as a trainer (`led_by`)."""
        return self.filter(Q(person=user) | _leads(user))

    def withdrawable_by(self, user: User) -> Self:
        """What was assigned in the organisations whose trainer the user is, and what only she can take off her plan.

        This is what she put there, and what no trainer can withdraw any more, because she has left the organisation or
        there is none. An assignment without `assigned_by` is from a trainer whose account is deleted.
        """
        is_own_choice = Q(assigned_by=F("person"))
        is_hers_alone = is_own_choice | ~_person_is_member()
        return self.filter(
            Q(is_hers_alone, person=user) | Q(_leads(user), ~Q(person=user), ~is_own_choice),
        )

    def known_to(self, user: User) -> Self:
        """The user's own, and those of the people of her organisation that were given there.

        What she may not see or do of them is answered with 403 instead of 404.
        """
        in_hers = Q(_person_is_member(), organisation__in=Organisation.objects.of(user))
        return self.filter(Q(person=user) | in_hers)


def _leads(user: User) -> Q:
    """The condition that the user is a trainer of the organisation of an assignment, and its person a member."""
    return Q(_person_is_member(), organisation__in=Organisation.objects.with_role(user, Role.TRAINER))


def _person_is_member() -> Exists:
    """The condition that the person of an assignment is a member of its organisation; false if it has none."""
    return Exists(Membership.objects.filter(user=OuterRef("person"), organisation=OuterRef("organisation")))


class Assignment(models.Model):
    """A module that a person is to take: a trainer assigned it, or she put it on her plan herself.

    Several organisations, and she herself, may have the same module open for her at once. None of them learns of the
    others; she sees them as one (`furthest`, `AssignmentQuerySet.together`).
    """

    class State(models.TextChoices):
        ASSIGNED = "assigned", _("Not started")
        STARTED = "started", _("In progress")
        COMPLETED = "completed", _("Completed")
        CONFIRMED = "confirmed", _("Confirmed")

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="assignments", verbose_name=_("person")
    )
    module = models.ForeignKey(Module, models.PROTECT, related_name="assignments", verbose_name=_("module"))
    # The person herself, for what she put on her own plan; empty when the trainer's account is deleted.
    assigned_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        related_name="given_assignments",
        verbose_name=_("assigned by"),
    )
    # In which it was given: only its trainers see it. Of what the person chose herself, the one to whose trainers she
    # shows it. Empty: only she sees it.
    organisation = models.ForeignKey(
        Organisation, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("organisation")
    )
    due = models.DateField(_("due"), null=True, blank=True)
    message = models.TextField(_("message"), max_length=1000, blank=True)
    assigned_at = models.DateTimeField(_("assigned"), default=timezone.now)
    started_at = models.DateTimeField(_("started"), null=True, blank=True)
    completed_at = models.DateTimeField(_("completed"), null=True, blank=True)
    # When the e-mail before the due date was queued, in the same transaction: two runs at once queue one.
    reminded_at = models.DateTimeField(_("reminded"), null=True, blank=True)
    confirmed_at = models.DateTimeField(_("confirmed"), null=True, blank=True)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("confirmed by"),
    )

    objects = models.Manager.from_queryset(AssignmentQuerySet)()

    class Meta:
        ordering = [F("due").asc(nulls_last=True), "assigned_at"]
        verbose_name = _("assignment")
        verbose_name_plural = _("assignments")
        constraints = [
            models.UniqueConstraint(
                fields=["person", "module", "organisation"],
                condition=Q(completed_at=None, organisation__isnull=False),
                name="training_assignment_one_open_there",
                violation_error_message=_("This person already has this module to take."),
            ),
            models.UniqueConstraint(
                fields=["person", "module"],
                condition=Q(completed_at=None, assigned_by=F("person")),
                name="training_assignment_one_open_own",
                violation_error_message=_("This module is on this person’s plan already."),
            ),
            models.CheckConstraint(
                condition=Q(confirmed_at=None) | Q(completed_at__isnull=False),
                name="training_assignment_confirmed_after",
            ),
        ]

    def __str__(self):
        return f"{self.module}, {self.person}"

    @property
    def state(self) -> State:
        return state_of(self.started_at, self.completed_at, self.confirmed_at)

    @property
    def is_own(self) -> bool:
        """Whether the person put it on her plan herself; otherwise a trainer assigned it."""
        return self.assigned_by_id == self.person_id


def state_of(
    started_at: datetime | None, completed_at: datetime | None, confirmed_at: datetime | None
) -> Assignment.State:
    """The State of an Assignment, from its times (each None until it has happened)."""
    if confirmed_at:
        return Assignment.State.CONFIRMED
    if completed_at:
        return Assignment.State.COMPLETED
    return Assignment.State.STARTED if started_at else Assignment.State.ASSIGNED


def furthest(states: Iterable[Assignment.State]) -> Assignment.State:
    """How far a person is with a module that she has from several sides: the last of the States (at least one)."""
    return max(states, key=list(Assignment.State).index)


class Step(models.Model):
    """A material that the person marked as done."""

    assignment = models.ForeignKey(Assignment, models.CASCADE, related_name="steps", verbose_name=_("assignment"))
    material = models.ForeignKey(Material, models.CASCADE, related_name="+", verbose_name=_("material"))
    done_at = models.DateTimeField(_("done"), default=timezone.now)

    class Meta:
        verbose_name = _("step")
        verbose_name_plural = _("steps")
        constraints = [models.UniqueConstraint(fields=["assignment", "material"], name="training_step_once")]

    def __str__(self):
        return f"{self.assignment_id}: {self.material_id}"

"""Frameworks and their revisions: what people rate themselves on.

A published revision is a complete, immutable copy of its elements, so that a rating points at exactly the wording that
was rated. A draft is only its document; the elements of a revision come into being when it is published.
"""

import uuid
from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from . import texts

# Elements get UUIDs of version 5 in this namespace, from "<framework id>/<element id>": the same on every installation.
NAMESPACE = uuid.uuid5(uuid.NAMESPACE_URL, "https://keepinpact.eu/frameworks")


def element_uuid(framework_key, key=""):
    """The permanent UUID of a framework (without `key`) or of an element of it."""
    return uuid.uuid5(NAMESPACE, f"{framework_key}/{key}" if key else framework_key)


class Kind(models.TextChoices):
    SUB_COMPETENCE = "sub_competence", _("sub-competence")
    KNOWLEDGE = "knowledge", _("knowledge")
    SKILL = "skill", _("skill")
    PREDISPOSITION = "predisposition", _("predisposition")


class FrameworkManager(models.Manager):
    def get_by_natural_key(self, key):
        return self.get(key=key)


class Framework(models.Model):
    """A competence framework through all its revisions; `key` is the `id` of the file format."""

    key = models.CharField(_("id"), max_length=64, unique=True)
    uuid = models.UUIDField(unique=True, editable=False)

    objects = FrameworkManager()

    class Meta:
        ordering = ["pk"]
        verbose_name = _("framework")
        verbose_name_plural = _("frameworks")

    def __str__(self):
        return self.key

    def natural_key(self):
        return (self.key,)


class RevisionQuerySet(models.QuerySet):
    def current(self):
        """The revision in force of each framework."""
        return self.filter(status=Revision.Status.PUBLISHED)

    def drafts(self):
        return self.filter(status=Revision.Status.DRAFT)

    def issued(self):
        """Published once, whether still in force or superseded: what people may have rated."""
        return self.exclude(status=Revision.Status.DRAFT)

    def visible_to(self, user):
        """Drafts are for platform admins; what was published is for everybody who signed in."""
        return self.all() if user.is_platform_admin else self.issued()


class RevisionManager(models.Manager.from_queryset(RevisionQuerySet)):
    def get_by_natural_key(self, framework, version):
        return self.get(framework__key=framework, version=version)


class Revision(models.Model):
    """One edition of a framework. Draft → published → superseded; at most one draft and one published at a time."""

    class Status(models.TextChoices):
        DRAFT = "draft", _("draft")
        PUBLISHED = "published", _("published")
        SUPERSEDED = "superseded", _("superseded")

    framework = models.ForeignKey(Framework, models.PROTECT, related_name="revisions", verbose_name=_("framework"))
    version = models.CharField(_("version"), max_length=32)
    date = models.DateField(_("date"))
    status = models.CharField(_("status"), max_length=12, choices=Status, default=Status.DRAFT)
    replaces = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="replaced_by", verbose_name=_("replaces")
    )
    title = models.JSONField(_("title"))  # {language: text}, as all texts of a framework
    summary = models.JSONField(_("summary"), default=dict, blank=True)
    publisher = models.CharField(_("publisher"), max_length=300)
    source = models.CharField(_("source"), max_length=2000)
    licence = models.CharField(_("licence"), max_length=300)
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

    def __str__(self):
        return f"{self.framework_id and self.framework.key} {self.version}"

    def natural_key(self):
        return (self.framework.key, self.version)

    natural_key.dependencies = ["frameworks.framework"]

    def text(self, language_map):
        """The text of a language map in the language of the page, or else in the revision's source language."""
        return texts.in_language(language_map, self.source_language)

    @property
    def is_superseded(self):
        return self.status == self.Status.SUPERSEDED

    @property
    def title_text(self):
        return self.text(self.title)


class RevisionFileManager(models.Manager):
    def get_by_natural_key(self, framework, version):
        return self.get(revision__framework__key=framework, revision__version=version)


class RevisionFile(models.Model):
    """The imported bytes of a revision, who brought them when, and what they say as a normalised document."""

    revision = models.OneToOneField(Revision, models.CASCADE, related_name="file", verbose_name=_("revision"))
    name = models.CharField(_("file name"), max_length=200)
    content = models.BinaryField(_("content"), editable=False)
    sha256 = models.CharField(_("SHA-256"), max_length=64, editable=False)
    document = models.JSONField(_("document"), editable=False)  # see frameworks.reading
    uploaded_at = models.DateTimeField(_("uploaded"), auto_now_add=True)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("uploaded by"),
    )

    objects = RevisionFileManager()

    class Meta:
        verbose_name = _("revision file")
        verbose_name_plural = _("revision files")

    def __str__(self):
        return self.name

    def natural_key(self):
        return self.revision.natural_key()

    natural_key.dependencies = ["frameworks.revision"]


class ElementManager(models.Manager):
    """An element is known by framework, version and its own id."""

    def get_by_natural_key(self, framework, version, key):
        return self.get(revision__framework__key=framework, revision__version=version, key=key)


class Element(models.Model):
    """What competences, statements and learning outcomes have in common."""

    revision = models.ForeignKey(Revision, models.PROTECT, related_name="%(class)ss", verbose_name=_("revision"))
    key = models.CharField(_("id"), max_length=64)  # permanent within the framework, never reused
    code = models.CharField(_("code"), max_length=16)  # as printed, may change between revisions
    uuid = models.UUIDField(db_index=True, editable=False)
    position = models.PositiveIntegerField(_("position"))  # from 1, over the whole revision
    esco = models.URLField(_("ESCO address"), blank=True)
    eqf = models.PositiveSmallIntegerField(_("EQF level"), null=True, blank=True)

    class Meta:
        abstract = True
        ordering = ["revision", "position"]
        constraints = [
            models.UniqueConstraint(fields=["revision", "key"], name="%(app_label)s_%(class)s_key_unique"),
            models.UniqueConstraint(fields=["revision", "code"], name="%(app_label)s_%(class)s_code_unique"),
        ]

    def __str__(self):
        return self.code

    def natural_key(self):
        return (*self.revision.natural_key(), self.key)

    natural_key.dependencies = ["frameworks.revision"]


class Competence(Element):
    title = models.JSONField(_("title"))
    # Who wrote the learning outcomes, where it was not the framework's publisher.
    outcomes_origin = models.JSONField(_("origin of the learning outcomes"), default=dict, blank=True)

    objects = ElementManager()

    class Meta(Element.Meta):
        verbose_name = _("competence")
        verbose_name_plural = _("competences")


class StatementQuerySet(models.QuerySet):
    def distinct_texts(self):
        """Each repeated text once, at its first place: what a form asks."""
        return self.filter(same_as=None)


class StatementManager(ElementManager.from_queryset(StatementQuerySet)):
    pass


class Statement(Element):
    """Anything a person can rate: a sub-competence, knowledge, skill or predisposition."""

    competence = models.ForeignKey(Competence, models.PROTECT, related_name="statements", verbose_name=_("competence"))
    kind = models.CharField(_("kind"), max_length=16, choices=Kind)
    text = models.JSONField(_("text"))
    emphasis = models.JSONField(_("emphasis"), default=dict, blank=True)  # {language: [phrase, …]} in the text's order
    same_as = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="repeats", verbose_name=_("same as")
    )

    objects = StatementManager()

    class Meta(Element.Meta):
        verbose_name = _("statement")
        verbose_name_plural = _("statements")
        constraints = [
            *Element.Meta.constraints,
            models.CheckConstraint(condition=Q(kind__in=Kind.values), name="frameworks_statement_kind_known"),
        ]


class KindManager(StatementManager):
    """Statements of the proxy's own kind."""

    def get_queryset(self):
        return super().get_queryset().filter(kind=self.model.KIND)


class SubCompetence(Statement):
    KIND = Kind.SUB_COMPETENCE
    objects = KindManager()

    class Meta:
        proxy = True
        verbose_name = _("sub-competence")
        verbose_name_plural = _("sub-competences")


class Knowledge(Statement):
    KIND = Kind.KNOWLEDGE
    objects = KindManager()

    class Meta:
        proxy = True
        verbose_name = _("knowledge")
        verbose_name_plural = _("knowledge")


class Skill(Statement):
    KIND = Kind.SKILL
    objects = KindManager()

    class Meta:
        proxy = True
        verbose_name = _("skill")
        verbose_name_plural = _("skills")


class Predisposition(Statement):
    KIND = Kind.PREDISPOSITION
    objects = KindManager()

    class Meta:
        proxy = True
        verbose_name = _("predisposition")
        verbose_name_plural = _("predispositions")


class ScaleManager(models.Manager):
    def get_by_natural_key(self, framework, version):
        return self.get(revision__framework__key=framework, revision__version=version)


class Scale(models.Model):
    """The ordered levels of one revision."""

    revision = models.OneToOneField(Revision, models.PROTECT, related_name="scale", verbose_name=_("revision"))
    key = models.CharField(_("id"), max_length=64)
    origin = models.JSONField(_("origin"), default=dict, blank=True)

    objects = ScaleManager()

    class Meta:
        verbose_name = _("scale")
        verbose_name_plural = _("scales")

    def __str__(self):
        return self.key

    def natural_key(self):
        return self.revision.natural_key()

    natural_key.dependencies = ["frameworks.revision"]


class LevelManager(models.Manager):
    def get_by_natural_key(self, framework, version, key):
        return self.get(scale__revision__framework__key=framework, scale__revision__version=version, key=key)


class Level(models.Model):
    """A step of a scale, with a first-person descriptor for each kind of statement ("I do this …")."""

    scale = models.ForeignKey(Scale, models.PROTECT, related_name="levels", verbose_name=_("scale"))
    key = models.CharField(_("id"), max_length=64)
    value = models.PositiveSmallIntegerField(_("value"))
    label = models.JSONField(_("label"))
    descriptors = models.JSONField(_("descriptors"))  # {kind: {language: text}}

    objects = LevelManager()

    class Meta:
        ordering = ["scale", "value"]
        verbose_name = _("level")
        verbose_name_plural = _("levels")
        constraints = [
            models.UniqueConstraint(fields=["scale", "key"], name="frameworks_level_key_unique"),
            models.UniqueConstraint(fields=["scale", "value"], name="frameworks_level_value_unique"),
        ]

    def __str__(self):
        return f"{self.value} {self.key}"

    def natural_key(self):
        return (*self.scale.natural_key(), self.key)

    natural_key.dependencies = ["frameworks.scale"]


class LearningOutcome(Element):
    """What somebody can do after training; serves statements and leads to a level."""

    competence = models.ForeignKey(
        Competence, models.PROTECT, related_name="learning_outcomes", verbose_name=_("competence")
    )
    text = models.JSONField(_("text"))
    level = models.ForeignKey(Level, models.PROTECT, related_name="+", verbose_name=_("level"))
    serves = models.ManyToManyField(Statement, related_name="learning_outcomes", verbose_name=_("serves"))

    objects = ElementManager()

    class Meta(Element.Meta):
        verbose_name = _("learning outcome")
        verbose_name_plural = _("learning outcomes")


class SuccessionQuerySet(models.QuerySet):
    def into(self, revision):
        """What the statements of a revision continue; with `rated_source`, see `with_rated_source`."""
        return self.filter(revision=revision).with_rated_source()

    def with_rated_source(self):
        """With `rated_source`, the primary key of the statement that people rated for the source.

        A repeated text is asked once, at its first place: the rating of a repetition is that of what it repeats.
        """
        return self.annotate(rated_source=Coalesce("source__same_as", "source"))

    def surviving(self):
        """Those that lead to a statement: all but the retired ones."""
        return self.filter(statement__isnull=False)


class SuccessionManager(models.Manager.from_queryset(SuccessionQuerySet)):
    def get_by_natural_key(self, framework, version, statement, source):
        return self.get(
            revision__framework__key=framework,
            revision__version=version,
            # A key is never null, but the whole statement may be.
            statement__key=statement or None,
            source__key=source or None,
        )


class Succession(models.Model):
    """That a statement of a revision continues one of the revision before: one row for each of its sources.

    A retired statement has a source and no statement, an added one a statement and no source. Written when the revision
    is published, once and for everybody; what it means for a person is worked out when she comes.
    """

    class Ratings(models.TextChoices):
        """What becomes of ratings of the source; the words of `frameworks.changes.Entry.ratings`."""

        CARRIED = "carried", _("carried")
        SUGGESTED = "suggested", _("suggested")
        ARCHIVED = "archived", _("archived")
        NONE = "none", _("none")

    revision = models.ForeignKey(Revision, models.CASCADE, related_name="successions", verbose_name=_("revision"))
    statement = models.ForeignKey(
        Statement, models.CASCADE, null=True, related_name="successions", verbose_name=_("statement")
    )
    source = models.ForeignKey(
        Statement, models.PROTECT, null=True, related_name="continued_by", verbose_name=_("source")
    )
    changes = models.JSONField(_("kinds of change"))  # ["moved", "reworded"], of frameworks.changes.CHANGES
    ratings = models.CharField(_("ratings"), max_length=12, choices=Ratings)

    objects = SuccessionManager()

    class Meta:
        ordering = ["revision", "pk"]
        verbose_name = _("succession of a statement")
        verbose_name_plural = _("successions of statements")
        constraints = [
            models.UniqueConstraint(fields=["revision", "statement", "source"], name="frameworks_succession_unique"),
            models.UniqueConstraint(
                fields=["statement"], condition=Q(source=None), name="frameworks_succession_added_once"
            ),
            models.UniqueConstraint(
                fields=["revision", "source"],
                condition=Q(statement=None),
                name="frameworks_succession_retired_once",
            ),
            models.CheckConstraint(
                condition=Q(statement__isnull=False) | Q(source__isnull=False),
                name="frameworks_succession_of_something",
            ),
            models.CheckConstraint(
                condition=Q(ratings__in=("carried", "suggested"), statement__isnull=False, source__isnull=False)
                | Q(ratings="archived", statement=None)
                | Q(ratings="none", source=None),
                name="frameworks_succession_ratings_fit",
            ),
        ]

    def __str__(self):
        return f"{self.source_id} → {self.statement_id}"

    def natural_key(self):
        statement, source = (element.key if element else "" for element in (self.statement, self.source))
        return (*self.revision.natural_key(), statement, source)

    natural_key.dependencies = ["frameworks.statement"]


class LevelSuccessionQuerySet(models.QuerySet):
    def into(self, revision):
        return self.filter(revision=revision)


class LevelSuccessionManager(models.Manager.from_queryset(LevelSuccessionQuerySet)):
    def get_by_natural_key(self, framework, version, source):
        return self.get(revision__framework__key=framework, revision__version=version, source__key=source)


class LevelSuccession(models.Model):
    """Which level of a revision a level of the revision before turns into: one row for each level there was."""

    revision = models.ForeignKey(Revision, models.CASCADE, related_name="level_successions", verbose_name=_("revision"))
    level = models.ForeignKey(Level, models.CASCADE, related_name="+", verbose_name=_("level"))
    source = models.ForeignKey(Level, models.PROTECT, related_name="+", verbose_name=_("source"))

    objects = LevelSuccessionManager()

    class Meta:
        ordering = ["revision", "source__value"]
        verbose_name = _("succession of a level")
        verbose_name_plural = _("successions of levels")
        constraints = [
            models.UniqueConstraint(fields=["revision", "source"], name="frameworks_level_succession_unique")
        ]

    def __str__(self):
        return f"{self.source_id} → {self.level_id}"

    def natural_key(self):
        return (*self.revision.natural_key(), self.source.key)

    natural_key.dependencies = ["frameworks.level"]


class JobQuerySet(models.QuerySet):
    def unfinished(self):
        return self.filter(state__in=(Job.State.WAITING, Job.State.RUNNING))

    def to_be_told(self):
        """What an admin should find again after she left its page: what goes on, and what failed within a day."""
        yesterday = timezone.now() - timedelta(days=1)
        return self.filter(
            Q(state__in=(Job.State.WAITING, Job.State.RUNNING)) | Q(state=Job.State.FAILED, finished_at__gt=yesterday)
        )


class Job(models.Model):
    """A large file that is imported, or a large draft that is published, by a worker instead of a web process."""

    class Kind(models.TextChoices):
        IMPORT = "import", _("import")
        PUBLISH = "publish", _("publication")

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        RUNNING = "running", _("running")
        DONE = "done", _("done")
        FAILED = "failed", _("failed")

    kind = models.CharField(_("kind"), max_length=8, choices=Kind)
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.WAITING)
    name = models.CharField(_("file name"), max_length=200)
    # The file of an import; emptied once its draft keeps it.
    content = models.BinaryField(_("content"), editable=False, default=bytes)
    # The draft to be published, or the revision that an import led to. Nothing once it was discarded.
    revision = models.ForeignKey(
        Revision, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("revision")
    )
    # What was read before it was confirmed, see actions.Seen.
    seen_sha256 = models.CharField(max_length=64, blank=True, editable=False)
    seen_current = models.BigIntegerField(null=True, editable=False)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("asked for by"),
    )
    asked_at = models.DateTimeField(_("asked for"), auto_now_add=True)
    language = models.CharField(_("language"), max_length=16)  # of the page, for what is told of faults
    stage = models.PositiveSmallIntegerField(_("stage"), default=0)  # how many of background.STAGES are behind it
    # Of a failed one: {"faults": […]} or {"reason": …}.
    outcome = models.JSONField(_("outcome"), default=dict, editable=False)
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)
    task = models.UUIDField(null=True, editable=False)  # of the task queue
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    worker = models.CharField(_("worker"), max_length=64, blank=True)
    heartbeat_at = models.DateTimeField(_("last sign of life"), null=True, blank=True)

    objects = JobQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        verbose_name = _("job")
        verbose_name_plural = _("jobs")

    def __str__(self):
        return f"{self.kind} {self.name}"

    @property
    def is_unfinished(self):
        return self.state in (self.State.WAITING, self.State.RUNNING)

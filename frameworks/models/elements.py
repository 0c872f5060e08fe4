"""What a published revision consists of: competences, statements, learning outcomes, and the scale of levels."""

import uuid
from typing import ClassVar, Self, TypeVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from frameworks.files.schema import LONGEST_CODE, LONGEST_ESCO, LONGEST_ID
from kip_site.natural_keys import loaded_after

from .revisions import Revision

# Elements get UUIDs of version 5 in this namespace, from "<framework id>/<element id>": the same on every installation.
NAMESPACE = uuid.uuid5(uuid.NAMESPACE_URL, "https://keepinpact.eu/frameworks")


def element_uuid(framework_key: str, key: str = "") -> uuid.UUID:
    """The permanent UUID of a framework (without `key`) or of an element of it."""
    return uuid.uuid5(NAMESPACE, f"{framework_key}/{key}" if key else framework_key)


class Kind(models.TextChoices):
    SUB_COMPETENCE = "sub_competence", _("sub-competence")
    KNOWLEDGE = "knowledge", _("knowledge")
    SKILL = "skill", _("skill")
    PREDISPOSITION = "predisposition", _("predisposition")


AnElement = TypeVar("AnElement", bound="AbstractElement")


class ElementManager(models.Manager[AnElement]):
    """The natural key of an element is its framework's id, its revision's version and its own id."""

    def get_by_natural_key(self, framework: str, version: str, key: str) -> AnElement:
        return self.get(revision__framework__key=framework, revision__version=version, key=key)


class AbstractElement(models.Model):
    """What competences, statements and learning outcomes have in common."""

    revision = models.ForeignKey(Revision, models.PROTECT, related_name="%(class)ss", verbose_name=_("revision"))
    key = models.CharField(_("id"), max_length=LONGEST_ID)  # permanent within the framework, never reused
    code = models.CharField(_("code"), max_length=LONGEST_CODE)  # as printed, may change between revisions
    uuid = models.UUIDField(db_index=True, editable=False)
    position = models.PositiveIntegerField(_("position"))  # from 1, over the whole revision
    esco = models.URLField(_("ESCO address"), max_length=LONGEST_ESCO, blank=True)
    eqf = models.PositiveSmallIntegerField(_("EQF level"), null=True, blank=True)

    class Meta:
        abstract = True
        ordering = ["revision", "position"]
        constraints = [
            models.UniqueConstraint(fields=["revision", "key"], name="%(app_label)s_%(class)s_key_unique"),
            models.UniqueConstraint(fields=["revision", "code"], name="%(app_label)s_%(class)s_code_unique"),
        ]

    def __str__(self) -> str:
        return self.code

    @loaded_after("frameworks.revision")
    def natural_key(self) -> tuple[str, ...]:
        return (*self.revision.natural_key(), self.key)


class Competence(AbstractElement):
    title = models.JSONField(_("title"))
    # Who wrote the learning outcomes, where it was not the framework's publisher.
    outcomes_origin = models.JSONField(_("origin of the learning outcomes"), default=dict, blank=True)

    objects = ElementManager()

    class Meta(AbstractElement.Meta):
        verbose_name = _("competence")
        verbose_name_plural = _("competences")


class StatementQuerySet(models.QuerySet["Statement"]):
    def distinct_texts(self) -> Self:
        """Only the first of the statements with the same text, which is the one that a form asks."""
        return self.filter(same_as=None)


_StatementManager = ElementManager.from_queryset(StatementQuerySet)


class StatementManager(_StatementManager["Statement"]):
    pass


class Statement(AbstractElement):
    """Anything a person can rate: a sub-competence, knowledge, skill or predisposition."""

    competence = models.ForeignKey(Competence, models.PROTECT, related_name="statements", verbose_name=_("competence"))
    kind = models.CharField(_("kind"), max_length=16, choices=Kind)
    text = models.JSONField(_("text"))
    emphasis = models.JSONField(_("emphasis"), default=dict, blank=True)  # {language: [phrase, …]} in the text's order
    same_as = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="repeats", verbose_name=_("same as")
    )

    objects = StatementManager()

    class Meta(AbstractElement.Meta):
        verbose_name = _("statement")
        verbose_name_plural = _("statements")
        constraints = [
            *AbstractElement.Meta.constraints,
            models.CheckConstraint(condition=Q(kind__in=Kind.values), name="frameworks_statement_kind_known"),
        ]


class KindManager(StatementManager):
    """Statements of the proxy's own kind."""

    def get_queryset(self):
        return super().get_queryset().filter(kind=self.model.KIND)


class SubCompetence(Statement):
    KIND = Kind.SUB_COMPETENCE
    objects: ClassVar = KindManager()

    class Meta:
        proxy = True
        verbose_name = _("sub-competence")
        verbose_name_plural = _("sub-competences")


class Knowledge(Statement):
    KIND = Kind.KNOWLEDGE
    objects: ClassVar = KindManager()

    class Meta:
        proxy = True
        verbose_name = _("knowledge")
        verbose_name_plural = _("knowledge")


class Skill(Statement):
    KIND = Kind.SKILL
    objects: ClassVar = KindManager()

    class Meta:
        proxy = True
        verbose_name = _("skill")
        verbose_name_plural = _("skills")


class Predisposition(Statement):
    KIND = Kind.PREDISPOSITION
    objects: ClassVar = KindManager()

    class Meta:
        proxy = True
        verbose_name = _("predisposition")
        verbose_name_plural = _("predispositions")


class ScaleManager(models.Manager["Scale"]):
    def get_by_natural_key(self, framework: str, version: str) -> "Scale":
        return self.get(revision__framework__key=framework, revision__version=version)


class Scale(models.Model):
    """The ordered levels of one revision."""

    revision = models.OneToOneField(Revision, models.PROTECT, related_name="scale", verbose_name=_("revision"))
    key = models.CharField(_("id"), max_length=LONGEST_ID)
    origin = models.JSONField(_("origin"), default=dict, blank=True)

    objects = ScaleManager()

    class Meta:
        verbose_name = _("scale")
        verbose_name_plural = _("scales")

    def __str__(self) -> str:
        return self.key

    @loaded_after("frameworks.revision")
    def natural_key(self) -> tuple[str, ...]:
        return self.revision.natural_key()


class LevelManager(models.Manager["Level"]):
    def get_by_natural_key(self, framework: str, version: str, key: str) -> "Level":
        return self.get(scale__revision__framework__key=framework, scale__revision__version=version, key=key)


class Level(models.Model):
    """A step of a scale, with a first-person descriptor for each kind of statement ("I do this …")."""

    scale = models.ForeignKey(Scale, models.PROTECT, related_name="levels", verbose_name=_("scale"))
    key = models.CharField(_("id"), max_length=LONGEST_ID)
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

    def __str__(self) -> str:
        return f"{self.value} {self.key}"

    @loaded_after("frameworks.scale")
    def natural_key(self) -> tuple[str, ...]:
        return (*self.scale.natural_key(), self.key)


class LearningOutcome(AbstractElement):
    """What somebody can do after a training; it serves statements and leads to a level."""

    competence = models.ForeignKey(
        Competence, models.PROTECT, related_name="learning_outcomes", verbose_name=_("competence")
    )
    text = models.JSONField(_("text"))
    level = models.ForeignKey(Level, models.PROTECT, related_name="+", verbose_name=_("level"))
    serves = models.ManyToManyField(Statement, related_name="learning_outcomes", verbose_name=_("serves"))

    objects = ElementManager()

    class Meta(AbstractElement.Meta):
        verbose_name = _("learning outcome")
        verbose_name_plural = _("learning outcomes")

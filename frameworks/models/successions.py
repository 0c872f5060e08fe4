"""Which statement or level of the previous revision each statement and level of a revision continues."""

from typing import Self

from django.db import models
from django.db.models import Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from kip_site.natural_keys import loaded_after

from .elements import Level, Statement
from .revisions import Revision


class SuccessionQuerySet(models.QuerySet["Succession"]):
    def into(self, revision: Revision) -> Self:
        """The successions of a revision, annotated with `rated_source` (see `with_rated_source`)."""
        return self.filter(revision=revision).with_rated_source()

    def with_rated_source(self) -> Self:
        """Adds `rated_source`: the primary key of the statement that has the ratings of the source.

        A text that several statements repeat is rated only at the first of them (`same_as`).
        """
        return self.annotate(rated_source=Coalesce("source__same_as", "source"))

    def surviving(self) -> Self:
        """Those with a statement in the new revision: all but the retired ones."""
        return self.filter(statement__isnull=False)


_SuccessionManager = models.Manager.from_queryset(SuccessionQuerySet)


class SuccessionManager(_SuccessionManager["Succession"]):
    def get_by_natural_key(self, framework: str, version: str, statement: str, source: str) -> "Succession":
        return self.get(
            revision__framework__key=framework,
            revision__version=version,
            # A key is never null, but the whole statement may be.
            statement__key=statement or None,
            source__key=source or None,
        )


class Succession(models.Model):
    """A statement of a revision and the statement of the previous revision that it continues, one row a source.

    A retired statement has a source and no statement, an added one a statement and no source. The rows are written
    once, when the revision is published; what they mean for one person's ratings is computed when it is needed.
    """

    class Ratings(models.TextChoices):
        """What happens to ratings of the source; the values of `frameworks.comparison.rules.Entry.ratings`."""

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
    changes = models.JSONField(_("kinds of change"))  # ["moved", "reworded"], of frameworks.comparison.rules.CHANGES
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

    def __str__(self) -> str:
        return f"{self.source_id} → {self.statement_id}"

    @loaded_after("frameworks.statement")
    def natural_key(self) -> tuple[str, ...]:
        statement, source = (element.key if element else "" for element in (self.statement, self.source))
        return (*self.revision.natural_key(), statement, source)


class LevelSuccessionQuerySet(models.QuerySet["LevelSuccession"]):
    def into(self, revision: Revision) -> Self:
        return self.filter(revision=revision)


_LevelSuccessionManager = models.Manager.from_queryset(LevelSuccessionQuerySet)


class LevelSuccessionManager(_LevelSuccessionManager["LevelSuccession"]):
    def get_by_natural_key(self, framework: str, version: str, source: str) -> "LevelSuccession":
        return self.get(revision__framework__key=framework, revision__version=version, source__key=source)


class LevelSuccession(models.Model):
    """Which level of a revision a level of the previous revision becomes: one row for each old level."""

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

    def __str__(self) -> str:
        return f"{self.source_id} → {self.level_id}"

    @loaded_after("frameworks.level")
    def natural_key(self) -> tuple[str, ...]:
        return (*self.revision.natural_key(), self.source.key)

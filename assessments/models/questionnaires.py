"""Forms: which statements of a revision are rated together."""

from collections.abc import Collection, Hashable
from dataclasses import dataclass
from typing import Self

from django.db import models
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from frameworks.files.schema import LONGEST_ID
from frameworks.models import Competence, Revision, Statement
from kip_site.natural_keys import loaded_after


@dataclass(frozen=True)
class Scope:
    """Which statements of a revision are asked: those of some kinds, in some competences (all, if none is named).

    A repeated text is asked once, at its first place. The rule is written twice: as a query
    (`statements`), and for elements in memory (`asks`).
    """

    kinds: Collection[str]
    competences: Collection[Hashable]  # primary keys for `statements`; for `asks`, any ids

    def statements(self, revision: Revision | int) -> models.QuerySet[Statement]:
        """The statements asked of a revision (or its primary key), in order."""
        chosen = {"competence__in": self.competences} if self.competences else {}
        return Statement.objects.distinct_texts().filter(revision=revision, kind__in=self.kinds, **chosen)

    def asks(self, kind: str, competence: Hashable, *, is_repeat: bool = False) -> bool:
        return not is_repeat and kind in self.kinds and (not self.competences or competence in self.competences)


class FormQuerySet(models.QuerySet["Form"]):
    def offered(self) -> Self:
        """Forms that people can begin: open ones of revisions in force."""
        return self.filter(is_open=True, revision__status=Revision.Status.PUBLISHED)


FormQueries = models.Manager.from_queryset(FormQuerySet)


class FormManager(FormQueries["Form"]):
    def get_by_natural_key(self, framework: str, version: str, key: str) -> "Form":
        return self.get(revision__framework__key=framework, revision__version=version, key=key)


class Form(models.Model):
    """A choice of kinds and competences of one revision, to be rated together."""

    revision = models.ForeignKey(Revision, models.PROTECT, related_name="forms", verbose_name=_("revision"))
    key = models.SlugField(_("id"), max_length=LONGEST_ID)
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
    # Part of the key of a cache (`questionnaire/content.py`), so that a form that changed is loaded again.
    changed_at = models.DateTimeField(_("changed"), auto_now=True)

    objects = FormManager()

    class Meta:
        ordering = ["revision", "position", "title"]
        verbose_name = _("form")
        verbose_name_plural = _("forms")
        constraints = [models.UniqueConstraint(fields=["revision", "key"], name="assessments_form_key_unique")]

    def __str__(self):
        return self.title

    @loaded_after("frameworks.revision")
    def natural_key(self) -> tuple[str, ...]:
        return (*self.revision.natural_key(), self.key)

    def statements(self) -> models.QuerySet[Statement]:
        """The statements that this form asks, in order; a repeated text once, at its first place."""
        return Scope(self.kinds, self.chosen).statements(self.revision_id)

    @cached_property
    def chosen(self) -> list[int]:
        """Primary keys of the chosen competences; empty means all competences.

        A separate query, because Django takes four times as long to build one query for both.
        """
        return list(Form.competences.through.objects.filter(form=self.pk).values_list("competence", flat=True))

"""The decisions that a new revision leaves: the levels that target profiles require of changed statements."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from assessments.models import TargetReview
from frameworks.hooks import ToDo
from frameworks.models import Level, Revision, Statement, Succession
from frameworks.texts import marked

from .forms import RequiredLevelForm


@dataclass(frozen=True)
class Choice:
    value: int
    label: str  # "3 On my own"
    is_suggested: bool


@dataclass(frozen=True)
class Decision:
    """One statement for which a level is to be decided."""

    pk: int  # of the TargetReview
    code: str
    html: str
    sources: list[tuple[str, str]]  # (code, html) in the revision before
    suggested: str  # "3 On my own"; "" if no level was required of the statements it continues
    choices: list[Choice]
    error: str  # about the level that was sent, or ""


@dataclass(frozen=True)
class TargetToDecide:
    pk: int
    title: str
    organisation: str  # "" when it is platform-wide
    framework: str
    version: str
    decisions: list[Decision]

    @property
    def suggested(self) -> int:
        """How many of the decisions have a suggestion; these can be taken together."""
        return sum(bool(decision.suggested) for decision in self.decisions)


def waiting() -> ToDo | None:
    """The ToDo for all open decisions, or None if there are none; one query. For frameworks.hooks."""
    number = TargetReview.objects.open().count()
    if not number:
        return None
    text = ngettext(
        "%(number)d required level of target profiles waits for a decision.",
        "%(number)d required levels of target profiles wait for a decision.",
        number,
    )
    return ToDo(
        text % {"number": number},
        reverse("assessments:target_reviews"),
        title=_("Target levels to decide"),
        link=_("Decide the levels"),
    )


def to_decide(refused: RequiredLevelForm | None = None) -> list[TargetToDecide]:
    """The TargetToDecide of each target that has open decisions. Three queries.

    `refused` is a RequiredLevelForm that was sent with an error, which is shown at its statement.
    """
    reviews = list(
        TargetReview.objects.open()
        .select_related("target__revision", "target__organisation", "statement", "suggested_level")
        .order_by("target__revision", "target__position", "target", "statement__position")
    )
    levels: dict[int, list[Level]] = {}
    for level in (
        Level.objects.filter(scale__revision__in={review.target.revision_id for review in reviews})
        .order_by("value")
        .select_related("scale")
    ):
        levels.setdefault(level.scale.revision_id, []).append(level)
    sources: dict[int, list[Statement]] = {}
    rows = Succession.objects.filter(statement__in={review.statement_id for review in reviews}, source__isnull=False)
    for row in rows.select_related("source").order_by("pk"):
        if row.statement_id and row.source:
            sources.setdefault(row.statement_id, []).append(row.source)
    found: dict[int, TargetToDecide] = {}
    for review in reviews:
        target, revision = review.target, review.target.revision
        if target.pk not in found:
            organisation = str(target.organisation) if target.organisation else ""
            found[target.pk] = TargetToDecide(
                target.pk, target.title, organisation, revision.title_text, revision.version, []
            )
        found[target.pk].decisions.append(
            _decision(review, revision, levels[revision.pk], sources.get(review.statement_id, ()), refused)
        )
    return list(found.values())


def _decision(
    review: TargetReview,
    revision: Revision,
    levels: Sequence[Level],
    sources: Sequence[Statement],
    refused: RequiredLevelForm | None,
) -> Decision:
    def words(level: Level) -> str:
        return f"{level.value} {revision.text(level.label)}"

    return Decision(
        pk=review.pk,
        code=review.statement.code,
        html=marked(review.statement.text, revision.source_language, review.statement.emphasis),
        sources=[(source.code, marked(source.text, revision.source_language, source.emphasis)) for source in sources],
        suggested=words(review.suggested_level) if review.suggested_level else "",
        choices=[Choice(level.value, words(level), level.pk == review.suggested_level_id) for level in levels],
        error=str(refused.errors["level"][0]) if refused and refused.review.pk == review.pk else "",
    )

"""The page on which platform admins decide which learning outcomes modules serve after a revision changed them."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from django.db.models import Prefetch, QuerySet
from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from frameworks import texts
from frameworks.hooks import ToDo
from frameworks.models import LearningOutcome, Revision, Statement
from training.models import LinkReview, Module

from .forms import LinkForm

OutcomeChoices = dict[int, list[LearningOutcome]]  # by the pk of the revision


@dataclass(frozen=True)
class Wording:
    """An outcome or a statement, with its wording in one revision."""

    key: str
    code: str
    html: str  # with a `lang` attribute if the text is not in the page's language


@dataclass(frozen=True)
class Proposal:
    """A suggested outcome, and how the statements it serves differ from those that the old outcome served."""

    outcome: Wording
    version: str
    is_same_wording: bool
    differences: tuple[tuple[str, tuple[Wording, ...]], ...]  # (label, statements)


@dataclass(frozen=True)
class OpenLink:
    """A link that waits for a decision, with the form to decide it."""

    pk: int
    is_first: bool  # of the page; its button is the filled one
    old: Wording
    old_version: str
    framework: str
    proposals: tuple[Proposal, ...]
    form: LinkForm


@dataclass(frozen=True)
class DecidedLink:
    module: Module
    old: Wording
    chosen: tuple[Wording, ...]  # none: the link was dropped
    decided_at: datetime
    decided_by: str


@dataclass(frozen=True)
class Offer:
    """How many links of one revision have a single suggested outcome: these can be decided together."""

    revision: int  # its primary key
    framework: str
    version: str
    suggested: int  # links with a single suggested outcome
    waiting: int  # all open links of the revision


@dataclass(frozen=True)
class LinksPage:
    offers: tuple[Offer, ...]
    open: tuple[tuple[Module, tuple[OpenLink, ...]], ...]  # by module
    decided: tuple[DecidedLink, ...]
    idle: tuple[Module, ...]  # listed modules that serve nothing in force and have no open links


def load(refused: LinkForm | None = None) -> LinksPage:
    """The LinksPage, in a fixed number of queries. `refused` is a LinkForm with errors, shown at its link."""
    reviews = list(
        LinkReview.objects.in_force()
        .select_related("module", "revision__framework", "old_outcome__revision", "decided_by")
        .prefetch_related(
            Prefetch("old_outcome__serves", Statement.objects.order_by("position")),
            Prefetch(
                "suggestions",
                LearningOutcome.objects.prefetch_related(Prefetch("serves", Statement.objects.order_by("position"))),
            ),
            "chosen",
        )
    )
    waiting = [review for review in reviews if review.decided_at is None]
    choices = _choices({review.revision_id for review in waiting})
    return LinksPage(
        offers=tuple(_offers(waiting)),
        open=tuple(
            (module, tuple(_open_link(review, choices, refused, is_first=review is waiting[0]) for review in found))
            for module, found in groupby(waiting, key=lambda review: review.module)
        ),
        decided=tuple(_decided_link(review, review.decided_at) for review in reviews if review.decided_at),
        idle=tuple(serving_nothing().exclude(pk__in=[review.module_id for review in waiting])),
    )


def serving_nothing() -> QuerySet[Module]:
    """Listed modules that serve no learning outcome of a revision in force."""
    return Module.objects.listed().exclude(outcomes__revision__status=Revision.Status.PUBLISHED)


def waiting() -> ToDo | None:
    """The ToDo for all open links, or None if there are none; one query. For frameworks.hooks."""
    number = LinkReview.objects.open().in_force().count()
    text = ngettext(
        "%(number)d link from a module waits to be decided.",
        "%(number)d links from modules wait to be decided.",
        number,
    )
    if not number:
        return None
    return ToDo(
        text % {"number": number},
        reverse("training:links"),
        title=_("Module links to decide"),
        link=_("Decide the links"),
    )


def link_form(review: LinkReview, data: QueryDict | None = None) -> LinkForm:
    """The form of one review, with the outcomes of its revision to choose from. Two queries."""
    suggested = list(review.suggestions.all())
    return LinkForm(data, review=review, suggested=suggested, choices=_choices({review.revision_id}))


def _offers(waiting: Iterable[LinkReview]) -> Iterator[Offer]:
    """Yield the Offer of each revision that has one; `waiting` are open LinkReviews."""
    by_revision: dict[Revision, list[LinkReview]] = {}
    for review in waiting:
        by_revision.setdefault(review.revision, []).append(review)
    for revision, reviews in by_revision.items():
        suggested = sum(len(review.suggestions.all()) == 1 for review in reviews)
        if suggested:
            yield Offer(revision.pk, revision.title_text, revision.version, suggested, len(reviews))


def _choices(revisions: Iterable[int]) -> OutcomeChoices:
    """{pk of a revision: its LearningOutcomes with their competence}. One query."""
    found: OutcomeChoices = {}
    outcomes = LearningOutcome.objects.filter(revision__in=revisions).select_related("competence", "revision")
    for outcome in outcomes.order_by("position"):
        found.setdefault(outcome.revision_id, []).append(outcome)
    return found


def _open_link(review: LinkReview, choices: OutcomeChoices, refused: LinkForm | None, *, is_first: bool) -> OpenLink:
    suggested = list(review.suggestions.all())
    form = LinkForm(review=review, suggested=suggested, choices=choices)
    return OpenLink(
        pk=review.pk,
        is_first=is_first,
        old=_wording(review.old_outcome, review.old_outcome.revision),
        old_version=review.old_outcome.revision.version,
        framework=review.revision.title_text,
        proposals=tuple(_proposal(review, outcome) for outcome in suggested),
        form=refused if refused and refused.review == review else form,
    )


def _decided_link(review: LinkReview, decided_at: datetime) -> DecidedLink:
    return DecidedLink(
        module=review.module,
        old=_wording(review.old_outcome, review.old_outcome.revision),
        chosen=tuple(_wording(outcome, review.revision) for outcome in review.chosen.all()),
        decided_at=decided_at,
        decided_by=str(review.decided_by or _("somebody who is gone")),
    )


def _proposal(review: LinkReview, outcome: LearningOutcome) -> Proposal:
    old = {statement.key: statement for statement in review.old_outcome.serves.all()}
    new = {statement.key: statement for statement in outcome.serves.all()}
    source, before = review.revision.source_language, review.old_outcome.revision
    differences = (
        (_("It serves in addition"), [_wording(new[key], review.revision) for key in new if key not in old]),
        (
            _("It serves in other words"),
            [
                _wording(new[key], review.revision)
                for key in new
                if key in old and new[key].text.get(source) != old[key].text.get(before.source_language)
            ],
        ),
        (_("It serves no more"), [_wording(old[key], before) for key in old if key not in new]),
    )
    return Proposal(
        outcome=_wording(outcome, review.revision),
        version=review.revision.version,
        is_same_wording=outcome.text.get(source) == review.old_outcome.text.get(before.source_language),
        differences=tuple((label, tuple(statements)) for label, statements in differences if statements),
    )


def _wording(element: LearningOutcome | Statement, revision: Revision) -> Wording:
    return Wording(element.key, element.code, texts.marked(element.text, revision.source_language))

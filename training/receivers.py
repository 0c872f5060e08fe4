"""What training does when something happens elsewhere; connected in TrainingConfig.ready().

A link from a module to a learning outcome goes along to the next revision where the outcome still means what the module
was written for. Every other link becomes a LinkReview, which a platform admin decides. Links to superseded revisions
stay, so that these still name their modules.
"""

from django.db import transaction
from django.db.models import Count, Sum
from django.db.models.functions import Coalesce

from frameworks.models import LearningOutcome

from .link_changes import moves
from .models import LinkReview, Material, Module

Link = Module.outcomes.through


def carry_modules(sender, *, revision, previous, comparison, **kwargs):
    """Link modules to the learning outcomes of a new revision, or leave a LinkReview. A fixed number of queries."""
    if previous is None:
        return
    new = dict(LearningOutcome.objects.filter(revision=revision).values_list("key", "pk"))
    found = list(moves_from(previous, comparison))
    links = [
        Link(module_id=move.module.pk, learningoutcome_id=new[key])
        for move in found
        if move.is_carried
        for key in move.suggestions
    ]
    Link.objects.bulk_create(links, ignore_conflicts=True)
    _create_reviews(revision, [move for move in found if not move.is_carried], new)


def moves_from(previous, comparison):
    """The link_changes.Move of each link to the revision before, and of what was left undecided. Three queries."""
    links = Link.objects.filter(learningoutcome__revision=previous).select_related("module", "learningoutcome")
    left = LinkReview.objects.open().filter(revision=previous).select_related("module", "old_outcome")
    return moves(
        comparison,
        [(link.module, link.learningoutcome) for link in links.order_by("module__title", "pk")],
        [
            (review.module, review.old_outcome, [outcome.key for outcome in review.suggestions.all()])
            for review in left.prefetch_related("suggestions")
        ],
    )


def remove_carried(sender, *, revision, **kwargs):
    """A publication is taken back: no module serves its outcomes any more, and nothing is left to decide."""
    LinkReview.objects.filter(revision=revision).delete()
    Link.objects.filter(learningoutcome__revision=revision).delete()


def measure(sender, instance, **kwargs):
    """Keep a module's time and number of steps true when one of its materials is saved or deleted."""
    module = Module.objects.filter(pk=instance.module_id)
    materials = Material.objects.filter(module=instance.module_id)
    with transaction.atomic():
        # Whoever saves another material of the module at once waits here, and then sees this one.
        module.select_for_update().first()
        module.update(**materials.aggregate(minutes=Coalesce(Sum("minutes"), 0), step_count=Count("pk")))


def _create_reviews(revision, moves, new):
    """Ask about these Moves; `new` is {id: primary key} of the outcomes of the new revision."""
    reviews = LinkReview.objects.bulk_create(
        LinkReview(module=move.module, revision=revision, old_outcome=move.old_outcome) for move in moves
    )
    LinkReview.suggestions.through.objects.bulk_create(
        LinkReview.suggestions.through(linkreview_id=review.pk, learningoutcome_id=new[key])
        for review, move in zip(reviews, moves, strict=True)
        for key in move.suggestions
    )

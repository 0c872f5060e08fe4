"""Loads the links from modules to the revision in force, with what a new revision means for each."""

from training.models import LinkReview, Module

from .rules import moves

Link = Module.outcomes.through


def moves_from(previous, comparison):
    """The rules.Move of each link to the revision `previous`, and of its LinkReviews that are open. Three queries."""
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

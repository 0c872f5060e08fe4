"""What happens to links when a revision is published or taken back; connected in TrainingConfig.ready().

A link from a module to a learning outcome is carried to the next revision if the outcome still means what the module
was written for. For every other link a platform admin has to decide, so it becomes a LinkReview. Links to superseded
revisions stay, because the pages of these revisions still show their modules.
"""

from frameworks.models import LearningOutcome
from training.models import LinkReview

from .moves import Link, moves_from


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


def remove_carried(sender, *, revision, **kwargs):
    """Delete the links to a revision that is taken back, and their LinkReviews."""
    LinkReview.objects.filter(revision=revision).delete()
    Link.objects.filter(learningoutcome__revision=revision).delete()


def _create_reviews(revision, moves, new):
    """Create a LinkReview for each of these Moves; `new` is {key: primary key} of the new revision's outcomes."""
    reviews = LinkReview.objects.bulk_create(
        LinkReview(module=move.module, revision=revision, old_outcome=move.old_outcome) for move in moves
    )
    LinkReview.suggestions.through.objects.bulk_create(
        LinkReview.suggestions.through(linkreview_id=review.pk, learningoutcome_id=new[key])
        for review, move in zip(reviews, moves, strict=True)
        for key in move.suggestions
    )

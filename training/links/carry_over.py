"""What becomes of links when a revision is published or taken back; connected in TrainingConfig.ready().

A link from a module to a learning outcome goes along to the next revision where the outcome still means what the module
was written for. Every other link becomes a LinkReview, which a platform admin decides. Links to superseded revisions
stay, so that these still name their modules.
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
    """A publication is taken back: no module serves its outcomes any more, and nothing is left to decide."""
    LinkReview.objects.filter(revision=revision).delete()
    Link.objects.filter(learningoutcome__revision=revision).delete()


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

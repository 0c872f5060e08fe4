"""What training does when frameworks change.

A link from a module to a learning outcome goes along to the next revision where the outcome still means what the module
was written for. Every other link becomes a LinkReview, which a platform admin decides. Links to superseded revisions
stay, so that these still name their modules.
"""

from frameworks.models import LearningOutcome, Level

from .link_changes import link_changes
from .models import LinkReview, Module

Link = Module.outcomes.through


def carry_modules(sender, *, revision, previous, comparison, **kwargs):
    """Link modules to the learning outcomes of a new revision, or leave a LinkReview. A fixed number of queries."""
    if previous is None:
        return
    changes = link_changes(comparison)
    new = dict(LearningOutcome.objects.filter(revision=revision).values_list("key", "pk"))
    stays_in_levels = _same_levels(previous, revision, comparison.scale_map)
    links, reviews = [], []
    for link in Link.objects.filter(learningoutcome__revision=previous).select_related("module", "learningoutcome"):
        key = link.learningoutcome.key
        if key in changes.staying and stays_in_levels(link.module):
            links.append(Link(module_id=link.module_id, learningoutcome_id=new[key]))
        else:
            reviews.append((link.module_id, link.learningoutcome_id, _pks([key], changes, new)))
    # What nobody decided after the revision before is asked again, with what its suggestions became.
    for left in LinkReview.objects.open().filter(revision=previous).prefetch_related("suggestions"):
        suggested = [outcome.key for outcome in left.suggestions.all()]
        reviews.append((left.module_id, left.old_outcome_id, _pks(suggested, changes, new)))
    Link.objects.bulk_create(links, ignore_conflicts=True)
    _create_reviews(revision, reviews)


def remove_carried(sender, *, revision, **kwargs):
    """A publication is taken back: no module serves its outcomes any more, and nothing is left to decide."""
    LinkReview.objects.filter(revision=revision).delete()
    Link.objects.filter(learningoutcome__revision=revision).delete()


def _pks(keys, changes, new):
    """The primary keys of what continues the outcomes with these ids; `new` is {id: primary key}."""
    return [new[heir] for heir in dict.fromkeys(heir for key in keys for heir in changes.successors[key])]


def _create_reviews(revision, found):
    """`found` holds (module, old outcome, suggested outcomes), all as primary keys."""
    reviews = LinkReview.objects.bulk_create(
        LinkReview(module_id=module, revision=revision, old_outcome_id=outcome) for module, outcome, _suggested in found
    )
    LinkReview.suggestions.through.objects.bulk_create(
        LinkReview.suggestions.through(linkreview_id=review.pk, learningoutcome_id=outcome)
        for review, (_module, _outcome, suggested) in zip(reviews, found, strict=True)
        for outcome in suggested
    )


def _same_levels(previous, revision, scale_map):
    """A function of a module: whether the levels it leads from and to keep their numbers in a new scale."""
    if not scale_map:
        return lambda module: True
    old, new = (
        dict(Level.objects.filter(scale__revision=each).values_list("key", "value")) for each in (previous, revision)
    )
    values = {old[before]: new[after] for before, after in scale_map.items()}
    return lambda module: all(values.get(value, value) == value for value in (module.from_level, module.to_level))

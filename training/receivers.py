"""What training does when frameworks change."""

from django.db.models import Prefetch

from frameworks.models import LearningOutcome, Statement

from .models import Module


def carry_modules(sender, *, revision, previous, comparison, **kwargs):
    """Link modules to the new revision's learning outcomes, where an outcome still means what its module serves.

    An outcome continues the one of the same id. Its modules are carried when it serves the same statements as before
    and people keep their ratings of all of these; otherwise a platform admin decides. The old links stay, so that
    superseded revisions still name their modules.
    """
    if previous is None:
        return
    carried = {entry.id for entry in comparison.entries if entry.ratings == "carried"}
    old = {outcome.key: outcome for outcome in _outcomes(previous)}
    links = []
    for outcome in _outcomes(revision):
        before = old.get(outcome.key)
        if before is None or _served(before) != _served(outcome) or not _served(outcome) <= carried:
            continue
        links += [
            Module.outcomes.through(module_id=module.pk, learningoutcome_id=outcome.pk)
            for module in before.linked_modules
        ]
    Module.outcomes.through.objects.bulk_create(links, ignore_conflicts=True)


def _outcomes(revision):
    return LearningOutcome.objects.filter(revision=revision).prefetch_related(
        Prefetch("serves", Statement.objects.only("pk", "key")),
        Prefetch("modules", Module.objects.only("pk"), to_attr="linked_modules"),
    )


def _served(outcome):
    """The ids of the statements that an outcome serves."""
    return {statement.key for statement in outcome.serves.all()}

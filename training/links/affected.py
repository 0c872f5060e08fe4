"""Which modules a revision will affect, and what no module will serve, computed before it is published."""

from collections import defaultdict

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from frameworks.files.document import LEARNING_OUTCOME, STATEMENT_KINDS
from frameworks.hooks import Affected, AffectedItem, ToDo

from .moves import moves_from

_MOST_CODES = 6


def affected(revision, comparison):
    """The Affected modules, with the ToDos they leave, if a revision follows `revision`. Three queries at most.

    `revision` is in force; `comparison` compares it with the revision to be published.
    """
    linked, lost = set(), defaultdict(list)
    for move in moves_from(revision, comparison):
        if move.is_carried:
            linked.update(move.suggestions)
        else:
            lost[move.module.key, move.module.title].append(move.old_outcome.code)
    items = tuple(
        AffectedItem(
            _("module"),
            title,
            reverse("training:module", args=[key]),
            _("Its links to %(outcomes)s wait for a decision.") % {"outcomes": _listed(codes)},
        )
        for (key, title), codes in lost.items()
    )
    return Affected(items, tuple(_to_dos(comparison, linked, lost)))


def _to_dos(comparison, linked, lost):
    address = reverse("admin:training_module_changelist")
    if lost:
        text = ngettext(
            "Decide on the links of %(number)d module.", "Decide on the links of %(number)d modules.", len(lost)
        )
        yield ToDo(text % {"number": len(lost)}, reverse("training:links"))
    outcomes = [entry for entry in comparison.entries if entry.kind == LEARNING_OUTCOME and entry.after]
    without = [entry.code for entry in outcomes if entry.id not in linked]
    if without:
        text = _("Link modules to the learning outcomes that have none: %(codes)s.")
        yield ToDo(text % {"codes": _listed(without)}, address)
    served = {key for entry in outcomes for key in entry.after.data["serves"]}
    unserved = [
        entry.code
        for entry in comparison.entries
        if entry.kind in STATEMENT_KINDS.values()
        and entry.after
        and not served & {entry.id, entry.after.data.get("same_as")}
    ]
    if unserved:
        text = _("No learning outcome serves these statements, so no module is offered for them: %(codes)s.")
        yield ToDo(text % {"codes": _listed(unserved)})


def _listed(codes):
    """ "A1, A2 and 5 more"."""
    codes = list(dict.fromkeys(codes))
    shown = ", ".join(codes[:_MOST_CODES])
    if len(codes) <= _MOST_CODES:
        return shown
    return _("%(codes)s and %(number)d more") % {"codes": shown, "number": len(codes) - _MOST_CODES}

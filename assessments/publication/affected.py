"""Which forms and target profiles a revision will affect, computed before it is published."""

from collections import defaultdict

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from assessments.models import RequiredLevel, Scope
from assessments.targets.rules import carry_required, continued
from frameworks.hooks import Affected, AffectedItem, ToDo


def affected(revision, comparison):
    """The Affected forms and target profiles, with the ToDos they leave, if a revision follows `revision`.

    `revision` is in force; `comparison` compares it with the revision to be published. Three queries.
    """
    targets, to_dos = _targets(revision, comparison)
    return Affected((*_forms(revision, comparison), *targets), to_dos)


def _forms(revision, comparison):
    old = {source.id: source for entry in comparison.entries for source in entry.before}
    new = {entry.id: entry.after for entry in comparison.entries if entry.after}
    asked_again = {entry.id for entry in comparison.entries if entry.ratings in {"suggested", "none"}}
    for form in revision.forms.prefetch_related("competences"):
        scope = Scope(form.kinds, {competence.key for competence in form.competences.all()})
        before = _asked(scope, old)
        if scope.competences and not scope.competences & new.keys():
            yield AffectedItem(_("form"), form.title, "", _("It is not carried: none of its competences is left."))
            continue
        after = _asked(scope, new)
        numbers = {"before": len(before), "after": len(after), "asked": len(asked_again & after)}
        if len(before) < len(after):
            what = _("It grows from %(before)d to %(after)d statements; %(asked)d are new or to be confirmed.")
        elif len(before) > len(after):
            what = _("It shrinks from %(before)d to %(after)d statements; %(asked)d are new or to be confirmed.")
        elif before != after or numbers["asked"]:
            what = _("It keeps %(after)d statements; %(asked)d are new or to be confirmed.")
        else:
            continue
        yield AffectedItem(_("form"), form.title, "", what % numbers)


def _asked(scope, elements):
    """The ids of those elements that a Scope asks; its competences are given by their ids (keys)."""
    return {
        element.id
        for element in elements.values()
        if scope.asks(element.kind, element.competence, is_repeat="same_as" in element.data)
    }


def _targets(revision, comparison):
    after = continued(comparison)
    surviving = {source for each in after for source in each.sources}
    required, titles = defaultdict(dict), {}
    rows = RequiredLevel.objects.filter(target__revision=revision).order_by("target__position", "target")
    for target, title, statement, value in rows.values_list(
        "target", "target__title", "statement__key", "level__value"
    ):
        titles[target] = title
        required[target][statement] = value
    found, open_decisions = [], 0
    for target, levels in required.items():
        decisions = list(carry_required(levels, after, comparison.level_values))
        to_decide = sum(not decision.is_carried for decision in decisions)
        gone = sum(statement not in surviving for statement in levels)
        if to_decide or gone:
            numbers = {"carried": len(decisions) - to_decide, "open": to_decide, "gone": gone}
            what = _("Required levels: %(carried)d carried, %(open)d to decide, %(gone)d dropped.") % numbers
            found.append(AffectedItem(_("target profile"), titles[target], "", what))
            open_decisions += to_decide
    to_dos = ()
    if open_decisions:
        text = ngettext(
            "Decide what target profiles require: %(number)d level is open.",
            "Decide what target profiles require: %(number)d levels are open.",
            open_decisions,
        )
        to_dos = (ToDo(text % {"number": open_decisions}, reverse("assessments:target_reviews")),)
    return found, to_dos

"""Reverting what a draft changes in an element, so that it is again as in the revision in force.

Pure. Elements that are linked by a split, a merger or a succession are reverted together.
"""

from collections.abc import Iterable, Sequence

from django.utils.translation import gettext as _

from frameworks.files.document import CLUSTERS, COMPETENCE, LEARNING_OUTCOME, Document, DocumentPart, Element

from .working_copy import DECLARATIONS, Baseline, CannotEdit, WorkingCopy, copied


def take_back(document: Document, baseline: Baseline, key: str) -> Document:
    """Revert the wording and the declarations of an element or retired element, and of all `involved_with` it.

    New elements are removed, and those that they replaced come back. Codes and positions of elements that stayed in the
    draft are not changed. Raises CannotEdit.
    """
    work = WorkingCopy(document, baseline)
    involved = involved_with(document, baseline, key)
    new = [element for element in work.elements().values() if element.id in involved and element.id not in work.base]
    old = [element for element in work.base.values() if element.id in involved]
    if not old:
        _refuse_unless_empty(work, new)
    for element in new:
        # The codes of elements that will be removed must be free for those that come back.
        element.data["code"] = ""
    for element in old:
        _put_back(work, element)
    for element in new:
        _take_away(work, element, [source.id for source in old])
    retired = [entry for entry in work.document.get("retired", ()) if entry["id"] not in involved]
    work.document["retired"] = retired
    _serve_again(work, old)
    return work.finished()


def involved_with(document: Document, baseline: Baseline, key: str) -> set[str]:
    """The ids of all elements, of the draft or published, that are linked with `key` by `replaces`, with `key` itself.

    Raises CannotEdit if there is nothing to revert.
    """
    work = WorkingCopy(document, baseline)
    present = work.elements()
    linked: dict[str, set[str]] = {}
    for element in present.values():
        for source in element.data.get("replaces", ()):
            linked.setdefault(element.id, set()).add(source)
            linked.setdefault(source, set()).add(element.id)
    retired = {entry["id"] for entry in document.get("retired", ())}
    if key not in present and key not in linked and key not in retired & work.base.keys():
        raise CannotEdit(_("There is nothing to take back: somebody did it already."))
    found, waiting = set(), [key]
    while waiting:
        one = waiting.pop()
        if one in found:
            continue
        found.add(one)
        waiting += linked.get(one, ())
        # A competence that was retired comes back with what was retired in it.
        if one in retired and one in work.base and work.base[one].kind == COMPETENCE:
            waiting += [other.id for other in work.base.values() if other.competence == one and other.id in retired]
    return found


def _refuse_unless_empty(work: WorkingCopy, new: Iterable[Element]) -> None:
    for element in new:
        if element.kind == COMPETENCE and any(other.competence == element.id for other in work.elements().values()):
            raise CannotEdit(
                _("Something stands in this competence: move it elsewhere first, or retire the competence.")
            )


def _put_back(work: WorkingCopy, before: Element) -> None:
    element = work.elements().get(before.id)
    data = copied(before.data)
    for declaration in DECLARATIONS:
        data.pop(declaration, None)
    if element is not None:
        for declaration in DECLARATIONS:
            element.data.pop(declaration, None)
        work.set_text(element, dict(before.text), data.get("emphasis", {}))
        work.rejoin(before.id)
        return
    competence = before.competence and _competence_of(work, before)
    if before.kind == COMPETENCE:
        for cluster in CLUSTERS:
            data.pop(cluster, None)
    data["code"] = work.free_code(before.code, before.kind, competence)
    if before.kind == LEARNING_OUTCOME:
        data["serves"] = _served(work, data["serves"])
        data["level"] = work.document["scale"].get("replaces", {}).get("map", {}).get(data["level"], data["level"])
    work.put(data, before.kind, competence, _place_of(work, before, competence))
    work.rejoin(before.id)


def _competence_of(work: WorkingCopy, before: Element) -> str:
    """The id of the competence to which a published element comes back: its own, or the one that replaced that."""
    if before.competence in work.elements():
        return before.competence
    successors = work.successors(before.competence)
    if not successors:
        raise CannotEdit(_("The competence it stood in is retired: take that back first."))
    return successors[0]


def _place_of(work: WorkingCopy, before: Element, competence: str) -> int:
    """The index among its siblings at which a published element comes back: after the nearest one that preceded it."""
    siblings = work.document["competences"] if before.kind == COMPETENCE else work.cluster(competence, before.kind)
    places = {entry["id"]: number for number, entry in enumerate(siblings)}
    place = 0
    for other in work.base.values():
        if other.id == before.id:
            return place
        if (other.kind, other.competence) == (before.kind, before.competence) and other.id in places:
            place = places[other.id] + 1
    return place


def _served(work: WorkingCopy, keys: Iterable[str]) -> list[str]:
    """The ids of the draft's statements that are, or replace, the published ones with the ids `keys`."""
    present = work.elements()
    found: dict[str, None] = {}
    for key in keys:
        found |= dict.fromkeys([key] if key in present else work.successors(key))
    return list(found)


def _take_away(work: WorkingCopy, element: Element, sources: Sequence[str]) -> None:
    if element.kind == COMPETENCE:
        for child in [other for other in work.elements().values() if other.competence == element.id]:
            before = work.base.get(child.id)
            home = before.competence if before and before.competence in work.elements() else sources[0]
            work.take_out(child)
            work.put(child.data, child.kind, home)
    work.take_out(element)
    replaced = [source for source in sources if source in element.data.get("replaces", ())]
    for outcome in work.outcomes():
        # The replaced elements that the outcome served when published; all of them if it served none.
        served = [source for source in replaced if source in _served_before(work, outcome)] or replaced
        work.serve_instead(element.id, served, outcome)


def _served_before(work: WorkingCopy, outcome: DocumentPart) -> Sequence[str]:
    before = work.base.get(outcome["id"])
    return before.data["serves"] if before and before.kind == LEARNING_OUTCOME else ()


def _serve_again(work: WorkingCopy, old: Iterable[Element]) -> None:
    """Let learning outcomes serve again those elements that came back and that they served when published."""
    came_back = {element.id for element in old}
    for outcome in work.outcomes():
        before = _served_before(work, outcome)
        outcome["serves"] += [key for key in before if key in came_back and key not in outcome["serves"]]
        if set(outcome["serves"]) == set(before):
            outcome["serves"] = list(before)

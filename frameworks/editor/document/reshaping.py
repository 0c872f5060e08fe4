"""Splitting, merging and retiring elements of a draft; each function takes a document and returns a changed one.

Pure, like `placing`. Raises CannotEdit.
"""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from frameworks.files.document import COMPETENCE, STATEMENT_KINDS, Document, DocumentPart, Element

from .working_copy import Baseline, CannotEdit, WorkingCopy, cleaned, required


def split(document: Document, baseline: Baseline, key: str, texts: Iterable[str]) -> Document:
    """Replace a statement by several new ones with these texts; the first keeps the code."""
    work = WorkingCopy(document, baseline)
    element = work.find(key)
    _refuse_unless_statement(element)
    texts = [text for text in map(cleaned, texts) if text]
    if len(texts) < 2:
        raise CannotEdit(_("To split it, write the wording of two parts at least."))
    sources, place = work.sources(element), work.place(element)
    work.take_out(element)
    parts = []
    for number, text in enumerate(texts):
        part: DocumentPart = {"id": work.new_id(text, element.kind), "code": "", "text": {work.language: text}}
        part["code"] = work.new_code(element.kind, element.competence) if number else element.code
        if sources:
            part["replaces"] = list(sources)
        work.put(part, element.kind, element.competence, place + number)
        parts.append(part["id"])
    work.serve_instead(key, parts)
    return work.finished()


def merge(
    document: Document, baseline: Baseline, keys: Iterable[str], text: str, *, into: str | None = None
) -> Document:
    """Replace several statements by one.

    With `into`, which is one of `keys`, that statement stays and takes in the others. Otherwise a new statement is put
    at the position of the first.
    """
    work = WorkingCopy(document, baseline)
    present = work.elements()
    merged = [present.get(key) or work.find(key) for key in dict.fromkeys(keys)]
    for element in merged:
        _refuse_unless_statement(element)
    if len(merged) < 2:
        raise CannotEdit(_("To merge it, choose another statement."))
    text = required(text)
    sources = list(dict.fromkeys(source for element in merged for source in work.sources(element)))
    if any(not work.sources(element) for element in merged) or len(sources) < 2:
        raise CannotEdit(
            _(
                "Only statements that were published can be merged. Take back what is new in this draft, "
                "and reword the other one."
            )
        )
    survivor = work.find(into) if into else None
    if survivor is None:
        first = merged[0]
        successor: DocumentPart = {
            "id": work.new_id(text, first.kind),
            "code": first.code,
            "text": {},
            "replaces": sources,
        }
        work.put(successor, first.kind, first.competence, work.place(first))
        kept = successor["id"]
    else:
        kept = survivor.id
    gone = [element for element in merged if element.id != kept]
    work.take_out(*gone)
    work.serve_instead_of([element.id for element in gone], [kept])
    survivor = work.find(kept)
    _take_in(work, survivor, sources, text)
    return work.finished()


def _take_in(work: WorkingCopy, survivor: Element, sources: Iterable[str], text: str) -> None:
    unchanged = text == survivor.text.get(work.language)
    work.set_text(survivor, survivor.text if unchanged else {work.language: text})
    survivor.data.pop("reworded", None)
    survivor.data["replaces"] = [source for source in sources if source != survivor.id]


def retire(document: Document, baseline: Baseline, key: str, note: str = "") -> Document:
    """Remove an element, and with a competence all its elements. Those that were published are listed as retired."""
    work = WorkingCopy(document, baseline)
    element = work.find(key)
    going = [element]
    if element.kind == COMPETENCE:
        if len(document["competences"]) == 1:
            raise CannotEdit(_("A framework needs a competence: add another one before you retire this one."))
        going = [other for other in work.elements().values() if other.competence == key] + going
    sources = list(dict.fromkeys(source for gone in going for source in work.sources(gone)))
    work.take_out(*going[:-1])
    work.take_out(going[-1])
    present = work.elements()
    continued = {source for other in present.values() for source in other.data.get("replaces", ())}
    for source in sources:
        if source not in present and source not in continued:
            entry: DocumentPart = {"id": source}
            if cleaned(note):
                entry["note"] = {work.language: cleaned(note)}
            work.document.setdefault("retired", []).append(entry)
    return work.finished()


def _refuse_unless_statement(element: Element) -> None:
    if element.kind not in STATEMENT_KINDS.values():
        raise CannotEdit(_("Only statements can be split and merged."))

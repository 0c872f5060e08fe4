"""Wording, key phrases and translations of elements; each function takes a document and returns a changed one.

Pure, like `placing`. Raises CannotEdit.
"""

from collections.abc import Iterable, Mapping
from typing import Final, Literal

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from frameworks.files.document import COMPETENCE, STATEMENT_KINDS, Document, Element, LanguageMap
from kip_site.languages import LANGUAGE_NAMES

from .working_copy import DECLARATIONS, Baseline, CannotEdit, WorkingCopy, cleaned, found_in_order, required

# How the meaning of a new wording differs from the wording in force: the same, a part is lost, or another meaning.
Meaning = Literal["same", "less", "other"]
SAME: Final = "same"
LESS: Final = "less"
OTHER: Final = "other"


def reword(
    document: Document,
    baseline: Baseline,
    key: str,
    text: str,
    meaning: Meaning = SAME,
    phrases: list[str] | None = None,
) -> Document:
    """Change the wording of an element in the source language; `meaning` is SAME, LESS or OTHER.

    SAME declares it as reworded, LESS as narrowed, and OTHER replaces it by a new element. An element that is new, or
    that continues several others, needs no declaration. Restoring the wording in force removes the declaration.

    `phrases` are the key phrases of a statement in the source language; each must be in the text. With None, the
    existing phrases are kept as far as they are in the new text.
    """
    work = WorkingCopy(document, baseline)
    element, text = work.find(key), required(text)
    if phrases is not None:
        phrases = phrases_in(text, phrases)
        if phrases == _phrases(work, element):
            phrases = None
    before = work.base.get(key)
    if text == work.source_text(element) and not (before and _would_declare(work, element, meaning)):
        if phrases is None and before:
            raise CannotEdit(_("The wording is the same as before: there is nothing to save."))
    else:
        key = _worded(work, element, text, meaning)
    if phrases is not None:
        _emphasise(work.find(key), work.language, phrases)
    return work.finished()


def _worded(work: WorkingCopy, element: Element, text: str, meaning: Meaning) -> str:
    """Changes the wording; returns the id of the element afterwards, which is another if it was replaced."""
    before = work.base.get(element.id)
    if before is None:
        work.set_text(element, _in_source_language(work, element, text))
        return _restored_if_same(work, element)
    if text == work.source_text(before):
        _as_published(work, element, before)
    elif meaning == OTHER:
        return _succeed(work, element, text)
    elif meaning == LESS:
        # Translations are removed, because they would still contain the part that is lost.
        work.set_text(element, {work.language: text})
        element.data.pop("reworded", None)
        element.data["narrowed"] = True
    else:
        work.set_text(element, _in_source_language(work, element, text))
        if not work.successors(element.id):
            element.data.pop("narrowed", None)
        if "narrowed" not in element.data and len(work.sources(element)) == 1:
            element.data["reworded"] = True
    return element.id


def _would_declare(work: WorkingCopy, element: Element, meaning: Meaning) -> bool:
    """Whether an unchanged text that differs from the one in force would now get another declaration."""
    if work.source_text(element) == work.source_text(work.base[element.id]):
        return False
    return meaning == OTHER or (meaning == LESS) != bool(element.data.get("narrowed"))


def _in_source_language(work: WorkingCopy, element: Element, text: str) -> LanguageMap:
    return element.text | {work.language: text}


def _as_published(work: WorkingCopy, element: Element, before: Element) -> None:
    """Restores the wording in force, with its translations and emphasis."""
    texts = before.text | element.text | {work.language: work.source_text(before)}
    languages = work.document["framework"]["languages"]
    work.set_text(
        element,
        {language: text for language, text in texts.items() if language in languages},
        before.data.get("emphasis", {}),
    )
    work.rejoin(element.id)


def _succeed(work: WorkingCopy, element: Element, text: str) -> str:
    """Replace a published element by a new one that keeps its children and references; returns the new id."""
    not_kept = (*DECLARATIONS, "uuid", "emphasis", "same_as")
    successor = {name: value for name, value in element.data.items() if name not in not_kept}
    successor["id"] = work.new_id(text, element.kind)
    successor["title" if element.kind == COMPETENCE else "text"] = {work.language: text}
    successor["replaces"] = work.sources(element)
    work.siblings(element)[work.place(element)] = successor
    work.serve_instead(element.id, [successor["id"]])
    return successor["id"]


def _restored_if_same(work: WorkingCopy, element: Element) -> str:
    """Turns a successor back into the element that it replaced if their words are the same; returns its id then."""
    sources = element.data.get("replaces", ())
    if len(sources) != 1 or sources[0] in work.elements() or work.successors(sources[0]) != [element.id]:
        return element.id
    before = work.base[sources[0]]
    if before.kind != element.kind or work.source_text(before) != work.source_text(element):
        return element.id
    new = element.id
    del element.data["replaces"]
    element.data["id"] = before.id
    if "uuid" in before.data:
        element.data["uuid"] = before.data["uuid"]
    _as_published(work, work.find(before.id), before)
    work.serve_instead(new, [before.id])
    return before.id


# --- Translations and key phrases ----------------------------------------------------------------


def translate(
    document: Document,
    baseline: Baseline,
    key: str,
    texts: LanguageMap,
    phrases: Mapping[str, list[str]] | None = None,
) -> Document:
    """Set the translations of an element: {language: text}; a blank one is removed. The source language is ignored.

    `phrases` are the key phrases of a statement by language. In other languages, the existing phrases are kept as far
    as they are in the new text.
    """
    work = WorkingCopy(document, baseline)
    element = work.find(key)
    translations = {language: cleaned(text) for language, text in texts.items() if language != work.language}
    merged = {language: text for language, text in (element.text | translations).items() if text}
    # Checked before `set_text`, which drops phrases that are not in the text.
    emphasised = {
        language: phrases_in(merged.get(language, ""), found, LANGUAGE_NAMES[language])
        for language, found in (phrases or {}).items()
    }
    work.set_text(element, merged)
    for language, found in emphasised.items():
        _emphasise(element, language, found)
    return work.finished()


def phrases_in(text: str, phrases: Iterable[str], language: str | Promise = "") -> list[str]:
    """`phrases` in the order of the text. Raises CannotEdit if one is not in the text, or if they overlap.

    `language` is the name of the text's language for the messages, if several texts are changed at once.
    """
    phrases = [phrase for phrase in map(cleaned, phrases) if phrase]
    missing = [
        _("The key phrase “%(phrase)s” does not stand in the text: copy it from there letter by letter, or remove it.")
        % {"phrase": phrase}
        for phrase in phrases
        if phrase not in text
    ]
    for order in (phrases, sorted(phrases, key=text.find)):
        if not missing and found_in_order(order, text) == order:
            return list(order)
    messages = missing or [_("Some key phrases overlap, or one is listed more often than it stands in the text.")]
    raise CannotEdit(*(f"{language}: {message}" if language else message for message in messages))


def _phrases(work: WorkingCopy, element: Element) -> list[str]:
    return element.data.get("emphasis", {}).get(work.language, [])


def _emphasise(element: Element, language: str, phrases: list[str]) -> None:
    if phrases and element.kind not in STATEMENT_KINDS.values():
        raise CannotEdit(_("Only statements have key phrases."))
    emphasis = element.data.setdefault("emphasis", {})
    emphasis[language] = phrases
    element.data["emphasis"] = {name: found for name, found in emphasis.items() if found}
    if not element.data["emphasis"]:
        del element.data["emphasis"]

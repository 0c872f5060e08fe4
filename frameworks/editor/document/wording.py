"""Wording, key phrases and translations of what a draft holds; each function takes a document, returns a changed one.

Pure, as `placing`.
"""

from collections.abc import Iterable, Mapping
from typing import Final, Literal

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from frameworks.files.document import COMPETENCE, STATEMENT_KINDS, Document, Element, LanguageMap
from kip_site.languages import LANGUAGE_NAMES

from .working_copy import DECLARATIONS, Baseline, CannotEdit, WorkingCopy, cleaned, found_in_order, required

# What became of a meaning, compared with the wording in force.
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
    """Give an element another wording in the source language; `meaning` is SAME, LESS or OTHER.

    SAME declares it reworded, LESS narrowed, and OTHER puts a new element in its place. What is new in the draft, or
    continues others anyway, needs no declaration. The wording in force, written again, takes the declaration back.

    `phrases` are the key phrases of a statement in the source language, all of which must stand in the text. Left out,
    those that do not stand in it any more go.
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
    """The id that the element has with its new wording."""
    before = work.base.get(element.id)
    if before is None:
        work.set_text(element, _in_source_language(work, element, text))
        return _become_what_it_was(work, element)
    if text == work.source_text(before):
        _as_published(work, element, before)
    elif meaning == OTHER:
        return _succeed(work, element, text)
    elif meaning == LESS:
        # Translations would still say what is lost.
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
    """Words that differ from those in force may be declared otherwise: first reworded, then narrowed after all."""
    if work.source_text(element) == work.source_text(work.base[element.id]):
        return False
    return meaning == OTHER or (meaning == LESS) != bool(element.data.get("narrowed"))


def _in_source_language(work: WorkingCopy, element: Element, text: str) -> LanguageMap:
    return element.text | {work.language: text}


def _as_published(work: WorkingCopy, element: Element, before: Element) -> None:
    """The wording in force again, with its translations and emphasis."""
    texts = before.text | element.text | {work.language: work.source_text(before)}
    languages = work.document["framework"]["languages"]
    work.set_text(
        element,
        {language: text for language, text in texts.items() if language in languages},
        before.data.get("emphasis", {}),
    )
    work.rejoin(element.id)


def _succeed(work: WorkingCopy, element: Element, text: str) -> str:
    """Put a new element in the place of a published one, with what belongs to it; returns its id."""
    left = (*DECLARATIONS, "uuid", "emphasis", "same_as")
    successor = {name: value for name, value in element.data.items() if name not in left}
    successor["id"] = work.new_id(text, element.kind)
    successor["title" if element.kind == COMPETENCE else "text"] = {work.language: text}
    successor["replaces"] = work.sources(element)
    work.siblings(element)[work.place(element)] = successor
    work.serve_instead(element.id, [successor["id"]])
    return successor["id"]


def _become_what_it_was(work: WorkingCopy, element: Element) -> str:
    """A successor with the very words of the one it took the place of is that one again; returns the id it has then."""
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
    """Set the translations of an element: {language: text}, blank to remove one. The source language stays.

    `phrases` are the key phrases of a statement by language; in a language that is left out, those that do not stand
    in the text any more go.
    """
    work = WorkingCopy(document, baseline)
    element = work.find(key)
    translations = {language: cleaned(text) for language, text in texts.items() if language != work.language}
    merged = {language: text for language, text in (element.text | translations).items() if text}
    # Checked before they go along with the texts they stood in.
    emphasised = {
        language: phrases_in(merged.get(language, ""), found, LANGUAGE_NAMES[language])
        for language, found in (phrases or {}).items()
    }
    work.set_text(element, merged)
    for language, found in emphasised.items():
        _emphasise(element, language, found)
    return work.finished()


def phrases_in(text: str, phrases: Iterable[str], language: str | Promise = "") -> list[str]:
    """`phrases` in the order in which they stand in the text; raises CannotEdit for what does not stand there.

    `language` is the name of the text's language, to be told where several texts are changed at once.
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

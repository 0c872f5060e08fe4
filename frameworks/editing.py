"""What an author can do to a draft: each operation takes a document and returns a changed one, with its declarations.

Pure. The author says what she means ("the meaning stays", "split it in two"); `reworded`, `narrowed`, `replaces` and
`retired` follow from that, measured against the revision in force (the Ground), not against the last save. Every
operation returns a document that reads and compares without faults, or raises CannotEdit and changes nothing.
"""

import copy

from django.utils.translation import gettext as _

from .elements import COMPETENCE, LEARNING_OUTCOME, STATEMENT_KINDS, elements
from .takeback import take_back
from .working_copy import DECLARATIONS, RESERVED_IDS, CannotEdit, Ground, WorkingCopy, cleaned

__all__ = [
    "LESS",
    "OTHER",
    "SAME",
    "CannotEdit",
    "Ground",
    "add_competence",
    "add_outcome",
    "add_statement",
    "describe",
    "merge",
    "move",
    "move_to",
    "next_draft",
    "recode",
    "retire",
    "reword",
    "serve",
    "split",
    "take_back",
    "translate",
]

# What became of a meaning, compared with the wording in force.
SAME, LESS, OTHER = "same", "less", "other"


def next_draft(document, version, date, ground=None):
    """The document of a published revision as the start of the next; `date` is an ISO day. Changes nothing else."""
    ground = ground or Ground(document)
    _refuse_taken_version(ground, version)
    draft = copy.deepcopy(document)
    draft["revision"] = {"version": version, "date": date, "replaces": document["revision"]["version"]}
    draft.pop("retired", None)
    draft["scale"].pop("replaces", None)
    parts = [element.data for element in elements(draft)] + draft["scale"]["levels"]
    for part in parts:
        for declaration in DECLARATIONS:
            part.pop(declaration, None)
    return WorkingCopy(draft, ground).finished()


def _refuse_taken_version(ground, version):
    if version in ground.published_versions or (ground.document and version == ground.document["revision"]["version"]):
        raise CannotEdit(_("Version %(version)s is published already: choose another.") % {"version": version})


# --- Adding --------------------------------------------------------------------------------------


def add_competence(document, ground, title, *, key="", code=""):
    """Add a competence at the end; id and code are suggested if they are not given."""
    work = WorkingCopy(document, ground)
    data = _new_data(work, COMPETENCE, None, _required(title), key, code)
    work.put(data, COMPETENCE, None)
    return work.finished()


def add_statement(document, ground, competence, kind, text, *, key="", code=""):
    """Add a statement of a kind at the end of its kind in a competence."""
    work = WorkingCopy(document, ground)
    work.put(_new_data(work, kind, competence, _required(text), key, code), kind, competence)
    return work.finished()


def add_outcome(document, ground, competence, text, *, level, serves, key="", code=""):
    """Add a learning outcome that leads to a level (id) and serves statements (ids)."""
    work = WorkingCopy(document, ground)
    data = _new_data(work, LEARNING_OUTCOME, competence, _required(text), key, code)
    work.put(data | {"level": level, "serves": list(serves)}, LEARNING_OUTCOME, competence)
    return work.finished()


def _new_data(work, kind, competence, text, key="", code=""):
    if key in RESERVED_IDS or key in work.elements() or key in work.base or key in work.ground.retired_before:
        raise CannotEdit(_("The id %(id)s is taken, now or by an earlier revision: choose another.") % {"id": key})
    code = cleaned(code)
    _refuse_taken_code(work, code)
    return {
        "id": key or work.new_id(text, kind),
        "code": code or work.new_code(kind, competence),
        "title" if kind == COMPETENCE else "text": {work.language: text},
    }


def _required(text):
    text = cleaned(text)
    if not text:
        raise CannotEdit(_("There is no text yet: write it first."))
    return text


# --- Wording -------------------------------------------------------------------------------------


def reword(document, ground, key, text, meaning=SAME):
    """Give an element another wording in the source language; `meaning` is SAME, LESS or OTHER.

    SAME declares it reworded, LESS narrowed, and OTHER puts a new element in its place. What is new in the draft, or
    continues others anyway, needs no declaration. The wording in force, written again, takes the declaration back.
    """
    work = WorkingCopy(document, ground)
    element, text = work.find(key), _required(text)
    before = work.base.get(key)
    if before is None:
        work.set_text(element, _in_source_language(work, element, text))
        _become_what_it_was(work, element)
    elif text == work.source_text(element) and not _would_declare(work, element, meaning):
        raise CannotEdit(_("The wording is the same as before: there is nothing to save."))
    elif text == work.source_text(before):
        _as_published(work, element, before)
    elif meaning == OTHER:
        _succeed(work, element, text)
    elif meaning == LESS:
        # Translations would still say what is lost.
        work.set_text(element, {work.language: text})
        element.data.pop("reworded", None)
        element.data["narrowed"] = True
    else:
        work.set_text(element, _in_source_language(work, element, text))
        if not work.heirs(key):
            element.data.pop("narrowed", None)
        if "narrowed" not in element.data and len(work.sources(element)) == 1:
            element.data["reworded"] = True
    return work.finished()


def _would_declare(work, element, meaning):
    """Words that differ from those in force may be declared otherwise: first reworded, then narrowed after all."""
    if work.source_text(element) == work.source_text(work.base[element.id]):
        return False
    return meaning == OTHER or (meaning == LESS) != bool(element.data.get("narrowed"))


def _in_source_language(work, element, text):
    return element.text | {work.language: text}


def _as_published(work, element, before):
    """The wording in force again, with its translations and emphasis."""
    texts = before.text | element.text | {work.language: work.source_text(before)}
    languages = work.document["framework"]["languages"]
    work.set_text(
        element,
        {language: text for language, text in texts.items() if language in languages},
        before.data.get("emphasis", {}),
    )
    work.rejoin(element.id)


def _succeed(work, element, text):
    """Put a new element in the place of a published one, with what belongs to it."""
    left = (*DECLARATIONS, "uuid", "emphasis", "same_as")
    heir = {name: value for name, value in element.data.items() if name not in left}
    heir["id"] = work.new_id(text, element.kind)
    heir["title" if element.kind == COMPETENCE else "text"] = {work.language: text}
    heir["replaces"] = work.sources(element)
    work.siblings(element)[work.place(element)] = heir
    work.serve_instead(element.id, [heir["id"]])


def _become_what_it_was(work, element):
    """A successor with the very words of the one it took the place of is that one again."""
    sources = element.data.get("replaces", ())
    if len(sources) != 1 or sources[0] in work.elements() or work.heirs(sources[0]) != [element.id]:
        return
    before = work.base[sources[0]]
    if before.kind != element.kind or work.source_text(before) != work.source_text(element):
        return
    new = element.id
    del element.data["replaces"]
    element.data["id"] = before.id
    if "uuid" in before.data:
        element.data["uuid"] = before.data["uuid"]
    _as_published(work, work.find(before.id), before)
    work.serve_instead(new, [before.id])


def translate(document, ground, key, texts):
    """Set the translations of an element: {language: text}, blank to remove one. The source language stays."""
    work = WorkingCopy(document, ground)
    element = work.find(key)
    translations = {language: cleaned(text) for language, text in texts.items() if language != work.language}
    merged = element.text | translations
    work.set_text(element, {language: text for language, text in merged.items() if text})
    return work.finished()


# --- Splitting, merging, retiring ----------------------------------------------------------------


def split(document, ground, key, texts):
    """Put several statements in the place of one; the first keeps its code."""
    work = WorkingCopy(document, ground)
    element = work.find(key)
    _refuse_unless_statement(element)
    texts = [text for text in map(cleaned, texts) if text]
    if len(texts) < 2:
        raise CannotEdit(_("To split it, write the wording of two parts at least."))
    sources, place = work.sources(element), work.place(element)
    work.take_out(element)
    parts = []
    for number, text in enumerate(texts):
        part = {"id": work.new_id(text, element.kind), "code": "", "text": {work.language: text}}
        part["code"] = work.new_code(element.kind, element.competence) if number else element.code
        if sources:
            part["replaces"] = list(sources)
        work.put(part, element.kind, element.competence, place + number)
        parts.append(part["id"])
    work.serve_instead(key, parts)
    return work.finished()


def merge(document, ground, keys, text, *, into=None):
    """Put one statement in the place of several, where the first of `keys` stood.

    With `into`, one of `keys`, that one keeps its id and takes the others in; otherwise the result has a new id.
    """
    work = WorkingCopy(document, ground)
    merged = [work.find(key) for key in dict.fromkeys(keys)]
    for element in merged:
        _refuse_unless_statement(element)
    if len(merged) < 2:
        raise CannotEdit(_("To merge it, choose another statement."))
    text = _required(text)
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
        heir = {"id": work.new_id(text, first.kind), "code": first.code, "text": {}, "replaces": sources}
        work.put(heir, first.kind, first.competence, work.place(first))
        kept = heir["id"]
    else:
        kept = survivor.id
    for element in merged:
        if element.id != kept:
            work.take_out(element)
            work.serve_instead(element.id, [kept])
    survivor = work.find(kept)
    _take_in(work, survivor, sources, text)
    return work.finished()


def _take_in(work, survivor, sources, text):
    unchanged = text == survivor.text.get(work.language)
    work.set_text(survivor, survivor.text if unchanged else {work.language: text})
    survivor.data.pop("reworded", None)
    survivor.data["replaces"] = [source for source in sources if source != survivor.id]


def retire(document, ground, key, note=""):
    """Give an element up, a competence with all that is in it. What was published is listed as retired."""
    work = WorkingCopy(document, ground)
    element = work.find(key)
    going = [element]
    if element.kind == COMPETENCE:
        if len(document["competences"]) == 1:
            raise CannotEdit(_("A framework needs a competence: add another one before you retire this one."))
        going = [other for other in work.elements().values() if other.competence == key] + going
    sources = list(dict.fromkeys(source for gone in going for source in work.sources(gone)))
    for gone in going:
        work.take_out(gone)
    present = work.elements()
    continued = {source for other in present.values() for source in other.data.get("replaces", ())}
    for source in sources:
        if source not in present and source not in continued:
            entry = {"id": source}
            if cleaned(note):
                entry["note"] = {work.language: cleaned(note)}
            work.document.setdefault("retired", []).append(entry)
    return work.finished()


def _refuse_unless_statement(element):
    if element.kind not in STATEMENT_KINDS.values():
        raise CannotEdit(_("Only statements can be split and merged."))


# --- Place and code ------------------------------------------------------------------------------


def move(document, ground, key, by):
    """Move an element up (`by` −1) or down (1) among its siblings; at the end it stays where it is."""
    work = WorkingCopy(document, ground)
    element = work.find(key)
    siblings, place = work.siblings(element), work.place(element)
    target = min(max(place + by, 0), len(siblings) - 1)
    siblings.insert(target, siblings.pop(place))
    return work.finished()


def move_to(document, ground, key, competence):
    """Move a statement or learning outcome to the end of its kind in another competence; its code stays."""
    work = WorkingCopy(document, ground)
    element = work.find(key)
    if element.kind == COMPETENCE or competence == element.competence:
        raise CannotEdit(_("It stands there already: choose another competence."))
    if work.find(competence).kind != COMPETENCE:
        raise CannotEdit(_("Choose one of the competences."))
    data = element.data
    work.take_out(element)
    work.put(data, element.kind, competence)
    return work.finished()


def recode(document, ground, key, code):
    """Print an element under another code."""
    work = WorkingCopy(document, ground)
    element, code = work.find(key), cleaned(code)
    if code != element.code:
        _refuse_taken_code(work, code)
    element.data["code"] = code
    return work.finished()


def _refuse_taken_code(work, code):
    for element in work.elements().values():
        if code and element.code == code:
            raise CannotEdit(
                _("The code %(code)s is taken by “%(text)s”: choose another.")
                % {"code": code, "text": work.source_text(element)}
            )


# --- What is no wording --------------------------------------------------------------------------


def serve(document, ground, key, *, level, serves):
    """Let a learning outcome lead to another level (id) and serve other statements (ids)."""
    work = WorkingCopy(document, ground)
    outcome = work.find(key)
    if outcome.kind != LEARNING_OUTCOME:
        raise CannotEdit(_("Only a learning outcome serves statements."))
    outcome.data["level"], outcome.data["serves"] = level, list(serves)
    return work.finished()


def describe(document, ground, *, version, date, notes, languages):
    """Set what is said of the revision: `date` an ISO day, `notes` {language: text}, `languages` a list of codes."""
    work = WorkingCopy(document, ground)
    revision = work.document["revision"]
    revision["version"], revision["date"] = cleaned(version), date
    _refuse_taken_version(ground, revision["version"])
    revision.pop("notes", None)
    if texts := {language: cleaned(text) for language, text in notes.items() if cleaned(text)}:
        revision["notes"] = texts
    work.document["framework"]["languages"] = [
        work.language,
        *(language for language in languages if language != work.language),
    ]
    _refuse_lost_languages(work, document["framework"]["languages"])
    return work.finished()


def _refuse_lost_languages(work, before):
    for language in set(before).difference(work.document["framework"]["languages"]):
        codes = [element.code for element in work.elements().values() if language in element.text]
        if codes:
            raise CannotEdit(
                _("There are texts in %(language)s, at %(codes)s: remove them before you remove the language.")
                % {"language": language, "codes": ", ".join(codes[:5]) + ("…" if len(codes) > 5 else "")}
            )


def kinds_in_scale(document):
    """The kinds of statements that every level of the scale describes: those that can be added."""
    levels = document["scale"]["levels"]
    return [kind for kind in STATEMENT_KINDS.values() if all(kind in level["descriptors"] for level in levels)]

"""Adding, moving and recoding elements, and setting what is not wording, such as references and the revision's notes.

Pure. Like in all modules of this package, each function takes a document and returns a changed copy, which reads and
compares without faults, or raises CannotEdit. The author says what she means ("the meaning stays", "split it in two");
the functions set the declarations `reworded`, `narrowed`, `replaces` and `retired` by comparison with the revision in
force (the Baseline), not with the last save.
"""

from collections.abc import Iterable, Iterator
from typing import Literal

from django.utils.translation import gettext as _

from frameworks.files.document import (
    COMPETENCE,
    LEARNING_OUTCOME,
    STATEMENT_KINDS,
    Document,
    DocumentPart,
    LanguageMap,
    elements,
)
from kip_site.languages import LANGUAGE_NAMES

from .working_copy import DECLARATIONS, RESERVED_IDS, Baseline, CannotEdit, WorkingCopy, cleaned, copied, required


def next_draft(document: Document, version: str, date: str, baseline: Baseline | None = None) -> Document:
    """The document of a published revision as the start of the next, without declarations; `date` is an ISO date."""
    baseline = baseline or Baseline(document)
    _refuse_taken_version(baseline, version)
    draft = copied(document)
    draft["revision"] = {"version": version, "date": date, "replaces": document["revision"]["version"]}
    draft.pop("retired", None)
    draft["scale"].pop("replaces", None)
    parts = [element.data for element in elements(draft)] + draft["scale"]["levels"]
    for part in parts:
        for declaration in DECLARATIONS:
            part.pop(declaration, None)
    return WorkingCopy(draft, baseline).finished()


def _refuse_taken_version(baseline: Baseline, version: str) -> None:
    if version in baseline.published_versions or (
        baseline.document and version == baseline.document["revision"]["version"]
    ):
        raise CannotEdit(_("Version %(version)s is published already: choose another.") % {"version": version})


# --- Adding --------------------------------------------------------------------------------------


def add_competence(document: Document, baseline: Baseline, title: str, *, key: str = "", code: str = "") -> Document:
    """Add a competence at the end; id and code are suggested if they are not given."""
    work = WorkingCopy(document, baseline)
    data = _new_data(work, COMPETENCE, "", required(title), key, code)
    work.put(data, COMPETENCE, "")
    return work.finished()


def add_statement(
    document: Document, baseline: Baseline, competence: str, kind: str, text: str, *, key: str = "", code: str = ""
) -> Document:
    """Add a statement of a kind at the end of its kind in a competence."""
    work = WorkingCopy(document, baseline)
    work.put(_new_data(work, kind, competence, required(text), key, code), kind, competence)
    return work.finished()


def add_outcome(
    document: Document,
    baseline: Baseline,
    competence: str,
    text: str,
    *,
    level: str,
    serves: Iterable[str],
    key: str = "",
    code: str = "",
) -> Document:
    """Add a learning outcome that leads to a level (id) and serves statements (ids)."""
    work = WorkingCopy(document, baseline)
    data = _new_data(work, LEARNING_OUTCOME, competence, required(text), key, code)
    work.put(data | {"level": level, "serves": list(serves)}, LEARNING_OUTCOME, competence)
    return work.finished()


def _new_data(work: WorkingCopy, kind: str, competence: str, text: str, key: str = "", code: str = "") -> DocumentPart:
    if key in RESERVED_IDS or key in work.elements() or key in work.base or key in work.baseline.retired_before:
        raise CannotEdit(_("The id %(id)s is taken, now or by an earlier revision: choose another.") % {"id": key})
    code = cleaned(code)
    _refuse_taken_code(work, code)
    return {
        "id": key or work.new_id(text, kind),
        "code": code or work.new_code(kind, competence),
        "title" if kind == COMPETENCE else "text": {work.language: text},
    }


# --- Position and code ---------------------------------------------------------------------------


def move(document: Document, baseline: Baseline, key: str, by: Literal[-1, 1]) -> Document:
    """Move an element up (`by` −1) or down (1) among its siblings; at the end it stays where it is."""
    work = WorkingCopy(document, baseline)
    element = work.find(key)
    siblings, place = work.siblings(element), work.place(element)
    target = min(max(place + by, 0), len(siblings) - 1)
    siblings.insert(target, siblings.pop(place))
    return work.finished()


def move_to(document: Document, baseline: Baseline, key: str, competence: str) -> Document:
    """Move a statement or learning outcome to the end of its kind in another competence; its code stays."""
    work = WorkingCopy(document, baseline)
    element = work.find(key)
    if element.kind == COMPETENCE or competence == element.competence:
        raise CannotEdit(_("It stands there already: choose another competence."))
    if work.find(competence).kind != COMPETENCE:
        raise CannotEdit(_("Choose one of the competences."))
    data = element.data
    work.take_out(element)
    work.put(data, element.kind, competence)
    return work.finished()


def recode(document: Document, baseline: Baseline, key: str, code: str) -> Document:
    """Give an element another code."""
    work = WorkingCopy(document, baseline)
    element, code = work.find(key), cleaned(code)
    if code != element.code:
        _refuse_taken_code(work, code)
    element.data["code"] = code
    return work.finished()


def _refuse_taken_code(work: WorkingCopy, code: str) -> None:
    for element in work.elements().values():
        if code and element.code == code:
            raise CannotEdit(
                _("The code %(code)s is taken by “%(text)s”: choose another.")
                % {"code": code, "text": work.source_text(element)}
            )


# --- Everything but wording ----------------------------------------------------------------------


def serve(document: Document, baseline: Baseline, key: str, *, level: str, serves: Iterable[str]) -> Document:
    """Set the level (id) that a learning outcome leads to, and the statements (ids) that it serves."""
    work = WorkingCopy(document, baseline)
    outcome = work.find(key)
    if outcome.kind != LEARNING_OUTCOME:
        raise CannotEdit(_("Only a learning outcome serves statements."))
    outcome.data["level"], outcome.data["serves"] = level, list(serves)
    return work.finished()


def refer(document: Document, baseline: Baseline, key: str, *, esco: str = "", eqf: int | None = None) -> Document:
    """Set the references of an element: the URI of an ESCO concept (or blank) and an EQF level, 1 to 8 (or None)."""
    work = WorkingCopy(document, baseline)
    set_references(work.find(key).data, esco, eqf)
    return work.finished()


def set_references(data: DocumentPart, esco: str, eqf: int | None) -> None:
    """Like `refer`, but changes `data`, the part of the document for an element or a level."""
    for name, value in (("esco", cleaned(esco)), ("eqf", eqf)):
        data.pop(name, None)
        if value:
            data[name] = value


def describe(
    document: Document,
    baseline: Baseline,
    *,
    version: str,
    date: str,
    notes: LanguageMap,
    languages: Iterable[str],
) -> Document:
    """Set the version, the `date` (ISO), the notes ({language: text}) and the languages (codes) of the revision.

    A language can be removed only if no element and no level has a text in it, otherwise CannotEdit is raised. Other
    texts in it, such as notes, are removed.
    """
    work = WorkingCopy(document, baseline)
    revision = work.document["revision"]
    revision["version"], revision["date"] = cleaned(version), date
    _refuse_taken_version(baseline, revision["version"])
    revision.pop("notes", None)
    if texts := {language: cleaned(text) for language, text in notes.items() if cleaned(text)}:
        revision["notes"] = texts
    work.document["framework"]["languages"] = [
        work.language,
        *(language for language in languages if language != work.language),
    ]
    _refuse_lost_languages(work, document["framework"]["languages"])
    return work.finished()


def _refuse_lost_languages(work: WorkingCopy, before: Iterable[str]) -> None:
    for language in set(before).difference(work.document["framework"]["languages"]):
        places = [element.code for element in work.elements().values() if language in element.text]
        places += [
            _("the level “%(label)s”") % {"label": level["label"][work.language]}
            for level in work.document["scale"]["levels"]
            if any(language in texts for texts in (level["label"], *level["descriptors"].values()))
        ]
        if places:
            raise CannotEdit(
                _("There are texts in %(language)s, at %(places)s: remove them before you remove the language.")
                % {
                    "language": LANGUAGE_NAMES[language],
                    "places": ", ".join(places[:5]) + ("…" if len(places) > 5 else ""),
                }
            )
        for texts in _other_texts(work.document):
            texts.pop(language, None)


def _other_texts(document: Document) -> Iterator[LanguageMap]:
    """The language maps that belong to no element or level: of the framework, the revision, origins and notes."""
    yield document["framework"]["title"]
    yield document["framework"].get("summary", {})
    yield document["revision"].get("notes", {})
    yield document["scale"].get("origin", {})
    for competence in document["competences"]:
        yield competence.get("learning_outcomes_origin", {})
    for entry in document.get("retired", ()):
        yield entry.get("note", {})


def kinds_in_scale(document: Document) -> list[str]:
    """The kinds of statements for which every level of the scale has a descriptor: only these can be added."""
    levels = document["scale"]["levels"]
    return [kind for kind in STATEMENT_KINDS.values() if all(kind in level["descriptors"] for level in levels)]

"""The structure of a framework document: its keys and its elements, as reading, comparing and writing use them."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Literal

# A whole framework file as nested dicts and lists, normalised: see `reading.Reading`.
Document = dict[str, Any]
# One part of a document, such as an element, a level or the scale, with the keys of the schema.
DocumentPart = dict[str, Any]
# {language code: text}
LanguageMap = dict[str, str]

COMPETENCE = "competence"
LEARNING_OUTCOME = "learning_outcome"
# {key of a list in a competence: kind of the statements in it}, in the order of the file.
STATEMENT_KINDS = {
    "sub_competences": "sub_competence",
    "knowledge": "knowledge",
    "skills": "skill",
    "predispositions": "predisposition",
}
CLUSTERS = STATEMENT_KINDS | {"learning_outcomes": LEARNING_OUTCOME}


@dataclass(frozen=True, slots=True)
class Element:
    """A competence, statement or learning outcome of a normalised document.

    `competence` is the id of the competence it belongs to (blank for a competence itself), `data` its part of the
    document.
    """

    id: str
    code: str
    kind: str
    competence: str
    data: DocumentPart = field(repr=False, hash=False)

    @property
    def text(self) -> LanguageMap:
        """The wording: the `title` of a competence, the `text` of any other element."""
        wording: LanguageMap = self.data["title" if self.kind == COMPETENCE else "text"]
        return wording

    @property
    def family(self) -> Literal["competence", "learning_outcome", "statement"]:
        """The kind, with all kinds of statements as one. An element may replace only elements of its own family."""
        if self.kind == COMPETENCE:
            return "competence"
        return "learning_outcome" if self.kind == LEARNING_OUTCOME else "statement"


def elements(document: Document) -> Iterator[Element]:
    """All elements of a normalised document in its order: each competence, then its statements and outcomes."""
    for competence in document["competences"]:
        yield Element(competence["id"], competence["code"], COMPETENCE, "", competence)
        for key, kind in CLUSTERS.items():
            for entry in competence.get(key, ()):
                yield Element(entry["id"], entry["code"], kind, competence["id"], entry)

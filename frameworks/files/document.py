"""What stands in a framework file and under which key: one vocabulary for reading, comparing and writing."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Literal

# A whole framework file as nested dicts and lists, normalised: see `reading.Reading`.
Document = dict[str, Any]
# What a document says of one thing in it, such as an element, a level or the scale: the keys of the schema.
DocumentPart = dict[str, Any]
# {language code: text}
LanguageMap = dict[str, str]

COMPETENCE = "competence"
LEARNING_OUTCOME = "learning_outcome"
# Key of a competence → kind of the statements in it, in the order of the file.
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

    `competence` is the id of the one it belongs to (blank for a competence itself); `data` its part of the document.
    """

    id: str
    code: str
    kind: str
    competence: str
    data: DocumentPart = field(repr=False, hash=False)

    @property
    def text(self) -> LanguageMap:
        """Its wording: a competence has a title, all else a text."""
        wording: LanguageMap = self.data["title" if self.kind == COMPETENCE else "text"]
        return wording

    @property
    def family(self) -> Literal["competence", "learning_outcome", "statement"]:
        """What it is, all kinds of statements taken as one: an element may replace only those of its own family."""
        if self.kind == COMPETENCE:
            return "competence"
        return "learning_outcome" if self.kind == LEARNING_OUTCOME else "statement"


def elements(document: Document) -> Iterator[Element]:
    """All elements of a normalised document in its order: each competence, followed by what belongs to it."""
    for competence in document["competences"]:
        yield Element(competence["id"], competence["code"], COMPETENCE, "", competence)
        for key, kind in CLUSTERS.items():
            for entry in competence.get(key, ()):
                yield Element(entry["id"], entry["code"], kind, competence["id"], entry)

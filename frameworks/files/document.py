"""What stands in a framework file and under which key: one vocabulary for reading, comparing and writing."""

from dataclasses import dataclass, field

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
    data: dict = field(repr=False, hash=False)

    @property
    def text(self):
        """The language map of its wording: a competence has a title, all else a text."""
        return self.data["title" if self.kind == COMPETENCE else "text"]

    @property
    def family(self):
        """What it may replace: statements of any kind, or its like."""
        return self.kind if self.kind in (COMPETENCE, LEARNING_OUTCOME) else "statement"


def elements(document):
    """All elements of a normalised document in its order: each competence, followed by what belongs to it."""
    for competence in document["competences"]:
        yield Element(competence["id"], competence["code"], COMPETENCE, "", competence)
        for key, kind in CLUSTERS.items():
            for entry in competence.get(key, ()):
                yield Element(entry["id"], entry["code"], kind, competence["id"], entry)

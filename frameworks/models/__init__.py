"""Frameworks and their revisions: what people rate themselves on.

A published revision is a complete, immutable copy of its elements, so that a rating points at exactly the wording that
was rated. A draft has only its document; the elements of a revision are created when it is published.
"""

from .elements import (
    Competence,
    Kind,
    Knowledge,
    LearningOutcome,
    Level,
    Predisposition,
    Scale,
    Skill,
    Statement,
    SubCompetence,
    element_uuid,
)
from .jobs import (
    RevisionJob,
)
from .revisions import (
    Framework,
    Revision,
    RevisionFile,
)
from .steps import (
    DraftStep,
)
from .successions import (
    LevelSuccession,
    Succession,
)

__all__ = [
    "Competence",
    "DraftStep",
    "Framework",
    "Kind",
    "Knowledge",
    "LearningOutcome",
    "Level",
    "LevelSuccession",
    "Predisposition",
    "Revision",
    "RevisionFile",
    "RevisionJob",
    "Scale",
    "Skill",
    "Statement",
    "SubCompetence",
    "Succession",
    "element_uuid",
]

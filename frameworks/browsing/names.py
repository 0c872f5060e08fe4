"""The names of the kinds of elements, for pages and messages."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy, ngettext

from frameworks.models import Kind

# Headings above the elements of a kind.
HEADINGS: dict[str, str | Promise] = {
    Kind.SUB_COMPETENCE: gettext_lazy("Sub-competences"),
    Kind.KNOWLEDGE: gettext_lazy("Knowledge"),
    Kind.SKILL: gettext_lazy("Skills"),
    Kind.PREDISPOSITION: gettext_lazy("Predispositions"),
    "learning_outcome": gettext_lazy("Learning outcomes"),
}

# {kind of an element (see frameworks.files.document): its name within a sentence}.
NAMES: dict[str, str | Promise] = {
    "competence": gettext_lazy("competence"),
    **{kind.value: kind.label for kind in Kind},
    "learning_outcome": gettext_lazy("learning outcome"),
    "scale": gettext_lazy("scale"),
}


def noun(kind: str, number: int) -> str:
    """The name of a kind after a number, singular or plural: "sub-competences", "skill"."""
    return {
        "competence": lambda n: ngettext("competence", "competences", n),
        Kind.SUB_COMPETENCE: lambda n: ngettext("sub-competence", "sub-competences", n),
        Kind.KNOWLEDGE: lambda n: ngettext("knowledge", "knowledge", n),
        Kind.SKILL: lambda n: ngettext("skill", "skills", n),
        Kind.PREDISPOSITION: lambda n: ngettext("predisposition", "predispositions", n),
        "learning_outcome": lambda n: ngettext("learning outcome", "learning outcomes", n),
        "level": lambda n: ngettext("level", "levels", n),
    }[kind](number)


def counted(counts: Mapping[str, int]) -> str:
    """A phrase such as "5 sub-competences, 6 knowledge, 7 skills", from {kind: number} in that order, without zeros."""
    return ", ".join(f"{number} {noun(kind, number)}" for kind, number in counts.items() if number)

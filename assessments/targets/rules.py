"""What target profiles require on the next revision. Pure: statements are given by their ids, levels by their values.

A required level is carried to the next revision where people's ratings are carried. Everywhere else somebody has to
decide. The suggestion is the highest level that was required of the statements it continues, so that a target does not
become easier by mistake.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from frameworks.comparison.rules import Comparison
from frameworks.files.document import STATEMENT_KINDS

_RATED = frozenset(STATEMENT_KINDS.values())


@dataclass(frozen=True, slots=True)
class Continued:
    """A statement of the new revision, and what it continues."""

    statement: str
    group: tuple[str, str]  # its competence and kind
    sources: tuple[str, ...]  # statements of the revision before; none for an added one
    is_carried: bool
    is_repeat: bool = False  # of a text that is asked at its first place


@dataclass(frozen=True, slots=True)
class Requirement:
    """A level that a target requires on the new revision, or that somebody has to decide."""

    statement: str
    level: int | None  # to decide: the suggested level, or None without a suggestion
    is_carried: bool  # False: somebody has to decide


def continued(comparison: Comparison) -> list[Continued]:
    """The Continued statements of the new revision of a Comparison, in its order."""
    return [
        Continued(
            entry.id,
            (entry.after.competence, entry.kind),
            entry.sources,
            is_carried=entry.ratings == "carried",
            is_repeat="same_as" in entry.after.data,
        )
        for entry in comparison.entries
        if entry.kind in _RATED and entry.after
    ]


def carry_required(
    required: Mapping[str, int], continued: Iterable[Continued], levels: Mapping[int, int]
) -> Iterator[Requirement]:
    """Yield the Requirements for a target that requires {old statement: level}; `levels` maps the old scale to the new.

    An added statement needs a decision only if the target requires a level of its competence and kind already.
    """
    found: list[tuple[Continued, Requirement | None]] = []
    for each in continued:
        if each.is_repeat and not each.is_carried:
            continue
        before = [levels[required[source]] for source in each.sources if source in required]
        if before:
            found.append((each, Requirement(each.statement, max(before), each.is_carried)))
        elif not each.sources:
            found.append((each, None))
    groups = {each.group for each, decision in found if decision}
    for each, decision in found:
        if decision:
            yield decision
        elif each.group in groups:
            yield Requirement(each.statement, None, is_carried=False)

"""Stores which statement or level of the previous revision each one of a revision continues."""

from collections.abc import Iterator, Mapping
from typing import Any

from frameworks.comparison.rules import Comparison
from frameworks.files.document import STATEMENT_KINDS
from frameworks.models import Level, LevelSuccession, Revision, Statement, Succession

_RATED = frozenset(STATEMENT_KINDS.values())


def write_successions(revision: Revision, previous: Revision, comparison: Comparison) -> None:
    """Create the successions that a Comparison found; the elements of both revisions must exist.

    Makes six queries, and further ones only for thousands of statements.
    """
    old, new = _statements(previous), _statements(revision)
    Succession.objects.bulk_create(
        Succession(revision=revision, **row) for row in statement_successions(comparison, old, new)
    )
    old, new = _levels(previous), _levels(revision)
    LevelSuccession.objects.bulk_create(
        LevelSuccession(revision=revision, level_id=level, source_id=source)
        for level, source in level_successions(comparison, old, new)
    )


def statement_successions(
    comparison: Comparison, old: Mapping[str, int], new: Mapping[str, int]
) -> Iterator[dict[str, Any]]:
    """The fields of the Succession rows of a comparison; `old` and `new` are {id: primary key} of the statements."""
    for entry in comparison.entries:
        if entry.kind not in _RATED:
            continue
        # The entry of a retired statement has its id too, but the new revision has no such statement.
        statement = None if entry.after is None else new[entry.id]
        for source in entry.sources or (None,):
            yield {
                "statement_id": statement,
                "source_id": source and old[source],
                "changes": list(entry.changes),
                "ratings": entry.ratings,
            }


def level_successions(
    comparison: Comparison, old: Mapping[str, int], new: Mapping[str, int]
) -> Iterator[tuple[int, int]]:
    """(new, old) primary keys of each old level; `old` and `new` are {id: primary key} of the levels."""
    for key, source in old.items():
        yield new[comparison.scale_map.get(key, key)], source


def _statements(revision: Revision) -> dict[str, int]:
    return dict(Statement.objects.filter(revision=revision).order_by().values_list("key", "pk"))


def _levels(revision: Revision) -> dict[str, int]:
    return dict(Level.objects.filter(scale__revision=revision).order_by().values_list("key", "pk"))

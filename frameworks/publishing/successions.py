"""What each statement and level of a revision continues, as rows that outlive the files that were compared."""

from collections.abc import Iterator, Mapping
from typing import Any

from frameworks.comparison.rules import Comparison
from frameworks.files.document import STATEMENT_KINDS
from frameworks.models import Level, LevelSuccession, Revision, Statement, Succession

_RATED = frozenset(STATEMENT_KINDS.values())


def write_successions(revision: Revision, previous: Revision, comparison: Comparison) -> None:
    """Keep what a Comparison found; both revisions have their elements. Six queries and more only by the thousand."""
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
        # A retired statement keeps its id in the entry, though the new revision does not have it.
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
    """(new, old) primary keys of levels; `old` and `new` are {id: primary key}. A scale that stayed keeps its ids."""
    for key, source in old.items():
        yield new[comparison.scale_map.get(key, key)], source


def _statements(revision: Revision) -> dict[str, int]:
    return dict(Statement.objects.filter(revision=revision).order_by().values_list("key", "pk"))


def _levels(revision: Revision) -> dict[str, int]:
    return dict(Level.objects.filter(scale__revision=revision).order_by().values_list("key", "pk"))

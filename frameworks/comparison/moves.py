"""Finds the elements that moved: the fewest possible, so that a new element does not move all that follow it."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Mapping

from frameworks.files.document import Element


def find_moved(old: Mapping[str, Element], new: Mapping[str, Element]) -> set[str]:
    """Ids of the elements that are in another competence, or in another order among the siblings that they keep.

    `old` and `new` are {id: Element} in the order of their revisions. Of siblings, the longest sequence that is still
    in the old order counts as not moved. Takes O(n log n).
    """
    positions = {key: number for number, key in enumerate(old)}
    moved = set()
    siblings: dict[tuple[str, str], list[str]] = defaultdict(list)
    for element in new.values():
        before = old.get(element.id)
        if before is None:
            continue
        if _same_place(element, before, new):
            siblings[element.competence, element.kind].append(element.id)
        else:
            moved.add(element.id)
    for keys in siblings.values():
        kept = _longest_increasing([positions[key] for key in keys])
        moved.update(key for place, key in enumerate(keys) if place not in kept)
    return moved


def _same_place(element: Element, before: Element, new: Mapping[str, Element]) -> bool:
    """Whether the element is in the same competence, or in one that replaces it."""
    if element.competence == before.competence:
        return True
    competence = new.get(element.competence)
    return competence is not None and before.competence in competence.data.get("replaces", ())


def _longest_increasing(numbers: Iterable[int]) -> set[int]:
    """The indexes in `numbers` of one longest increasing subsequence. Takes O(n log n)."""
    ends: list[int] = []  # ends[k]: the smallest number that an increasing subsequence of k + 1 ends with
    places: list[int] = []  # the indexes of the numbers in `ends`
    previous: dict[int, int | None] = {}  # {index: the index before it in the longest subsequence that ends there}
    for place, number in enumerate(numbers):
        length = bisect_left(ends, number)
        previous[place] = places[length - 1] if length else None
        if length == len(ends):
            ends.append(number)
            places.append(place)
        else:
            ends[length], places[length] = number, place
    kept = set()
    last = places[-1] if places else None
    while last is not None:
        kept.add(last)
        last = previous[last]
    return kept

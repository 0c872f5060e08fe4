"""Which elements of a revision moved: as few as possible, so that an insertion moves nothing that follows it."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Mapping

from frameworks.files.document import Element


def find_moved(old: Mapping[str, Element], new: Mapping[str, Element]) -> set[str]:
    """Ids of the elements now in another competence, or in another order among those that stayed beside them.

    `old` and `new` are {id: Element} in the order of their revisions. The longest series of siblings that follow one
    another as before has not moved. Takes n log n.
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
    """In the same competence, or in one that took its place."""
    if element.competence == before.competence:
        return True
    competence = new.get(element.competence)
    return competence is not None and before.competence in competence.data.get("replaces", ())


def _longest_increasing(numbers: Iterable[int]) -> set[int]:
    """The places in `numbers` of one longest increasing subsequence, as a set. Takes n log n."""
    ends: list[int] = []  # ends[k]: the smallest number that an increasing subsequence of k + 1 ends with
    places: list[int] = []  # of the numbers in `ends`
    previous: dict[int, int | None] = {}  # place → the place before it in the longest subsequence that ends there
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

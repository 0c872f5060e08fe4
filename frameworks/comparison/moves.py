"""Which elements of a revision moved: as few as possible, so that an insertion moves nothing that follows it."""

from bisect import bisect_left
from collections import defaultdict


def find_moved(old, new):
    """Ids of the elements now in another competence, or in another order among those that stayed beside them.

    `old` and `new` are {id: Element} in the order of their revisions. Whatever is in the longest run of siblings that
    kept its order has not moved. Takes n log n.
    """
    positions = {key: number for number, key in enumerate(old)}
    moved = set()
    siblings = defaultdict(list)
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


def _same_place(element, before, new):
    """In the same competence, or in one that took its place."""
    if element.competence == before.competence:
        return True
    competence = new.get(element.competence)
    return competence is not None and before.competence in competence.data.get("replaces", ())


def _longest_increasing(numbers):
    """The places in `numbers` of one longest increasing subsequence, as a set. Takes n log n."""
    ends, places, previous = [], [], {}  # ends[k]: the smallest last number of an increasing run of k + 1
    for place, number in enumerate(numbers):
        length = bisect_left(ends, number)
        previous[place] = places[length - 1] if length else None
        if length == len(ends):
            ends.append(number)
            places.append(place)
        else:
            ends[length], places[length] = number, place
    kept = set()
    place = places[-1] if places else None
    while place is not None:
        kept.add(place)
        place = previous[place]
    return kept

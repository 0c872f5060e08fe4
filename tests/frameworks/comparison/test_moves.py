"""What moved: as little as explains the new order."""

from itertools import combinations, permutations

from frameworks.comparison.moves import find_moved
from frameworks.files.document import elements
from tests.frameworks.comparison.compared import NEXT, differences, revised


def test_an_insertion_moves_nothing_that_follows():
    text = revised(("      - {id: silence", "      - {id: echo, code: A-S7, text: Repeating}\n      - {id: silence"))

    assert differences(text) == {"echo": ("added", [], "none")}


def test_a_removal_moves_nothing_that_follows():
    text = revised(("      - {id: asking, code: A-S2, text: Asking}\n", "")) + "retired: [{id: asking}]\n"

    assert differences(text) == {"asking": ("retired", ["asking"], "archived")}


def test_a_statement_put_first_is_the_only_one_that_moved():
    notes = "      - {id: notes, code: A-S4, text: Taking notes}\n"
    text = revised((notes, ""), ("      - {id: silence", f"{notes}      - {{id: silence"))

    assert differences(text) == {"notes": ("moved", ["notes"], "carried")}


def test_a_statement_in_another_competence_moved():
    asking = "      - {id: asking, code: A-S2, text: Asking}\n"
    text = revised((asking, ""), ("      - {id: clearly", f"{asking}      - {{id: clearly"))

    assert differences(text) == {"asking": ("moved", ["asking"], "carried")}


def test_what_belongs_to_a_competence_that_was_replaced_did_not_move():
    text = revised(("  - id: speak\n", "  - id: talk\n    replaces: [speak]\n"))

    assert differences(text) == {"talk": ("successor", ["speak"], "suggested")}


def test_a_competence_that_changed_its_place_moved_alone():
    listen, speak = NEXT.index("  - id: listen"), NEXT.index("  - id: speak")
    text = NEXT[:listen] + NEXT[speak:] + NEXT[listen:speak]

    assert {change for change, _, _ in differences(text).values()} == {"moved"}
    assert len(differences(text)) == 1


def test_as_few_as_possible_moved():
    """Held against trying out every choice of siblings that might have kept their order."""

    def siblings(keys):
        document = {"competences": [{"id": "z", "code": "Z", "skills": [{"id": key, "code": key} for key in keys]}]}
        return {element.id: element for element in elements(document)}

    for order in permutations("abcde"):
        kept = [key for key in order if key not in find_moved(siblings("abcde"), siblings(order))]
        longest = max(
            length for length in range(6) for choice in combinations(order, length) if list(choice) == sorted(choice)
        )
        assert kept == sorted(kept)
        assert len(kept) == longest

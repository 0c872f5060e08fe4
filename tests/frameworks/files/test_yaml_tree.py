"""Uploaded bytes become a tree of plain values, or faults; whatever they are, within small means."""

import json
import subprocess
import sys

import pytest

from frameworks.files.faults import MOST_FAULTS, MOST_REPEATED, FaultList, TooManyFaultsError
from frameworks.files.yaml_tree import MOST_BYTES, parse

from .hostile_files import HOSTILE


def told(content):
    """The tree and the faults as (line, message)."""
    faults = FaultList("file.yaml")
    root = parse(content if isinstance(content, bytes) else content.encode(), faults)
    return root, [(fault.line, fault.message) for fault in faults.sorted()]


def plain_data(node):
    if isinstance(node.value, dict):
        return {key: plain_data(child) for key, child in node.value.items()}
    if isinstance(node.value, list):
        return [plain_data(entry) for entry in node.value]
    return node.value


def test_every_plain_value_stays_the_text_that_it_is():
    root, faults = told("a: [NO, 1.10, 12:30, 0x1F, 2026-02-30, null, ~, 1_000, .inf, on]\nb:\n")

    assert faults == []
    assert plain_data(root) == {
        "a": ["NO", "1.10", "12:30", "0x1F", "2026-02-30", "null", "~", "1_000", ".inf", "on"],
        "b": "",
    }


def test_every_node_knows_its_line_and_that_of_its_key():
    root, _ = told("# a comment\na:\n  - b\n  - c: d\n    e:\n      f\n")

    entries = root.value["a"].value
    assert (root.value["a"].key_line, root.value["a"].line) == (2, 3)
    assert [entry.line for entry in entries] == [3, 4]
    assert (entries[1].value["e"].key_line, entries[1].value["e"].line) == (5, 6)


@pytest.mark.parametrize("line_break", ["\n", "\r\n", "\r"])
def test_lines_count_the_same_with_the_line_breaks_of_every_system(line_break):
    root, faults = told(line_break.join(["a: b", "c: |", "  d", "  e", "f: g\u0007"]))

    assert root.value["c"].value == "d\ne\n"
    assert [line for line, _ in faults] == [5]


def test_a_byte_order_mark_is_allowed_at_the_start_only():
    root, faults = told("\ufeffa: b")
    assert plain_data(root) == {"a": "b"}
    assert faults == []

    _, faults = told("a: b\ufeffc")
    assert faults == [(1, "the control character U+FEFF is not allowed: delete it (column 5)")]


def test_texts_are_composed_to_nfc():
    root, _ = told("e\u0301: c\u030c")

    assert plain_data(root) == {"é": "č"}


@pytest.mark.parametrize("character", ["\x00", "\x07", "\x1b", "\x7f", "\x85", "\x9f", "\u2028", "\ufffe"])
def test_control_characters_are_refused_wherever_they_stand(character):
    _, faults = told(f"first: a\nb: c # {character}\n'd{character}': e\n")

    assert [line for line, _ in faults] == [2, 3]
    assert all(f"U+{ord(character):04X} is not allowed" in message for _, message in faults)


@pytest.mark.parametrize("character", "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
def test_characters_that_change_the_direction_of_writing_are_refused(character):
    _, faults = told(f"a: b\nc: d{character}e")

    name = f"U+{ord(character):04X}"
    assert faults == [
        (2, f"the character {name} changes the direction of writing and is not allowed: delete it (column 5)")
    ]


@pytest.mark.parametrize("escape", [r"\0", r"\a", r"\b", r"\e", r"\r", r"\x7f", r"\N", r"\L", r"\u202e", r"\u2066"])
def test_an_escape_does_not_smuggle_in_what_is_refused(escape):
    root, faults = told(f'a: b\nc: "d{escape}"')

    assert [line for line, _ in faults] == [2]
    assert "is not allowed" in faults[0][1]
    assert not root.value["c"].valid


def test_tabs_line_breaks_emoji_and_letters_of_all_five_languages_are_allowed():
    root, faults = told('a: "\\tŠčć\\n"\nb: Élan, città, ação, 👩‍🏫')

    assert faults == []
    assert plain_data(root) == {"a": "\tŠčć\n", "b": "Élan, città, ação, 👩‍🏫"}


def test_a_huge_value_is_refused_and_not_kept():
    root, faults = told("a: " + "b" * 20_000 + "\nc: " + "d" * 20_001)

    assert faults == [(2, "a value of 20001 characters: no value may have more than 20000")]
    assert len(root.value["c"].value) < 200
    assert not root.value["c"].valid


def test_every_line_that_is_not_utf_8_is_named():
    root, faults = told("a: b\nc: é\nd: e\nf: àè\n".encode("latin-1"))

    assert root is None
    assert faults == [
        (2, "byte 0xE9 at place 4 is not UTF-8: save the file again with the encoding UTF-8"),
        (4, "byte 0xE0 at place 4 is not UTF-8: save the file again with the encoding UTF-8"),
    ]


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be"])
def test_other_encodings_of_unicode_are_told_in_one_sentence(encoding):
    root, faults = told("a: b\n".encode(encoding))

    assert root is None
    assert faults == [(1, "the file is not UTF-8: save it again with the encoding UTF-8")]


def test_a_file_of_five_megabytes_is_read_and_one_byte_more_is_not():
    full = b"a: b\n#" + b"-" * (MOST_BYTES - 6)
    assert plain_data(told(full)[0]) == {"a": "b"}

    root, faults = told(full + b"-")
    assert root is None
    assert faults == [(1, "the file has 5.0 MB: at most 5 MB are allowed")]


@pytest.mark.parametrize("nothing", ["", "\n\n", "# only a comment\n"])
def test_an_empty_file_is_told_how_to_begin(nothing):
    assert told(nothing) == (None, [(1, "the file is empty: it should begin with `format: kip-framework/1`")])


def test_all_faults_of_a_file_are_told_and_the_rest_of_it_is_read():
    root, faults = told("a: &x 1\nb: *x\nc: !!int 3\na: 4\n<<: {d: 5}\n[e]: 6\nf: 7\n")

    assert [line for line, _ in faults] == [1, 2, 3, 4, 5, 6]
    assert plain_data(root) == {"a": "1", "b": "", "c": "3", "f": "7"}
    assert not root.value["b"].valid


def test_a_quoted_merge_key_is_a_key_like_any_other():
    assert plain_data(told("'<<': a")[0]) == {"<<": "a"}


def test_a_key_that_was_left_out_takes_its_value_along():
    root, _ = told("a: 1\n? [x, {y: z}]\n: {b: [c]}\nd: 2\na: {e: [f]}\ng: 3\n")

    assert plain_data(root) == {"a": "1", "d": "2", "g": "3"}


def test_what_follows_a_second_document_is_not_read_but_the_first_is():
    root, faults = told("a: b\n---\nc: d\n---\ne: f\n")

    assert [line for line, _ in faults] == [2]
    assert plain_data(root) == {"a": "b"}


def test_the_list_of_faults_has_an_end():
    faults = FaultList()
    for line in range(MOST_FAULTS):
        faults.add(line, "x")
    faults.add(1, "x")  # told before

    with pytest.raises(TooManyFaultsError):
        faults.add(MOST_FAULTS, "x")
    assert len(faults.sorted()) == MOST_FAULTS


def test_the_same_fault_over_and_over_has_an_end_too():
    faults = FaultList()

    def add_often():
        for _ in range(10 * MOST_REPEATED):
            faults.add(1, "x")

    with pytest.raises(TooManyFaultsError):
        add_often()


@pytest.fixture(scope="module")
def hostile():
    """{name: what reading the file took and told}, measured in a process of its own."""
    run = subprocess.run(
        [sys.executable, "-m", "tests.frameworks.files.hostile_files"],
        capture_output=True,
        text=True,
        timeout=300,
        check=True,
    )
    return {result["name"]: result for result in map(json.loads, run.stdout.splitlines())}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_refused_with_a_line_and_within_a_hundred_megabytes(hostile, name):
    result = hostile[name]

    assert result["status"] == 0
    assert not result["document"]
    assert 1 <= len(result["faults"]) <= MOST_FAULTS
    assert all(fault.startswith("hostile.yaml:") for fault in result["faults"])
    assert result["extra"] < 100


TOO_DEEP = "more than 12 levels of nesting: remove the brackets or the indentation that are too many"


@pytest.mark.parametrize(
    ("name", "fault"),
    [
        # The depth and the number of values say how far the file was read at all.
        ("nested lists in brackets", f"hostile.yaml:1: {TOO_DEEP}"),
        ("indentation that only grows", f"hostile.yaml:13: {TOO_DEEP}"),
        ("a million entries", "hostile.yaml:220000: more than 220000 values: divide them among several files"),
        ("keys that all differ", "hostile.yaml:110000: more than 220000 values: divide them among several files"),
        ("six megabytes", "hostile.yaml:1: the file has 6.0 MB: at most 5 MB are allowed"),
    ],
)
def test_a_hostile_file_is_read_no_further_than_the_budget(hostile, name, fault):
    assert hostile[name]["faults"] == [fault]


@pytest.mark.parametrize("name", ["a key repeated on one line", "an alias repeated on one line"])
def test_the_same_slip_on_one_line_is_told_once(hostile, name):
    assert len(hostile[name]["faults"]) <= 3

"""The wording of an element before and after, with the words that differ marked."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

from frameworks.files.document import Element

from .rules import Entry

# Whether a run of words is in both texts, only in the new one, or only in the old one.
Mark = Literal["", "ins", "del"]

# If fewer words than this share are common, both texts are shown whole, one after the other, which is easier to read.
_ALIKE = 0.4


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of words in a Diff."""

    mark: Mark
    text: str


@dataclass(frozen=True, slots=True)
class Diff:
    language: str
    pieces: tuple[Piece, ...]
    code: str = ""  # of the element, if the entry has several


def diffs(entry: Entry, language: str) -> Iterator[Diff]:
    """The Diffs of an entry: word by word if it has one source, whole texts if it has several.

    `language` is the source language. An entry with one source has a further Diff for each other language that differs.
    """
    if entry.after is None or len(entry.before) != 1:
        for source in entry.before:
            yield _whole("del", source, language, with_code=len(entry.before) > 1)
        if entry.after is not None:
            yield _whole("ins", entry.after, language, with_code=len(entry.before) > 1)
        return
    before, after = entry.before[0].text, entry.after.text
    yield Diff(language, word_by_word(before.get(language, ""), after.get(language, "")))
    for other in sorted((before.keys() | after.keys()) - {language}):
        if before.get(other) != after.get(other):
            yield Diff(other, word_by_word(before.get(other, ""), after.get(other, "")))


def diffs_of_parts(entries: Sequence[Entry], language: str) -> Iterator[Diff]:
    """The Diffs of what one element was split into: the old text, then each part with its code."""
    yield _whole("del", entries[0].before[0], language, with_code=True)
    for part in [entry.after for entry in entries if entry.after]:
        yield _whole("ins", part, language, with_code=True)


def _whole(mark: Mark, element: Element, language: str, *, with_code: bool) -> Diff:
    return Diff(language, (Piece(mark, element.text.get(language, "")),), element.code if with_code else "")


def word_by_word(before: str, after: str) -> tuple[Piece, ...]:
    """The Pieces of a word diff; if the texts are too different, both as a whole."""
    old, new = before.split(), after.split()
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    if old and new and matcher.ratio() < _ALIKE:
        return (Piece("del", before), Piece("ins", after))
    pieces = []
    for operation, i1, i2, j1, j2 in matcher.get_opcodes():
        if operation == "equal":
            pieces.append(Piece("", " ".join(old[i1:i2])))
            continue
        if i2 > i1:
            pieces.append(Piece("del", " ".join(old[i1:i2])))
        if j2 > j1:
            pieces.append(Piece("ins", " ".join(new[j1:j2])))
    return tuple(pieces)

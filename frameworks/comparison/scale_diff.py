"""The differences between the scales of two revisions: levels that are replaced, or words that differ."""

from collections.abc import Iterator

from frameworks.files.document import DocumentPart

from .diff import Diff, Piece, word_by_word


def scale_diffs(old: DocumentPart, new: DocumentPart, language: str) -> list[Diff]:
    """The Diffs of a changed scale; `old` and `new` are the `scale` of two documents.

    If the scale was replaced: each old level with the level that it becomes, then the levels that are only new.
    """
    if new["id"] == old["id"]:
        return [diff for pair in zip(new["levels"], old["levels"], strict=True) for diff in _of_words(*pair, language)]
    scale_map = new["replaces"]["map"]
    levels = {level["id"]: level for level in new["levels"]}
    found = []
    for level in old["levels"]:
        before, after = _named(level, language), _named(levels[scale_map[level["id"]]], language)
        pieces = (Piece("", before),) if before == after else (Piece("del", before), Piece("ins", after))
        found.append(Diff(language, pieces))
    reached = set(scale_map.values())
    found += [
        Diff(language, (Piece("ins", _named(level, language)),)) for key, level in levels.items() if key not in reached
    ]
    return found


def _named(level: DocumentPart, language: str) -> str:
    return f"{level['label'].get(language, '')} ({level['value']})"


def _of_words(level: DocumentPart, before: DocumentPart, language: str) -> Iterator[Diff]:
    """The Diffs of a level's texts, the source language first."""
    pairs = [(before["label"], level["label"])]
    kinds = {**before["descriptors"], **level["descriptors"]}
    pairs += [(before["descriptors"].get(kind, {}), level["descriptors"].get(kind, {})) for kind in kinds]
    for old, new in pairs:
        for code in sorted(old.keys() | new.keys(), key=lambda code: (code != language, code)):
            if old.get(code) != new.get(code):
                yield Diff(code, word_by_word(old.get(code, ""), new.get(code, "")))

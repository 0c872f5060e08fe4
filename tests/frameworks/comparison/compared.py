"""Revisions of the small framework in `changes/before.yaml`, compared with it."""

from pathlib import Path

from frameworks.comparison.rules import compare
from frameworks.files.reading import read_framework

OLD = (Path(__file__).parent / "changes" / "before.yaml").read_text(encoding="utf-8")
NEXT = OLD.replace('{version: "1", date: 2026-05-04}', '{version: "2", date: 2027-05-04, replaces: "1"}')


def revised(*changes):
    """The text of revision 2, with each of the replacements (old, new)."""
    text = NEXT
    for old, new in changes:
        assert text.count(old) == 1, f"{text.count(old)} times: {old}"
        text = text.replace(old, new)
    return text


def compared(text, **options):
    old = read_framework(OLD.encode(), "old.yaml")
    new = read_framework(text.encode(), "new.yaml")
    assert old.faults == new.faults == ()
    return compare(old.document, new.document, lines=new.lines, name="new.yaml", **options)


def differences(text, **options):
    """{id: (change, from, ratings)} of all elements whose change is not "unchanged"."""
    comparison = compared(text, **options)
    assert comparison.faults == ()
    return {
        entry["id"]: (entry["change"], entry["from"], entry["ratings"])
        for entry in comparison.as_list()
        if entry["change"] != "unchanged"
    }


def refusals(text, **options):
    return [str(fault) for fault in compared(text, **options).faults]


def line_of(part, text):
    return next(number for number, line in enumerate(text.splitlines(), 1) if part in line)

"""Example files of every kind of change, and of every fault, in changes/: each is the revision after before.yaml.

What is to be found stands in the files, behind `# =>` on the line that it is found on: `CHANGE from SOURCES; RATINGS`
in legal/, the fault in refused/.
"""

import json
import re
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from frameworks.comparison.rules import CHANGES, compare
from frameworks.files.reading import read_framework
from frameworks.models import Succession
from tests.published import publish_file

FOLDER = Path(__file__).parent / "changes"
BEFORE = (FOLDER / "before.yaml").read_text(encoding="utf-8")
LEGAL, REFUSED = (
    {path.stem: path for path in sorted((FOLDER / folder).glob("*.yaml"))} for folder in ("legal", "refused")
)
MARK = re.compile(r"id: ([\w-]+).*  # => (\S+) from (.+); (\w+)$")


def expected_entries(path):
    """{id: (change, sources, ratings)} of all that is not simply unchanged."""
    lines = path.read_text(encoding="utf-8").splitlines()
    found = [MARK.search(line) for line in lines if "# =>" in line]
    return {match[1]: (match[2], [] if match[3] == "nothing" else match[3].split(", "), match[4]) for match in found}


def expected_faults(path):
    """["FILE:LINE: message"]"""
    lines = path.read_text(encoding="utf-8").splitlines()
    return [f"{path}:{number}: {line.split('# => ')[1]}" for number, line in enumerate(lines, 1) if "# =>" in line]


def compared(path):
    new = read_framework(path.read_bytes(), str(path))
    assert new.faults == ()
    return compare(
        read_framework(BEFORE.encode(), "before.yaml").document,
        new.document,
        lines=new.lines,
        name=str(path),
        retired_before={"echo"},
        published_versions={"0", "1"},
    )


def differing(entries):
    """As `expected_entries`, of entries as `load_framework --json` prints them."""
    return {
        entry["id"]: (entry["change"], entry["from"], entry["ratings"])
        for entry in entries
        if entry["change"] != "unchanged"
    }


@pytest.fixture
def current(db):
    """before.yaml, published after a revision 0 that had one statement more."""
    echo = "      - {id: echo, code: A-S7, text: Repeating}\n"
    first = BEFORE.replace('version: "1"', 'version: "0"').replace(
        "    learning_outcomes:\n", f"{echo}    learning_outcomes:\n"
    )
    publish_file(first.encode())
    follows = BEFORE.replace("date: 2026-05-04}", 'date: 2026-05-04, replaces: "0"}')
    return publish_file(f"{follows}retired: [{{id: echo}}]\n".encode())


def test_there_is_a_file_of_every_kind_of_change():
    found = {"unchanged"} if not expected_entries(LEGAL["unchanged"]) else set()
    for path in LEGAL.values():
        found |= {change for entry in expected_entries(path).values() for change in entry[0].split("+")}
    assert found == set(CHANGES)


@pytest.mark.parametrize("name", LEGAL)
def test_each_change_is_found_as_what_it_is(name):
    comparison = compared(LEGAL[name])
    assert comparison.faults == ()
    assert differing(comparison.as_list()) == expected_entries(LEGAL[name])


@pytest.mark.parametrize("name", REFUSED)
def test_each_fault_is_told_at_its_line(name):
    assert expected_faults(REFUSED[name])
    assert [str(fault) for fault in compared(REFUSED[name]).faults] == expected_faults(REFUSED[name])


@pytest.mark.parametrize("name", LEGAL)
def test_the_command_finds_the_same(name, current, capsys):
    call_command("load_framework", str(LEGAL[name]), check=True, json=True)
    assert differing(json.loads(capsys.readouterr().out)["comparison"]) == expected_entries(LEGAL[name])


@pytest.mark.parametrize("name", REFUSED)
def test_the_command_refuses_the_same(name, current, capsys):
    with pytest.raises(CommandError):
        call_command("load_framework", str(REFUSED[name]), check=True, json=True)
    answer = capsys.readouterr()
    assert answer.out == ""
    assert answer.err.splitlines()[: len(expected_faults(REFUSED[name]))] == expected_faults(REFUSED[name])


@pytest.mark.parametrize("name", LEGAL)
def test_each_change_is_written_down_with_its_sources(name, current):
    revision = publish_file(LEGAL[name].read_bytes())
    written = {
        (row.statement and row.statement.key, row.source and row.source.key): ("+".join(row.changes), row.ratings)
        for row in Succession.objects.into(revision).select_related("statement", "source")
        if row.changes != ["unchanged"]
    }
    assert written == {
        (None if ratings == "archived" else key, source): (change, ratings)
        for key, (change, sources, ratings) in expected_entries(LEGAL[name]).items()
        if change != "rescaled"
        for source in sources or [None]
    }

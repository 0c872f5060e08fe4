"""manage.py load_framework: all files or none, checked before anything is written."""

import json
import os
import subprocess
import sys
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from frameworks.models import Framework, Revision
from tests.published import line_of, reworded_under, unchanged_under

pytestmark = pytest.mark.django_db


@pytest.fixture
def write(tmp_path):
    """Write a file and return its name."""

    def write(content, name="kip.yaml"):
        file = tmp_path / name
        file.write_bytes(content)
        return str(file)

    return write


def load(*arguments):
    """(what it said, its exit) where the exit is the text of the CommandError or None; faults come before it."""
    out, errors = StringIO(), StringIO()
    try:
        call_command("load_framework", *arguments, stdout=out, stderr=errors)
    except CommandError as error:
        return errors.getvalue() + str(error), 1
    assert errors.getvalue() == ""
    return out.getvalue(), 0


def test_a_file_becomes_a_draft(write, repository_of_skills):
    said, code = load(write(repository_of_skills))
    assert code == 0
    assert said == "kip 2021.11: imported as a draft; --publish puts it in force.\n"
    assert Revision.objects.get() in Revision.objects.drafts()


def test_a_file_is_published(write, repository_of_skills):
    assert load(write(repository_of_skills), "--publish") == ("kip 2021.11: published.\n", 0)
    assert Revision.objects.current().get().statements.count() == 112


def test_it_says_which_draft_it_replaced(write, repository_of_skills):
    load(write(repository_of_skills))
    said, _ = load(write(repository_of_skills.replace(b'"2021.11"', b'"2021.12"')))
    assert said.startswith("kip 2021.12: the draft 2021.11 was replaced.\n")


def test_loading_again_changes_nothing(write, repository_of_skills):
    file = write(repository_of_skills)
    load(file, "--publish")
    assert load(file, "--publish") == ("kip 2021.11: no change, this is what is in force.\n", 0)
    assert Revision.objects.count() == 1


def test_a_check_writes_nothing(write, repository_of_skills):
    said, code = load(write(repository_of_skills), "--check")
    assert code == 0
    assert "kip 2021.11 is a first revision." in said
    assert "24 sub-competences, 26 knowledge, 37 skills, 25 predispositions" in said
    assert "A  Developing and formalising new partnerships: 5 sub-competences" in said
    assert not Framework.objects.exists()


def test_a_check_prints_what_changes(write, kip, repository_of_skills):
    said, code = load(write(reworded_under("2024.1", repository_of_skills)), "--check")
    assert code == 0
    assert "kip 2024.1, compared with 2021.11." in said
    assert "144 unchanged, 1 reworded" in said
    assert f"Reworded: A2, sub-competence (line {line_of(b'id: identify-needs', repository_of_skills)})" in said
    assert "Identifying current and future needs of {+all+} partners" in said.replace("[-the-] ", "")
    assert "Ratings: carried. The old wording is shown once" in said
    assert list(Revision.objects.all()) == [kip]


def test_a_check_of_what_is_in_force_says_so(write, kip, repository_of_skills):
    said, _ = load(write(repository_of_skills), "--check")
    assert "kip 2021.11 is what is in force: no change." in said


def test_json_holds_document_and_comparison(write, kip, repository_of_skills):
    said, _ = load(write(reworded_under("2024.1", repository_of_skills)), "--check", "--json")
    answer = json.loads(said)
    assert answer.keys() == {"document", "comparison"}
    assert answer["document"]["revision"] == {"version": "2024.1", "date": "2021-11-01", "replaces": "2021.11"} | {
        "notes": kip.notes
    }
    assert answer["comparison"][2] == {
        "id": "identify-needs",
        "code": "A2",
        "kind": "sub_competence",
        "change": "reworded",
        "from": ["identify-needs"],
        "ratings": "carried",
    }


def test_json_of_several_files_is_a_line_each(write, repository_of_skills, leader_cms):
    said, _ = load(write(repository_of_skills), write(leader_cms, "leader.yaml"), "--json", "--publish")
    assert [json.loads(line)["document"]["framework"]["id"] for line in said.splitlines()] == ["kip", "leader-cms"]
    assert Revision.objects.current().count() == 2


def test_faults_are_told_with_file_and_line_and_nothing_is_written(write, repository_of_skills, leader_cms):
    bad = write(repository_of_skills.replace(b"code: A2", b"code: A1").replace(b"code: B2", b"code: B1"), "bad.yaml")
    lines = {code: line_of(f"code: {code}\n".encode(), repository_of_skills) for code in ("A1", "A2", "B1", "B2")}
    said, code = load(write(leader_cms, "leader.yaml"), bad, "--publish")
    assert code == 1
    assert said.splitlines() == [
        f"{bad}:{lines['A2']}: the code `A1` is taken since line {lines['A1']}: choose another",
        f"{bad}:{lines['B2']}: the code `B1` is taken since line {lines['B1']}: choose another",
        "Nothing was imported.",
    ]
    assert not Framework.objects.exists()


def test_one_framework_in_two_files_is_refused(write, repository_of_skills):
    first = write(repository_of_skills, "one.yaml")
    said, code = load(first, write(repository_of_skills, "two.yaml"))
    assert code == 1
    assert f"two.yaml:{line_of(b'id: kip', repository_of_skills)}: the framework `kip` is in {first} too" in said
    assert not Framework.objects.exists()


def test_a_revision_with_changes_is_published_beside_others(write, kip, repository_of_skills, leader_cms):
    changed = write(reworded_under("2024.1", repository_of_skills))
    said, code = load(write(leader_cms, "leader.yaml"), changed, "--publish")
    assert (said, code) == ("leader-cms 1: published.\nkip 2024.1: published.\n", 0)
    assert {str(revision) for revision in Revision.objects.current()} == {"leader-cms 1", "kip 2024.1"}


def test_a_revision_without_changes_supersedes(write, kip, repository_of_skills):
    assert load(write(unchanged_under("2024.1", repository_of_skills)), "--publish")[1] == 0
    assert Revision.objects.current().get().version == "2024.1"


@pytest.mark.parametrize("kind", ["missing", "folder"])
def test_what_cannot_be_read_is_said_in_a_sentence(kind, tmp_path):
    file = tmp_path if kind == "folder" else tmp_path / "nothing.yaml"
    said, code = load(str(file))
    assert code == 1
    assert said.startswith(f"{file} cannot be read: ")
    assert said.endswith("Nothing was changed.")


def test_a_file_that_is_too_big_is_refused_without_reading_it_all(write):
    said, code = load(write(b"#" * 6_000_000))
    assert code == 1
    assert "at most 5 MB" in said


def test_check_and_publish_exclude_one_another(write, repository_of_skills):
    said, code = load(write(repository_of_skills), "--check", "--publish")
    assert code == 1
    assert "choose one of them" in said


def test_the_command_ends_with_one_and_without_a_traceback(checkout, tmp_path):
    file = tmp_path / "bad.yaml"
    file.write_text("format: kip-framework/1\nframework: &anchor {}\n")
    run = subprocess.run(
        [sys.executable, "manage.py", "load_framework", str(file)],
        cwd=checkout,
        env=os.environ | {"DATABASE_URL": f"sqlite:///{tmp_path / 'unused.sqlite3'}"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 1
    assert run.stdout == ""
    assert f"{file}:2: the anchor" in run.stderr
    assert "Traceback" not in run.stderr

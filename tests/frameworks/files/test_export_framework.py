"""manage.py export_framework: what was imported comes out again, word for word."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from frameworks.files.reading import read_framework
from frameworks.models import Revision
from frameworks.publishing import actions
from tests.frameworks.files.published_table import TABLE
from tests.published import publish_file, unchanged_under


def export(*arguments):
    out = StringIO()
    call_command("export_framework", *arguments, stdout=out)
    return out.getvalue()


def document(content, name="kip.yaml"):
    reading = read_framework(content, name)
    assert reading.faults == ()
    return reading.document


@pytest.mark.parametrize("framework", ["kip", "leader"])
def test_what_was_imported_is_exported_without_loss(framework, request):
    revision = request.getfixturevalue(framework)
    text = export(revision.framework.key, "--format", "yaml")
    assert document(text.encode()) == document(bytes(revision.file.content))


def test_the_export_holds_every_published_sentence_in_the_order_of_the_table(kip):
    exported = document(export("kip").encode())
    clusters = ("sub_competences", "knowledge", "skills", "predispositions")
    assert {
        competence["code"]: (
            competence["title"]["en"],
            *(tuple(statement["text"]["en"] for statement in competence[cluster]) for cluster in clusters),
        )
        for competence in exported["competences"]
    } == {
        letter: (title, tuple(text.replace("*", "") for text in sub_competences), *others)
        for letter, (title, sub_competences, *others) in TABLE.items()
    }


def test_an_export_imported_again_is_no_change(kip):
    assert actions.import_draft(export("kip").encode(), "export.yaml") == kip


def test_an_earlier_revision_is_exported_by_its_version(kip, repository_of_skills):
    publish_file(unchanged_under("2024.1", repository_of_skills))
    assert document(export("kip").encode())["revision"]["version"] == "2024.1"
    assert document(export("kip", "--revision", "2021.11").encode())["revision"]["version"] == "2021.11"


def test_it_writes_to_a_file(kip, tmp_path):
    file = tmp_path / "kip.yaml"
    assert export("kip", "--output", str(file)) == f"kip 2021.11 was written to {file}.\n"
    assert file.read_text(encoding="utf-8") == export("kip", "--output", "-")


def test_a_draft_is_not_exported(repository_of_skills, leader):
    actions.import_draft(repository_of_skills, "kip.yaml")
    with pytest.raises(CommandError, match="No framework kip is published here"):
        export("kip")
    assert Revision.objects.drafts().exists()


@pytest.mark.django_db
def test_without_any_framework_it_says_so():
    with pytest.raises(CommandError, match="Published are: none"):
        export("kip")


def test_an_unknown_version_is_answered_with_the_known_ones(kip):
    with pytest.raises(CommandError, match=r"kip has no published revision 1999, but it has 2021\.11"):
        export("kip", "--revision", "1999")


@pytest.mark.parametrize("place", ["", "nowhere/kip.yaml"])
def test_a_place_that_cannot_be_written_is_said_in_a_sentence(place, kip, tmp_path):
    file = tmp_path / place
    with pytest.raises(CommandError, match="cannot be written: "):
        export("kip", "--output", str(file))

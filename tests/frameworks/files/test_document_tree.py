"""A changed document is checked as its own file would be, without writing and parsing that file."""

import pytest
from yaml.cyaml import CParser

from frameworks.files import document_tree
from frameworks.files.document_tree import _Builder
from frameworks.files.faults import FaultList
from frameworks.files.reading import read_document, read_framework
from frameworks.files.writing import to_yaml
from frameworks.files.yaml_tree import _TreeBuilder
from tests.published import FIXTURES

FILES = ("repository_of_skills.yaml", "repository_of_skills_draft.yaml", "leader_cms.yaml")


@pytest.fixture(params=FILES)
def document(request):
    """The document of a file that comes with the platform."""
    return read_framework((FIXTURES / request.param).read_bytes(), request.param).document


def test_a_document_is_read_as_its_file_is(document):
    reading = read_document(document)
    assert reading.faults == ()
    assert reading.document == document == read_framework(to_yaml(document).encode(), "").document


def test_keys_come_back_in_their_order(document):
    backwards = dict(reversed(document.items()))
    assert list(read_document(backwards).document) == list(document)


def test_it_counts_as_many_values_as_its_file_has(document):
    builder, of_file = _Builder("en", FaultList()), _TreeBuilder(FaultList())
    builder.node(document)
    of_file.build(CParser(to_yaml(document)))
    assert builder.nodes == of_file.nodes


def test_too_many_values_are_refused(document, monkeypatch):
    monkeypatch.setattr(document_tree, "MOST_NODES", 100)
    (fault,) = read_document(document).faults
    assert "more than 100 values" in fault.message


@pytest.mark.parametrize(
    ("title", "reason"),
    [("a\u202eb", "direction of writing"), ("a\x07b", "U+0007"), (" ", "is empty"), ("x" * 2001, "2001 characters")],
)
def test_what_a_file_may_not_hold_is_refused(document, title, reason):
    document["competences"][0]["title"] = {"en": title}
    assert [reason in fault.message for fault in read_document(document).faults] == [True]


def test_texts_are_composed(document):
    document["competences"][0]["title"] = {"en": "Cafe\u0301"}
    assert read_document(document).document["competences"][0]["title"] == {"en": "Café"}

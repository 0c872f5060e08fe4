"""The demonstration draft: a second revision of the Repository of skills with every kind of change an author makes."""

import pytest
from django.core.management import call_command

from frameworks.comparison.rules import compare
from frameworks.files.document import STATEMENT_KINDS, elements
from frameworks.files.reading import read_framework
from frameworks.publishing import actions
from kip_site.refusals import FaultyFiles
from tests.published import FIXTURES, line_of

NAME = "repository_of_skills_draft.yaml"


@pytest.fixture(scope="module")
def draft_file():
    return (FIXTURES / NAME).read_bytes()


@pytest.fixture(scope="module")
def published(repository_of_skills):
    return read_framework(repository_of_skills, "repository_of_skills.yaml").document


@pytest.fixture(scope="module")
def draft(draft_file):
    reading = read_framework(draft_file, NAME)
    assert reading.faults == ()
    return reading.document


@pytest.fixture(scope="module")
def comparison(published, draft):
    return compare(published, draft, name=NAME)


@pytest.fixture(scope="module")
def statements(comparison):
    """The entries of the statements alone."""
    return [entry for entry in comparison.entries if entry.kind in STATEMENT_KINDS.values()]


def with_change(entries, change):
    """{id: ids it comes from} of the entries with that kind of change."""
    return {entry.id: list(entry.sources) for entry in entries if change in entry.changes}


def test_it_says_that_it_is_a_demonstration(draft, draft_file):
    assert b"DEMONSTRATION DRAFT" in draft_file[: draft_file.index(b"format:")]
    assert draft["revision"]["version"].endswith("-draft")
    assert "demonstration draft" in draft["revision"]["notes"]["en"]
    assert "not by the KEEP IN PACT partners" in draft["revision"]["notes"]["en"]
    assert "projet de démonstration" in draft["revision"]["notes"]["fr"]
    # What is printed at the foot of a page or a PDF says it too.
    assert "demonstration" in draft["framework"]["publisher"]
    assert draft["framework"]["source"].startswith("Demonstration draft")


def test_it_follows_the_published_revision_without_faults(comparison):
    assert comparison.faults == ()
    assert not comparison.is_first
    assert not comparison.is_identical


def test_it_has_every_kind_of_change_but_new_levels(comparison):
    assert comparison.counts() == {
        "unchanged": 96,
        "moved": 1,
        "recoded": 5,
        "translated": 7 + 21 + 1,  # titles, sub-competences, the levels
        "reworded": 5,
        "successor": 1,
        "split": 4,
        "merged": 2,
        "widened": 1,
        "narrowed": 2,
        "retired": 1,
        "added": 18,
    }


def test_each_statement_comes_from_what_it_should(statements):
    assert with_change(statements, "successor") == {"raise-funds": ["find-funds"]}
    assert with_change(statements, "split") == {
        "written-oral-communication": ["communication-it"],
        "digital-communication": ["communication-it"],
        "report-to-funders": ["report-projects"],
        "respond-to-controls": ["report-projects"],
    }
    assert with_change(statements, "merged") == {
        "application-writing": ["project-application", "project-application-again"],
        "analytical-deductive-reasoning": ["analytical-reasoning", "deductive-reasoning"],
    }
    assert with_change(statements, "widened") == {"guidance-policies": ["guidance-policies", "legislative-reforms"]}
    assert with_change(statements, "narrowed") == {"support-practices": ["support-practices"]}
    assert with_change(statements, "retired") == {"administrative-skills": ["administrative-skills"]}
    assert with_change(statements, "moved") == {"labour-market-trends": ["labour-market-trends"]}
    assert set(with_change(statements, "reworded")) == {
        "legislation",
        "data-collection",
        "communication-skills",
        "session-design",
        "social-network-management",
    }


def test_the_findings_of_the_survey_are_added(statements, draft):
    competences = {element.id: element.competence for element in elements(draft)}
    added = {}
    for key in with_change(statements, "added"):
        added.setdefault(competences[key], []).append(key)
    assert added == {
        "new-partnerships": ["prepare-partnership"],
        "administration-finance": ["manage-resources", "fundraising-methods", "resource-planning"],
        "coordination": ["keep-engagement", "co-design", "digital-collaboration", "co-creation-methods"],
        "partners-competences": ["online-sessions", "trustworthiness"],
        "communication-representation": ["digital-presence", "accessible-content"],
    }


def test_what_it_does_not_change_stands_word_for_word(published, draft):
    new = {element.id: element for element in elements(draft)}
    declared = {"reworded", "narrowed", "replaces"}
    kept = [
        element for element in elements(published) if element.id in new and not declared & set(new[element.id].data)
    ]
    # Competences, statements and learning outcomes, without the nine that are gone and the eight that are declared.
    assert len(kept) == 7 + 112 + 26 - 9 - 8
    for element in kept:
        assert new[element.id].text["en"] == element.text["en"]
        assert new[element.id].data.get("emphasis", {}).get("en") == element.data.get("emphasis", {}).get("en")
        assert new[element.id].kind == element.kind


def test_every_statement_is_served(draft):
    entries = list(elements(draft))
    served = {key for entry in entries for key in entry.data.get("serves", ())}
    asked = {entry.id for entry in entries if entry.kind in STATEMENT_KINDS.values() and "same_as" not in entry.data}
    assert asked - served == set()


def test_titles_sub_competences_and_levels_are_in_french(draft):
    assert draft["framework"]["languages"] == ["en", "fr"]
    assert draft["framework"]["title"]["fr"] == "Répertoire de compétences"
    for element in elements(draft):
        if element.kind in ("competence", "sub_competence"):
            assert element.text["fr"] != element.text["en"], element.id
    for level in draft["scale"]["levels"]:
        assert set(level["label"]) == {"en", "fr"}
        assert all(set(descriptor) == {"en", "fr"} for descriptor in level["descriptors"].values())


def test_the_command_shows_what_it_would_change(kip, capsys):
    call_command("load_framework", str(FIXTURES / NAME), "--check")
    said = capsys.readouterr().out
    assert "kip 2026.1-draft, compared with 2021.11." in said
    for label in ("Merged: B-S3, skill, from B-S4, B-S5", "Retired: B-S3", "Successor: B2", "Moved + recoded: C-K5"):
        assert label in said
    assert said.endswith("No faults. Nothing was written.\n")


def test_it_can_be_published(kip, draft_file):
    revision = actions.publish(actions.import_draft(draft_file, NAME))
    assert revision.statements.count() == 112 - 9 + 7 + 12
    assert revision.scale.levels.get(key="on-my-own").label["fr"] == "En autonomie"


def test_a_sentence_changed_without_a_word_is_refused(kip, draft_file):
    text = b"en: Formalising the partnership"
    changed = draft_file.replace(text, b"en: Sealing the partnership")
    changed = changed.replace(b"en: [Formalising]", b"en: [Sealing]")
    with pytest.raises(FaultyFiles) as refused:
        actions.examine(changed, NAME)
    (fault,) = refused.value.faults
    assert fault.line <= line_of(text, draft_file)
    assert "reworded: true" in fault.message

"""A framework file becomes its normalised document, or every fault in it with its line."""

import json
import random
import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator, FormatChecker

from frameworks.comparison.rules import CHANGES
from frameworks.files.faults import MOST_FAULTS, FaultList
from frameworks.files.reading import read_framework
from frameworks.files.rules import framework_rule
from frameworks.files.schema import ID_PATTERN, KEY_PATTERN, LONGEST_ID, LONGEST_VERSION, SCHEMA_FILE, VERSION_PATTERN
from frameworks.files.yaml_tree import parse
from frameworks.models import Competence, Revision
from kip_site.languages import LANGUAGE_NAMES

HERE = Path(__file__).parent
GUIDANCE = (HERE / "guidance.yaml").read_text(encoding="utf-8")
BAD_FILES = sorted((HERE / "bad_files").glob("*.yaml"))
VALIDATOR = Draft202012Validator(json.loads(SCHEMA_FILE.read_text()), format_checker=FormatChecker())


def read(text):
    return read_framework(text.encode(), "guidance.yaml")


def changed(old, new, text=GUIDANCE):
    assert text.count(old) == 1, f"{text.count(old)} times: {old}"
    return text.replace(old, new)


def document_of(text):
    reading = read(text)
    assert reading.faults == ()
    return reading.document


def test_a_good_file_becomes_a_document_with_language_maps_and_keys_in_a_fixed_order():
    document = document_of(GUIDANCE)

    assert list(document) == ["format", "framework", "revision", "scale", "competences"]
    assert document["framework"] == {
        "id": "guidance",
        "title": {"en": "Guidance", "fr": "Conseil"},
        "publisher": "A guild",
        "source": "The guild's handbook",
        "licence": "CC BY 4.0",
        "source_language": "en",
        "languages": ["en", "fr"],
    }
    assert document["revision"] == {"version": "2026.1", "date": "2026-05-04"}
    assert document["scale"]["levels"][1] == {
        "id": "done",
        "value": 1,
        "label": {"en": "Done"},
        "descriptors": {"knowledge": {"en": "I know this"}, "skill": {"en": "I do this"}},
    }
    [competence] = document["competences"]
    assert list(competence) == ["id", "code", "title", "knowledge", "skills", "learning_outcomes"]
    assert competence["skills"][0] == {
        "id": "active-listening",
        "code": "A-S1",
        "text": {"en": "Listening with care and patience"},
        "emphasis": {"en": ["Listening", "patience"]},
    }
    assert competence["learning_outcomes"][0]["serves"] == ["active-listening", "silence"]


def test_the_order_of_keys_in_the_file_makes_no_difference_to_the_document():
    moved = changed(
        "        code: A-S2\n        text: Keeping silent", "        text: Keeping silent\n        code: A-S2"
    )

    assert json.dumps(document_of(moved)) == json.dumps(document_of(GUIDANCE))


def test_every_element_has_its_line():
    lines = read(GUIDANCE).lines

    numbered = GUIDANCE.splitlines()
    assert {key: numbered[line - 1].strip() for key, line in lines.items() if key[0] != "/"} == {
        "listening": "- id: listening",
        "hearing": "- id: hearing",
        "active-listening": "- id: active-listening",
        "silence": "- id: silence",
        "can-listen": "- id: can-listen",
    }
    assert numbered[lines["/revision/version"] - 1] == '  version: "2026.1"'
    assert numbered[lines["/scale/levels/done"] - 1] == "    - id: done"


@pytest.mark.parametrize("file", BAD_FILES, ids=lambda file: file.stem)
def test_a_bad_file_is_refused_with_the_line_and_the_reason_of_every_fault(file):
    """Each faulty line of these files says after `#!` what is told of it."""
    expected = [
        (number, line.partition("#! ")[2])
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1)
        if "#! " in line
    ]
    reading = read_framework(file.read_bytes(), file.name)

    assert reading.document is None
    assert [fault.line for fault in reading.faults] == [line for line, _ in expected]
    for line, reason in expected:
        assert any(fault.line == line and reason in fault.message for fault in reading.faults), reading.faults


def test_there_are_bad_files():
    assert len(BAD_FILES) > 70


def test_a_fault_names_file_and_line():
    [fault] = read(changed("code: A-S2", "code: A-S1")).faults

    assert str(fault) == "guidance.yaml:39: the code `A-S1` is taken since line 35: choose another"


@pytest.mark.parametrize("code", ["NO", "1.10", "12:30", "2021-11-01", "0x10", "1e3", "on"])
def test_a_code_that_looks_like_another_type_stays_as_it_is_written(code):
    document = document_of(changed("code: A-S2", f"code: {code}"))

    assert document["competences"][0]["skills"][1]["code"] == code


def test_a_version_and_a_date_may_be_quoted_or_not():
    text = changed('"2026.1"', "2026.10", changed("2026-05-04", '"2026-05-04"'))

    assert document_of(text)["revision"] == {"version": "2026.10", "date": "2026-05-04"}


def test_optional_keys_that_say_nothing_are_left_out():
    text = changed(
        "        text: Keeping silent",
        "        text: Keeping silent\n        emphasis: []\n        replaces: []\n        reworded: false\n"
        "        narrowed: False",
    )
    text = changed("date: 2026-05-04", "date: 2026-05-04\n  replaces: null", text)
    text = changed("    knowledge:\n", "    sub_competences: []\n    knowledge:\n", text)

    assert document_of(text + "retired: []\n") == document_of(GUIDANCE)


def test_every_optional_key_is_kept():
    text = changed(
        "        text: Keeping silent",
        "        text: {fr: Se taire, en: Keeping silent}\n        emphasis: {fr: [taire], en: [silent]}\n"
        "        esco: http://data.europa.eu/esco/skill/1\n        eqf: 5\n        narrowed: true\n"
        "        uuid: 5B5D7C1E-3F0E-4A53-9A4E-2F1D0D5F8A11\n        replaces: [old]\n        reworded: true",
    )
    text = changed("    learning_outcomes:", "    learning_outcomes_origin: Ours\n    learning_outcomes:", text)
    text = changed("  id: two-steps", "  id: two-steps\n  origin: Ours\n  replaces: {id: x, map: {a: done}}", text)
    text = changed("date: 2026-05-04", "date: 2026-05-04\n  replaces: 2025.1\n  notes: New", text)
    text = changed("  publisher:", "  summary: A start\n  publisher:", text)
    document = document_of(text + "retired: [{id: gone, note: Nobody did it}]\n")

    assert document["competences"][0]["skills"][1] == {
        "id": "silence",
        "code": "A-S2",
        "text": {"en": "Keeping silent", "fr": "Se taire"},
        "emphasis": {"en": ["silent"], "fr": ["taire"]},
        "esco": "http://data.europa.eu/esco/skill/1",
        "eqf": 5,
        "uuid": "5b5d7c1e-3f0e-4a53-9a4e-2f1d0d5f8a11",
        "replaces": ["old"],
        "reworded": True,
        "narrowed": True,
    }
    assert list(document["competences"][0]["skills"][1]["text"]) == ["en", "fr"]
    assert document["competences"][0]["learning_outcomes_origin"] == {"en": "Ours"}
    assert document["scale"]["origin"] == {"en": "Ours"}
    assert document["scale"]["replaces"] == {"id": "x", "map": {"a": "done"}}
    assert document["revision"]["replaces"] == "2025.1"
    assert document["revision"]["notes"] == {"en": "New"}
    assert document["framework"]["summary"] == {"en": "A start"}
    assert document["retired"] == [{"id": "gone", "note": {"en": "Nobody did it"}}]


def test_a_repeated_text_names_its_first_occurrence_in_another_competence():
    text = GUIDANCE + (
        "  - id: b\n    code: B\n    title: Being\n    skills:\n"
        "      - {id: silence-again, code: B-S1, text: Keeping silent, same_as: silence}\n"
    )

    assert document_of(text)["competences"][1]["skills"][0]["same_as"] == "silence"


def test_emphasis_may_repeat_a_phrase_as_often_as_the_text_does():
    twice = changed("text: Keeping silent", "text: Silent and silent\n        emphasis: [ilent, ilent]")
    assert read(twice).faults == ()

    [fault] = read(twice.replace("[ilent, ilent]", "[ilent, ilent, ilent]")).faults
    assert "stands before the one listed above it" in fault.message


def test_emphasis_of_a_file_without_a_source_language_is_no_second_fault():
    texts = changed("text: Keeping silent", "text: {en: Keeping silent}\n        emphasis: [silent]")
    assert read(texts).faults == ()

    [fault] = read(texts.replace("  source_language: en\n", "")).faults
    assert "`source_language` is missing" in fault.message


def test_the_end_of_a_block_text_is_no_part_of_it():
    folded = changed("text: Keeping silent", "text: >\n          Keeping\n          silent\n")

    assert document_of(folded) == document_of(GUIDANCE)


def test_a_descriptor_is_needed_only_for_the_kinds_in_use():
    text = changed("descriptors: {skill: I do this, knowledge: I know this}", "descriptors: {skill: I do this}")
    without_knowledge = text.replace(text[text.index("    knowledge:\n") : text.index("    skills:\n")], "")

    assert len(read(text).faults) == 1
    assert read(without_knowledge).faults == ()


def test_the_limits_of_the_format_are_the_last_values_that_pass():
    text = changed("- id: silence", f"- id: {'s' * 64}", changed(", silence]", "]"))
    text = changed("code: A-S2", f"code: {'C' * 16}", text)
    text = changed("text: Keeping silent", f"text: {'t' * 2000}\n        eqf: 8", text)

    assert read(text).faults == ()


def test_a_length_counts_composed_characters():
    assert read(changed("text: Keeping silent", "text: " + "e\u0301" * 2000)).faults == ()


@pytest.mark.parametrize("name", ["repository_of_skills.yaml", "leader_cms.yaml"])
def test_the_frameworks_of_the_project_are_read(checkout, name):
    reading = read_framework((checkout / "fixtures" / name).read_bytes(), name)

    assert reading.faults == ()
    assert list(VALIDATOR.iter_errors(reading.document)) == []


def test_a_hundred_faults_are_listed_and_no_more():
    skills = "".join(f"      - {{id: s{number}, code: S{number}, txt: a}}\n" for number in range(200))
    text = changed("    skills:\n", f"    skills:\n{skills}")

    assert len(read(text).faults) == MOST_FAULTS


def test_faults_of_yaml_schema_and_consistency_are_told_together_by_line():
    text = changed("licence: CC BY 4.0", "licence: !x CC BY 4.0")
    text = changed("value: 1\n", "value: one\n", text)
    text = changed("serves: [active-listening, silence]", "serves: [nothing]", text)

    faults = read(text).faults
    assert [fault.line for fault in faults] == sorted(fault.line for fault in faults)
    assert len(faults) == 3


@pytest.mark.parametrize(
    "content", ["just a text", "[a, list]", "null", "{}", "competences: [[[]]]", "scale: {levels: 1}"]
)
def test_what_is_no_framework_at_all_has_faults_and_does_no_harm(content):
    assert read(content).faults


@given(st.binary(max_size=200) | st.text(alphabet="abk:-[]{}\"'|>&*!%#?,\n \t0", max_size=200).map(str.encode))
def test_no_bytes_make_reading_fail(content):
    reading = read_framework(content, "any.yaml")

    assert reading.document is None
    assert reading.faults


# --- The schema as a full validator sees it ---------------------------------------------------------


def test_the_schema_is_a_schema():
    Draft202012Validator.check_schema(VALIDATOR.schema)


def test_the_schema_names_the_languages_of_the_platform_in_their_order():
    definitions = VALIDATOR.schema["$defs"]

    languages = list(LANGUAGE_NAMES)
    assert definitions["language"]["enum"] == languages
    for name in ("text", "origin", "phrases"):
        alone, by_language = definitions[name]["anyOf"]
        assert by_language["properties"] == dict.fromkeys(languages, alone)


@pytest.mark.parametrize(
    ("pattern", "longest"),
    [(ID_PATTERN, LONGEST_ID), (KEY_PATTERN, LONGEST_ID), (VERSION_PATTERN, LONGEST_VERSION)],
    ids=["id", "key", "version"],
)
def test_a_length_that_a_pattern_limits_is_known_as_a_number_too(pattern, longest):
    assert re.search(pattern, "a" * longest)
    assert not re.search(pattern, "a" * (longest + 1))
    assert not re.search(pattern, "a\n")


@pytest.mark.parametrize(
    ("model", "field", "definition"),
    [
        (Competence, "code", "code"),
        (Competence, "esco", "esco"),
        (Revision, "publisher", "name"),
        (Revision, "licence", "name"),
        (Revision, "source", "plain_text"),
    ],
)
def test_a_column_has_room_for_as_much_as_the_schema_allows(model, field, definition):
    assert model._meta.get_field(field).max_length == VALIDATOR.schema["$defs"][definition]["maxLength"]


def test_the_normalised_document_fits_the_schema():
    assert list(VALIDATOR.iter_errors(document_of(GUIDANCE))) == []


WORDS = ["", " ", " x", "x ", "ok", "É lan", "x" * 2001, "x" * 201, "x" * 17, "2026-02-30", "2026-05-04", "a/b", "A B"]
SHAPES = [None, [], {}, {"en": "x"}, {"de": "x"}, {"en": ""}, ["x"], ["x", "x"], [["x"]], {"en": ["x"]}, ["X Y"]]


def places(value, path=()):
    yield path
    for key, child in value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ():
        yield from places(child, (*path, key))


def mutated(document, seed):
    """A copy of `document` with one to three places changed at random; numbers stay out of the places of texts."""
    chance = random.Random(seed)
    document = json.loads(json.dumps(document))
    for _ in range(chance.randint(1, 3)):
        path = chance.choice([path for path in places(document) if path])
        parent = document
        for key in path[:-1]:
            parent = parent[key]
        act = chance.choice(["replace", "replace", "remove", "add"])
        if act == "remove":
            del parent[path[-1]]
        elif act == "add" and isinstance(parent, dict):
            parent[chance.choice(["colour", "esco", "eqf", "replaces", "uuid", "notes", "en"])] = chance.choice(WORDS)
        else:
            number = path[-1] in ("value", "eqf", "narrowed", "levels", "competences", "serves", "replaces")
            parent[path[-1]] = chance.choice(WORDS + SHAPES + ([-1, 0, 5, 1001, True, False] if number else []))
    return document


RICH = changed(
    "        text: Keeping silent",
    "        text: {fr: Se taire, en: Keeping silent}\n        emphasis: {fr: [taire], en: [silent]}\n"
    "        esco: http://data.europa.eu/esco/skill/1\n        eqf: 5\n        narrowed: true\n"
    "        uuid: 5B5D7C1E-3F0E-4A53-9A4E-2F1D0D5F8A11\n        replaces: [old]",
)


@settings(max_examples=300)
@given(st.integers(min_value=0))
def test_the_reader_and_a_full_validator_agree(seed):
    """Any document, written as JSON (which is YAML too), passes both or neither."""
    document = mutated(read(RICH).document, seed)
    text = json.dumps(document, ensure_ascii=False)
    faults = FaultList()
    framework_rule().check(parse(text.encode(), faults), "file", faults)

    told = [str(fault) for fault in faults.sorted()]
    errors = [error.message[:200] for error in VALIDATOR.iter_errors(document)]
    assert bool(told) == bool(errors), (told, errors)


# --- The documentation ------------------------------------------------------------------------------


def test_the_example_of_the_documentation_is_a_good_file(checkout):
    page = (checkout / "docs" / "framework-format.md").read_text(encoding="utf-8")
    example = page.partition("```yaml\n")[2].partition("```")[0]

    assert document_of(example)["framework"]["id"] == "peer-guidance"


def test_the_documentation_names_every_key_and_every_kind_of_change(checkout):
    page = (checkout / "docs" / "framework-format.md").read_text(encoding="utf-8")

    definitions = VALIDATOR.schema["$defs"].values()
    keys = {key for definition in [VALIDATOR.schema, *definitions] for key in definition.get("properties", ())}
    assert {key for key in keys if f"`{key}`" not in page and f"{key}:" not in page} == set()
    assert {change for change in CHANGES if change not in page} == set()

"""What is written as a framework file reads back as the same document, and reads well."""

import json
import unicodedata
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from frameworks.files.reading import read_framework
from frameworks.files.writing import WIDTH, to_yaml
from frameworks.files.yaml_tree import FORBIDDEN

HERE = Path(__file__).parent
GUIDANCE = (HERE / "guidance.yaml").read_text(encoding="utf-8")
# The project's frameworks as they were exported once: who keeps files under version control sees every other byte.
WRITTEN = sorted((HERE / "written").glob("*.yaml"))


def document_of(text):
    reading = read_framework(text.encode(), "file.yaml")
    assert reading.faults == ()
    return reading.document


def guidance_with(**texts):
    """The document of guidance.yaml with other values in its second skill."""
    document = document_of(GUIDANCE)
    document["competences"][0]["skills"][1].update(texts)
    return document


ODD = [
    *["NO", "no", "y", "null", "~", "true", "1.10", "12:30", "0x1F", "1_000", ".inf", "2026-05-04", "-", "- a", "? a"],
    *[
        "a: b",
        "a:",
        ":a",
        "a #b",
        "#a",
        "a#b",
        "a:b",
        "'",
        '"',
        "'a'",
        '"a"',
        "a'b\"c",
        "\\",
        "a\\nb",
        "a\\",
        "[a]",
        "{a}",
    ],
    *[
        "a, b",
        "&a",
        "*a",
        "!a",
        "|",
        ">",
        "%a",
        "@a",
        "`a`",
        "=",
        "<<",
        "---",
        "--- a",
        "...",
        "a\n---\nb",
        "a\n...\nb",
    ],
    *[
        "a\nb",
        "a\n\n\nb",
        "a\n  b",
        "a\n\tb",
        "a\n b: c\n# d",
        "a\tb",
        "a  b",
        "a   b",
        "😀",
        "👩‍🏫 é č š Ž ã",
        "«a»",
        "“a”",
    ],
    *[
        "a " * 80 + "b",
        "a  " * 80 + "b",
        "# " * 90 + "b",
        "- a: b " * 30 + "c",
        "it's " * 60 + "so",
        'a "b" ' * 50 + "c",
    ],
    *["a\\b " * 60 + "c", "ab\n" * 5 + "c", "x" * 500, "https://example.org/" + "x/" * 90],
]


@pytest.mark.parametrize("text", ODD)
def test_an_odd_text_comes_back_as_it_was(text):
    document = guidance_with(
        text={"en": text, "fr": text}, emphasis={"en": [text], "fr": [text]} if len(text) < 99 else {"en": [text]}
    )

    assert document_of(to_yaml(document)) == document


def texts(longest=300):
    """Any text that a framework may hold, odd ones more often than not."""
    pieces = st.one_of(
        st.sampled_from(
            [*" \n:#-'\"\\,[]{}&*!|>%@`~?=<.0", ": ", " #", "- ", "no", "null", "1.10", "word", "é", "č", "😀"]
        ),
        st.text(max_size=20),
    )
    return (
        st.lists(pieces, min_size=1, max_size=30)
        .map("".join)
        .map(
            lambda text: (
                unicodedata.normalize("NFC", FORBIDDEN.sub("", text).replace("\r", "")).strip()[:longest].strip()
            )
        )
        .filter(lambda text: any(unicodedata.category(character)[0] in "LNS" for character in text))
        .filter(lambda text: not any(unicodedata.category(character) == "Cs" for character in text))
    )


IDS = st.from_regex(r"[a-z0-9][a-z0-9.-]{0,63}", fullmatch=True)


@settings(max_examples=300)
@given(
    text=texts(), title=texts(), translated=texts(), code=texts(16), name=texts(), identifier=IDS, level=IDS, old=IDS
)
def test_any_document_comes_back_as_it_was(text, title, translated, code, name, identifier, level, old):
    document = document_of(GUIDANCE)
    document["framework"]["publisher"] = name
    document["revision"]["notes"] = {"en": text}
    document["scale"]["replaces"] = {"id": "before", "map": {old: level}}
    document["scale"]["levels"][1]["id"] = level
    competence = document["competences"][0]
    competence["title"] = {"en": title, "fr": translated}
    competence["skills"][1] |= {
        "id": identifier,
        "code": code,
        "text": {"en": text},
        "emphasis": {"en": [text]},
        "replaces": [old],
    }
    competence["learning_outcomes"][0] |= {"level": level, "serves": [identifier]}
    reading = read_framework(to_yaml(document).encode(), "file.yaml")

    # An id or code that clashes with one of the others is the only thing that reading may find wrong.
    taken = {fault.message.split(" is taken")[0].rpartition(" ")[0] for fault in reading.faults}
    assert taken <= {"the id", "the code", "the level id"}
    if not reading.faults:
        assert json.dumps(reading.document, sort_keys=True) == json.dumps(document, sort_keys=True)


@pytest.mark.parametrize("level_map", [{"en": "done"}, {"date": "12", "no": "not-yet", "12": "done", "map": "done"}])
def test_level_ids_that_look_like_something_else_come_back_as_they_were(level_map):
    document = document_of(GUIDANCE)
    document["scale"]["replaces"] = {"id": "null", "map": level_map}
    document["scale"]["levels"].append(document["scale"]["levels"][1] | {"id": "12", "value": 2})

    assert document_of(to_yaml(document)) == document
    guessed = yaml.safe_load(to_yaml(document))["scale"]["replaces"]
    assert guessed == {"id": "null", "map": level_map}


@pytest.mark.parametrize("name", ["repository_of_skills.yaml", "leader_cms.yaml"])
def test_the_frameworks_of_the_project_come_back_word_for_word(checkout, name):
    document = document_of((checkout / "fixtures" / name).read_text(encoding="utf-8"))

    written = to_yaml(document)
    assert document_of(written) == document
    assert to_yaml(document_of(written)) == written


@pytest.mark.parametrize("file", WRITTEN, ids=lambda file: file.stem)
def test_what_was_exported_once_is_exported_byte_for_byte_again(file):
    content = file.read_bytes()

    assert to_yaml(document_of(content.decode())).encode() == content


def test_the_exports_of_all_three_frameworks_are_kept():
    assert [file.stem for file in WRITTEN] == ["leader_cms", "repository_of_skills", "repository_of_skills_draft"]


def test_the_file_is_in_the_house_style():
    document = guidance_with(
        code="1.10",
        text={"en": "Keeping silent: as long as it takes", "fr": "Se taire"},
        emphasis={"en": ["silent", "as long"]},
        same_as="active-listening",
    )
    document["revision"]["notes"] = {"en": "One\n\ntwo"}

    written = to_yaml(document)
    assert written.startswith(
        "# yaml-language-server: $schema=../frameworks/kip-framework-1.schema.json\n"
        "format: kip-framework/1\n"
        "framework:\n"
        "  id: guidance\n"
        "  title:\n"
        "    en: Guidance\n"
        "    fr: Conseil\n"
        "  publisher: A guild\n"
        "  source: The guild's handbook\n"
        "  licence: CC BY 4.0\n"
        "  source_language: en\n"
        "  languages: [en, fr]\n"
        "revision:\n"
        '  version: "2026.1"\n'
        "  date: 2026-05-04\n"
        "  notes: |-\n"
        "    One\n"
        "\n"
        "    two\n"
        "scale:\n"
    )
    assert (
        "      - id: silence\n"
        '        code: "1.10"\n'
        "        text:\n"
        '          en: "Keeping silent: as long as it takes"\n'
        "          fr: Se taire\n"
        "        emphasis: [silent, as long]\n"
        "        same_as: active-listening\n"
        "    learning_outcomes:\n"
    ) in written


def test_long_texts_are_wrapped_and_nothing_else_is():
    document = guidance_with(text={"en": "Keeping silent " * 30 + "today"}, emphasis={"en": ["Keeping silent"] * 12})

    lines = to_yaml(document).splitlines()
    assert max(len(line) for line in lines) <= WIDTH
    assert lines.count("          - Keeping silent") == 12
    assert document_of("\n".join(lines)) == document


def test_a_reader_that_guesses_types_sees_the_same_texts():
    document = guidance_with(code="1.10", text={"en": "12:30"}, replaces=["no", "1e3", "0x10"])

    guessed = yaml.safe_load(to_yaml(document))
    assert guessed["revision"]["version"] == "2026.1"
    assert guessed["competences"][0]["skills"][1] == {
        "id": "silence",
        "code": "1.10",
        "text": "12:30",
        "replaces": ["no", "1e3", "0x10"],
    }


def test_the_modeline_names_the_schema_from_where_the_file_lies():
    assert to_yaml(document_of(GUIDANCE), schema="a/b.json").startswith("# yaml-language-server: $schema=a/b.json\n")


def test_the_schema_lies_where_the_modeline_of_the_fixtures_says(checkout):
    from frameworks.files.writing import SCHEMA_ADDRESS

    assert (checkout / "fixtures" / SCHEMA_ADDRESS).resolve().is_file()

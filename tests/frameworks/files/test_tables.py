"""A framework as CSV and XLSX says what its YAML says, whichever program it went through."""

import csv
import json
from datetime import date
from io import BytesIO

import openpyxl
import pytest
from hypothesis import given, settings

from frameworks.files.formats import FORMATS
from frameworks.files.reading import read_any, read_framework
from frameworks.files.tables.columns import FIELDS, SHEETS, headers, headers_of_all, known_columns
from frameworks.files.tables.limits import LONGEST_CELL
from frameworks.files.tables.writing import escaped, phrases_of, to_csv, to_xlsx, unescaped
from frameworks.publishing import actions
from kip_site.refusals import Refused
from tests.frameworks.files.tables import (
    GUIDANCE,
    csv_rows,
    document_of,
    edited,
    field,
    parts_of,
    saved,
    with_cells,
    with_shared_strings,
    workbook,
    written,
)
from tests.frameworks.files.test_writing import IDS, texts
from tests.published import FIXTURES

FRAMEWORKS = ("repository_of_skills.yaml", "leader_cms.yaml")
# All that a file may say, in two languages; nothing refers to a revision before, which reading does not ask for.
RICH = json.loads(json.dumps(GUIDANCE))
RICH["framework"] |= {"summary": {"en": "A start", "fr": "Un début"}, "uuid": "5b5d7c1e-3f0e-4a53-9a4e-2f1d0d5f8a10"}
RICH["revision"] |= {"replaces": "2025.1", "notes": {"en": "New\n\nand old"}}
RICH["scale"] |= {"origin": {"en": "Ours", "fr": "De nous"}}
RICH["scale"]["replaces"] = {"id": "old-scale", "map": {"no": "not-yet", "1.10": "done", "most": "done"}}
RICH["scale"]["levels"][1] |= {"eqf": 4, "reworded": True, "esco": "http://data.europa.eu/esco/skill/0"}
RICH["competences"][0] |= {"replaces": ["old"], "reworded": True, "learning_outcomes_origin": {"en": "Ours"}}
RICH["competences"][0]["skills"][1] |= {
    "code": "1.10",
    "text": {"en": "Keeping | silent\nand = still", "fr": "Se taire"},
    "emphasis": {"en": ["Keeping | silent", "still"], "fr": ["taire"]},
    "esco": "http://data.europa.eu/esco/skill/1",
    "eqf": 5,
    "uuid": "5b5d7c1e-3f0e-4a53-9a4e-2f1d0d5f8a11",
    "replaces": ["no", "1e3", "2026-02-30", "007"],
    "narrowed": True,
}
RICH["competences"].append({"id": "b", "code": "B", "title": {"en": "=Being", "fr": "+Être"}})
RICH["competences"][1]["skills"] = [
    {"id": "again", "code": "B-S1", "text": {"en": "Listening with care and patience"}, "same_as": "active-listening"}
]
RICH["retired"] = [{"id": "gone", "note": {"en": "-", "fr": "Plus fait"}}, {"id": "gone-too"}]
RICH = document_of(FORMATS["yaml"].write(RICH), "rich.yaml")


@pytest.fixture(scope="module", params=["guidance", "rich", *FRAMEWORKS])
def document(request):
    if request.param in FRAMEWORKS:
        return read_framework((FIXTURES / request.param).read_bytes(), request.param).document
    return {"guidance": GUIDANCE, "rich": RICH}[request.param]


# --- There and back -----------------------------------------------------------------------------


@pytest.mark.parametrize("ending", FORMATS)
def test_every_format_comes_back_as_it_was(ending, document):
    content = FORMATS[ending].write(document)
    assert document_of(content, f"framework.{ending}") == document
    # Written again it is the same, but for the date that a workbook carries.
    if ending != "xlsx":
        assert FORMATS[ending].write(document_of(content, f"framework.{ending}")) == content


def test_a_workbook_saved_by_another_program_comes_back_as_it_was(document):
    assert document_of(saved(openpyxl.load_workbook(BytesIO(to_xlsx(document)))), "framework.xlsx") == document


def test_a_workbook_with_its_texts_in_a_part_of_their_own_comes_back_as_it_was(document):
    content = with_shared_strings(to_xlsx(document))
    assert b"inlineStr" not in b"".join(parts_of(content).values())
    assert document_of(content, "framework.xlsx") == document


def test_a_workbook_that_was_rearranged_comes_back_as_it_was(document):
    opened = workbook(document)
    for sheet in opened.worksheets:
        sheet.insert_rows(2)
        for column in range(1, 40):
            sheet.cell(sheet.max_row + 3, column).number_format = "0.00"
        sheet.auto_filter.ref = sheet.dimensions
    opened._sheets.reverse()
    opened.create_sheet("Sheet1")
    assert document_of(saved(opened), "framework.xlsx") == document


@pytest.mark.parametrize(
    "how",
    [
        {"delimiter": ";", "line_end": "\r\n"},
        {"delimiter": ";", "encoding": "utf-8"},
        {"delimiter": "\t", "line_end": "\n"},
        {"quoting": csv.QUOTE_ALL, "line_end": "\r"},
    ],
    ids=["Excel in Europe", "without a mark", "tabs", "all quoted"],
)
def test_a_table_saved_by_another_program_comes_back_as_it_was(how, document):
    assert document_of(written(csv_rows(document), **how), "framework.csv") == document


def test_the_separator_that_excel_names_is_no_row(document):
    content = written(csv_rows(document), delimiter=";", encoding="utf-8")
    assert document_of(b"\xef\xbb\xbfsep=;\r\n" + content, "framework.csv") == document
    faulty = content.replace(b"kip-framework/1", b"kip-framework/9")
    [fault] = read_any(b"sep=;\r\n" + faulty, "framework.csv").faults
    assert fault.place == "Row 2, column C (value)"


def test_blank_rows_and_columns_say_nothing():
    rows = [[*row[:3], "", *row[3:], " ", ""] for row in csv_rows(RICH)]
    rows = [[], rows[0], [""] * 5, *rows[1:9], [], *rows[9:], ["", " "], []]
    assert document_of(written(rows), "framework.csv") == RICH


def test_rows_may_be_shorter_than_the_header():
    rows = csv_rows(RICH)
    for row in rows:
        while row and not row[-1]:
            row.pop()
    assert document_of(written(rows), "framework.csv") == RICH


def test_the_order_of_columns_and_of_kinds_of_rows_is_free_and_that_of_statements_counts():
    header, *rows = csv_rows(RICH)
    backwards = [[*reversed(row)] for row in [header, *sorted(rows, key=lambda row: row[0])]]
    assert document_of(written(backwards), "framework.csv") == RICH

    first, second = (next(row for row in rows if key in row) for key in ("active-listening", "silence"))
    at, other = rows.index(first), rows.index(second)
    rows[at], rows[other] = second, first
    skills = document_of(written([header, *rows]), "framework.csv")["competences"][0]["skills"]
    assert [skill["id"] for skill in skills] == ["silence", "active-listening"]


def test_letters_of_names_and_spaces_around_values_make_no_difference():
    rows = [[f" {value} " if value else value for value in row] for row in csv_rows()]
    rows[0] = [name.upper() for name in rows[0]]
    assert document_of(written(rows), "framework.csv") == GUIDANCE


@settings(max_examples=150)
@given(
    text=texts(), title=texts(), translated=texts(), code=texts(16), name=texts(), identifier=IDS, level=IDS, old=IDS
)
def test_any_document_comes_back_as_it_was(text, title, translated, code, name, identifier, level, old):
    document = json.loads(json.dumps(GUIDANCE))
    document["framework"]["publisher"] = name
    document["revision"]["notes"] = {"en": text, "fr": translated}
    document["scale"]["replaces"] = {"id": "before", "map": {old: level}}
    document["scale"]["levels"][1]["id"] = level
    competence = document["competences"][0]
    competence["title"] = {"en": title, "fr": translated}
    competence["skills"][1] |= {
        "id": identifier,
        "code": code,
        "text": {"en": text, "fr": translated},
        "emphasis": {"en": [text], "fr": [translated]},
        "replaces": [old],
    }
    competence["learning_outcomes"][0] |= {"level": level, "serves": [identifier]}
    document["retired"] = [{"id": "away-with-it", "note": {"en": text}}]
    from_yaml = read_any(FORMATS["yaml"].write(document), "file.yaml")

    for ending in ("csv", "xlsx"):
        reading = read_any(FORMATS[ending].write(document), f"file.{ending}")
        # An id or a code that clashes with another is refused in every format, and nothing else is.
        assert bool(reading.faults) == bool(from_yaml.faults), reading.faults
        assert reading.document == from_yaml.document


# --- What stands where --------------------------------------------------------------------------


def test_a_workbook_has_a_sheet_for_each_kind_of_row():
    opened = workbook(RICH)
    assert opened.sheetnames == [
        "Framework",
        "Levels",
        "Competences",
        "Statements",
        "Learning outcomes",
        "Retired",
    ]
    header, *rows = opened["Statements"].values
    assert header == (
        *("competence", "kind", "id", "code", "text_en", "text_fr", "emphasis_en", "emphasis_fr", "same_as"),
        *("replaces", "reworded", "narrowed", "esco", "eqf", "uuid"),
    )
    assert rows[2][:8] == (
        *("listening", "skill", "silence", "1.10"),
        *("Keeping | silent\nand = still", "Se taire", r"Keeping \| silent | still", "taire"),
    )
    assert rows[2][8:] == (
        *(None, "no, 1e3, 2026-02-30, 007", None, "yes"),
        *("http://data.europa.eu/esco/skill/1", 5, "5b5d7c1e-3f0e-4a53-9a4e-2f1d0d5f8a11"),
    )
    assert [row[:3] for row in opened["Levels"].values][1:] == [("not-yet", 0, "Not yet"), ("done", 1, "Done")]
    assert ("scale.replaces.id", "old-scale") in opened["Framework"].values
    assert ("revision.notes_fr", None) in opened["Framework"].values


def test_what_an_author_adds_to_a_workbook_is_text():
    statements = workbook()["Statements"]
    assert {dimension.number_format for dimension in statements.column_dimensions.values()} == {"@"}
    assert statements["D2"].number_format == "@"


def test_a_csv_file_has_each_kind_of_row_in_one_table():
    header, *rows = csv_rows(RICH)
    kinds = [row[0] for row in rows if row[0] != "framework"]
    assert kinds == [
        *["level"] * 2,
        *["competence"] * 2,
        *["statement"] * 4,
        "learning_outcome",
        *["retired"] * 2,
    ]
    assert len(header) == len(set(header))
    assert header == headers_of_all(["en", "fr"])


def test_every_column_of_a_sheet_is_one_of_the_csv_file():
    for kind in SHEETS:
        assert set(known_columns(kind)) <= set(headers_of_all(["en", "fr", "it", "pt", "hr"]))


def test_a_csv_file_begins_with_the_mark_by_which_excel_knows_utf8():
    assert to_csv(GUIDANCE).startswith(b"\xef\xbb\xbfrow,field,value,")


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@a", "\ta", "\ra", "'=a", "''-", "'"])
def test_nothing_that_is_exported_is_taken_for_a_formula(text):
    assert escaped(text)[0] == "'"
    assert unescaped(escaped(text)) == text


@pytest.mark.parametrize("text", ["a=b", "'a'", "“=”", "1-2"])
def test_what_is_no_formula_stays_as_it_is(text):
    assert escaped(text) == unescaped(text) == text


def test_formulas_of_a_title_are_escaped_in_both_formats():
    assert b"'=Being" in to_csv(RICH)
    assert workbook(RICH)["Competences"]["C3"].value == "'=Being"


@pytest.mark.parametrize(
    ("cell", "phrases"),
    [
        ("one", ["one"]),
        ("one | two|three ", ["one", "two", "three"]),
        (r"a \| b | c", ["a | b", "c"]),
        ("a\\\\ | b", ["a\\", "b"]),
        ("a\\b | c\\", ["a\\b", "c\\"]),
        ("one |", ["one"]),
        ("one || two", ["one", "", "two"]),
    ],
)
def test_phrases_stand_between_bars(cell, phrases):
    assert phrases_of(cell) == phrases


@pytest.mark.parametrize("between", [", ", "; ", " ", "\n", " | "])
def test_ids_stand_between_commas_or_what_authors_take_for_them(between):
    outcome = document_of(edited({("can-listen", "serves"): f"silence{between}hearing"}), "a.csv")["competences"][0]
    assert outcome["learning_outcomes"][0]["serves"] == ["silence", "hearing"]


def test_ids_may_stand_as_a_message_shows_them():
    document = document_of(with_cells({"Statements!J2": "[old, other]"}), "a.xlsx")
    assert document["competences"][0]["knowledge"][0]["replaces"] == ["old", "other"]


@pytest.mark.parametrize("word", ["yes", "YES", "x", "1", "true", "VRAI", "vero", "VERDADEIRO", "da"])
def test_yes_may_be_said_as_a_spreadsheet_program_says_it(word):
    assert document_of(edited({("silence", "reworded"): word}), "a.csv")["competences"][0]["skills"][1]["reworded"]


@pytest.mark.parametrize("word", ["no", "FAUX", "0", "não", ""])
def test_no_is_the_same_as_nothing(word):
    assert document_of(edited({("silence", "reworded"): word}), "a.csv") == GUIDANCE


def test_a_box_that_is_ticked_and_a_date_are_taken_as_the_program_stores_them():
    cells = {"Statements!K2": True, field("revision.date"): date(2027, 1, 31)}
    document = document_of(with_cells(cells), "a.xlsx")
    assert document["competences"][0]["knowledge"][0]["reworded"] is True
    assert document["revision"]["date"] == "2027-01-31"


@pytest.mark.parametrize("code", ["1.10", "no", "2026-02-30", "007", "1e3", "TRUE", "null", "~", "12:30", "_x0041_"])
@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_a_code_that_looks_like_another_type_stays_as_it_is_written(code, ending):
    document = json.loads(json.dumps(GUIDANCE))
    document["competences"][0]["skills"][1]["code"] = code
    assert document_of(FORMATS[ending].write(document), f"a.{ending}") == document


def test_what_looks_like_an_escape_of_excel_is_written_so_that_excel_shows_it():
    document = json.loads(json.dumps(GUIDANCE))
    document["competences"][0]["skills"][1]["code"] = "_x0041_"
    content = to_xlsx(document)
    assert b"<t>_x005F_x0041_</t>" in b"".join(parts_of(content).values())
    assert document_of(with_shared_strings(content), "a.xlsx") == document


def test_what_a_cell_cannot_hold_is_not_cut_but_refused():
    document = json.loads(json.dumps(GUIDANCE))
    document["competences"][0]["learning_outcomes"][0]["serves"] = ["s" * 60] * 600
    for write in (to_csv, to_xlsx):
        with pytest.raises(Refused, match=rf"`serves` would take 37198 characters, and a cell holds {LONGEST_CELL}"):
            write(document)


# --- Which format a file has --------------------------------------------------------------------


def test_a_file_is_known_by_its_content_where_its_name_says_nothing_or_something_else():
    for name in ("framework", "framework.txt", "framework.yaml", "framework.csv"):
        assert document_of(to_xlsx(GUIDANCE), name) == GUIDANCE
    for name in ("framework", "framework.txt"):
        assert document_of(to_csv(GUIDANCE), name) == GUIDANCE
        assert document_of(written(csv_rows(), delimiter=";", encoding="utf-8"), name) == GUIDANCE
        assert document_of(FORMATS["yaml"].write(GUIDANCE), name) == GUIDANCE


# --- In the database ----------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize("framework", ["kip", "leader"])
@pytest.mark.parametrize("ending", FORMATS)
def test_an_export_imported_again_is_no_change(framework, ending, request):
    revision = request.getfixturevalue(framework)
    content = FORMATS[ending].write(revision.file.document)
    examined = actions.examine(content, f"export.{ending}")
    assert examined.comparison.is_identical
    assert {entry.change for entry in examined.comparison.entries} == {"unchanged"}
    assert actions.import_draft(content, f"export.{ending}") == revision
    assert not type(revision).objects.drafts().exists()


# --- The documentation --------------------------------------------------------------------------


def test_the_documentation_names_every_sheet_column_and_field(checkout):
    page = (checkout / "docs" / "spreadsheets.md").read_text(encoding="utf-8")
    for kind, sheet in SHEETS.items():
        assert f"| {sheet.title} | `{kind}` |" in page
        assert [name for name in headers(kind, ["…"]) if f"`{name}`" not in page] == []
    fields = [name for column in FIELDS.values() for name in column.names(["…"])]
    assert [name for name in fields if f"`{name}`" not in page] == []

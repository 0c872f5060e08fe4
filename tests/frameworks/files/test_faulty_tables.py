"""A table with a fault is refused with its sheet, row and column, and nothing is written."""

import json
import struct
import tracemalloc
from datetime import datetime
from io import BytesIO, StringIO

import openpyxl
import pytest
from django.apps import apps
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from hypothesis import given, settings
from hypothesis import strategies as st

from frameworks.files.formats import FORMATS
from frameworks.files.reading import read_any
from frameworks.files.tables.writing import to_csv, to_xlsx
from frameworks.files.tables.xlsx_file import MOST_UNPACKED
from frameworks.models import Framework, Revision
from frameworks.publishing import actions
from kip_site.refusals import FaultyFiles
from tests.frameworks.files.tables import (
    GUIDANCE,
    csv_rows,
    document_of,
    edited,
    faults_of,
    field,
    of_parts,
    parts_of,
    saved,
    with_cells,
    with_parts,
    with_shared_strings,
    workbook,
    written,
)
from tests.published import reworded_under
from tests.words import words

SHEET = "xl/worksheets/sheet4.xml"  # Statements


def rows():
    return {model.__name__: model._base_manager.count() for model in apps.get_app_config("frameworks").get_models()}


def without_column(name):
    table = csv_rows()
    at = table[0].index(name)
    return written([row[:at] + row[at + 1 :] for row in table])


def with_row(row):
    header, *others = csv_rows()
    return written([header, *others, [row.get(name, "") for name in header]])


def with_header(name, other):
    header, *others = csv_rows()
    return written([[other if part == name else part for part in header], *others])


def naive(year, month, day):
    """A day as a spreadsheet stores it: none of them knows time zones."""
    return datetime.fromisoformat(f"{year:04}-{month:02}-{day:02}")


def statements(change):
    """The document as XLSX, its sheet Statements changed as XML."""
    return with_parts({SHEET: change})


def statement_row(cells, number=9):
    return lambda xml: xml.replace(b"</sheetData>", b'<row r="%d">%s</row></sheetData>' % (number, cells))


OLD_LEVELS = json.loads(json.dumps(GUIDANCE))
OLD_LEVELS["scale"]["replaces"] = {"id": "before", "map": {"a": "not-yet", "b": "done"}}
WITH_EQF = json.loads(json.dumps(GUIDANCE))
WITH_EQF["competences"][0]["knowledge"][0]["eqf"] = 5
MADE = "should be text, but the program made `{}` of what was typed: format the cell as text and type it again"

# What is wrong → (the file, its name, what is told, each fault a line).
TRAPS = {
    # --- Cells of a workbook that are no text
    "a code that became a number": (
        lambda: with_cells({"Statements!D3": 1.1}),
        "guidance.xlsx",
        ["Statements, row 3, column D (code): `code` " + MADE.format("1.1")],
    ),
    "a code that became true": (
        lambda: with_cells({"Statements!D3": False}),
        "guidance.xlsx",
        ["Statements, row 3, column D (code): `code` " + MADE.format("False")],
    ),
    "an id that became a date": (
        lambda: with_cells({"Statements!C2": naive(2026, 2, 28)}),
        "guidance.xlsx",
        ["Statements, row 2, column C (id): `id` " + MADE.format("2026-02-28 00:00:00")],
    ),
    "an id that became a time": (
        lambda: with_cells({"Retired!A2": naive(2026, 2, 28).time()}),
        "guidance.xlsx",
        ["Retired, row 2, column A (id): `id` " + MADE.format("00:00:00")],
    ),
    "the id of a competence that became a number": (
        lambda: with_cells({"Statements!A2": 7}),
        "guidance.xlsx",
        ["Statements, row 2, column A (competence): `competence` " + MADE.format("7")],
    ),
    "a kind that became true": (
        lambda: with_cells({"Statements!B2": True}),
        "guidance.xlsx",
        [
            "Statements, row 2, column B (kind): `kind` " + MADE.format("True"),
        ],
    ),
    "a version that became a number": (
        lambda: with_cells({field("revision.version"): 2026.1}),
        "guidance.xlsx",
        ["Framework, row 14, column B (value): `revision.version` " + MADE.format("2026.1")],
    ),
    "a formula": (
        lambda: with_cells({"Statements!E3": '="Listening " & "with patience"'}),
        "guidance.xlsx",
        ["Statements, row 3, column E (text_en): this cell holds a formula: type its result instead"],
    ),
    "a formula for the name of a column": (
        lambda: with_cells({"Statements!E1": '="text_en"'}),
        "guidance.xlsx",
        ["Statements, row 1, column E: this cell holds a formula: type its result instead"],
    ),
    "a cell that shows an error": (
        lambda: with_cells({"Statements!E2": "#N/A"}),
        "guidance.xlsx",
        ["Statements, row 2, column E (text_en): this cell shows the error #N/A: type the value instead"],
    ),
    "a broken number where a whole one belongs": (
        lambda: with_cells({"Statements!N2": 4.5}),
        "guidance.xlsx",
        ["Statements, row 2, column N (eqf): `eqf` is `4.5`: write a whole number"],
    ),
    "a ticked box where a number belongs": (
        lambda: with_cells({"Statements!N2": True}),
        "guidance.xlsx",
        ["Statements, row 2, column N (eqf): `eqf` is `True`: write a whole number"],
    ),
    "a day where yes belongs": (
        lambda: with_cells({"Statements!K2": naive(2026, 2, 28)}),
        "guidance.xlsx",
        ["Statements, row 2, column K (reworded): `reworded` is `2026-02-28 00:00:00`: write `yes` or leave"],
    ),
    "a number beyond what is allowed": (
        lambda: with_cells({"Statements!N2": 9}),
        "guidance.xlsx",
        ["Statements, row 2, column N (eqf): `eqf` should be a whole number from 1 to 8"],
    ),
    "a number without end": (
        lambda: with_parts({SHEET: lambda xml: xml.replace(b"<v>5</v>", b"<v>1e999</v>")}, WITH_EQF),
        "guidance.xlsx",
        ["Statements, row 2, column N (eqf): `eqf` is `inf`: write a whole number"],
    ),
    "neither yes nor no": (
        lambda: with_cells({"Statements!K2": "perhaps"}),
        "guidance.xlsx",
        ["Statements, row 2, column K (reworded): `reworded` is `perhaps`: write `yes` or leave the cell empty"],
    ),
    # --- Sheets, columns and rows
    "an unknown sheet": (
        lambda: with_parts({"xl/workbook.xml": lambda xml: xml.replace(b'"Statements"', b'"Statement"')}),
        "guidance.xlsx",
        ["sheet Statement: unknown sheet `Statement`: did you mean `Statements`?"],
    ),
    "an unknown column of a sheet": (
        lambda: with_cells({"Statements!I1": "sameas"}),
        "guidance.xlsx",
        ["Statements, row 1, column I: unknown column `sameas`: did you mean `same_as`?"],
    ),
    "a column of another sheet": (
        lambda: with_cells({"Statements!P1": "serves"}),
        "guidance.xlsx",
        ["Statements, row 1, column P: unknown column `serves`"],
    ),
    "an unknown column": (
        lambda: with_header("emphasis_en", "emphasise_en"),
        "guidance.csv",
        ["row 1, column N: unknown column `emphasise_en`: did you mean `emphasis_en`?"],
    ),
    "a language that is not in use": (
        lambda: with_header("emphasis_fr", "emphasis_it"),
        "guidance.csv",
        [],
    ),
    "a text in a language that the framework does not have": (
        lambda: with_cells({"Statements!P1": "text_hr", "Statements!P3": "Slušanje"}),
        "guidance.xlsx",
        [
            (
                "Statements, row 3, column P (text_hr): `hr` is not among the `languages` of the framework: "
                "add it there or remove the text"
            )
        ],
    ),
    "a column twice": (
        lambda: with_header("text_fr", "text_en"),
        "guidance.csv",
        ["row 1, column M: the column `text_en` is there twice: keep one"],
    ),
    "a value under no name": (
        lambda: with_cells({"Statements!Q3": "Ask Ana"}),
        "guidance.xlsx",
        [
            (
                "Statements, row 3, column Q: this cell is in a column without a name: "
                "name the column in the first row, or empty it"
            )
        ],
    ),
    "no column that says what a row holds": (
        lambda: without_column("row"),
        "guidance.csv",
        ["row 1: the column `row` is missing: it says what each row holds, `framework`, `level`,"],
    ),
    "a row that does not say what it holds": (
        lambda: with_row({"id": "new", "text_en": "New"}),
        "guidance.csv",
        ["row 30: `row` is blank: write what the row holds, `framework`, `level`,"],
    ),
    "an unknown kind of row": (
        lambda: edited({("silence", "row"): "statment"}),
        "guidance.csv",
        ["row 28, column A (row): unknown kind of row `statment`: did you mean `statement`?"],
    ),
    "a value that this kind of row does not have": (
        lambda: edited({("silence", "serves"): "hearing"}),
        "guidance.csv",
        ["row 28, column R (serves): a row of the kind `statement` has no `serves`: empty this cell"],
    ),
    "an unknown kind of statement": (
        lambda: edited({("silence", "kind"): "skil"}),
        "guidance.csv",
        ["row 28, column E (kind): unknown kind `skil`: did you mean `skill`?"],
    ),
    "no kind of statement": (
        lambda: edited({("hearing", "kind"): ""}),
        "guidance.csv",
        ["row 26: `kind` is blank: write one of `sub_competence`, `knowledge`, `skill`, `predisposition`"],
    ),
    "a competence by its code": (
        lambda: edited({("silence", "competence"): "A"}),
        "guidance.csv",
        ["row 28, column D (competence): `competence` names `A`, which is the id of no competence: write `listening`"],
    ),
    "a competence that is not there": (
        lambda: with_cells({"Learning outcomes!A2": "listenin"}),
        "guidance.xlsx",
        [
            (
                "Learning outcomes, row 2, column A (competence): `competence` names `listenin`, "
                "which is the id of no competence: did you mean `listening`?"
            )
        ],
    ),
    "a statement of no competence": (
        lambda: edited({("silence", "competence"): ""}),
        "guidance.csv",
        ["row 28: `competence` is blank: write the id of the competence"],
    ),
    "no competences at all": (
        lambda: written([row for row in csv_rows() if row[0] in ("row", "framework", "level")]),
        "guidance.csv",
        ["row 1: `competences` needs at least 1 entry"],
    ),
    # --- The framework's own rows
    "an unknown field": (
        lambda: with_cells({field("framework.publisher").replace("B", "A"): "framework.publishr"}),
        "guidance.xlsx",
        [
            "Framework, row 3: `publisher` is missing",
            "column A (field): unknown field `framework.publishr`: did you mean `framework.publisher`?",
        ],
    ),
    "a field twice": (
        lambda: with_cells({"Framework!A6": "framework.id", "Framework!B6": "other"}),
        "guidance.xlsx",
        [
            (
                "Framework, row 6, column A (field): the field `framework.id` is there twice, first in "
                "Framework, row 3: keep one"
            )
        ],
    ),
    "a value without its field": (
        lambda: with_cells({"Framework!A6": None, "Framework!B6": "A start"}),
        "guidance.xlsx",
        ["Framework, row 6, column B (value): this value has no `field` before it: name one or empty the cell"],
    ),
    "a format of another version": (
        lambda: with_cells({"Framework!B2": "kip-framework/9"}),
        "guidance.xlsx",
        ["Framework, row 2, column B (value): `format` is `kip-framework/9`, but should be one of `kip-framework/1`"],
    ),
    "a date as Excel in France shows it": (
        lambda: with_cells({field("revision.date"): "04/05/2026"}),
        "guidance.xlsx",
        ["Framework, row 15, column B (value): `date` should be a date such as 2021-11-01"],
    ),
    # --- What the schema and the whole of the file ask for
    "an id twice": (
        lambda: with_cells({"Statements!C2": "silence"}),
        "guidance.xlsx",
        [
            (
                "Statements, row 4, column C (id): the id `silence` is taken since Statements, row 2, column C (id): "
                "choose another"
            )
        ],
    ),
    "no text": (
        lambda: edited({("silence", "text_en"): ""}),
        "guidance.csv",
        ["row 28: `text` is missing: `skills` needs `id`, `code`, `text`"],
    ),
    "a text in a translation alone": (
        lambda: edited({("silence", "text_en"): "", ("silence", "text_fr"): "Se taire"}),
        "guidance.csv",
        ["row 28: `text` has no text in the source language: add `en`"],
    ),
    "a text that is too long": (
        lambda: edited({("silence", "text_en"): "t" * 2001}),
        "guidance.csv",
        ["row 28, column L (text_en): `en` has 2001 characters: shorten it to 2000"],
    ),
    "a phrase that is not in the text": (
        lambda: edited({("silence", "emphasis_en"): "Keeping | silently"}),
        "guidance.csv",
        ["row 28, column N (emphasis_en): the phrase “silently” is not in the text"],
    ),
    "a name that refers to nothing": (
        lambda: with_cells({"Learning outcomes!G2": "silence, silense"}),
        "guidance.xlsx",
        [
            (
                "Learning outcomes, row 2, column G (serves): `serves` names `silense`, which is no statement of this "
                "file: did you mean `silence`?"
            )
        ],
    ),
    "what is retired and there too": (
        lambda: with_row({"row": "retired", "id": "silence"}),
        "guidance.csv",
        ["row 30, column F (id): `silence` is listed as retired but is there too (row 28): remove one of them"],
    ),
    "levels of no old scale": (
        lambda: with_cells({"Levels!M2": "a"}),
        "guidance.xlsx",
        [
            (
                "Levels, row 2, column M (replaces): `replaces` names levels of the scale before: "
                "name that scale in the field `scale.replaces.id`"
            )
        ],
    ),
    "an old scale without its levels": (
        lambda: with_cells({field("scale.replaces.id"): "before"}),
        "guidance.xlsx",
        [
            (
                "Framework, row 22, column B (value): say in the column `replaces` of the levels which of the old ones "
                "each takes the place of"
            )
        ],
    ),
    "an old level that turns into two": (
        lambda: with_cells({"Levels!M3": "b, a"}, OLD_LEVELS),
        "guidance.xlsx",
        ["Levels, row 3, column M (replaces): the level `a` of the scale before turns into two levels: name it once"],
    ),
    # --- Characters
    "a character that changes the direction of writing": (
        lambda: with_cells({"Statements!E3": "Listening \u202ewith care and patience"}),
        "guidance.xlsx",
        ["Statements, row 3, column E (text_en): the character U+202E changes the direction of writing"],
    ),
    "a control character": (
        lambda: edited({("silence", "code"): "A\x00S"}),
        "guidance.csv",
        ["row 28, column G (code): the control character U+0000 is not allowed: delete it"],
    ),
    "a file in the encoding of Windows": (
        lambda: edited({("silence", "text_fr"): "À l’écoute"}).decode("utf-8-sig").encode("cp1252"),
        "guidance.csv",
        ["row 28, column M: the byte 0xC0 is not UTF-8: save the file again and choose “CSV UTF-8” as its type"],
    ),
    "another encoding behind the mark of UTF-8": (
        lambda: b"\xef\xbb\xbfro\xe9,field",
        "guidance.csv",
        ["row 1, column A: the byte 0xE9 is not UTF-8: save the file again and choose “CSV UTF-8” as its type"],
    ),
    "a file that Excel calls Unicode text": (
        lambda: to_csv(GUIDANCE).decode("utf-8-sig").encode("utf-16"),
        "guidance.csv",
        ["row 1: the file is not UTF-8: choose “CSV UTF-8” when you save it"],
    ),
    # --- Quotation marks and limits of a CSV file
    "a quotation mark left open": (
        lambda: to_csv(GUIDANCE) + b'retired,,,,,"silence',
        "guidance.csv",
        ["row 30: a quotation mark opens a value in this row and is never closed: close it, or write it twice"],
    ),
    "a quotation mark inside quotes": (
        lambda: to_csv(GUIDANCE).replace(b",Keeping silent", b',"Keeping "silent"'),
        "guidance.csv",
        ["row 28: a quotation mark stands inside a quoted value, or an earlier one was never closed: write it twice"],
    ),
    "a value of a hundred pages": (
        lambda: edited({("silence", "text_en"): "a" * 200_000}),
        "guidance.csv",
        ["row 28: a value is far too long: is a quotation mark missing or left open?"],
    ),
    "a cell of ten pages": (
        lambda: edited({("silence", "text_en"): "a" * 40_000}),
        "guidance.csv",
        ["row 28, column L (text_en): 40000 characters in one cell: shorten it"],
    ),
    "too many bytes": (
        lambda: to_csv(GUIDANCE) + b"," * 5_000_000,
        "guidance.csv",
        ["row 1: the file has 5.0 MB: a framework file has at most 5 MB"],
    ),
    "too many rows": (
        lambda: to_csv(GUIDANCE) + b"x\n" * 25_000,
        "guidance.csv",
        ["row 25001: more than 25000 rows: split the framework"],
    ),
    "too many columns": (
        lambda: with_row({}) + b"," * 250 + b"x",
        "guidance.csv",
        ["row 31: more than 200 columns: delete those that hold nothing"],
    ),
    "too many cells": (
        lambda: to_csv(GUIDANCE) + (b"x," * 150 + b"\n") * 1_500,
        "guidance.csv",
        ["row 1495: more than 220000 filled cells: split the framework"],
    ),
    "nothing but blank rows": (
        lambda: b"\xef\xbb\xbf\r\n;;;\r\n\r\n",
        "guidance.csv",
        ["row 1: the file is empty: begin with an export of a framework"],
    ),
    # --- What hides in a workbook
    "an empty workbook": (
        lambda: saved(openpyxl.Workbook()),
        "guidance.xlsx",
        ["row 1: the file is empty: begin with an export of a framework"],
    ),
    "an old workbook": (
        lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600),
        "guidance.xls",
        ["row 1: this is an old .xls file or has a password: save it as .xlsx without a password"],
    ),
    "a workbook that is none": (
        lambda: b"row,field,value",
        "guidance.xlsx",
        ["row 1: this is no .xlsx file, or a damaged one: save it again as .xlsx"],
    ),
    "half a workbook": (
        lambda: to_xlsx(GUIDANCE)[:9000],
        "guidance.xlsx",
        ["row 1: this is no .xlsx file, or a damaged one: save it again as .xlsx"],
    ),
    "an archive of something else": (
        lambda: with_parts({"[Content_Types].xml": b"<Types/>"}),
        "guidance.xlsx",
        ["row 1: the workbook is damaged: open it in a spreadsheet program and save it again as .xlsx"],
    ),
    "a sheet cut in the middle": (
        lambda: statements(lambda xml: xml[: len(xml) // 2]),
        "guidance.xlsx",
        ["row 1: the workbook is damaged"],
    ),
    "macros": (
        lambda: with_parts({"xl/vbaProject.bin": b"x"}),
        "guidance.xlsm",
        ["row 1: the workbook has macros, embedded objects or links to other files (xl/vbaProject.bin): save it as"],
    ),
    "links to other files": (
        lambda: with_parts({"xl/externalLinks/externalLink1.xml": b"<externalLink/>"}),
        "guidance.xlsx",
        ["row 1: the workbook has macros, embedded objects or links to other files (xl/externalLinks/"],
    ),
    "entities": (
        lambda: statements(lambda xml: b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]>' + xml),
        "guidance.xlsx",
        ["row 1: the workbook is not as spreadsheet programs write it: open it in one and save it again"],
    ),
    "entities in another encoding": (
        lambda: statements(lambda xml: ('<!DOCTYPE a [<!ENTITY b "c">]>' + xml.decode()).encode("utf-16")),
        "guidance.xlsx",
        ["row 1: the workbook is not as spreadsheet programs write it"],
    ),
    "an encoding that hides what is there": (
        lambda: statements(lambda xml: b'<?xml version="1.0" encoding="utf-7"?>' + xml),
        "guidance.xlsx",
        ["row 1: the workbook is not as spreadsheet programs write it"],
    ),
    "an archive that unpacks to a mountain": (
        lambda: with_parts({"xl/styles.xml": b" " * (MOST_UNPACKED + 1)}),
        "guidance.xlsx",
        ["row 1: the workbook unpacks to more than 40 MB: remove pictures, styles and blank rows"],
    ),
    "thousands of parts": (
        lambda: with_parts({f"xl/part{number}.xml": b"<a/>" for number in range(300)}),
        "guidance.xlsx",
        ["row 1: the workbook unpacks to more than 40 MB"],
    ),
    "a value in a column far away": (
        lambda: statements(statement_row(b'<c r="XFD9" t="b"><v>1</v></c>')),
        "guidance.xlsx",
        ["Statements, row 9: more than 200 columns: delete those that hold nothing"],
    ),
    "a row beyond the end of any sheet": (
        lambda: statements(statement_row(b'<c r="A99999999999" t="b"><v>1</v></c>', 99_999_999_999)),
        "guidance.xlsx",
        ["more than 3000000 cells: delete the blank rows and columns"],
    ),
}
BYTES = {"xlsx": to_xlsx(GUIDANCE), "csv": to_csv(GUIDANCE)}
PARTS = parts_of(with_shared_strings(BYTES["xlsx"]))
HARMLESS = [name for name, (_content, _name, told) in TRAPS.items() if not told]


def saved_as_a_workbook(rows):
    """What a spreadsheet program makes of a CSV file: one sheet, named after the file."""
    opened = openpyxl.Workbook()
    opened.active.title = "guidance"
    for row in rows:
        opened.active.append(row)
    return saved(opened)


def test_a_csv_file_that_was_saved_as_a_workbook_is_read():
    assert document_of(saved_as_a_workbook(csv_rows()), "guidance.xlsx") == GUIDANCE


def test_in_such_a_workbook_faults_are_told_with_row_and_column():
    header, *rows = csv_rows()
    number = next(number for number, row in enumerate(rows, 2) if row[0] == "statement")
    rows[number - 2][header.index("text_en")] = ""
    [fault] = faults_of(saved_as_a_workbook([header, *rows]))
    assert fault.startswith(f"row {number}")


@pytest.mark.django_db
@pytest.mark.parametrize("trap", [name for name in TRAPS if name not in HARMLESS])
def test_a_fault_is_told_with_its_place_and_nothing_is_written(trap):
    make, name, told = TRAPS[trap]
    before = rows()
    with pytest.raises(FaultyFiles) as refused:
        actions.import_draft(make(), name)
    found = [str(fault).removeprefix(f"{name}: ") for fault in refused.value.faults]
    assert len(found) == len(told), found
    for fault, expected in zip(found, told, strict=True):
        assert expected in fault
    assert rows() == before


@pytest.mark.parametrize("trap", HARMLESS)
def test_what_looks_wrong_but_is_not_is_read(trap):
    make, name, _told = TRAPS[trap]
    assert document_of(make(), name) == GUIDANCE


def test_an_archive_that_lies_about_its_size_unpacks_no_more_than_there_is_room_for():
    content = with_parts({"xl/styles.xml": b" " * (MOST_UNPACKED * 2)})
    true = struct.pack("<L", MOST_UNPACKED * 2)
    assert content.count(true) == 2
    content = content.replace(true, struct.pack("<L", 100))
    tracemalloc.start()
    told = faults_of(content)
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert told == ["row 1: this is no .xlsx file, or a damaged one: save it again as .xlsx"]
    assert peak < MOST_UNPACKED / 4


def test_a_million_blank_rows_are_no_obstacle():
    content = statements(lambda xml: xml.replace(b"</sheetData>", b'<row r="1048576" ht="20"/></sheetData>'))
    assert document_of(content, "guidance.xlsx") == GUIDANCE


def test_sheets_that_claim_another_size_are_read_whole():
    content = statements(lambda xml: xml.replace(b"<sheetViews>", b'<dimension ref="A1:B2"/><sheetViews>'))
    assert document_of(content, "guidance.xlsx") == GUIDANCE


def test_several_faults_are_told_in_the_order_of_sheets_rows_and_columns():
    cells = {"Statements!E4": None, "Statements!D4": 2.5, "Statements!D2": True, "Levels!B3": "x", "Retired!A2": "A"}
    told = faults_of(with_cells(cells))
    assert [fault.split(": ")[0] for fault in told] == [
        "Levels, row 3, column B (value)",
        "Statements, row 2, column D (code)",
        "Statements, row 4",
        "Statements, row 4, column D (code)",
        "Retired, row 2, column A (id)",
    ]


def test_a_hundred_faults_are_told_and_no_more():
    opened = workbook()
    for number in range(9, 300):
        opened["Retired"].cell(number, 1, f"ÄÖ {number}")
    assert len(faults_of(saved(opened))) == 100


@settings(max_examples=200)
@given(st.data())
def test_no_bytes_make_reading_fail(data):
    """Workbooks and tables with some of their bytes changed, cut or repeated, and whatever else."""
    ending = data.draw(st.sampled_from(["xlsx", "csv"]))
    content = bytearray(BYTES[ending])
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(content) - 1))
        other = data.draw(st.binary(max_size=8))
        content[at : at + data.draw(st.integers(0, 40))] = other
        content = content or bytearray(b"x")
    reading = read_any(bytes(content), f"any.{ending}")
    assert (reading.document is None) == bool(reading.faults)


@settings(max_examples=200)
@given(st.data())
def test_no_part_of_a_workbook_makes_reading_fail(data):
    """The same below the archive's own checks: XML with some of its bytes changed."""
    name = data.draw(st.sampled_from(sorted(PARTS)))
    part = bytearray(PARTS[name])
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(part)))
        other = data.draw(
            st.sampled_from([b"", b"<", b'"', b"9", b"A", b"</c>", b"<v>x</v>", b'r="0"', b't="s"', b"-1"])
        )
        part[at : at + data.draw(st.integers(0, 12))] = other
    reading = read_any(of_parts({**PARTS, name: bytes(part)}), "any.xlsx")
    assert (reading.document is None) == bool(reading.faults)


# --- By command and on the page -----------------------------------------------------------------


def test_the_command_names_file_sheet_row_and_column(tmp_path, capsys, db):
    file = tmp_path / "guidance.xlsx"
    file.write_bytes(with_cells({"Statements!D3": 1.1}))
    with pytest.raises(CommandError, match="Nothing was imported"):
        call_command("load_framework", str(file))
    assert f"{file}: Statements, row 3, column D (code): `code` should be text" in capsys.readouterr().err
    assert not Framework.objects.exists()


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_the_commands_export_and_load_every_format(kip, ending, tmp_path, capsys):
    file = tmp_path / f"kip.{ending}"
    call_command("export_framework", "kip", format=ending, output=str(file))
    call_command("load_framework", str(file))
    assert "kip 2021.11: no change, this is what is in force." in capsys.readouterr().out
    assert not Revision.objects.drafts().exists()


def test_a_workbook_is_not_written_where_only_text_goes(kip):
    with pytest.raises(CommandError, match="no text: name a file with --output"):
        call_command("export_framework", "kip", format="xlsx", stdout=StringIO())


def test_what_changed_without_a_word_is_told_with_its_row(kip):
    opened = openpyxl.load_workbook(BytesIO(to_xlsx(kip.file.document)))
    for name, value in (("revision.version", "2024.1"), ("revision.replaces", "2021.11")):
        cell = field(name, kip.file.document).removeprefix("Framework!")
        opened["Framework"][cell] = value
    opened["Statements"]["E3"] = "Identifying current and future needs of everybody"
    opened["Learning outcomes"].delete_rows(2)
    before = rows()
    with pytest.raises(FaultyFiles) as refused:
        actions.import_draft(saved(opened), "kip.xlsx")
    gone, changed = (str(fault) for fault in refused.value.faults)
    assert "kip.xlsx: Competences, row 2: `" in gone
    assert "(A-LO1, “" in gone
    assert changed.startswith("kip.xlsx: Statements, row 3: the text of `identify-needs` was “Identifying current")
    assert rows() == before


@pytest.fixture
def admin(client, elodie):
    """The browser of Élodie, the platform admin."""
    client.force_login(elodie)
    return client


def upload(admin, content, name):
    return admin.post("/frameworks/manage/upload/", {"file": SimpleUploadedFile(name, content)}, follow=True)


def test_the_page_shows_sheet_row_and_column_and_what_stands_there(admin):
    page = upload(admin, with_cells({"Statements!D3": "A-K1", "Statements!N4": "nine"}), "guidance.xlsx")
    assert page.status_code == 422
    text = words(page)
    assert "Nothing has changed. guidance.xlsx has 2 faults" in text
    assert "Statements, row 3, column D (code) The code A-K1 is taken since Statements, row 2, column D (code)" in text
    assert "Statements, row 4, column N (eqf) eqf should be a whole number from 1 to 8 nine" in text
    assert not Framework.objects.exists()


@pytest.mark.parametrize(
    ("ending", "media_type"),
    [
        ("yaml", "application/yaml"),
        ("csv", "text/csv; charset=utf-8"),
        ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    ],
)
def test_what_is_downloaded_uploads_as_no_change(admin, kip, ending, media_type):
    page = words(admin.get("/frameworks/manage/"))
    assert "Download as Repository of skills 2021.11 as YAML, Repository of skills 2021.11 as CSV" in page
    answer = admin.get(f"/frameworks/kip/revisions/2021.11/download/{ending}/")
    assert answer["Content-Type"] == media_type
    assert answer["Content-Disposition"] == f'attachment; filename="kip-2021.11.{ending}"'
    page = upload(admin, answer.getvalue(), f"kip-2021.11.{ending}")
    assert "holds revision 2021.11 as it is in force. Nothing was changed." in words(page)


def test_another_format_is_not_found(admin, kip):
    assert admin.get("/frameworks/kip/revisions/2021.11/download/pdf/").status_code == 404


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_a_draft_from_a_table_is_previewed_published_and_downloaded_as_it_was_uploaded(admin, kip, ending):
    revised = read_any(reworded_under("2024.1", bytes(kip.file.content)), "kip.yaml").document
    content = FORMATS[ending].write(revised)
    page = upload(admin, content, f"kip 2024.{ending}")
    place = "Statements, row 3" if ending == "xlsx" else "row 32"
    assert f"Reworded A2, sub-competence {place} Identifying current" in words(page)
    draft = Revision.objects.drafts().get()
    assert (draft.file.name, draft.file.document) == (f"kip 2024.{ending}", revised)
    answer = admin.get("/frameworks/kip/revisions/2024.1/download/")
    assert answer.getvalue() == content
    assert answer["Content-Type"] == FORMATS[ending].media_type
    assert answer["Content-Disposition"] == f'attachment; filename="kip 2024.{ending}"'

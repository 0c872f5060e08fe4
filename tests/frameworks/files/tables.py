"""Tables for the tests: exports of a small framework, edited as authors and spreadsheet programs do it."""

import csv
import re
from io import BytesIO, StringIO
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import openpyxl

from frameworks.files.reading import read_any, read_framework
from frameworks.files.tables.writing import to_csv, to_xlsx

GUIDANCE = read_framework((Path(__file__).parent / "guidance.yaml").read_bytes(), "guidance.yaml").document


def workbook(document=GUIDANCE):
    """The XLSX export of a document, opened with openpyxl."""
    return openpyxl.load_workbook(BytesIO(to_xlsx(document)))


def saved(opened):
    output = BytesIO()
    opened.save(output)
    return output.getvalue()


def with_cells(cells, document=GUIDANCE):
    """The document as XLSX with other values in `cells`, {"Statements!D2": value}."""
    opened = workbook(document)
    for place, value in cells.items():
        sheet, address = place.split("!")
        opened[sheet][address] = value
    return saved(opened)


def field(name, document=GUIDANCE):
    """The address, for `with_cells`, of the cell with the value of a field of the framework."""
    names = [row[0] for row in workbook(document)["Framework"].values]
    return f"Framework!B{names.index(name) + 1}"


def csv_rows(document=GUIDANCE):
    """The rows of the document as CSV, with the header first."""
    return list(csv.reader(StringIO(to_csv(document).decode("utf-8-sig"), newline="")))


def written(rows, *, delimiter=",", encoding="utf-8-sig", line_end="\r\n", quoting=csv.QUOTE_MINIMAL):
    output = StringIO(newline="")
    csv.writer(output, delimiter=delimiter, lineterminator=line_end, quoting=quoting).writerows(rows)
    return output.getvalue().encode(encoding)


def edited(changes, document=GUIDANCE):
    """The document as CSV with `changes`, {(id of a row, column): value}."""
    header, *rows = csv_rows(document)
    for (key, column), value in changes.items():
        [row] = [row for row in rows if row[header.index("id")] == key]
        row[header.index(column)] = value
    return written([header, *rows])


def document_of(content, name):
    reading = read_any(content, name)
    assert reading.faults == (), [str(fault) for fault in reading.faults]
    return reading.document


def faults_of(content, name="guidance.xlsx"):
    """The faults of a file, each as one line."""
    reading = read_any(content, name)
    assert reading.document is None
    return [str(fault).removeprefix(f"{name}: ") for fault in reading.faults]


def parts_of(content):
    """{name: bytes} of the parts of a workbook."""
    with ZipFile(BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def of_parts(parts):
    output = BytesIO()
    with ZipFile(output, "w", ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return output.getvalue()


def with_parts(changes, document=GUIDANCE):
    """The document as XLSX with changed parts; `changes` is {name: new bytes, or a function of the old bytes}."""
    parts = parts_of(to_xlsx(document))
    for name, change in changes.items():
        parts[name] = change(parts[name]) if callable(change) else change
    return of_parts(parts)


def with_shared_strings(content):
    """A workbook with all texts in the part for shared strings, as Excel and LibreOffice write it."""
    parts = parts_of(content)
    strings = {}

    def shared(match):
        return b't="s"><v>%d</v></c>' % strings.setdefault(match[1], len(strings))

    for name in parts:
        if name.startswith("xl/worksheets/"):
            parts[name] = re.sub(rb't="inlineStr"><is>(.*?)</is></c>', shared, parts[name], flags=re.DOTALL)
    main = b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    items = b"".join(b"<si>%s</si>" % text for text in strings)
    parts["xl/sharedStrings.xml"] = b'<sst xmlns="%s">%s</sst>' % (main, items)
    declared = (
        b'<Override PartName="/xl/sharedStrings.xml" '
        b'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"/></Types>'
    )
    parts["[Content_Types].xml"] = parts["[Content_Types].xml"].replace(b"</Types>", declared)
    return of_parts(parts)

"""Converts HTML to PDF/UA-1 with WeasyPrint: tagged, with embedded fonts, and the same bytes for the same HTML.

Importing this module raises OSError if Pango is not installed. Import it only where a PDF is made, so that everything
else works without Pango.
"""

import threading
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import url2pathname

import pydyf
from django.conf import settings
from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

STATIC_FOLDER = settings.BASE_DIR / "static"
STYLESHEET = STATIC_FOLDER / "css" / "print-profile.css"
CONTENT_TYPES = {".css": "text/css", ".ttf": "font/ttf"}

# Only one PDF at a time in a process: all share the same fonts of Pango, which is not thread-safe.
_turn = threading.Lock()


class Broken(Exception):
    """A file that every PDF needs is missing from the installation; the text names it."""


class StaticFilesOnly(URLFetcher):
    """Fetches only stylesheets and fonts of the project's static folder."""

    def __init__(self, folder=STATIC_FOLDER):
        super().__init__(allowed_protocols=["file"])
        self.folder = Path(folder).resolve()

    def fetch(self, url, headers=None):
        """The response for one of these files.

        Raises ValueError for any other URL, and FatalURLFetchingError if the file is missing.
        """
        address = urlsplit(url)
        path = Path(url2pathname(address.path)).resolve()
        if address.scheme != "file" or address.netloc or not path.is_relative_to(self.folder):
            raise ValueError("a PDF is made of the project's own files alone")
        if path.suffix not in CONTENT_TYPES:
            raise ValueError("a PDF is made of stylesheets and fonts alone")
        try:
            content = path.read_bytes()
        except OSError as error:
            # WeasyPrint would only log any other error, and use another font of the machine.
            raise FatalURLFetchingError(path.name) from error
        return URLFetcherResponse(url, content, {"Content-Type": CONTENT_TYPES[path.suffix]})


@cache
def _house_style():
    """The parsed stylesheet, its fonts and the fetcher, loaded once a process."""
    fonts = FontConfiguration()
    fetcher = StaticFilesOnly()
    return CSS(filename=STYLESHEET, font_config=fonts, url_fetcher=fetcher), fonts, fetcher


def typeset(html, identifier):
    """The bytes of the PDF of `html` (text). `identifier` (bytes) is its PDF identifier, instead of a random one.

    The document's dates come from `dcterms.created` and `dcterms.modified` in the HTML. Raises Broken.
    """
    with _turn:
        try:
            stylesheet, fonts, fetcher = _house_style()
            document = HTML(string=html, base_url=STATIC_FOLDER.as_uri() + "/", url_fetcher=fetcher)
            return document.write_pdf(
                stylesheets=[stylesheet],
                font_config=fonts,
                pdf_variant="pdf/ua-1",
                pdf_identifier=identifier,
                finisher=finish,
            )
        except FatalURLFetchingError as error:
            raise Broken(str(error)) from error


def finish(_document, pdf):
    """Adds to the structure of a PDF what WeasyPrint leaves out. Used as WeasyPrint's option `finisher`."""
    elements = {item.reference: item for item in pdf.objects if isinstance(item, pydyf.Dictionary)}
    scope_headers(elements)
    set_margins_apart(pdf, elements)


def scope_headers(elements):
    """Gives each table header the scope of its column or row. `elements` is {reference: dictionary}."""
    for element in elements.values():
        if element.get("S") == "/TH" and "A" in element:
            row = elements[element["P"]]
            is_head = elements[row["P"]].get("S") == "/THead"
            element["A"]["Scope"] = "/Column" if is_head else "/Row"


def set_margins_apart(pdf, elements):
    """Marks the content of page margins as an artifact, so that it is not read aloud on every page.

    WeasyPrint tags it as content, but leaves its elements out of the structure tree: this is how it is recognised.
    """
    root = elements[pdf.catalog["StructTreeRoot"]]
    in_tree, waiting = set(), list(root["K"])
    while waiting:
        reference = waiting.pop()
        if reference in elements:
            in_tree.add(reference)
            waiting += elements[reference].get("K", ())
    # Pairs of a page's number and the elements of its marked content; the pairs of links follow.
    numbers = elements[root["ParentTree"]]["Nums"]
    contents = {item.reference: item for item in pdf.objects}
    for number, page in enumerate(map(elements.get, pdf.page_references)):
        owners = numbers[2 * number + 1]
        apart = {mcid for mcid, reference in enumerate(owners) if reference not in in_tree}
        operators = contents[page["Contents"]].stream
        for index, operator in enumerate(operators):
            if isinstance(operator, pydyf.Dictionary) and operator.get("MCID") in apart:
                operators[index - 1] = "/Artifact"
                operators[index] = pydyf.Dictionary({"Type": "/Pagination"})
        for mcid in apart:
            elements[owners[mcid]]["K"] = pydyf.Array()
            owners[mcid] = "null"

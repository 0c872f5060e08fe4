"""HTML to PDF/UA-1 with WeasyPrint: tagged, with embedded fonts, and the same bytes for the same HTML.

Importing this module needs Pango on the machine and raises OSError without it. Whoever draws a PDF imports it only
then, so that everything else works without.
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

# One at a time in a process: the fonts that all PDFs share are Pango's, which knows nothing of threads.
_turn = threading.Lock()


class Broken(Exception):
    """A file that every PDF needs is missing from the installation; the text names it."""


class StaticFilesOnly(URLFetcher):
    """Fetches stylesheets and fonts of the project's static folder, and refuses everything else there is."""

    def __init__(self, folder=STATIC_FOLDER):
        super().__init__(allowed_protocols=["file"])
        self.folder = Path(folder).resolve()

    def fetch(self, url, headers=None):
        """The response for a file of ours. Raises ValueError for other addresses, Fatal… for a file that is missing."""
        address = urlsplit(url)
        path = Path(url2pathname(address.path)).resolve()
        if address.scheme != "file" or address.netloc or not path.is_relative_to(self.folder):
            raise ValueError("a PDF is made of the project's own files alone")
        if path.suffix not in CONTENT_TYPES:
            raise ValueError("a PDF is made of stylesheets and fonts alone")
        try:
            content = path.read_bytes()
        except OSError as error:
            # Any other error would be logged, and the PDF made with whatever font the machine has.
            raise FatalURLFetchingError(path.name) from error
        return URLFetcherResponse(url, content, {"Content-Type": CONTENT_TYPES[path.suffix]})


@cache
def _house_style():
    """The parsed stylesheet and its fonts, read once in a process."""
    fonts = FontConfiguration()
    fetcher = StaticFilesOnly()
    return CSS(filename=STYLESHEET, font_config=fonts, url_fetcher=fetcher), fonts, fetcher


def typeset(html, identifier):
    """The bytes of the PDF. `identifier` (bytes) tells the PDF from others, instead of a random number.

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
    """Say in the structure of a finished PDF what WeasyPrint leaves out. For its `finisher` option."""
    elements = {item.reference: item for item in pdf.objects if isinstance(item, pydyf.Dictionary)}
    scope_headers(elements)
    set_margins_apart(pdf, elements)


def scope_headers(elements):
    """Say of each table header whether it heads its column or its row. `elements` is {reference: dictionary}."""
    for element in elements.values():
        if element.get("S") == "/TH" and "A" in element:
            row = elements[element["P"]]
            is_head = elements[row["P"]].get("S") == "/THead"
            element["A"]["Scope"] = "/Column" if is_head else "/Row"


def set_margins_apart(pdf, elements):
    """Make what stands in the page margins an artifact, which is not read aloud on every page.

    WeasyPrint tags it as content and then leaves its elements out of the structure tree: by that it is found.
    """
    root = elements[pdf.catalog["StructTreeRoot"]]
    in_tree, waiting = set(), list(root["K"])
    while waiting:
        reference = waiting.pop()
        if reference in elements:
            in_tree.add(reference)
            waiting += elements[reference].get("K", ())
    # Pairs of a page's number and the elements of its marked contents, and then those of links.
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

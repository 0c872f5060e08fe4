"""Converts texts of materials from CommonMark, with tables and check lists, to safe HTML that fits into a page.

Raw HTML stays text. Links may lead only to the web, to an e-mail address or to a page of the site. Images are left out,
because nothing may be loaded from another host. Headings are moved to levels below the heading of the page.
"""

from functools import cache
from urllib.parse import urlsplit

from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from markdown_it import MarkdownIt
from markdown_it.token import Token

SAFE_SCHEMES = frozenset(("http", "https", "mailto"))
CHECK_BOXES = {"[ ] ": "check", "[x] ": "check is-checked", "[X] ": "check is-checked"}
DEEPEST_HEADING = 6


def html(text, top=2):
    """`text` as safe HTML. Its highest heading becomes an `h{top}`; no level of headings below it is skipped."""
    parser = _parser()
    tokens = parser.parse(text)
    _shift_headings(tokens, top)
    _mark_check_boxes(tokens)
    _scope_header_cells(tokens)
    return mark_safe(parser.renderer.render(_tables_in_regions(tokens), parser.options, {}))  # noqa: S308


@cache
def _parser():
    parser = MarkdownIt("commonmark", {"html": False}).enable("table").disable("image")
    parser.validateLink = is_safe_link
    parser.add_render_rule("link_open", _render_link)
    return parser


def is_safe_link(address):
    """Whether a text may have this link: to the web, an e-mail address, or a page of this site."""
    try:
        parts = urlsplit(address.strip())
    except ValueError:
        return False
    if parts.scheme:
        return parts.scheme in SAFE_SCHEMES
    # "//host" has no scheme but leads to another site; browsers read "/\host" in the same way.
    return not parts.netloc and not address.startswith(("//", "/\\", "\\"))


def _render_link(renderer, tokens, index, options, env):
    token = tokens[index]
    if urlsplit(token.attrGet("href") or "").scheme in {"http", "https"}:
        token.attrSet("rel", "noopener external")
    return renderer.renderToken(tokens, index, options, env)


def _shift_headings(tokens, top):
    opened = [token for token in tokens if token.type == "heading_open"]
    if not opened:
        return
    closed = [token for token in tokens if token.type == "heading_close"]
    highest = min(int(token.tag[1]) for token in opened)
    before = top - 1
    # Headings do not nest, so the n-th opening tag belongs to the n-th closing one.
    for opening, closing in zip(opened, closed, strict=True):
        level = min(int(opening.tag[1]) - highest + top, before + 1, DEEPEST_HEADING)
        opening.tag = closing.tag = f"h{level}"
        before = level


def _mark_check_boxes(tokens):
    """Gives a list entry that begins with `[ ]` or `[x]` a class with which the style sheet draws a check box."""
    for item, paragraph, inline in zip(tokens, tokens[1:], tokens[2:], strict=False):
        if item.type != "list_item_open" or paragraph.type != "paragraph_open" or not inline.children:
            continue
        first = inline.children[0]
        css = CHECK_BOXES.get(first.content[:4])
        if css:
            first.content = first.content[4:]
            item.attrSet("class", css)


def _scope_header_cells(tokens):
    for token in tokens:
        if token.type == "th_open":
            token.attrs["scope"] = "col"
        # The parser writes alignment as a style attribute, which the security policy forbids.
        if token.type in {"th_open", "td_open"} and (style := token.attrs.pop("style", "")):
            token.attrSet("class", "at-end" if "right" in style else "at-centre" if "center" in style else "at-start")


def _tables_in_regions(tokens):
    """Puts each table into a region that scrolls and can be focused, named after the heading above it."""
    placed, heading = [], ""
    for index, token in enumerate(tokens):
        if token.type == "heading_open":
            heading = "".join(child.content for child in tokens[index + 1].children)
        if token.type == "table_open":
            region = Token("region_open", "div", 1, block=True)
            label = _("Table: %(heading)s") % {"heading": heading} if heading else _("Table")
            region.attrs = {"class": "scroll", "role": "region", "tabindex": "0", "aria-label": label}
            placed.append(region)
        placed.append(token)
        if token.type == "table_close":
            placed.append(Token("region_close", "div", -1, block=True))
    return placed

"""The texts of a page as people read them."""

import html
import re

from django.contrib.messages import get_messages


def words(response):
    """The text of a page's main part, without tags and with single spaces."""
    text = re.sub(r"<[^>]+>", " ", response.content.decode().partition("<main")[2].partition(">")[2])
    return re.sub(r" ([,.:;?])", r"\1", " ".join(html.unescape(text).split()))


def in_one_line(page):
    """The HTML of a response (or a string of HTML) as if its templates had no line breaks."""
    text = re.sub(r"\s*\n\s*", "\n", page if isinstance(page, str) else page.content.decode())
    return re.sub(r"(?<=>)\n|\n(?=[<>])", "", text).replace("\n", " ")


def said(response):
    """The texts of Django's messages that a request leaves for the next page."""
    return [str(message) for message in get_messages(response.wsgi_request)]

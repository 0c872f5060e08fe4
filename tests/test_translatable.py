"""Every word that a page or an e-mail shows goes through gettext, so that it can be said in another language."""

import re

import pytest
from django.conf import settings

TEMPLATES = settings.BASE_DIR / "templates"

# Names, the same in every language.
NAMES = {"KIP", "PDF", "SHA-256"}

TRANSLATED = r"{%\s*(blocktrans(?:late)?)\b.*?{%\s*end\1\s*%}"
COMMENT = r"{%\s*comment\b.*?{%\s*endcomment\s*%}|{#.*?#}|<!--.*?-->"
STYLE = r"<style\b.*?</style>"
DATA = r"<script\b[^>]*\btype=\"application/json\"[^>]*>.*?</script>"
TAG_OR_VARIABLE = r"{%.*?%}|{{.*?}}"
TOLD = re.compile(r"\s(?:alt|title|placeholder|aria-label|aria-description)=(\"[^\"]*\"|'[^']*')")
WORD = re.compile(r"[^\W\d_][\w-]+")


def without(patterns, text):
    """The text without what matches, its lines still the same number."""
    for pattern in patterns:
        text = re.sub(pattern, lambda match: " " + "\n" * match[0].count("\n"), text, flags=re.DOTALL)
    return text


def untranslated(template):
    """(line number, word) of each word that people would see as it stands in the template."""
    text = without([COMMENT, TRANSLATED, STYLE, DATA, TAG_OR_VARIABLE], template)
    for told in TOLD.finditer(text):
        yield from found_in(told[1].replace("https://", ""), text.count("\n", 0, told.start()) + 1)
    yield from found_in(without([r"<[^>]*>", r"&\w+;"], text), 1)


def found_in(text, first_line):
    for number, line in enumerate(text.splitlines(), first_line):
        yield from ((number, word) for word in WORD.findall(line) if word not in NAMES)


def test_every_word_of_the_templates_can_be_translated():
    templates = [path for path in TEMPLATES.rglob("*") if path.suffix in {".html", ".txt"}]
    assert len(templates) > 100
    assert [
        f"{path.relative_to(TEMPLATES)}:{line}: {word}"
        for path in sorted(templates)
        for line, word in untranslated(path.read_text(encoding="utf-8"))
    ] == []


@pytest.mark.parametrize(
    ("template", "found"),
    [
        ("<p>\n  Your profile</p>", [(2, "Your"), (2, "profile")]),
        ('<img alt="Radar" src="radar.svg">', [(1, "Radar")]),
        ('<a\n  aria-label="Šapat">', [(2, "Šapat")]),
        ('<p class="hint">{% translate "Your profile" %}</p>', []),
        ('<script type="application/json">{"ids": 1}</script><script src="a">Shown</script>', [(1, "Shown")]),
        ("{% blocktranslate count n=n %}One{% plural %}{{ n }} ones{% endblocktranslate %}", []),
        ("{# Why #}<input placeholder='https://'>&nbsp;· KIP {{ person.name }}", []),
    ],
)
def test_what_counts_as_a_visible_word(template, found):
    assert list(untranslated(template)) == found

"""Texts of a framework: language maps, their fallback, and the framework's own emphasis."""

from collections.abc import Iterable, Mapping
from typing import Literal, TypeVar

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

Said = TypeVar("Said", str, list[str])


def in_language(
    language_map: Mapping[str, Said], source_language: str, language: str | None = None
) -> Said | Literal[""]:
    """The text in `language` (default: the page's), else in the source language, else in any; blank only if none is.

    `language_map` is {language code: text or list}; "pt-br" finds "pt".
    """
    if not language_map:
        return ""
    wanted = (language or get_language() or source_language).split("-")[0]
    for code in (wanted, source_language, *language_map):
        if language_map.get(code):
            return language_map[code]
    return ""


def language_of(language_map: Mapping[str, object], source_language: str, language: str | None = None) -> str:
    """The language of the text that `in_language` returns, for its `lang` attribute."""
    wanted = (language or get_language() or source_language).split("-")[0]
    return wanted if language_map.get(wanted) else source_language


def emphasised(text: str, phrases: Iterable[str]) -> SafeString:
    """`text` as safe HTML with each of `phrases`, searched in order, in `<em>`: the source's underlined key phrases."""
    parts, start = [], 0
    for phrase in phrases:
        found = text.find(phrase, start)
        if found < 0:
            continue
        parts.append((text[start:found], phrase))
        start = found + len(phrase)
    return mark_safe(format_html_join("", "{}<em>{}</em>", parts) + format_html("{}", text[start:]))  # noqa: S308


def marked(
    language_map: Mapping[str, str], source_language: str, emphasis: Mapping[str, Iterable[str]] | None = None
) -> SafeString:
    """The text in the page's language as safe HTML, with its emphasis; if it fell back, with a `lang` attribute.

    `emphasis` is {language: [phrase, …]} of the same text.
    """
    language = language_of(language_map, source_language)
    html = emphasised(in_language(language_map, source_language), (emphasis or {}).get(language, ()))
    if language == (get_language() or source_language).split("-")[0]:
        return html
    return format_html('<span lang="{}">{}</span>', language, html)

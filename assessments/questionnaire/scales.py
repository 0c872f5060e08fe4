"""The scale of a revision as a page of questions shows it: the levels in the words for one kind of statement."""

from dataclasses import dataclass

from django.utils.html import format_html, format_html_join

from assessments.charts.levels import dots, tile_dots
from frameworks.models import Level


@dataclass(frozen=True)
class ScaleLevel:
    """One level of the scale, in the words for one kind of statement."""

    key: str
    value: int
    label: str
    descriptor: str
    face: str  # number and dots of a tile, safe HTML
    words: str  # label and descriptor of a tile, safe HTML


@dataclass(frozen=True)
class KindScale:
    """The scale for one kind of statement."""

    levels: tuple[ScaleLevel, ...]  # ascending
    legend: str  # what the levels mean, as a list; safe HTML


def scales_of(revision, kinds):
    """{kind: KindScale} of a revision, in the page's language; one query."""
    levels = list(Level.objects.filter(scale__revision=revision.pk).order_by("value"))
    return {kind: _kind_scale(revision, levels, kind) for kind in kinds}


def _kind_scale(revision, rows, kind):
    levels = tuple(
        _scale_level(
            row.key,
            row.value,
            revision.text(row.label),
            revision.text(row.descriptors.get(kind)),
            position,
            len(rows) - 1,
        )
        for position, row in enumerate(rows)
    )
    return KindScale(levels, _legend(levels))


def _scale_level(key, value, label, descriptor, position, steps):
    more = format_html("<span>. {}</span>", descriptor) if descriptor else ""
    return ScaleLevel(
        key,
        value,
        label,
        descriptor,
        face=format_html("{}{}", value, tile_dots(position, steps)),
        words=format_html('<span class="level-words"><b>{}</b>{}</span>', label, more),
    )


def _legend(levels):
    entries = format_html_join(
        "",
        '<li class="key">{}<p><strong>{} {}</strong><br><span class="soft">{}</span></p></li>',
        (
            (dots(position, len(levels) - 1, is_decoration=True), level.value, level.label, level.descriptor)
            for position, level in enumerate(levels)
        ),
    )
    return format_html('<ul class="stack">{}</ul>', entries)

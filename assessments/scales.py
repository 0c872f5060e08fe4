"""The scale of a revision as a page of questions shows it: the levels in the words for one kind of statement."""

from dataclasses import dataclass

from django.utils.html import escape
from django.utils.safestring import mark_safe

from frameworks.models import Level

from .charts import dots, tile_dots


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
    face = f"{value}{tile_dots(position, steps)}"
    more = f"<span>. {escape(descriptor)}</span>" if descriptor else ""
    words = f'<span class="level-words"><b>{escape(label)}</b>{more}</span>'
    return ScaleLevel(key, value, label, descriptor, mark_safe(face), mark_safe(words))  # noqa: S308 - escaped above


def _legend(levels):
    entries = [
        f'<li class="key">{dots(position, len(levels) - 1, is_decoration=True)}<p><strong>{level.value} '
        f'{escape(level.label)}</strong><br><span class="soft">{escape(level.descriptor)}</span></p></li>'
        for position, level in enumerate(levels)
    ]
    return mark_safe(f'<ul class="stack">{"".join(entries)}</ul>')  # noqa: S308 - escaped where it goes in

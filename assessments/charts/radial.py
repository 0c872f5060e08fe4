"""Scores and targets of several competences as a radar."""

from dataclasses import dataclass
from functools import cached_property, lru_cache
from math import ceil, cos, pi

from django.utils.html import escape
from django.utils.translation import gettext as _

from .drawing import (
    FONT,
    GRID,
    INK_SOFT,
    LINE_STRONG,
    PLUM,
    PLUM_DARK,
    PLUM_SOFT,
    RUST,
    WASH,
    Place,
    around,
    one_decimal,
    path,
    safe,
)

RADIUS = 155.4
LABEL_DISTANCE = 178.7


@dataclass(frozen=True)
class Axis:
    """One competence in the radar: its code, and score and target, each None when unknown."""

    code: str
    score: float | None
    target: float | None


class _Radar:
    """The geometry of a radar: one axis for each of `codes`, the first one pointing up, on the scale `levels`."""

    def __init__(self, codes, levels):
        self.codes, self.count, self.levels = codes, len(codes), levels
        self.label_width = max(30, max(10 * len(code) for code in codes) + 14)
        ends = [around(self._angle(index), LABEL_DISTANCE) for index in range(self.count)]
        top, bottom = min(y for _x, y in ends) - 31.3, max(y for _x, y in ends) + 35
        side = max(210, LABEL_DISTANCE + self.label_width / 2 + 2)
        self.width, self.height = round(2 * side), round(bottom - top)
        self.centre = Place(self.width / 2, -top)

    def _angle(self, index):
        return 2 * pi * index / self.count

    def at(self, index, distance):
        """The point on axis `index` at this distance from the centre; index 0.5 is between the first two axes."""
        return around(self._angle(index), distance, self.centre)

    def radius(self, value):
        low, high = self.levels[0], self.levels[-1]
        return RADIUS * (value - low) / (high - low)

    def value_at(self, index, value):
        return self.at(index, self.radius(value))

    @cached_property
    def grid(self):
        """The SVG that is drawn below the scores."""
        spokes = (_spoke(self, index, code) for index, code in enumerate(self.codes))
        return "".join((*_rings(self), *spokes))

    @cached_property
    def numbers(self):
        """The SVG that is drawn above the scores."""
        return "".join(_ring_numbers(self))


# Everyone who rates the same framework sees the same empty radar.
@lru_cache(maxsize=64)
def _empty_radar(codes, levels):
    return _Radar(codes, levels)


def radar(axes, levels, *, title, name="radar"):
    """Score and target on three or more axes, over the scale `levels` (its values, ascending); "" for fewer axes.

    `name` makes the ids of title and description unique on the page. On an axis without a score the line is
    interrupted, and the axis has a question mark.
    """
    if len(axes) < 3:
        return safe("")
    plan = _empty_radar(tuple(axis.code for axis in axes), tuple(levels))
    parts = [
        plan.grid,
        *_scores(plan, axes),
        *_targets(plan, axes),
        *(_points(plan, index, axis) for index, axis in enumerate(axes)),
        plan.numbers,
    ]
    return safe(
        f'<svg viewBox="0 0 {plan.width} {plan.height}" width="{plan.width}" height="{plan.height}" role="img" {FONT}'
        f' aria-labelledby="{name}-t {name}-d"><title id="{name}-t">{escape(title)}</title>'
        f'<desc id="{name}-d">{escape(_radar_words(axes, levels))}</desc>{"".join(parts)}</svg>'
    )


def radar_mark(*, is_target=False):
    """The mark that the radar draws for the score, or for the target: for a legend."""
    if is_target:
        shapes = (
            f'<path d="M0 7h36" stroke="{RUST}" stroke-width="2.5" stroke-dasharray="6 4"/>'
            f'<path d="M18 1l6 6l-6 6l-6-6z" fill="#fff" stroke="{RUST}" stroke-width="2"/>'
        )
    else:
        shapes = f'<path d="M0 7h36" stroke="{PLUM}" stroke-width="3"/><circle cx="18" cy="7" r="5.5" fill="{PLUM}"/>'
    return safe(f'<svg viewBox="0 0 36 14" width="36" height="14" aria-hidden="true">{shapes}</svg>')


def _radar_words(axes, levels):
    def words(axis):
        values = {"code": axis.code}
        if axis.score is not None:
            values["score"] = one_decimal(axis.score)
        if axis.target is None:
            return _("%(code)s %(score)s") % values if axis.score is not None else _("%(code)s unknown") % values
        values["target"] = one_decimal(axis.target)
        if axis.score is None:
            return _("%(code)s unknown, target %(target)s") % values
        return _("%(code)s %(score)s, target %(target)s") % values

    return _("Score and target, from %(low)s to %(high)s: %(values)s.") % {
        "low": levels[0],
        "high": levels[-1],
        "values": "; ".join(words(axis) for axis in axes),
    }


def _rings(plan):
    for step, level in enumerate(reversed(plan.levels[1:])):
        corners = path(plan.value_at(index, level) for index in range(plan.count))
        fill = "#fff" if step % 2 else WASH
        yield f'<polygon points="{corners}" fill="{fill}" stroke="{GRID}" stroke-width="1"/>'


def _spoke(plan, index, code):
    (x, y), (left, top) = plan.at(index, RADIUS), plan.at(index, LABEL_DISTANCE)
    width = plan.label_width
    return (
        f'<line x1="{plan.centre.x:.1f}" y1="{plan.centre.y:.1f}" x2="{x:.1f}" y2="{y:.1f}" stroke="{GRID}"'
        f' stroke-width="1"/><path d="M{left - width / 2:.1f} {top - 7:.1f}a8 8 0 0 1 8-8h{width - 16:g}a8 8 0 0 1 8 8'
        f'v14a8 8 0 0 1-8 8h-{width - 10:g}a2 2 0 0 1-2-2z" fill="{PLUM_SOFT}"/><text x="{left:.1f}" y="{top + 6:.1f}"'
        f' text-anchor="middle" font-size="17" font-weight="700" fill="{PLUM_DARK}">{escape(code)}</text>'
    )


def _neighbours(axes, values):
    """[(index, next index), …] of neighbouring axes whose values are both known; the last axis is next to the first."""
    count = len(axes)
    return [
        (index, (index + 1) % count)
        for index in range(count)
        if values[index] is not None and values[(index + 1) % count] is not None
    ]


def _scores(plan, axes):
    scores = [axis.score for axis in axes]
    known = [None if score is None else plan.value_at(index, score) for index, score in enumerate(scores)]
    if None not in known:
        yield (
            f'<polygon points="{path(known)}" fill="{PLUM}" fill-opacity=".22" stroke="{PLUM}" stroke-width="3"'
            ' stroke-linejoin="round"/>'
        )
        return
    # Drawn as slices between neighbours that are both known: a line across an unknown axis would show a score that
    # nobody gave.
    for first, second in _neighbours(axes, scores):
        yield (
            f'<polygon points="{path([plan.centre, known[first], known[second]])}" fill="{PLUM}" fill-opacity=".22"/>'
            f'<polyline points="{path([known[first], known[second]])}" fill="none" stroke="{PLUM}" stroke-width="3"'
            ' stroke-linecap="round"/>'
        )


def _targets(plan, axes):
    targets = [axis.target for axis in axes]
    line = f'fill="none" stroke="{RUST}" stroke-width="2.5" stroke-dasharray="7 5" stroke-linejoin="round"'
    if None not in targets:
        corners = path(plan.value_at(index, target) for index, target in enumerate(targets))
        yield f'<polygon points="{corners}" {line}/>'
        return
    for first, second in _neighbours(axes, targets):
        ends = path([plan.value_at(first, targets[first]), plan.value_at(second, targets[second])])
        yield f'<polyline points="{ends}" {line}/>'


def _points(plan, index, axis):
    marks = ""
    if axis.score is None:
        x, y = plan.at(index, RADIUS / 2)
        marks += (
            f'<circle cx="{x:.1f}" cy="{y:.1f}" r="11" fill="#fff" stroke="{LINE_STRONG}" stroke-dasharray="3 3"/>'
            f'<text x="{x:.1f}" y="{y + 5:.1f}" text-anchor="middle" font-size="15" fill="{INK_SOFT}">?</text>'
        )
    else:
        x, y = plan.value_at(index, axis.score)
        marks += f'<circle cx="{x:.1f}" cy="{y:.1f}" r="5.5" fill="{PLUM}" stroke="#fff" stroke-width="1.5"/>'
    if axis.target is not None:
        x, y = plan.value_at(index, axis.target)
        marks += f'<path d="M{x:.1f} {y - 6:.1f}l6 6l-6 6l-6-6z" fill="#fff" stroke="{RUST}" stroke-width="2"/>'
    return marks


def _ring_numbers(plan):
    count = plan.count
    # The numbers stand in the middle of the lowest edge, where they hide no axis.
    between = (count - 1) // 2 + 0.5
    levels = plan.levels[1:]
    every = ceil(len(levels) / 6)
    for level in levels[::-every]:
        x, y = plan.at(between, plan.radius(level) * cos(pi / count))
        width = 16 if level < 10 else 24
        yield (
            f'<rect x="{x - width / 2:.1f}" y="{y - 8:.1f}" width="{width}" height="16" rx="8" fill="#fff"'
            f' stroke="{GRID}"/><text x="{x:.1f}" y="{y + 4.5:.1f}" text-anchor="middle" font-size="13"'
            f' fill="{INK_SOFT}">{level}</text>'
        )

"""Charts as SVG text: dots, meter, radar and progress line, the same on the page and in the PDF.

Everything is drawn with presentation attributes, because the site's Content-Security-Policy allows no inline style.
Each chart says in words what it shows, as its accessible name or as `title` and `desc`. You are a solid line with dots,
the target is a dashed line with diamonds, and what is unknown is drawn as unknown, never as the lowest level.

All functions are pure: values in, SVG (safe to put into HTML) out. Levels are plain numbers of any scale.
"""

from dataclasses import dataclass
from datetime import date
from functools import cached_property, lru_cache
from math import ceil, cos, floor, pi, sin

from django.template.defaultfilters import floatformat
from django.utils.formats import date_format
from django.utils.html import escape
from django.utils.safestring import mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

PLUM, PLUM_DARK, PLUM_SOFT = "#6a2260", "#4b1544", "#f4e8f2"
RUST = "#974108"
INK, INK_SOFT = "#241a29", "#5b4f61"
WASH, GRID, LINE, LINE_STRONG, TRACK = "#f7f3f7", "#cabfce", "#ded5e1", "#84788b", "#e6dee8"
FONT = 'font-family="Source Sans 3, sans-serif"'


def one_decimal(value):
    """A score as the page writes it, in the page's language and rounded as templates do: "2.0"."""
    return _one_decimal(value, get_language())


# Means of a few levels take few different values, and a profile writes twenty-eight of them.
@lru_cache(maxsize=1024)
def _one_decimal(value, language):
    return floatformat(value, 1)


def _safe(svg):
    # Every text that comes from outside is escaped where it goes in.
    return mark_safe(svg)  # noqa: S308


# --- Dots ---------------------------------------------------------------------------------------


def dots(value, maximum, target=None, *, is_decoration=False):
    """A level as dots: as many as the scale's highest level, filled up to `value`.

    Dashed rings reach from the level to `target`, thin rings lie beyond. `value` None is not rated: points. With
    `is_decoration` the words stand beside it already, and screen readers pass over it.
    """
    maximum = max(int(maximum), 1)
    width = 16 * maximum - 2
    role, words = 'aria-hidden="true"', ""
    if not is_decoration:
        # As `title` and not as aria-label, because the PDF takes its alternative text from there.
        role, words = 'role="img"', f"<title>{escape(_level(value, maximum, target))}</title>"
    return _safe(
        f'<svg class="dots" viewBox="0 0 {width} 14" width="{width}" height="14" {role}>{words}'
        f"{_shapes(value, maximum, target)}</svg>"
    )


# A page has up to forty rows of dots, of few different ones.
@lru_cache(maxsize=1024)
def _shapes(value, maximum, target):
    return "".join(_dot(position, value, target) for position in range(1, maximum + 1))


def _dot(position, value, target):
    x = 16 * position - 9
    if value is not None and position <= floor(value + 0.5):
        return f'<circle cx="{x}" cy="7" r="6" fill="{PLUM}"/>'
    if target is not None and position <= target:
        return (
            f'<circle cx="{x}" cy="7" r="5" fill="none" stroke="{RUST}" stroke-width="2" stroke-dasharray="2.6 2.6"/>'
        )
    if value is None:
        return f'<circle cx="{x}" cy="7" r="1.6" fill="{LINE_STRONG}"/>'
    return f'<circle cx="{x}" cy="7" r="5" fill="none" stroke="{PLUM}" stroke-width="1.3"/>'


def _level(value, maximum, target):
    if value is None:
        return _("Not rated") if target is None else _("Not rated, target %(target)s") % {"target": target}
    # A mean of levels has a decimal, a level of its own has none.
    words = {"level": one_decimal(value) if isinstance(value, float) else value, "maximum": maximum, "target": target}
    if target is None:
        return _("Level %(level)s of %(maximum)s") % words
    return _("Level %(level)s of %(maximum)s, target %(target)s") % words


# --- Meter --------------------------------------------------------------------------------------

METER_WIDTH = 400


def meter(score, levels, target=None):
    """A score as a bar on the scale `levels` (its values, ascending), the target as an upright mark.

    It says nothing to screen readers: score and target stand beside it as text. Unknown is an empty dashed track.
    """
    low, high = levels[0], levels[-1]

    def x(value):
        return round(METER_WIDTH * (value - low) / (high - low), 1)

    parts = []
    if score is None:
        parts.append(
            f'<rect x="1" y="2.5" width="{METER_WIDTH - 2}" height="7" rx="3.5" fill="#fff" stroke="{LINE_STRONG}"'
            ' stroke-dasharray="3 4"/>'
        )
    else:
        parts.append(f'<rect x="0" y="2" width="{METER_WIDTH}" height="8" rx="4" fill="{TRACK}"/>')
        if score > low:
            parts.append(f'<rect x="0" y="2" width="{x(score)}" height="8" rx="4" fill="{PLUM}"/>')
        parts += [f'<rect x="{x(level) - 0.8}" y="2" width="1.5" height="8" fill="#fff"/>' for level in levels[1:-1]]
    if target is not None:
        # The mark stays whole at both ends of the track.
        mark = min(max(x(target), 4), METER_WIDTH - 4)
        parts.append(f'<rect x="{mark - 4:g}" y="0" width="8" height="12" fill="#fff"/>')
        parts.append(f'<rect x="{mark - 2:g}" y="0" width="4" height="12" fill="{RUST}"/>')
    return _safe(
        f'<svg class="meter" viewBox="0 0 {METER_WIDTH} 12" preserveAspectRatio="none" aria-hidden="true">'
        f"{''.join(parts)}</svg>"
    )


# --- Radar --------------------------------------------------------------------------------------

RADIUS = 155.4
LABEL_DISTANCE = 178.7


@dataclass(frozen=True)
class Axis:
    """One competence in the radar: its code, and score and target, each None when unknown."""

    code: str
    score: float | None
    target: float | None


class _Radar:
    """Where things are in a radar with an axis for each of `codes`, the first one upright, on the scale `levels`."""

    def __init__(self, codes, levels):
        self.codes, self.count, self.levels = codes, len(codes), levels
        self.label_width = max(30, max(10 * len(code) for code in codes) + 14)
        ends = [self._from_centre(index, LABEL_DISTANCE) for index in range(self.count)]
        top, bottom = min(y for _x, y in ends) - 31.3, max(y for _x, y in ends) + 35
        side = max(210, LABEL_DISTANCE + self.label_width / 2 + 2)
        self.width, self.height = round(2 * side), round(bottom - top)
        self.centre = (self.width / 2, -top)

    def _from_centre(self, index, distance):
        angle = 2 * pi * index / self.count
        return sin(angle) * distance, -cos(angle) * distance

    def at(self, index, distance):
        """The point on axis `index` (a half lies between two axes), `distance` from the middle."""
        x, y = self._from_centre(index, distance)
        return self.centre[0] + x, self.centre[1] + y

    def radius(self, value):
        low, high = self.levels[0], self.levels[-1]
        return RADIUS * (value - low) / (high - low)

    def value_at(self, index, value):
        return self.at(index, self.radius(value))

    @cached_property
    def grid(self):
        """What lies below the scores."""
        spokes = (_spoke(self, index, code) for index, code in enumerate(self.codes))
        return "".join((*_rings(self), *spokes))

    @cached_property
    def numbers(self):
        """What lies above them."""
        return "".join(_ring_numbers(self))


# Everyone who rates the same framework sees the same empty radar.
@lru_cache(maxsize=64)
def _empty_radar(codes, levels):
    return _Radar(codes, levels)


def radar(axes, levels, *, title, name="radar"):
    """Score and target on three or more axes, over the scale `levels` (its values, ascending); "" for fewer axes.

    `name` makes the ids of title and description unique on the page. An axis without a score breaks the line and bears
    a question mark.
    """
    if len(axes) < 3:
        return _safe("")
    plan = _empty_radar(tuple(axis.code for axis in axes), tuple(levels))
    parts = [
        plan.grid,
        *_scores(plan, axes),
        *_targets(plan, axes),
        *(_points(plan, index, axis) for index, axis in enumerate(axes)),
        plan.numbers,
    ]
    return _safe(
        f'<svg viewBox="0 0 {plan.width} {plan.height}" width="{plan.width}" height="{plan.height}" role="img" {FONT}'
        f' aria-labelledby="{name}-t {name}-d"><title id="{name}-t">{escape(title)}</title>'
        f'<desc id="{name}-d">{escape(_radar_words(axes, levels))}</desc>{"".join(parts)}</svg>'
    )


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


def _path(points):
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in points)


def _rings(plan):
    for step, level in enumerate(reversed(plan.levels[1:])):
        corners = _path(plan.value_at(index, level) for index in range(plan.count))
        fill = "#fff" if step % 2 else WASH
        yield f'<polygon points="{corners}" fill="{fill}" stroke="{GRID}" stroke-width="1"/>'


def _spoke(plan, index, code):
    (x, y), (left, top) = plan.at(index, RADIUS), plan.at(index, LABEL_DISTANCE)
    width = plan.label_width
    return (
        f'<line x1="{plan.centre[0]:.1f}" y1="{plan.centre[1]:.1f}" x2="{x:.1f}" y2="{y:.1f}" stroke="{GRID}"'
        f' stroke-width="1"/><path d="M{left - width / 2:.1f} {top - 7:.1f}a8 8 0 0 1 8-8h{width - 16:g}a8 8 0 0 1 8 8'
        f'v14a8 8 0 0 1-8 8h-{width - 10:g}a2 2 0 0 1-2-2z" fill="{PLUM_SOFT}"/><text x="{left:.1f}" y="{top + 6:.1f}"'
        f' text-anchor="middle" font-size="17" font-weight="700" fill="{PLUM_DARK}">{escape(code)}</text>'
    )


def _neighbours(axes, values):
    """(index, next index) of the axes whose values are both known, all round."""
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
            f'<polygon points="{_path(known)}" fill="{PLUM}" fill-opacity=".22" stroke="{PLUM}" stroke-width="3"'
            ' stroke-linejoin="round"/>'
        )
        return
    # Between known neighbours only, as slices: a line across an unknown axis would show a score that nobody gave.
    for first, second in _neighbours(axes, scores):
        yield (
            f'<polygon points="{_path([plan.centre, known[first], known[second]])}" fill="{PLUM}" fill-opacity=".22"/>'
            f'<polyline points="{_path([known[first], known[second]])}" fill="none" stroke="{PLUM}" stroke-width="3"'
            ' stroke-linecap="round"/>'
        )


def _targets(plan, axes):
    targets = [axis.target for axis in axes]
    line = f'fill="none" stroke="{RUST}" stroke-width="2.5" stroke-dasharray="7 5" stroke-linejoin="round"'
    if None not in targets:
        corners = _path(plan.value_at(index, target) for index, target in enumerate(targets))
        yield f'<polygon points="{corners}" {line}/>'
        return
    for first, second in _neighbours(axes, targets):
        ends = _path([plan.value_at(first, targets[first]), plan.value_at(second, targets[second])])
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
    # They stand in the middle of the lowest edge, where they hide no axis.
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


# --- Progress -----------------------------------------------------------------------------------

LEFT, RIGHT, TOP, BOTTOM = 30, 422, 44, 216
# How far apart in the drawing two labels have to be so that they do not touch.
LABEL_ROOM = 62


@dataclass(frozen=True)
class Point:
    """A mean at a date, from `rated` of `asked` statements."""

    day: date
    mean: float
    rated: int
    asked: int


def progress(points, levels, *, title, revised=(), name="trend"):
    """The mean over time, oldest first, on the scale `levels`; a dotted upright on each of the days in `revised`."""
    first, last = points[0].day, points[-1].day
    days = max((last - first).days, 1)

    def x(day):
        if first == last:
            return (LEFT + RIGHT) / 2
        return LEFT + 18 + (RIGHT - LEFT - 46) * (day - first).days / days

    def y(value):
        return BOTTOM - (BOTTOM - TOP) * (value - levels[0]) / (levels[-1] - levels[0])

    parts = [_grid_line(level, y(level), is_base=level == levels[0]) for level in levels]
    uprights = [x(day) for day in revised if first <= day <= last]
    parts += _revisions(uprights)
    places = [(x(point.day), y(point.mean)) for point in points]
    parts.append(
        f'<polyline points="{_path(places)}" fill="none" stroke="{PLUM}" stroke-width="3" stroke-linejoin="round"/>'
    )
    # Without a revision nothing stands above the highest level but the number of a point there.
    top = 0 if uprights else 14
    labelled = _with_room([place[0] for place in places])
    for index, (point, (left, height)) in enumerate(zip(points, places, strict=True)):
        parts.append(f'<circle cx="{left:.1f}" cy="{height:.1f}" r="6" fill="{PLUM}" stroke="#fff" stroke-width="2"/>')
        if index in labelled:
            if any(abs(left - upright) < 18 for upright in uprights):
                # The number of a point stays readable where an upright would run through it.
                parts.append(f'<rect x="{left - 16:.1f}" y="{height - 28:.1f}" width="32" height="19" fill="#fff"/>')
            parts.append(
                f'<text x="{left:.1f}" y="{height - 13:.1f}" text-anchor="middle" font-size="17" font-weight="700"'
                f' fill="{INK}">{one_decimal(point.mean)}</text><text x="{left:.1f}" y="238" text-anchor="middle"'
                f' font-size="14" fill="{INK_SOFT}">{escape(date_format(point.day, "M Y"))}</text>'
            )
    return _safe(
        f'<svg viewBox="0 {top} 440 {250 - top}" width="440" height="{250 - top}" role="img" {FONT}'
        f' aria-labelledby="{name}-t {name}-d">'
        f'<title id="{name}-t">{escape(title)}</title>'
        f'<desc id="{name}-d">{escape(_progress_words(points, revised))}</desc>{"".join(parts)}</svg>'
    )


def _progress_words(points, revised):
    values = "; ".join(
        _("%(date)s: %(mean)s with %(rated)s of %(asked)s rated")
        % {
            "date": date_format(point.day, "M Y"),
            "mean": one_decimal(point.mean),
            "rated": point.rated,
            "asked": point.asked,
        }
        for point in points
    )
    words = [f"{values}."]
    words += [
        _("Framework revised in %(date)s.") % {"date": date_format(day, "M Y")}
        for day in revised
        if points[0].day <= day <= points[-1].day
    ]
    return " ".join(words)


def _grid_line(level, y, *, is_base):
    return (
        f'<line x1="{LEFT}" y1="{y:.1f}" x2="{RIGHT}" y2="{y:.1f}" stroke="{LINE_STRONG if is_base else LINE}"'
        f' stroke-width="1"/><text x="{LEFT - 9}" y="{y + 5:.1f}" text-anchor="end" font-size="14"'
        f' fill="{INK_SOFT}">{level}</text>'
    )


def _revisions(places):
    """Dotted uprights with a diamond; the words stand at the last one only, where several would collide."""
    parts = [
        f'<line x1="{x:.1f}" y1="30" x2="{x:.1f}" y2="{BOTTOM}" stroke="{RUST}" stroke-width="1.5"'
        f' stroke-dasharray="3 4"/><path d="M{x:.1f} 22l6 6l-6 6l-6-6z" fill="{RUST}"/>'
        for x in places
    ]
    if places:
        # Wide enough for the words in each language; they stay inside the drawing.
        x = min(max(places[-1], 76), 364)
        parts.append(
            f'<text x="{x:.1f}" y="15" text-anchor="middle" font-size="14" fill="{RUST}">'
            f"{escape(_('Framework revised'))}</text>"
        )
    return parts


def _with_room(places):
    """Indexes of the points that get a label: the last one, then back in time wherever there is room."""
    chosen = [len(places) - 1]
    for index in range(len(places) - 2, -1, -1):
        if places[chosen[-1]] - places[index] >= LABEL_ROOM:
            chosen.append(index)
    return set(chosen)

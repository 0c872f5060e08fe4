"""A mean over time as a line."""

from dataclasses import dataclass
from datetime import date

from django.utils.formats import date_format
from django.utils.html import escape
from django.utils.translation import gettext as _

from .drawing import FONT, INK, INK_SOFT, LINE, LINE_STRONG, PLUM, RUST, one_decimal, path, safe

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
    """The mean over time, on the scale `levels`, with a dotted vertical line on each of the days in `revised`.

    `points` are Points, the oldest first, at least one.
    """
    first, last = points[0].day, points[-1].day
    days = max((last - first).days, 1)

    def x(day):
        if first == last:
            return (LEFT + RIGHT) / 2
        return LEFT + 18 + (RIGHT - LEFT - 46) * (day - first).days / days

    def y(value):
        return BOTTOM - (BOTTOM - TOP) * (value - levels[0]) / (levels[-1] - levels[0])

    parts = [_grid_line(level, y(level), is_base=level == levels[0]) for level in levels]
    verticals = [x(day) for day in revised if first <= day <= last]
    parts += _revisions(verticals)
    places = [(x(point.day), y(point.mean)) for point in points]
    parts.append(
        f'<polyline points="{path(places)}" fill="none" stroke="{PLUM}" stroke-width="3" stroke-linejoin="round"/>'
    )
    # Without a revision the drawing can begin lower: only the number of a point may stand above the highest level.
    top = 0 if verticals else 14
    labelled = _with_room([place[0] for place in places])
    for index, (point, (left, height)) in enumerate(zip(points, places, strict=True)):
        parts.append(f'<circle cx="{left:.1f}" cy="{height:.1f}" r="6" fill="{PLUM}" stroke="#fff" stroke-width="2"/>')
        if index in labelled:
            if any(abs(left - vertical) < 18 for vertical in verticals):
                # A white background keeps the number of a point readable where a vertical line would cross it.
                parts.append(f'<rect x="{left - 16:.1f}" y="{height - 28:.1f}" width="32" height="19" fill="#fff"/>')
            parts.append(
                f'<text x="{left:.1f}" y="{height - 13:.1f}" text-anchor="middle" font-size="17" font-weight="700"'
                f' fill="{INK}">{one_decimal(point.mean)}</text><text x="{left:.1f}" y="238" text-anchor="middle"'
                f' font-size="14" fill="{INK_SOFT}">{escape(date_format(point.day, "M Y"))}</text>'
            )
    return safe(
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
    """Dotted vertical lines, each with a diamond; only the last one has the words, because several would overlap."""
    parts = [
        f'<line x1="{x:.1f}" y1="30" x2="{x:.1f}" y2="{BOTTOM}" stroke="{RUST}" stroke-width="1.5"'
        f' stroke-dasharray="3 4"/><path d="M{x:.1f} 22l6 6l-6 6l-6-6z" fill="{RUST}"/>'
        for x in places
    ]
    if places:
        # Keeps the words inside the drawing, in every language.
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

"""One level as dots, one score as a meter."""

from functools import lru_cache
from math import floor

from django.utils.html import escape
from django.utils.translation import gettext as _

from .drawing import LINE_STRONG, PLUM, RUST, TRACK, one_decimal, safe


def dots(value, maximum, target=None, *, is_decoration=False):
    """A level as dots: as many as the scale's highest level (`maximum`), filled up to `value`.

    The dots from there up to `target` are dashed rings, those beyond it thin rings. A `value` of None (not rated) is
    drawn as small points. With `is_decoration` screen readers skip the chart, because the level stands beside it in
    words.
    """
    maximum = max(int(maximum), 1)
    width = 16 * maximum - 2
    role, words = 'aria-hidden="true"', ""
    if not is_decoration:
        # As `title` and not as aria-label, because the PDF takes its alternative text from `title`.
        role, words = 'role="img"', f"<title>{escape(_level(value, maximum, target))}</title>"
    return safe(
        f'<svg class="dots" viewBox="0 0 {width} 14" width="{width}" height="14" {role}>{words}'
        f"{_shapes(value, maximum, target)}</svg>"
    )


# A page has up to forty rows of dots, but few different ones.
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
    # A mean of levels is written with one decimal, a single level with none.
    words = {"level": one_decimal(value) if isinstance(value, float) else value, "maximum": maximum, "target": target}
    if target is None:
        return _("Level %(level)s of %(maximum)s") % words
    return _("Level %(level)s of %(maximum)s, target %(target)s") % words


def tile_dots(filled, maximum):
    """As `dots`, but small and in the colour of the text, for the tile of a level, which also shows its number."""
    width = max(8, 8.6 * maximum - 0.4)
    circles = "".join(_tile_dot(4 + 8.6 * dot, is_filled=dot < filled) for dot in range(maximum))
    return safe(f'<svg viewBox="0 0 {width:.1f} 7" width="{width:.0f}" height="7" aria-hidden="true">{circles}</svg>')


def _tile_dot(x, *, is_filled):
    radius, fill = (3, "currentColor") if is_filled else (2.5, "none")
    return f'<circle cx="{x:.1f}" cy="3.5" r="{radius}" fill="{fill}" stroke="currentColor"/>'


METER_WIDTH = 400


def meter(score, levels, target=None):
    """A score as a bar on the scale `levels` (its values, ascending), with the target as a vertical mark.

    Hidden from screen readers, because score and target stand beside it as text. An unknown score (None) is an empty
    bar with a dashed edge.
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
        # The mark is not cut off at either end of the bar.
        mark = min(max(x(target), 4), METER_WIDTH - 4)
        parts.append(f'<rect x="{mark - 4:g}" y="0" width="8" height="12" fill="#fff"/>')
        parts.append(f'<rect x="{mark - 2:g}" y="0" width="4" height="12" fill="{RUST}"/>')
    return safe(
        f'<svg class="meter" viewBox="0 0 {METER_WIDTH} 12" preserveAspectRatio="none" aria-hidden="true">'
        f"{''.join(parts)}</svg>"
    )

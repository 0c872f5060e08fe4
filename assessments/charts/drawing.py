"""What the charts share: colours, the font, points around a centre, and how numbers and points are written."""

from functools import lru_cache
from math import cos, sin
from typing import NamedTuple

from django.template.defaultfilters import floatformat
from django.utils.safestring import mark_safe
from django.utils.translation import get_language

PLUM, PLUM_DARK, PLUM_DEEP, PLUM_SOFT = "#6a2260", "#4b1544", "#2c1431", "#f4e8f2"
RUST = "#974108"
INK, INK_SOFT = "#241a29", "#5b4f61"
OPEN = "#8a6a4a"
WASH, GRID, LINE, LINE_STRONG, TRACK = "#f7f3f7", "#cabfce", "#ded5e1", "#84788b", "#e6dee8"
FONT = 'font-family="Source Sans 3, sans-serif"'


def one_decimal(value):
    """A score as the page writes it, in the page's language and rounded as templates do: "2.0"."""
    return _one_decimal(value, get_language())


# A profile writes twenty-eight means, of few different values.
@lru_cache(maxsize=1024)
def _one_decimal(value, language):
    return floatformat(value, 1)


def safe(svg):
    # The functions that draw escape every text from outside before they put it into the SVG.
    return mark_safe(svg)  # noqa: S308


def path(points):
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in points)


class Place(NamedTuple):
    x: float
    y: float


ORIGIN = Place(0, 0)


def around(angle, distance, centre=ORIGIN):
    """The Place at this distance from the centre; `angle` is in radians, clockwise from the top."""
    return Place(centre.x + distance * sin(angle), centre.y - distance * cos(angle))

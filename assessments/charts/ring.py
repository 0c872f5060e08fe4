"""How far an assessment has come, as a ring with a segment for each competence."""

from math import asin, pi

from django.utils.html import escape
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from .drawing import FONT, OPEN, PLUM, PLUM_DEEP, Place, around, safe

SIZE, OUTER, INNER, HALF_GAP = 200, 94, 58, 4.2
CENTRE = Place(SIZE / 2, SIZE / 2)
# Longer codes, or codes in more segments than this, have no room in the ring; the list beside it names them.
LONGEST_CODE, MOST_WITH_CODE = 3, 16


def ring(competences):
    """The competences as segments, clockwise from the top: filled when done, with a dashed edge when begun.

    Each has `code`, `is_done` and `is_begun`, as progress.CompetenceProgress.
    """
    done = [competence.code for competence in competences if competence.is_done]
    begun = [competence.code for competence in competences if competence.is_begun]
    title = ngettext(
        "%(done)d of %(count)d competence done", "%(done)d of %(count)d competences done", len(competences)
    ) % {"done": len(done), "count": len(competences)}
    description = " ".join(
        sentence
        for sentence in (
            done and _("Done: %(codes)s.") % {"codes": ", ".join(done)},
            begun and _("In progress: %(codes)s.") % {"codes": ", ".join(begun)},
        )
        if sentence
    )
    below = _("of %(count)d done") % {"count": len(competences)}
    segments = "".join(_segment(competence, index, len(competences)) for index, competence in enumerate(competences))
    return safe(
        f'<svg viewBox="0 0 {SIZE} {SIZE}" width="{SIZE}" height="{SIZE}" role="img" {FONT}'
        f' aria-labelledby="ring-t ring-d"><title id="ring-t">{escape(title)}</title>'
        f'<desc id="ring-d">{escape(description)}</desc>{segments}'
        f'<text x="100" y="106" text-anchor="middle" font-size="46" font-weight="700" fill="{PLUM_DEEP}">'
        f"{len(done)}</text>"
        f'<text x="100" y="128" text-anchor="middle" font-size="16" fill="{PLUM_DEEP}">{escape(below)}</text></svg>'
    )


def _segment(competence, index, count):
    paint, ink = _paint(competence)
    if count == 1:
        return f'<circle cx="100" cy="100" r="{OUTER}" {paint}/><circle cx="100" cy="100" r="{INNER}" fill="#fff"/>'
    start, end = 2 * pi * index / count, 2 * pi * (index + 1) / count
    outer, inner = asin(HALF_GAP / OUTER), asin(HALF_GAP / INNER)
    large = int(end - start > pi)
    path = (
        f"M{_at(start + outer, OUTER)}A{OUTER} {OUTER} 0 {large} 1 {_at(end - outer, OUTER)}"
        f"L{_at(end - inner, INNER)}A{INNER} {INNER} 0 {large} 0 {_at(start + inner, INNER)}Z"
    )
    if len(competence.code) > LONGEST_CODE or count > MOST_WITH_CODE:
        return f'<path d="{path}" {paint}/>'
    x, y = around((start + end) / 2, (OUTER + INNER) / 2, CENTRE)
    return (
        f'<path d="{path}" {paint}/><text x="{x:.2f}" y="{y + 6:.1f}" text-anchor="middle" font-size="18"'
        f' font-weight="700" fill="{ink}">{escape(competence.code)}</text>'
    )


def _paint(competence):
    """(attributes of the segment, colour of its letters)"""
    if competence.is_done:
        return f'fill="{PLUM}" stroke="{PLUM}" stroke-width="2"', "#fff"
    if competence.is_begun:
        return f'fill="#fff" stroke="{PLUM}" stroke-width="2" stroke-dasharray="5 4"', PLUM_DEEP
    return f'fill="none" stroke="{OPEN}" stroke-width="2"', PLUM_DEEP


def _at(angle, distance):
    x, y = around(angle, distance, CENTRE)
    return f"{x:.2f} {y:.2f}"

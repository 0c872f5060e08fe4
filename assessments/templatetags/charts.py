"""Charts in templates: {% dots 2 4 target=3 %}, {% meter … %}, {% radar … %}, {% radar_mark … %}, {% progress … %}."""

from django import template

from assessments.charts import levels as level_charts
from assessments.charts import radial, timeline
from assessments.charts.drawing import one_decimal

register = template.Library()


register.filter("one_decimal", one_decimal)


@register.simple_tag
def dots(value, maximum, target=None, *, decorative=False):
    """A level as dots; `decorative` hides them from screen readers, where the level stands beside them in words."""
    return level_charts.dots(value, maximum, target, is_decoration=decorative)


@register.simple_tag
def meter(score, levels, target=None):
    """A score as a bar on the scale `levels`."""
    return level_charts.meter(score, levels, target)


@register.simple_tag
def radar(axes, levels, title, name="radar"):
    """Scores and targets as a radar; nothing for fewer than three axes."""
    return radial.radar(axes, levels, title=title, name=name)


@register.simple_tag
def radar_mark(what):
    """The mark that the radar draws for the "score" or the "target", for its legend."""
    return radial.radar_mark(is_target=what == "target")


@register.simple_tag
def progress(points, levels, title, revised=(), name="trend"):
    """Means over time."""
    return timeline.progress(points, levels, title=title, revised=revised, name=name)

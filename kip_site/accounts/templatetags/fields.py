"""How a form field is rendered; used by templates/_field.html."""

from django import template
from django.forms import CheckboxInput, CheckboxSelectMultiple, FileInput, RadioSelect

register = template.Library()


@register.filter
def shape(field):
    """ "group" for several radio buttons or checkboxes, "choice" for a single checkbox, "file", or else "input"."""
    widget = field.field.widget
    if isinstance(widget, RadioSelect | CheckboxSelectMultiple):
        return "group"
    if isinstance(widget, CheckboxInput):
        return "choice"
    return "file" if isinstance(widget, FileInput) else "input"


@register.filter
def control(field):
    """The widget of a bound field with the site's CSS class; Django itself connects it to its hint and errors."""
    own = field.field.widget.attrs.get("class", "")
    return field.as_widget(attrs={"class": f"input {own}".strip()})

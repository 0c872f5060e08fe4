"""What views read from a request, and how a page answers one that it cannot take: 422 and an error summary."""

from dataclasses import dataclass

from django.forms import BaseForm
from django.http import HttpRequest, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext as _

# What a browser gets with a form that was not accepted.
UNPROCESSABLE = 422
# The highest key that a database keeps.
HIGHEST_KEY = 2**63 - 1


def number(text: str, most: int = HIGHEST_KEY) -> int | None:
    """The number that a text of plain digits is, from 0 to `most`; None for anything else."""
    # Whatever else Python takes for a number ("٣", "+1", " 1", "1_000"), no page of ours sends.
    if not (text.isascii() and text.isdigit()):
        return None
    digits = text.lstrip("0") or "0"
    # Python itself refuses to read thousands of digits.
    if len(digits) > len(str(most)) or int(digits) > most:
        return None
    return int(digits)


def sent(request: HttpRequest) -> QueryDict | None:
    """What a form gets: all that was sent, be it empty, or None when the page is only looked at."""
    return request.POST if request.method == "POST" else None


# --- Forms that are not accepted ----------------------------------------------------------------


@dataclass(frozen=True)
class FormFault:
    """One thing that is wrong with what was sent."""

    text: str
    field: str = ""  # id of the control that it is about; blank for what no control mends


@dataclass(frozen=True)
class ErrorSummary:
    """All that is wrong with what was sent; the page begins with it (templates/_error_summary.html)."""

    faults: tuple[FormFault, ...]
    intro: str  # what is safe, and what to do


def form_page(request, template, context, *forms, faults=(), intro=None, status=None):
    """Render a page with its forms: 422 and an error summary if one that was sent has errors, else 200.

    `faults` are FormFaults that no form knows, `intro` is a sentence to stand above them all. With `status`, the page
    answers that, whatever it says. A form that is not on the page may be None.
    """
    summary = summary_of(forms, faults, intro)
    if status is None:
        status = UNPROCESSABLE if summary else 200
    return render(request, template, {**context, "error_summary": summary}, status=status)


def summary_of(forms, faults=(), intro=None):
    """The ErrorSummary of the forms that were sent, and of further FormFaults; None if nothing is wrong."""
    found = (*faults, *(fault for form in forms if form is not None for fault in faults_of(form)))
    if not found:
        return None
    if intro is None:
        # What concerns the form as a whole says itself what has become of it.
        intro = _("Nothing has changed yet. Please look at:") if all(fault.field for fault in found) else ""
    return ErrorSummary(found, intro)


def faults_of(form):
    """The FormFaults of a form: first of the whole, then of its fields in their order."""
    if not form.is_bound or not form.errors:
        return
    for error in form.non_field_errors():
        yield FormFault(error)
    for field in form:
        for error in field.errors:
            yield FormFault(error) if field.is_hidden else FormFault(labelled(field.label, error), control_of(field))


def labelled(label, error):
    return _("%(label)s: %(error)s") % {"label": label, "error": error}


def control_of(field):
    """The id of a field's control, or of the first one where there are several."""
    # A label belongs to none of several choices, so that Django names none of them here.
    return field.id_for_label or next((choice.id_for_label for choice in field), field.auto_id)


class RefuseInvalidForms:
    """Does for pages of django-allauth what `form_page` does for ours. The Django admin has ways of its own."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_template_response(self, request, response):
        if request.method == "POST" and "admin" not in request.resolver_match.namespaces:
            context = response.context_data or {}
            # A form can be in the context under two names.
            forms = dict.fromkeys(value for value in context.values() if isinstance(value, BaseForm))
            if summary := summary_of(forms):
                response.context_data = {**context, "error_summary": summary}
                response.status_code = UNPROCESSABLE
        return response

"""Reading values from requests, and answering invalid forms with status 422 and an error summary."""

from dataclasses import dataclass

from django.forms import BaseForm
from django.http import HttpRequest, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext as _

# The HTTP status of a page with an invalid form.
UNPROCESSABLE = 422
# The highest primary key that the databases can store.
HIGHEST_KEY = 2**63 - 1


def number(text: str, most: int = HIGHEST_KEY) -> int | None:
    """The number in a text of ASCII digits, if it is from 0 to `most`; None for anything else."""
    # int() accepts other texts too ("٣", "+1", " 1", "1_000"), which no page of the site sends.
    if not (text.isascii() and text.isdigit()):
        return None
    digits = text.lstrip("0") or "0"
    # int() raises ValueError for thousands of digits.
    if len(digits) > len(str(most)) or int(digits) > most:
        return None
    return int(digits)


def sent(request: HttpRequest) -> QueryDict | None:
    """The data for a form: what was posted, even if it is empty; None if the request is no POST."""
    return request.POST if request.method == "POST" else None


# --- Forms that are not accepted ----------------------------------------------------------------


@dataclass(frozen=True)
class FormFault:
    """An error in a form that was sent."""

    text: str
    field: str = ""  # HTML id of the control with the error; blank if it belongs to no control


@dataclass(frozen=True)
class ErrorSummary:
    """All errors in the forms that were sent; the page begins with it (templates/_error_summary.html)."""

    faults: tuple[FormFault, ...]
    intro: str  # says that nothing was changed, and what to do


def form_page(request, template, context, *forms, faults=(), intro=None, status=None):
    """Render a page with its forms: with 422 and an error summary if a form that was sent has errors, else with 200.

    `faults` are further FormFaults that are in no form; `intro` is the sentence above the errors. `status` is used
    instead of 200 and 422. A form that is not on the page may be None.
    """
    summary = summary_of(forms, faults, intro)
    if status is None:
        status = UNPROCESSABLE if summary else 200
    return render(request, template, {**context, "error_summary": summary}, status=status)


def summary_of(forms, faults=(), intro=None):
    """The ErrorSummary of the forms that were sent, with further FormFaults first; None if there are no errors."""
    found = (*faults, *(fault for form in forms if form is not None for fault in faults_of(form)))
    if not found:
        return None
    if intro is None:
        # An error of the form as a whole says itself whether anything was changed.
        intro = _("Nothing has changed yet. Please look at:") if all(fault.field for fault in found) else ""
    return ErrorSummary(found, intro)


def faults_of(form):
    """The FormFaults of a form: first those of the whole form, then those of its fields in order."""
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
    """The HTML id of a field's control, or of the first one if there are several, such as radio buttons."""
    # For several choices, `id_for_label` is blank, because the label belongs to none of them.
    return field.id_for_label or next((choice.id_for_label for choice in field), field.auto_id)


class RefuseInvalidForms:
    """Middleware that does for pages of django-allauth what `form_page` does for ours; not for the Django admin."""

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

"""The pages on which platform admins see the e-mails and the jobs of the site."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from kip_site.accounts.access import platform_admin_required
from kip_site.mail import actions
from kip_site.mail.models import Mail
from kip_site.refusals import Refused
from kip_site.requests import FormFault, form_page

from . import page

LONGEST_SEARCH = 200


@platform_admin_required
@require_safe
def mails(request: HttpRequest) -> HttpResponse:
    """All e-mails, or those with the state `?state=` (a value of page.Choice) and the words `?q=`."""
    asked = request.GET.get("state", "")
    is_known = asked in page.Choice.values
    words = request.GET.get("q", "").strip()[:LONGEST_SEARCH]
    choice = page.Choice(asked) if is_known else page.Choice.ALL
    return form_page(
        request,
        "platform/mails.html",
        {"page": page.load_mails(choice, words, request.GET.get("page", ""))},
        faults=() if is_known else [FormFault(_("There is no state “%(state)s” of e-mails.") % {"state": asked})],
        intro=_("E-mails in every state are shown. Please look at:"),
        status=200,
    )


@platform_admin_required
@require_safe
def mail(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(Mail.objects.select_related("person").defer("html"), pk=pk)
    loaded = page.load_mail(found)
    crumbs = [(_("E-mails"), reverse("mail")), (loaded.subject, "")]
    return render(request, "platform/mail.html", {"page": loaded, "crumbs": crumbs})


@platform_admin_required
@require_POST
def send_again(request: HttpRequest, pk: int) -> HttpResponse:
    try:
        actions.send_again(get_object_or_404(Mail.objects.defer("text", "html"), pk=pk))
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The e-mail is on its way again."))
    return redirect("mail_detail", pk=pk)


@platform_admin_required
@require_POST
def send_all_again(request: HttpRequest) -> HttpResponse:
    number = actions.send_all_again()
    if number:
        message = ngettext("One e-mail is on its way again.", "%(number)d e-mails are on their way again.", number)
        messages.success(request, message % {"number": number})
    else:
        messages.info(request, _("No e-mail was left that could be sent again."))
    return redirect("mail")


@platform_admin_required
@require_safe
def jobs(request: HttpRequest) -> HttpResponse:
    return render(request, "platform/jobs.html", {"page": page.load_jobs(request.GET.get("page", ""))})

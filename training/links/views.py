"""Platform admins decide which learning outcomes modules serve in a new revision."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from frameworks.models import Revision
from kip_site.accounts.access import platform_admin_required
from kip_site.refusals import Refused
from kip_site.requests import form_page
from training.models import LinkReview

from . import actions, page


@platform_admin_required
@require_safe
def links(request):
    return _page(request)


def _page(request, refused=None):
    context = {
        "page": page.load(refused),
        "crumbs": [(_("Revisions"), reverse("frameworks:manage")), (_("Links from modules"), "")],
    }
    intro = None
    if refused:
        intro = _("Nothing was linked. Choose an outcome for “%(module)s”, or drop the link:") % {
            "module": refused.review.module
        }
    return form_page(request, "training/links/links.html", context, refused, intro=intro)


@platform_admin_required
@require_POST
def link(request, pk):
    """Link the module to the outcomes that were ticked or chosen."""
    review = _review(pk)
    form = page.link_form(review, request.POST)
    if not form.is_valid():
        if review.decided_at is None:
            return _page(request, form)
        # The link was decided in the meantime, so the page no longer has a place for the error.
        messages.error(request, actions.decided_already(review))
        return redirect("training:links")
    message = _("“%(module)s” now serves %(codes)s.") % {
        "module": review.module,
        "codes": ", ".join(outcome.code for outcome in form.outcomes),
    }
    return _decide(request, review, form.outcomes, message)


@platform_admin_required
@require_POST
def drop(request, pk):
    """Drop the link: the module serves nothing instead of the old outcome."""
    review = _review(pk)
    message = _("“%(module)s” serves nothing in the place of %(code)s.") % {
        "module": review.module,
        "code": review.old_outcome.code,
    }
    return _decide(request, review, (), message)


@platform_admin_required
@require_POST
def take_suggested(request, pk):
    """Decide together all links of a revision that have a single suggested outcome."""
    revision = get_object_or_404(Revision, pk=pk)
    taken, left = actions.take_suggested_links(revision, request.user)
    if not taken:
        messages.error(
            request,
            _(
                "No link with a single suggestion waits any more: they were decided in another window meanwhile. "
                "Nothing has changed just now."
            ),
        )
        return redirect("training:links")
    text = ngettext("%(taken)d link is made as suggested.", "%(taken)d links are made as suggested.", taken)
    messages.success(request, f"{text % {'taken': taken}} {_what_remains(left)}")
    return redirect("training:links")


def _what_remains(left):
    if not left:
        return _("Nothing remains to be decided.")
    text = ngettext("%(left)d link remains to be decided.", "%(left)d links remain to be decided.", left)
    return text % {"left": left}


def _decide(request, review, outcomes, message):
    try:
        actions.decide_link(review, request.user, outcomes)
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, message)
    return redirect("training:links")


def _review(pk):
    return get_object_or_404(LinkReview.objects.in_force().select_related("module", "revision", "old_outcome"), pk=pk)

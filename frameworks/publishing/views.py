"""Managing frameworks, for platform admins: uploading files, reading, publishing and discarding drafts."""

from collections.abc import Sequence

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from frameworks.files.faults import Fault
from frameworks.files.yaml_tree import MOST_BYTES
from frameworks.models import Revision
from kip_site.accounts.access import platform_admin_required
from kip_site.refusals import FaultyFiles, Refused
from kip_site.requests import FormFault, form_page, number

from . import actions, faults_page, page
from .baseline import current_pk, seen_fields
from .forms import PublishForm, SeenForm, UploadForm
from .jobs import actions as job_actions
from .jobs.large import is_large_draft, is_large_file


@platform_admin_required
@require_safe
def manage(request):
    return _manage_page(request, UploadForm())


def _manage_page(request, form):
    return form_page(request, "frameworks/publishing/manage.html", {"page": page.load(), "form": form}, form)


@platform_admin_required
@require_POST
def upload(request):
    form = UploadForm(request.POST, request.FILES)
    if not form.is_valid():
        return _manage_page(request, form)
    file = form.cleaned_data["file"]
    # One byte more than allowed is enough to see that a file is too big.
    content = file.read(MOST_BYTES + 1)
    if is_large_file(content, file.name):
        return redirect("job", job_actions.ask_for_import(content, file.name, request.user).pk)
    try:
        revision = actions.import_draft(content, file.name, request.user)
    except FaultyFiles as refused:
        return refused_page(request, file.name, content, refused.faults)
    if revision.status != Revision.Status.DRAFT:
        return after_no_change(request, file.name, revision)
    return redirect("frameworks:draft", revision.pk)


def after_no_change(request: HttpRequest, name: str, revision: Revision) -> HttpResponse:
    messages.info(
        request,
        _("%(file)s holds revision %(version)s as it is in force. Nothing was changed.")
        % {"file": name, "version": revision.version},
    )
    return redirect("frameworks:manage")


def refused_page(
    request: HttpRequest, name: str, content: bytes, faults: Sequence[Fault], status: int | None = None
) -> HttpResponse:
    """The page with all faults of a file; `content` is its bytes. `status` is as in `form_page`."""
    message = ngettext(
        "%(name)s has %(number)d fault; mend it and upload the file again.",
        "%(name)s has %(number)d faults; mend them and upload the file again.",
        len(faults),
    ) % {"name": name, "number": len(faults)}
    context = {
        "page": faults_page.load(name, content, faults),
        "form": UploadForm(),
        "crumbs": [(_("Revisions"), reverse("frameworks:manage")), (name, "")],
    }
    return form_page(
        request,
        "frameworks/publishing/refused.html",
        context,
        faults=[FormFault(message, "faults")],
        intro=_("Nothing has changed."),
        status=status,
    )


@platform_admin_required
@require_safe
def draft(request, pk):
    revision = get_object_or_404(_with_file(), pk=pk)
    if revision.status != Revision.Status.DRAFT:
        return redirect("frameworks:revision", revision.framework.key, revision.version)
    return _draft_page(request, revision)


def _draft_page(request, revision, *, asks_again=False):
    """The preview of a draft; with `asks_again`, after an attempt to publish without ticking that it was read."""
    try:
        shown = page.load_draft(revision, _opened(request))
    except FaultyFiles as refused:
        return _outdated_page(request, revision, refused.faults, asks_again=asks_again)
    seen = seen_fields(revision, shown.current and shown.current.pk)
    context = {
        "page": shown,
        "form": PublishForm(seen) if asks_again else PublishForm(initial=seen),
        "crumbs": _draft_crumbs(revision),
    }
    return form_page(request, "frameworks/publishing/draft.html", context, context["form"])


def _outdated_page(request, revision, faults, *, asks_again):
    seen = seen_fields(revision, current_pk(revision.framework))
    context = {
        "page": page.outdated_draft(revision, faults),
        "form": SeenForm(initial=seen),
        "crumbs": _draft_crumbs(revision),
    }
    unfit = [FormFault(_("Nothing was published: the draft no longer fits the revision in force."))]
    return form_page(request, "frameworks/publishing/draft_refused.html", context, faults=unfit if asks_again else ())


def _opened(request):
    """The number of the section to open, from the query string; 0 for none, None for all."""
    if "all" in request.GET:
        return None
    return number(request.GET.get("section", "")) or 0


def _draft_crumbs(revision):
    return [(_("Revisions"), reverse("frameworks:manage")), (revision.title_text, ""), (revision.version, "")]


@platform_admin_required
@require_POST
def publish(request, pk):
    revision = _with_file().filter(pk=pk).first()
    if revision is None:
        return gone(request)
    form = PublishForm(request.POST)
    if not form.is_valid():
        if revision.status == Revision.Status.DRAFT:
            return _draft_page(request, revision, asks_again=True)
        messages.error(request, _("This revision is published already. Nothing was done twice."))
        return redirect("frameworks:draft", pk)
    if revision.status == Revision.Status.DRAFT and is_large_draft(revision.file):
        return redirect("job", job_actions.ask_for_publication(revision, request.user, form.seen).pk)
    try:
        revision = actions.publish(revision, request.user, form.seen)
    except Refused as error:
        messages.error(request, str(error))
        return redirect("frameworks:draft", pk)
    return after_publication(request, revision)


def after_publication(request: HttpRequest, revision: Revision) -> HttpResponse:
    """Redirects to the framework, or to the list of revisions if it shows decisions that the admin must take."""
    messages.success(
        request,
        _("Revision %(version)s of %(title)s is published. People find it from now on.")
        % {"version": revision.version, "title": revision.title_text},
    )
    if page.to_dos():
        return redirect("frameworks:manage")
    return redirect("frameworks:framework", revision.framework.key)


@platform_admin_required
@require_POST
def discard(request, pk):
    revision = _with_file().filter(pk=pk).first()
    if revision is None:
        return gone(request)
    form = SeenForm(request.POST)
    if not form.is_valid():
        messages.error(
            request, _("Nothing was discarded: the page was out of date. Read it as it is now, then decide.")
        )
        return redirect("frameworks:draft", pk)
    try:
        actions.discard(revision, form.seen)
    except Refused as error:
        messages.error(request, str(error))
        return redirect("frameworks:draft", pk)
    messages.success(
        request,
        _("The draft %(version)s of %(title)s is discarded. What is published stays as it was.")
        % {"version": revision.version, "title": revision.title_text},
    )
    return redirect("frameworks:manage")


@platform_admin_required
@require_http_methods(["GET", "HEAD", "POST"])
def take_back(request, pk):
    """Shows what taking a publication back would do, or why it is not possible; with POST, takes it back."""
    revision = get_object_or_404(_with_file().select_related("replaces", "published_by"), pk=pk)
    if request.method == "POST":
        try:
            revision = actions.take_back(revision, request.user)
        except Refused as error:
            messages.error(request, str(error))
            return redirect("frameworks:manage")
        messages.success(
            request,
            _("The publication of revision %(version)s is taken back. It is a draft again, with its file.")
            % {"version": revision.version},
        )
        return redirect("frameworks:draft", revision.pk)
    if revision.status == Revision.Status.DRAFT:
        return redirect("frameworks:draft", revision.pk)
    context = {"page": page.load_take_back(revision), "crumbs": _draft_crumbs(revision)}
    return render(request, "frameworks/publishing/take_back.html", context)


def gone(request: HttpRequest) -> HttpResponse:
    messages.error(request, _("This draft is not there any more: it was discarded. Nothing has changed."))
    return redirect("frameworks:manage")


def _with_file():
    return Revision.objects.select_related("framework", "file", "file__uploaded_by")

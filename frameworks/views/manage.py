"""Keeping frameworks, for platform admins: a file is uploaded, its draft is read, then published or discarded."""

import re
from dataclasses import dataclass

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from frameworks import actions, annexes, background, tasks
from frameworks.faults import MOST_FAULTS, shortened
from frameworks.formats import FORMATS, TABLES, format_of
from frameworks.forms import PublishForm, SeenForm, UploadForm
from frameworks.models import Job, Revision
from frameworks.places import Cell
from frameworks.preview import preview_of
from frameworks.safe_yaml import MOST_BYTES
from kip_site.accounts.access import platform_admin_required

# What a browser gets back with a form that was not accepted.
UNPROCESSABLE = 422


@platform_admin_required
@require_safe
def manage(request):
    return _manage_page(request, UploadForm())


def _manage_page(request, form, status=200):
    revisions = (
        Revision.objects.select_related("framework", "published_by", "file", "file__uploaded_by")
        .defer("file__content", "file__document")
        .order_by("framework", "-published_at", "-pk")
    )
    frameworks = {}
    for revision in revisions:
        shown = frameworks.setdefault(revision.framework, {"title": "", "current": None, "draft": None, "others": 0})
        if revision.status == Revision.Status.SUPERSEDED:
            shown["others"] += 1
            continue
        shown["current" if revision.status == Revision.Status.PUBLISHED else "draft"] = revision
        # A framework goes by the title that is in force, a new one by that of its draft.
        if revision.status == Revision.Status.PUBLISHED or not shown["title"]:
            shown["title"] = revision.title_text
    drafts = [shown["draft"] for shown in frameworks.values() if shown["draft"]]
    context = {
        "frameworks": frameworks,
        "drafts": drafts,
        "form": form,
        "chores": _chores(),
        "formats": FORMATS.values(),
        "jobs": list(Job.objects.to_be_told().defer("content", "outcome")),
    }
    return render(request, "frameworks/manage.html", context, status=status)


@platform_admin_required
@require_POST
def upload(request):
    form = UploadForm(request.POST, request.FILES)
    if not form.is_valid():
        return _manage_page(request, form, UNPROCESSABLE)
    file = form.cleaned_data["file"]
    # One byte more than allowed is enough to tell that a file is too big.
    content = file.read(MOST_BYTES + 1)
    if background.is_large_file(content, file.name):
        return redirect("frameworks:job", tasks.ask_for_import(content, file.name, request.user).pk)
    try:
        revision = actions.import_draft(content, file.name, request.user)
    except actions.Refused as refused:
        return refused_page(request, file.name, content, refused.faults)
    if revision.status != Revision.Status.DRAFT:
        return after_no_change(request, file.name, revision)
    return redirect("frameworks:draft", revision.pk)


def after_no_change(request, name, revision):
    messages.info(
        request,
        _("%(file)s holds revision %(version)s as it is in force. Nothing was changed.")
        % {"file": name, "version": revision.version},
    )
    return redirect("frameworks:manage")


# "Row 12, column F" breaks between its parts only.
_BEFORE_ITS_NUMBER = re.compile(r" (?=\d+\b|[A-Z]{1,3}\b)")


@dataclass(frozen=True, slots=True)
class ShownFault:
    place: str
    message: str  # safe HTML
    text: str  # of that line or cell in the file


def _shown(faults, lines=()):
    return [
        ShownFault(
            _BEFORE_ITS_NUMBER.sub("\u00a0", fault.place),
            _as_sentence(fault.message),
            _visible(_quoted(fault.line, lines)),
        )
        for fault in faults
    ]


def _quoted(line, lines):
    if isinstance(line, Cell):
        return line.text
    return lines[line - 1] if line <= len(lines) else ""


def _as_sentence(message):
    """A fault's message with what stands between backticks as code."""
    parts = capfirst(message).split("`")
    return format_html_join(
        "", "{}", ((format_html("<code>{}</code>", part) if number % 2 else part,) for number, part in enumerate(parts))
    )


def refused_page(request, name, content, faults, status=UNPROCESSABLE):
    """All that is wrong with a file; `content` is its bytes, `faults` are Faults."""
    is_text = format_of(content, name).name not in TABLES
    lines = re.split(r"\r\n|\r|\n", content.decode("utf-8-sig", "replace")) if is_text else ()
    context = {
        "name": name,
        "faults": _shown(faults, lines),
        "may_have_more": len(faults) >= MOST_FAULTS,
        "crumbs": [(_("Revisions"), reverse("frameworks:manage")), (name, "")],
        "form": UploadForm(),
    }
    return render(request, "frameworks/refused.html", context, status=status)


def _visible(line):
    """A line of the file to be quoted: short, and with a sign for what takes no ink."""
    return shortened("".join(c if c.isprintable() or c.isspace() else "�" for c in line), 160)


@platform_admin_required
@require_safe
def draft(request, pk):
    revision = get_object_or_404(_with_file(), pk=pk)
    if revision.status != Revision.Status.DRAFT:
        return redirect("frameworks:revision", revision.framework.key, revision.version)
    return _draft_page(request, revision)


def _draft_page(request, revision, *, asks_again=False):
    """The preview of a draft; `asks_again` when somebody would publish without having ticked that she read it."""
    file = revision.file
    status = UNPROCESSABLE if asks_again else 200
    context = {"revision": revision, "title": revision.title_text, "crumbs": _draft_crumbs(revision)}
    try:
        examined = actions.examine(bytes(file.content), file.name)
    except actions.Refused as refused:
        # Another revision took force since the upload, and this file was not based on it.
        context |= {
            "faults": _shown(refused.faults),
            "form": SeenForm(initial={"sha256": file.sha256, "current": actions.current_pk(revision.framework)}),
        }
        return render(request, "frameworks/draft_refused.html", context, status=status)
    current = examined.current
    seen = {"sha256": file.sha256, "current": current and current.pk}
    context |= {
        "current": current,
        "preview": preview_of(examined, _opened(request)),
        "entries": len(examined.comparison.entries),
        "form": PublishForm(seen) if asks_again else PublishForm(initial=seen),
    }
    return render(request, "frameworks/draft.html", context, status=status)


def _opened(request):
    """The number of the section that is asked for; 0 for none of them, None for all."""
    if "all" in request.GET:
        return None
    number = request.GET.get("section", "")
    return int(number) if number.isascii() and number.isdigit() and len(number) < 6 else 0


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
        return redirect("frameworks:draft", pk)
    if revision.status == Revision.Status.DRAFT and background.is_large_draft(revision.file):
        return redirect("frameworks:job", tasks.ask_for_publication(revision, request.user, form.seen).pk)
    try:
        revision = actions.publish(revision, request.user, form.seen)
    except actions.CannotPublish as error:
        messages.error(request, str(error))
        return redirect("frameworks:draft", pk)
    return after_publication(request, revision)


def after_publication(request, revision):
    """To the framework as people find it now; to the revisions, where these say what it leaves to decide."""
    messages.success(
        request,
        _("Revision %(version)s of %(title)s is published. People find it from now on.")
        % {"version": revision.version, "title": revision.title_text},
    )
    if _chores():
        return redirect("frameworks:manage")
    return redirect("frameworks:framework", revision.framework.key)


def _chores():
    """What the revisions in force leave for the admin to decide."""
    return [chore for decision in annexes.decisions if (chore := decision())]


@platform_admin_required
@require_POST
def discard(request, pk):
    revision = _with_file().filter(pk=pk).first()
    if revision is None:
        return gone(request)
    form = SeenForm(request.POST)
    if not form.is_valid():
        return redirect("frameworks:draft", pk)
    try:
        actions.discard(revision, form.seen)
    except actions.Overtaken as error:
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
    """What taking a publication back would do, or why it cannot be done; and the doing of it."""
    revision = get_object_or_404(_with_file().select_related("replaces", "published_by"), pk=pk)
    if request.method == "POST":
        try:
            revision = actions.take_back(revision, request.user)
        except actions.CannotTakeBack as error:
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
    context = {
        "revision": revision,
        "title": revision.title_text,
        "reason": actions.why_not_taken_back(revision),
        "crumbs": [(_("Revisions"), reverse("frameworks:manage")), (revision.title_text, ""), (revision.version, "")],
    }
    return render(request, "frameworks/take_back.html", context)


def gone(request):
    messages.error(request, _("This draft is not there any more: it was discarded. Nothing has changed."))
    return redirect("frameworks:manage")


def _with_file():
    return Revision.objects.select_related("framework", "file", "file__uploaded_by")

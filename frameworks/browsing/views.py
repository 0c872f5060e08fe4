"""Pages of published frameworks, for everybody who is signed in."""

from io import BytesIO

from django.contrib import messages
from django.db.models import F
from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from frameworks.files.formats import FORMATS, format_of
from frameworks.models import Revision
from kip_site.accounts.access import may_manage, platform_admin_required
from kip_site.refusals import Refused

from . import page


@require_safe
def index(request):
    return render(
        request,
        "frameworks/browsing/index.html",
        {"frameworks": page.current_frameworks(), "may_upload": may_manage(request.user)},
    )


@require_safe
def framework(request, framework):
    """The revision in force."""
    found = get_object_or_404(Revision.objects.current().select_related("framework", "scale"), framework__key=framework)
    return _framework_page(request, found)


@require_safe
def revision(request, framework, version):
    """A revision that is or was in force."""
    return _framework_page(request, _issued(framework, version))


def _framework_page(request, revision):
    shown = page.framework_page(revision, request.user)
    crumbs = [(_("Frameworks"), reverse("frameworks:index")), (revision.title_text, "")]
    return render(
        request,
        "frameworks/browsing/framework.html",
        {"page": shown, "crumbs": crumbs, "current": _current_of(revision), "footer_revision": revision},
    )


@require_safe
def competence(request, framework, version, competence):
    revision = _issued(framework, version)
    shown = page.competence_page(revision, competence, request.user)
    if shown is None:
        raise Http404
    crumbs = [
        (_("Frameworks"), reverse("frameworks:index")),
        (revision.title_text, _url(revision)),
        (_("Competence %(code)s") % {"code": shown.code}, ""),
    ]
    return render(
        request,
        "frameworks/browsing/competence.html",
        {"page": shown, "crumbs": crumbs, "current": _current_of(revision), "footer_revision": revision},
    )


@require_safe
def revisions(request, framework):
    """All revisions of a framework; drafts for platform admins only."""
    found = list(
        Revision.objects.visible_to(request.user)
        .filter(framework__key=framework)
        .select_related("framework", "published_by", "file")
        .defer("file__content", "file__document")
        # A draft has no publication date; it comes first, as the possible next revision.
        .order_by(F("published_at").desc(nulls_first=True), "-pk")
    )
    if not found:
        raise Http404
    latest = next((one for one in found if one.status == Revision.Status.PUBLISHED), found[0])
    crumbs = [
        (_("Frameworks"), reverse("frameworks:index")),
        (latest.title_text, "" if latest.status == Revision.Status.DRAFT else _url(latest)),
        (_("Revisions"), ""),
    ]
    return render(
        request,
        "frameworks/browsing/revisions.html",
        {
            "revisions": found,
            "latest": latest,
            "may_download": may_manage(request.user),
            "crumbs": crumbs,
            "footer_revision": latest,
        },
    )


@platform_admin_required
@require_safe
def download(request, framework, version):
    """The bytes of a revision as they were uploaded."""
    file = _with_file(request.user, framework, version).file
    content = bytes(file.content)
    return _attachment(content, file.name, format_of(content, file.name).media_type)


@platform_admin_required
@require_safe
def export(request, framework, version, ending):
    """A revision as a file in one of the formats, to begin the next revision with."""
    found = _with_file(request.user, framework, version)
    if ending not in FORMATS:
        raise Http404
    try:
        content = FORMATS[ending].write(found.file.document)
    except Refused as error:
        messages.error(request, str(error))
        return redirect("frameworks:manage")
    return _attachment(content, f"{framework}-{version}.{ending}", FORMATS[ending].media_type)


def _with_file(user, framework, version):
    revisions = Revision.objects.visible_to(user).select_related("file")
    return get_object_or_404(revisions, framework__key=framework, version=version)


def _attachment(content, name, media_type):
    return FileResponse(BytesIO(content), as_attachment=True, filename=name, content_type=media_type)


def _issued(framework, version):
    return get_object_or_404(
        Revision.objects.issued().select_related("framework", "scale"), framework__key=framework, version=version
    )


def _current_of(revision):
    """The revision in force if `revision` is superseded, otherwise None."""
    if revision.status == Revision.Status.PUBLISHED:
        return None
    return Revision.objects.current().filter(framework=revision.framework).first()


def _url(revision):
    if revision.status == Revision.Status.PUBLISHED:
        return reverse("frameworks:framework", args=[revision.framework.key])
    return reverse("frameworks:revision", args=[revision.framework.key, revision.version])

"""The files that support a rating."""

from django.http import FileResponse, Http404
from django.views.decorators.http import require_safe

from assessments.models import Evidence
from kip_site.accounts.access import visible_or_refuse


@require_safe
def evidence(request, pk):
    """Send a file to everyone who may see its assessment; always as a download, so that no browser runs it here."""
    found = visible_or_refuse(Evidence.objects.all(), request.user, pk=pk)
    if not found.file:
        raise Http404
    try:
        file = found.file.open()
    except FileNotFoundError:
        raise Http404 from None
    return FileResponse(
        file,
        as_attachment=True,
        filename=found.name,
        content_type="application/octet-stream",
        headers={"X-Content-Type-Options": "nosniff"},
    )

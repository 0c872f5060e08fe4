"""The competence profile as PDF. Its layout is in templates/assessments/profile/pdf/."""

import re
from datetime import UTC
from itertools import pairwise
from math import ceil

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, get_language_info, ngettext
from django.utils.translation import gettext as _

from assessments.sharing.audience import organisations_showing
from kip_site.refusals import Refused
from kip_site.searching import folded

from . import page
from .actions import issue_profile
from .verification import digest_of

# WeasyPrint's time grows much faster than the number of rows in a table, so long tables are divided.
ROWS_IN_A_TABLE = 25


class PdfUnavailable(Refused):
    """No PDF can be made on this machine; the text tells the people who run it why."""


def typesetter():
    """The module that makes PDFs. Raises PdfUnavailable if Pango is missing."""
    try:
        from kip_site import pdf
    except OSError as error:
        raise PdfUnavailable(
            _("PDFs need the Pango library, which is not installed here: see “PDFs” in README.md.")
        ) from error
    return pdf


def issue(assessment, reader=None):
    """(bytes, file name) of the profile of a submitted assessment, with a verification code. Raises PdfUnavailable.

    The assessment must have been fetched with `for_profile`. `reader` is the trainer or manager who exports it, None
    for its person. The same content gets the same code, date and bytes again.
    """
    engine = typesetter()
    organisations = organisations_showing(assessment, reader) if reader else None
    profile = page.with_record(page.build(assessment, organisations), assessment, organisations, reader)
    issued = issue_profile(assessment, digest_of(profile))
    try:
        return engine.typeset(html(profile, issued), issued.code.encode()), file_name(profile)
    except engine.Broken as error:
        raise PdfUnavailable(_("PDFs need the file %(name)s, which is missing here.") % {"name": error}) from error


def html(profile, issued):
    """The HTML of which the PDF is made; `issued` is an IssuedProfile."""
    return render_to_string(
        "assessments/profile/pdf/profile.html",
        {
            "profile": profile,
            "issued": issued,
            "issued_at": issued.issued_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "verify_address": verify_address(),
            "language": get_language_info(get_language())["name_local"],
            "gap_tables": _tables(profile.gaps),
            "strength_tables": _tables(profile.strengths),
            "other_statements": list(_other_statements(profile)),
        },
    )


def _other_statements(profile):
    """Yield (title, lines, note) of statements that are neither gap nor strength: the PDF contains every statement."""
    unknown_note = ngettext(
        "It has no answer, so it counts neither as a gap nor as a strength.",
        "They have no answer, so they count neither as gaps nor as strengths.",
        len(profile.unknown),
    )
    for title, lines, note in (
        (_("At the target:"), profile.at_target, ""),
        (_("Rated, without a target:"), profile.without_target, ""),
        (_("Unknown:"), profile.unknown, unknown_note),
        (_("Does not apply:"), profile.left_out, ""),
    ):
        if lines:
            yield title, lines, note


def _tables(lines):
    """The lines divided into as few tables as possible, all of about the same length."""
    count = ceil(len(lines) / ROWS_IN_A_TABLE)
    ends = [round(len(lines) * part / count) for part in range(count + 1)] if count else []
    return [lines[start:end] for start, end in pairwise(ends)]


def verify_address():
    """The address where a reader can check the code, without "https://": "kip.example/verify/"."""
    return f"{settings.SITE_URL}{reverse('verify')}".removeprefix("https://").removeprefix("http://")


def file_name(profile):
    """A name in ASCII: "competence-profile-ana-saric-2026-11-22.pdf"."""
    plain = folded(profile.person).encode("ascii", "ignore").decode()
    words = re.findall(r"[a-z0-9]+", plain)
    return "-".join(["competence-profile", *words, f"{timezone.localdate(profile.submitted_at):%Y-%m-%d}"]) + ".pdf"

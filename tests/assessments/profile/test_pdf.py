"""The PDF: for everyone (PDF/UA-1), the same bytes for the same content, and nothing in it but what is meant."""

import os
import re
import subprocess
import sys
from datetime import timedelta

import page as page_validation
import pikepdf
import pytest
from django.urls import reverse
from outloud import check
from weasyprint.urls import FatalURLFetchingError

from assessments.models import Assessment, IssuedProfile, LevelConfirmation, Rating, RequiredLevel, TargetProfile
from assessments.profile import page as profiles
from assessments.profile import pdf
from assessments.profile.verification import digest_of
from kip_site.accounts.models import Membership
from kip_site.pdf import STATIC_FOLDER, STYLESHEET, Broken, StaticFilesOnly, _house_style, typeset
from tests.assessed import LEVELS_OF_ANA, SUBMITTED, confirmed, module_serving, rate, shown, submitted

pytestmark = pytest.mark.django_db

HOSTILE = "<link rel=attachment href=file:///etc/passwd><script>alert(1)</script><b>&amp;"


def loaded(assessment):
    return Assessment.objects.for_profile().get(pk=assessment.pk)


def built(assessment):
    return profiles.with_record(profiles.build(loaded(assessment)), loaded(assessment))


def issued(assessment):
    return pdf.issue(loaded(assessment))[0]


@pytest.fixture
def written(tmp_path):
    """Write a PDF and return its path: `written(content)`."""

    def write(content):
        path = tmp_path / "profile.pdf"
        path.write_bytes(content)
        return path

    return write


def words_of(path):
    """The text of a PDF, in reading order, as Poppler extracts it."""
    words = subprocess.run(["pdftotext", "-layout", path, "-"], capture_output=True, check=True, text=True).stdout
    return " ".join(words.split())


def structure(document):
    """All structure elements that a screen reader comes to, by type: [(type, element)]."""
    waiting, found = [document.Root.StructTreeRoot], []
    while waiting:
        element = waiting.pop()
        if isinstance(element, pikepdf.Dictionary):
            if "/S" in element:
                found.append((str(element.S), element))
            kids = element.get("/K", [])
            waiting += list(kids) if isinstance(kids, pikepdf.Array) else [kids]
    return found


# --- For everyone ----------------------------------------------------------------------------------


@pytest.fixture
def several(ana, marco, essential, counsellor, anas, anas_module):
    """Ana's assessment with all that it can have beside it, so that every part of the document is there."""
    earlier = submitted(ana, essential, dict.fromkeys(LEVELS_OF_ANA, 1), on=SUBMITTED - timedelta(days=400))
    confirmed(anas, marco, ["A1", "A4"])
    lapsed = confirmed(earlier, marco, ["A2"])
    LevelConfirmation.objects.filter(pk=lapsed[0].pk).update(assessment=anas, lapse="meaning")
    return anas


def test_it_conforms_to_pdf_ua_1(several, written):
    path = written(issued(several))
    report = page_validation.validate_pdf(path, profile="ua1")
    assert [(failure.rule_id, failure.message) for failure in report.failures] == []
    assert page_validation.is_pdf_compliant(path, profile="ua1")


def test_what_it_says_out_loud_is_in_order(several, written):
    result = check(str(written(issued(several))))
    assert [(finding.rule, finding.message) for finding in result.sorted_findings()] == []


def test_the_full_form_conforms_too(ana, full, kip, written):
    codes = [statement.code for statement in full.statements()]
    target = TargetProfile.objects.create(revision=kip, key="all", title="All")
    level = kip.scale.levels.get(value=3)
    RequiredLevel.objects.bulk_create(
        RequiredLevel(target=target, statement=statement, level=level) for statement in full.statements()
    )
    levels = {code: number % 5 for number, code in enumerate(codes)}
    path = written(issued(submitted(ana, full, levels, target=target)))
    assert page_validation.is_pdf_compliant(path, profile="ua1")
    document = pikepdf.open(path)
    assert 4 <= len(document.pages) <= 8
    rows = [
        len([kid for kid in table.K if str(kid.S) == "/TBody"])
        for kind, table in structure(document)
        if kind == "/Table"
    ]
    assert len(rows) >= 4
    assert all(code in words_of(path) for code in codes)


def test_no_table_is_longer_than_the_renderer_is_quick_with(ana, full, kip):
    codes = [statement.code for statement in full.statements()]
    profile = built(submitted(ana, full, dict.fromkeys(codes, 4)))
    html = pdf.html(profile, IssuedProfile(assessment_id=profile.assessment, digest="0" * 64))
    lengths = [table.count("<tr>") - 1 for table in re.findall(r"<table.*?</table>", html, re.DOTALL)]
    assert sum(lengths) == len(codes) + 7
    assert max(lengths) <= pdf.ROWS_IN_A_TABLE


def test_every_table_header_says_what_it_heads(anas, written):
    document = pikepdf.open(written(issued(anas)))
    headers = [element for kind, element in structure(document) if kind == "/TH"]
    scopes = [str(header.A.Scope) for header in headers]
    assert scopes.count("/Row") == 7 + 8 + 9  # competences, gaps, strengths
    assert set(scopes) == {"/Row", "/Column"}


def test_the_foot_of_the_page_is_not_read_aloud(anas, written):
    document = pikepdf.open(written(issued(anas)))
    for page in document.pages:
        marks = [
            str(operands[0]) for operands, operator in pikepdf.parse_content_stream(page) if str(operator) == "BDC"
        ]
        assert "/Artifact" in marks


def test_pictures_have_words(anas, written):
    document = pikepdf.open(written(issued(anas)))
    alternatives = [str(element.Alt) for kind, element in structure(document) if kind == "/Figure"]
    assert "Scores of the competences against the target" in alternatives
    assert "Level 1 of 4, target 3" in alternatives


def test_the_fonts_are_embedded_and_have_every_letter(anas, written):
    path = written(issued(anas))
    fonts = subprocess.run(["pdffonts", path], capture_output=True, check=True, text=True).stdout.splitlines()[2:]
    assert len(fonts) == 3
    for font in fonts:
        assert "Source-Sans-3" in font
        assert re.search(r"Identity-H\s+yes yes yes", font), font
    assert "Ana Šarić" in words_of(path)


def test_title_language_and_dates_are_in_the_document(anas, written):
    path = written(issued(anas))
    document = pikepdf.open(path)
    assert str(document.Root.Lang) == "en"
    assert str(document.docinfo.Title) == "Competence profile of Ana Šarić, 22 November 2026"
    assert document.Root.ViewerPreferences.DisplayDocTitle
    printed = IssuedProfile.objects.get()
    assert str(document.docinfo.CreationDate) == f"D:{printed.issued_at:%Y%m%d%H%M%S}Z"


# --- What it says ----------------------------------------------------------------------------------


def test_it_says_all_that_the_page_says(several, written):
    words = words_of(written(issued(several)))
    for part in (
        "22 November 2026, self-assessment",
        "Essential, 22 of 24 rated",
        "Repository of skills, revision 2021.11",
        "Guidance counsellor with",
        "Kvarner Guidance Centre",
        "English",
        "Discussing and negotiating",
        "Reaching common goals with",
        "Page 1 of 3",
        "Unknown: B4.",
        "Does not apply: B2.",
        "At the target: B3, C5, C6, D1, E2.",
        "1.0 on 18 October 2025",
    ):
        assert part in words, part
    code = IssuedProfile.objects.get().code
    assert words.count(code) == 4  # at the foot of three pages, and in the sentence that says how to check it
    assert "testserver/verify/" in words


def test_it_is_two_or_three_pages(several, written):
    assert 2 <= len(pikepdf.open(written(issued(several))).pages) <= 3


def test_comments_are_not_part_of_it(anas, written):
    Rating.objects.filter(assessment=anas).update(comment="Between you and me")
    assert "Between you and me" not in words_of(written(issued(anas)))


def test_earlier_assessments_show_only_to_those_who_may_see_them(ana, anas, essential, marco, ivana):
    submitted(ana, essential, LEVELS_OF_ANA, on=SUBMITTED - timedelta(days=30), trainers=True)
    assert len(built(anas).progress.points) == 2
    shown(anas, trainers=True)
    assert len(built(anas).progress.points) == 2
    shown(anas, trainers=True, managers=True)
    assert len(built(anas).progress.points) == 1


def test_who_works_for_two_organisations_is_not_printed_under_one(ana, anas, rhone):
    assert built(anas).organisation == "Kvarner Guidance Centre"
    Membership.objects.create(user=ana, organisation=rhone, role="practitioner")
    assert built(anas).organisation == ""


@pytest.mark.parametrize(
    ("name", "file_name"),
    [
        ("Ana Šarić", "competence-profile-ana-saric-2026-11-22.pdf"),
        ("Đorđe Žižić", "competence-profile-dorde-zizic-2026-11-22.pdf"),
        ("Þór", "competence-profile-thor-2026-11-22.pdf"),
        ('../../etc/"passwd"\r\nX: y', "competence-profile-etc-passwd-x-y-2026-11-22.pdf"),
        ("Ана", "competence-profile-2026-11-22.pdf"),
    ],
)
def test_the_file_is_named_in_plain_letters(ana, anas, name, file_name):
    ana.name = name
    ana.save()
    assert pdf.file_name(built(anas)) == file_name


# --- The same bytes --------------------------------------------------------------------------------


def test_the_same_content_keeps_code_date_and_bytes(anas):
    first = issued(anas)
    assert issued(anas) == first
    assert IssuedProfile.objects.count() == 1


def test_other_content_is_issued_anew(ana, anas):
    first = issued(anas)
    ana.name = "Ana Šarić-Horvat"
    ana.save()
    assert issued(anas) != first
    assert IssuedProfile.objects.count() == 2


def test_the_plan_and_the_sharing_are_no_content(ana, marco, anas, anas_module):
    before = digest_of(built(anas))
    shown(anas, trainers=True)
    assert digest_of(built(anas)) == before
    planned = profiles.with_plan(built(anas), ana, ana, anas.submitted_at)
    assert digest_of(planned) == before


TYPESET = """
import hashlib, os, sys
sys.path.insert(0, os.getcwd())
import django
django.setup()
from kip_site import pdf
content = pdf.typeset(sys.stdin.read(), b"K7QF-2M9D-XE4T")
print(hashlib.sha256(content).hexdigest())
"""


def test_two_processes_make_the_same_bytes(several, checkout):
    html = pdf.html(built(several), IssuedProfile(assessment=several, digest="0" * 64, issued_at=SUBMITTED))
    digests = set()
    for seed in ("0", "1", "4242"):
        environment = {**os.environ, "PYTHONHASHSEED": seed}
        run = subprocess.run(
            [sys.executable, "-c", TYPESET],
            input=html,
            capture_output=True,
            check=True,
            text=True,
            cwd=checkout,
            env=environment,
        )
        digests.add(run.stdout.strip())
    assert len(digests) == 1


# --- Safety ----------------------------------------------------------------------------------------


def test_hostile_names_are_text_and_nothing_else(ana, kvarner, anas, counsellor, essential, written):
    ana.name = kvarner.name = counsellor.title = essential.title = HOSTILE[:100]
    for row in (ana, kvarner, counsellor, essential):
        row.save()
    path = written(issued(anas))
    words = words_of(path)
    assert "<link rel=attachment href=file:///etc/passwd>" in words
    assert "root:" not in words
    document = pikepdf.open(path)
    assert list(document.attachments) == []
    assert "/EmbeddedFiles" not in document.Root.get("/Names", {})
    assert page_validation.is_pdf_compliant(path, profile="ua1")


@pytest.mark.parametrize(
    "address",
    [
        "file:///etc/passwd",
        "file://other.example/static/css/app.css",
        "http://127.0.0.1:9/style.css",
        "data:text/css,a{}",
        "ftp://127.0.0.1/style.css",
        (STATIC_FOLDER / ".." / "kip_site" / "settings.py").as_uri(),
        STATIC_FOLDER.as_uri() + "/%2e%2e/kip_site/settings.py",
        (STATIC_FOLDER / "icon.svg").as_uri(),
    ],
)
def test_the_renderer_fetches_nothing_but_our_stylesheets_and_fonts(address):
    with pytest.raises(ValueError, match=r"the project's own files|stylesheets and fonts"):
        StaticFilesOnly().fetch(address)


def test_a_stylesheet_elsewhere_is_not_ours(tmp_path):
    elsewhere = tmp_path / "style.css"
    elsewhere.write_text("p { color: red }")
    with pytest.raises(ValueError, match="the project's own files"):
        StaticFilesOnly().fetch(elsewhere.as_uri())


def test_the_renderer_fetches_its_own_font():
    address = (STATIC_FOLDER / "vendor/source-sans-3/SourceSans3_400Regular.ttf").as_uri()
    assert StaticFilesOnly().fetch(address).read(4) == b"\x00\x01\x00\x00"


def test_a_missing_font_stops_the_pdf():
    with pytest.raises(FatalURLFetchingError):
        StaticFilesOnly().fetch((STATIC_FOLDER / "vendor/gone.ttf").as_uri())
    missing = '<html lang="en"><style>@font-face { font-family: x; src: url(vendor/gone.ttf); }</style><p>Hello</p>'
    with pytest.raises(Broken, match=r"gone\.ttf"):
        typeset(missing, b"x")


def test_an_evil_stylesheet_address_in_the_document_is_not_followed(caplog, written):
    attachment = '<html lang="en"><link rel="attachment" href="file:///etc/passwd"><title>t</title><p>Hello</p>'
    caplog.set_level("CRITICAL", logger="weasyprint")
    path = written(typeset(attachment, b"x"))
    assert list(pikepdf.open(path).attachments) == []


# --- The page that hands it out --------------------------------------------------------------------


def test_ana_downloads_her_profile(client, ana, anas):
    client.force_login(ana)
    response = client.get(reverse("assessments:profile_pdf", args=[anas.pk]))
    assert response.headers["Content-Type"] == "application/pdf"
    assert response.headers["Content-Disposition"] == (
        'attachment; filename="competence-profile-ana-saric-2026-11-22.pdf"'
    )
    assert "no-store" in response.headers["Cache-Control"]
    assert response.content == issued(anas)


def test_her_manager_gets_the_same_bytes(client, ana, ivana, anas_shared):
    client.force_login(ivana)
    shared = client.get(reverse("assessments:profile_pdf", args=[anas_shared.pk])).content
    client.force_login(ana)
    assert client.get(reverse("assessments:profile_pdf", args=[anas_shared.pk])).content == shared


def test_rating_after_submitting_is_nowhere(anas):
    # Whatever writes past the actions would be seen in the digest, and so get a code of its own.
    before = digest_of(built(anas))
    rate(anas, {"B4": 3})
    assert digest_of(built(anas)) != before


WITHOUT_PANGO = """
import os, sys
sys.path.insert(0, os.getcwd())
import cffi

def no_library(self, name, flags=0):
    raise OSError(f"cannot load library {name!r}")

cffi.FFI.dlopen = no_library
import django
django.setup()
from assessments.profile import pdf
try:
    pdf.typesetter()
except pdf.PdfUnavailable as reason:
    print(reason)
"""


def test_without_pango_the_reason_is_said(checkout):
    run = subprocess.run(
        [sys.executable, "-c", WITHOUT_PANGO], capture_output=True, check=True, text=True, cwd=checkout
    )
    assert "PDFs need the Pango library, which is not installed here" in run.stdout


@pytest.fixture
def broken_installation(monkeypatch, tmp_path):
    """An installation whose stylesheets are there and whose fonts are not."""
    (tmp_path / "css").mkdir()
    style = tmp_path / "css" / "print-profile.css"
    style.write_bytes(STYLESHEET.read_bytes())
    monkeypatch.setattr("kip_site.pdf.STATIC_FOLDER", tmp_path)
    monkeypatch.setattr("kip_site.pdf.STYLESHEET", style)
    monkeypatch.setattr(StaticFilesOnly.__init__, "__defaults__", (tmp_path,))
    _house_style.cache_clear()
    yield
    _house_style.cache_clear()


@pytest.mark.logs_errors
def test_a_pdf_that_cannot_be_made_is_an_outage_and_not_a_crash(client, ana, anas, broken_installation):
    client.force_login(ana)
    response = client.get(reverse("assessments:profile_pdf", args=[anas.pk]))
    assert response.status_code == 503
    assert "The PDF cannot be made at the moment" in response.content.decode()
    assert "SourceSans3" in response.content.decode()


@pytest.mark.parametrize("how_many", [1, 3])
def test_the_download_takes_the_same_queries_however_much_there_is(
    client, ana, anas, kip, essential, how_many, django_assert_num_queries
):
    for number in range(how_many):
        module_serving(kip, f"module-{number}", f"Module {number}", 30, ["A4", "E1"])
        submitted(ana, essential, LEVELS_OF_ANA, on=SUBMITTED - timedelta(days=number + 1))
    client.force_login(ana)
    client.get(reverse("assessments:profile", args=[anas.pk]))  # what the form asks is kept in memory from now on
    # Session and user; the assessment; ratings, required levels; what is confirmed; modules; the organisation;
    # who sees the assessments; earlier ones, the competences of their forms, what these ask, their scales; the issued
    # profile, put there and fetched.
    with django_assert_num_queries(2 + 1 + 2 + 1 + 1 + 1 + 1 + 4 + 2):
        client.get(reverse("assessments:profile_pdf", args=[anas.pk]))

"""Links and files beside a rating: what is taken, who gets it, and that nothing is left behind."""

import io
import zipfile
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from assessments.models import Assessment, Evidence
from assessments.questionnaire.answers import NEVER_SAVED, Answer
from assessments.rating import actions
from assessments.sharing.actions import share
from kip_site import uploads
from kip_site.refusals import Refused

PDF = b"%PDF-1.7\n%agreement"


def page_of(draft, code):
    return reverse("assessments:rate", args=[draft.pk, code[0]])


def add(client, draft, code, **fields):
    """Press "Add it" beside a question."""
    pk = draft[code].pk
    return client.post(page_of(draft, code), {"add": pk} | {f"q{pk}-{name}": value for name, value in fields.items()})


def remove(client, draft, code):
    """Press "Remove" beside the one link or file of a question."""
    return client.post(page_of(draft, code), {"remove": Evidence.objects.get(rating__statement=draft[code]).pk})


def upload(name, content=PDF):
    return SimpleUploadedFile(name, content)


def office(part, *others):
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for name in (part, *others):
            archive.writestr(name, "x")
    return content.getvalue()


def files_on_disk(settings):
    return [path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()]


def test_a_link_and_a_file_are_added_and_shown(signed_in, ana, draft, settings):
    client = signed_in(ana)
    response = add(client, draft, "A1", link="https://kvarner.example/agreement", file=upload("agreement.pdf"))
    assert response.url.endswith(f"/rate/A/#q{draft['A1'].pk}")
    page = client.get(response.url).content.decode()
    assert 'href="https://kvarner.example/agreement" rel="noopener noreferrer"' in page
    assert "agreement.pdf" in page
    [path] = files_on_disk(settings)
    assert "agreement" not in path.name


def test_adding_evidence_saves_the_rest_of_the_page_too(signed_in, ana, draft):
    pk = draft["A2"].pk
    other = {f"q{pk}-choice": "3", f"q{pk}-comment": "", f"q{pk}-seen": str(NEVER_SAVED.seen)}
    a1 = draft["A1"].pk
    signed_in(ana).post(page_of(draft, "A1"), other | {"add": a1, f"q{a1}-link": "https://kvarner.example/"})
    assert draft.answer("A2") == (3, False, "", 1)


def test_evidence_alone_is_no_answer_and_no_conflict(signed_in, ana, draft):
    add(signed_in(ana), draft, "A1", link="https://kvarner.example/")
    actions.save_rating(draft.assessment, draft["A1"], Answer(level=2), 0)
    assert draft.answer("A1") == (2, False, "", 1)
    assert Evidence.objects.count() == 1


@pytest.mark.parametrize(
    "link",
    ["javascript:alert(1)", "ftp://kvarner.example/", "data:text/html,x", "not an address", "https://" + "a" * 500],
)
def test_what_is_no_web_address_is_refused(signed_in, ana, draft, link):
    response = add(signed_in(ana), draft, "A1", link=link)
    assert response.status_code == 422
    assert 'class="error-text"' in response.content.decode()
    assert not Evidence.objects.exists()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("agreement.pdf", PDF),
        ("photo.png", b"\x89PNG\r\n\x1a\n..."),
        ("photo.JPG", b"\xff\xd8\xff\xe0..."),
        ("notes.txt", "Šarić".encode()),
        ("report.odt", office("content.xml")),
        ("report.docx", office("word/document.xml")),
    ],
)
def test_common_documents_are_kept(signed_in, ana, draft, name, content):
    assert add(signed_in(ana), draft, "A1", file=upload(name, content)).status_code == 302
    assert Evidence.objects.get().name == name


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("page.html", b"<script>", "Files of this kind"),
        ("drawing.svg", b"<svg>", "Files of this kind"),
        ("agreement", PDF, "Files of this kind"),
        ("agreement.pdf", b"<html>", "is not what its name says"),
        ("photo.png", PDF, "is not what its name says"),
        ("report.docx", office("content.xml"), "is not what its name says"),
        ("report.docx", office("word/document.xml", "word/vbaProject.bin"), "is not what its name says"),
        ("report.docx", b"PK\x03\x04 broken", "is not what its name says"),
        ("notes.txt", b"a\0b", "is not what its name says"),
        ("notes.txt", b"\xff\xfe\x00", "is not what its name says"),
        ("empty.pdf", b"", "This file is empty"),
        ("long.pdf", PDF + b"x" * uploads.MOST_BYTES, "larger than 5 MB"),
    ],
)
def test_other_files_are_refused_and_not_kept(signed_in, ana, draft, settings, name, content, reason):
    response = add(signed_in(ana), draft, "A1", file=upload(name, content))
    assert response.status_code == 422
    assert reason in response.content.decode()
    assert not Evidence.objects.exists()
    assert files_on_disk(settings) == []


def test_neither_a_link_nor_a_file_is_told(signed_in, ana, draft):
    response = add(signed_in(ana), draft, "A1", link="")
    assert response.status_code == 422
    assert "Enter a web address or choose a file" in response.content.decode()


def test_five_are_enough_and_the_sixth_leaves_no_file(signed_in, ana, draft, settings):
    client = signed_in(ana)
    for number in range(5):
        assert add(client, draft, "A1", link=f"https://kvarner.example/{number}").status_code == 302
    assert "Add a link or a file" in client.get(reverse("assessments:rate", args=[draft.pk, "B"])).content.decode()
    assert f'id="q{draft["A1"].pk}-link"' not in (
        client.get(reverse("assessments:rate", args=[draft.pk, "A"])).content.decode()
    )
    with pytest.raises(Refused):
        actions.add_file(draft.assessment, draft["A1"], upload("agreement.pdf"))
    assert Evidence.objects.count() == 5
    assert files_on_disk(settings) == []


def test_a_file_is_only_ever_a_download(signed_in, ana, draft):
    client = signed_in(ana)
    add(client, draft, "A1", file=upload("notes.txt", b"<script>alert(1)</script>"))
    response = client.get(reverse("assessments:evidence", args=[Evidence.objects.get().pk]))
    assert response["Content-Disposition"] == 'attachment; filename="notes.txt"'
    assert response["Content-Type"] == "application/octet-stream"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert b"".join(response.streaming_content) == b"<script>alert(1)</script>"


def test_a_file_goes_to_whom_the_profile_is_shared_with_and_nobody_else(
    signed_in, draft, ana, marco, ivana, luka, elodie, hugo, kvarner
):
    add(signed_in(ana), draft, "A1", file=upload("agreement.pdf"))
    address = reverse("assessments:evidence", args=[Evidence.objects.get().pk])
    assert signed_in(marco).get(address).status_code == 403
    actions.save_rating(draft.assessment, draft["A1"], Answer(level=2), 0)
    actions.submit(draft.assessment, {kvarner.pk: ["trainer"]})
    for person, status in [(ana, 200), (marco, 200), (ivana, 403), (luka, 403), (elodie, 404), (hugo, 404)]:
        response = signed_in(person).get(address)
        assert response.status_code == status, person
        if status == 200:
            assert b"".join(response.streaming_content) == PDF
    share(draft.assessment, {})
    assert signed_in(marco).get(address).status_code == 403


def test_removing_evidence_removes_the_file(
    signed_in, ana, luka, claire, draft, settings, django_capture_on_commit_callbacks
):
    add(signed_in(ana), draft, "A1", file=upload("agreement.pdf"))
    assert remove(signed_in(luka), draft, "A1").status_code == 403
    assert remove(signed_in(claire), draft, "A1").status_code == 404
    assert len(files_on_disk(settings)) == 1
    with django_capture_on_commit_callbacks(execute=True):
        response = remove(signed_in(ana), draft, "A1")
    assert response.url.endswith(f"/rate/A/#q{draft['A1'].pk}")
    assert not Evidence.objects.exists()
    assert files_on_disk(settings) == []


def test_evidence_of_a_submitted_assessment_stays(signed_in, ana, draft):
    client = signed_in(ana)
    add(client, draft, "A1", link="https://kvarner.example/")
    actions.save_rating(draft.assessment, draft["A1"], Answer(level=2), 0)
    actions.submit(draft.assessment, {})
    assert remove(client, draft, "A1").status_code == 409
    assert add(client, draft, "A1", link="https://kvarner.example/2").status_code == 409
    assert Evidence.objects.count() == 1


def test_discarding_a_draft_removes_its_files(signed_in, ana, draft, settings, django_capture_on_commit_callbacks):
    add(signed_in(ana), draft, "A1", file=upload("agreement.pdf"))
    with django_capture_on_commit_callbacks(execute=True):
        actions.discard(Assessment.objects.get(pk=draft.pk))
    assert files_on_disk(settings) == []


def test_a_statement_of_another_form_takes_no_evidence(signed_in, ana, draft, full):
    pk = full.statements().get(code="A-K1").pk
    sent = {"add": pk, f"q{pk}-link": "https://kvarner.example/"}
    assert signed_in(ana).post(page_of(draft, "A1"), sent).status_code == 404
    assert not Evidence.objects.exists()


def test_only_what_stands_with_the_assessment_is_removed_on_its_pages(signed_in, ana, anas, luka, essential, draft):
    others = actions.begin(luka, essential)
    for assessment in (anas, others):
        rating, _is_new = assessment.ratings.get_or_create(statement=draft["A1"])
        evidence = Evidence.objects.create(rating=rating, url="https://kvarner.example/", name="Ours")
        assert signed_in(ana).post(page_of(draft, "A1"), {"remove": evidence.pk}).status_code == 404
    assert Evidence.objects.count() == 2


@pytest.mark.parametrize("button", ["add", "remove"])
@pytest.mark.parametrize("value", ["", "x", "-1", "9" * 30])
def test_a_button_that_no_page_has_does_nothing(button, value, signed_in, ana, draft):
    add(signed_in(ana), draft, "A1", link="https://kvarner.example/")
    assert signed_in(ana).post(page_of(draft, "A1"), {button: value}).status_code == 302
    assert Evidence.objects.count() == 1

"""What the pages of the editor refuse changes nothing, and says so: faults, out-of-date pages, other people."""

from datetime import date

import pytest
from django.urls import reverse

from frameworks.editor import actions as draft_actions
from frameworks.editor.actions import begin_draft, save_draft_document
from frameworks.editor.document.working_copy import CannotEdit
from frameworks.models import Revision, RevisionFile
from frameworks.publishing import actions
from frameworks.publishing.baseline import Overtaken, Seen
from tests.frameworks.editor.drafts import changes, seen
from tests.published import publish_file, unchanged_under
from tests.words import words


@pytest.mark.parametrize(
    ("operation", "fields", "reason"),
    [
        ("same", {"text": " "}, "Write the text first."),
        ("same", {"text": "x" * 2001}, "2001"),
        ("same", {"text": "Identifying current and future needs of the partners"}, "The wording is the same as before"),
        ("same", {"text": "a\u202eb"}, "direction"),
        ("split", {"first": "One"}, "Write the text first."),
        ("refer", {"esco": "skill 1"}, "Write the whole address"),
        ("refer", {"eqf": "9"}, "Select a valid choice"),
        ("recode", {"code": "A1"}, "The code A1 is taken by “Identifying new partners"),
        ("move", {"competence": "gone"}, "Select a valid choice"),
    ],
)
def test_what_cannot_be_is_answered_on_the_page_and_changes_nothing(press, draft, operation, fields, reason):
    page = press("identify-needs", operation, **fields)
    assert page.status_code == 422
    assert reason in words(page)
    assert changes(draft) == {}


def test_a_draft_that_no_file_could_hold_is_not_saved(press, draft, monkeypatch):
    monkeypatch.setattr(draft_actions, "MOST_BYTES", 2_000_000)
    press("identify-needs", "recode", code="A9")
    monkeypatch.setattr(draft_actions, "MOST_BYTES", 1_000)
    page = press("identify-needs", "recode", code="A8")
    assert page.status_code == 422
    assert "which is the most: shorten or remove something first." in words(page)
    assert changes(draft) == {"identify-needs": ("recoded", "carried")}


def test_a_page_that_is_out_of_date_saves_nothing_and_keeps_what_was_typed(admin, press, draft):
    url = reverse("frameworks:edit_element", args=[draft.pk, "identify-needs"])
    stale = seen(admin.get(url))
    press("identify-partners", "same", text="Finding partners")
    fields = {"operation": "same", "text": "Identifying all needs"}
    page = admin.post(url, {**stale, **fields})
    assert page.status_code == 409
    assert "Nothing was saved: since you opened this page, somebody changed this draft" in words(page)
    assert "Identifying all needs</textarea>" in page.content.decode()
    assert set(changes(draft)) == {"identify-partners"}
    # Pressed again, it goes onto the draft as it is now.
    admin.post(url, {**seen(page), **fields})
    assert set(changes(draft)) == {"identify-partners", "identify-needs"}


def test_a_page_that_is_out_of_date_says_so_before_anything_else(admin, press, draft):
    url = reverse("frameworks:edit_element", args=[draft.pk, "identify-needs"])
    stale = seen(admin.get(url))
    press("identify-partners", "recode", code="A9")
    page = admin.post(url, {**stale, "operation": "recode", "code": "A9"})
    assert page.status_code == 409
    assert admin.post(url, {**seen(page), "operation": "recode", "code": "A9"}).status_code == 422


def test_of_two_who_save_at_once_one_is_told(draft, elodie, kip):
    document = draft.file.document
    shown = Seen(draft.file.sha256, kip.pk)
    save_draft_document(draft, {**document, "revision": {**document["revision"], "notes": {"en": "A"}}}, elodie, shown)
    with pytest.raises(Overtaken, match="Nothing was saved"):
        save_draft_document(draft, document, elodie, shown)
    assert RevisionFile.objects.get(revision=draft).document["revision"]["notes"] == {"en": "A"}


def test_a_published_revision_is_not_edited(admin, press, draft, elodie):
    shown = Seen(draft.file.sha256, draft.replaces_id)
    actions.publish(draft, elodie)
    answer = admin.get(reverse("frameworks:edit", args=[draft.pk]))
    assert answer["Location"] == reverse("frameworks:revision", args=["kip", "2027.1"])
    with pytest.raises(Overtaken, match="Nothing was saved"):
        save_draft_document(draft, draft.file.document, elodie, shown)


def test_a_draft_that_no_longer_fits_leads_to_its_preview(admin, kip, repository_of_skills, elodie):
    draft = actions.import_draft(unchanged_under("2024.1", repository_of_skills), "kip.yaml", elodie)
    Revision.objects.filter(pk=draft.pk).update(status=Revision.Status.SUPERSEDED)
    publish_file(unchanged_under("2025.1", repository_of_skills))
    Revision.objects.filter(pk=draft.pk).update(status=Revision.Status.DRAFT)
    answer = admin.get(reverse("frameworks:edit", args=[draft.pk]))
    assert answer["Location"] == reverse("frameworks:draft", args=[draft.pk])


def test_what_is_gone_leads_back_to_the_draft(admin, press, draft):
    press("identify-needs", "retire")
    for answer in (press("identify-needs", "same", text="New"), press("nonsense", "take-back")):
        assert answer.redirect_chain[-1][0] == reverse("frameworks:edit", args=[draft.pk])
    assert "There is nothing to take back" in words(answer)
    url = reverse("frameworks:edit_add_to", args=[draft.pk, "skill", "identify-partners"])
    assert "This competence is not in the draft any more." in words(admin.get(url, follow=True))
    assert admin.get(reverse("frameworks:edit_add", args=[draft.pk, "nonsense"])).status_code == 404


def test_a_version_that_was_published_is_refused_by_the_action_too(kip, elodie):
    with pytest.raises(CannotEdit, match="is published already"):
        begin_draft(kip.framework, "2021.11", date(2027, 1, 31), elodie)
    assert not Revision.objects.drafts().exists()

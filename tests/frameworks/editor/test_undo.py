"""The last changes of a draft are undone one by one, until nothing is left of the browser's."""

import pytest

from frameworks.models import DraftStep, RevisionFile
from frameworks.publishing import actions
from tests.frameworks.editor.drafts import changes, seen
from tests.published import reworded_under
from tests.words import words


@pytest.fixture
def undo(admin, at):
    """Press "Undo it" on the page of the whole draft."""
    return lambda: admin.post(at("edit_undo"), seen(admin.get(at("edit_revision"))), follow=True)


def test_changes_are_undone_one_by_one(press, undo, draft, admin, at):
    press("identify-needs", "recode", code="A9")
    press("identify-partners", "split", first="Finding", second="Choosing")
    press("find-funds", "up")
    assert "Last change The order changed. Undo it" in words(admin.get(at("edit")))
    assert "Undone: “The order changed.”" in words(undo())
    page = words(undo())
    assert "Undone: “A1 is split.”" in page
    assert "Last change The code of A2 is changed. Undo it" in page
    assert changes(draft) == {"identify-needs": ("recoded", "carried")}
    undo()
    assert changes(draft) == {}
    page = words(undo())
    assert "Nothing was undone: no change is left that could be." in page
    assert "Last change" not in page


def test_an_uploaded_file_comes_back_byte_by_byte(admin, kip, repository_of_skills, elodie, client):
    content = b"# A remark of mine.\n" + reworded_under("2024.1", repository_of_skills)
    draft = actions.import_draft(content, "mine.yaml", elodie)
    base = f"/frameworks/manage/drafts/{draft.pk}/edit/"
    page = admin.get(f"{base}elements/identify-needs/")
    admin.post(f"{base}elements/identify-needs/", {**seen(page), "operation": "recode", "code": "A9"})
    assert RevisionFile.objects.get(revision=draft).is_edited
    admin.post(f"{base}undo/", seen(admin.get(f"{base}revision/")))
    file = RevisionFile.objects.get(revision=draft)
    assert (bytes(file.content), file.name, file.is_edited) == (content, "mine.yaml", False)
    assert (file.document, file.sha256, file.uploaded_at) == (
        draft.file.document,
        draft.file.sha256,
        draft.file.uploaded_at,
    )


def test_what_changes_nothing_is_no_step(press, draft):
    press("new-partnerships", "up")
    assert not DraftStep.objects.exists()


def test_a_page_that_is_out_of_date_undoes_nothing(press, admin, at, draft):
    press("identify-needs", "recode", code="A9")
    stale = seen(admin.get(at("edit_revision")))
    press("identify-partners", "recode", code="A8")
    page = admin.post(at("edit_undo"), stale, follow=True)
    assert "Nothing was saved: since you opened this page, somebody changed this draft" in words(page)
    assert set(changes(draft)) == {"identify-needs", "identify-partners"}


def test_only_the_last_changes_are_kept(press, draft, monkeypatch):
    monkeypatch.setattr("frameworks.editor.undo.MOST_STEPS", 2)
    for code in ("A7", "A8", "A9"):
        press("identify-needs", "recode", code=code)
    assert DraftStep.objects.of(draft).count() == 2


def test_steps_end_with_an_upload_or_a_publication(press, draft, repository_of_skills, elodie):
    press("identify-needs", "recode", code="A9")
    actions.import_draft(reworded_under("2024.1", repository_of_skills), "mine.yaml", elodie)
    assert not DraftStep.objects.exists()
    press("identify-needs", "recode", code="A9")
    assert DraftStep.objects.exists()
    draft.refresh_from_db()
    actions.publish(draft, elodie)
    assert not DraftStep.objects.exists()

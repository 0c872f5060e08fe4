"""The pages of platform admins: upload, read what changes, publish or discard."""

import re
from datetime import date

import pytest
from django.apps import apps
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from frameworks.editor.actions import begin_draft
from frameworks.models import Framework, Revision, RevisionFile
from frameworks.publishing import actions
from tests.invalid import assert_refused
from tests.published import as_framework, line_of, publish_file, reworded_under, unchanged_under
from tests.words import in_one_line, words

MANAGE, UPLOAD = "/frameworks/manage/", "/frameworks/manage/upload/"


def rows():
    return {model.__name__: model._base_manager.count() for model in apps.get_app_config("frameworks").get_models()}


@pytest.fixture
def admin(client, elodie):
    """The browser of Élodie, the platform admin."""
    client.force_login(elodie)
    return client


@pytest.fixture
def upload(admin):
    def upload(content, name="kip.yaml"):
        return admin.post(UPLOAD, {"file": SimpleUploadedFile(name, content)}, follow=True)

    return upload


def confirmation(response, **changes):
    """What the form of a preview sends when its box is ticked."""
    fields = dict(re.findall(r'name="(sha256|current)"(?: value="([^"]*)")?', response.content.decode()))
    return {"has_read": "on", **fields, **changes}


def draft_of(response):
    return Revision.objects.drafts().get(pk=response.context["page"].revision.pk)


# --- Uploading ----------------------------------------------------------------------------------


def test_an_uploaded_file_is_shown_as_a_draft(upload, repository_of_skills):
    page = upload(repository_of_skills, "repository_of_skills.yaml")
    assert page.redirect_chain == [(reverse("frameworks:draft", args=[draft_of(page).pk]), 302)]
    text = words(page)
    assert (
        "Draft, nothing published yet What Repository of skills 2021.11 brings Dated 1 November 2021. "
        "A first revision: all of it is new."
    ) in text
    assert "Élodie Lambert uploaded repository_of_skills.yaml on" in text
    assert "145 entries, no faults." in text
    assert "24 sub-competences 26 knowledge 37 skills 25 predispositions 26 learning outcomes 5 levels" in text
    assert "A A: Developing and formalising new partnerships 5 sub-competences, 6 knowledge" in text
    assert "A1 Identifying new partners in accordance with" in text
    assert f"SHA-256 {draft_of(page).file.sha256}" in text


def test_a_bad_file_is_answered_with_all_its_faults_and_writes_nothing(upload, leader, repository_of_skills):
    before = rows()
    page = upload(
        repository_of_skills.replace(b"code: A2", b"code: A1").replace(b"title: Admin", b"titel: Admin"), "bad.yaml"
    )
    assert assert_refused(page) == ["faults"]
    line, first = line_of(b"code: A2", repository_of_skills), line_of(b"code: A1", repository_of_skills)
    text = words(page)
    assert "The file was not imported" in text
    assert "Nothing has changed. bad.yaml has 3 faults; mend them and upload" in text
    assert f"Line {line} The code A1 is taken since line {first}: choose another code: A1" in text
    titel = line_of(b"title: Admin", repository_of_skills)
    assert f"Line {titel} Unknown key titel: did you mean title? titel: Administrative and financial monitoring" in text
    assert rows() == before


def test_hostile_words_of_a_file_are_shown_as_text(upload, repository_of_skills):
    page = upload(repository_of_skills.replace(b"code: A2", b"<script>alert(1)</script>`: \xe2\x80\xae"), "<b>.yaml")
    assert page.status_code == 422
    content = page.content.decode()
    assert "<script>alert" not in content
    assert "&lt;script&gt;alert(1)" in content
    assert "\u202e" not in content
    assert "<b>.yaml" not in content


def test_what_is_no_text_at_all_is_refused_in_words(upload, db):
    page = upload(bytes(range(256)), "picture.yaml")
    assert page.status_code == 422
    assert "is not UTF-8" in words(page)


def test_a_file_that_is_too_big_is_refused(upload, db):
    page = upload(b"#" * 5_000_001)
    assert page.status_code == 422
    assert "at most 5 MB" in words(page)
    assert not Framework.objects.exists()


def test_without_a_file_the_form_says_so(admin):
    page = admin.post(UPLOAD)
    assert page.status_code == 422
    assert "Choose a file first." in words(page)


def test_an_empty_file_is_answered_by_the_form(upload, db):
    page = upload(b"")
    assert page.status_code == 422
    assert "This file is empty." in words(page)


def test_the_file_in_force_changes_nothing(upload, kip, repository_of_skills):
    before = rows()
    page = upload(repository_of_skills)
    assert "kip.yaml holds revision 2021.11 as it is in force. Nothing was changed." in words(page)
    assert rows() == before


def test_the_page_says_beforehand_which_draft_a_file_replaces(upload, admin, repository_of_skills):
    assert "replaces its draft" not in words(admin.get(MANAGE))
    upload(repository_of_skills)
    assert "A file of Repository of skills replaces its draft 2021.11." in words(admin.get(MANAGE))


# --- Reading what changes -----------------------------------------------------------------------


def test_the_preview_shows_each_change_with_its_line_and_what_happens_to_ratings(upload, kip, repository_of_skills):
    content = reworded_under("2024.1", repository_of_skills)
    page = upload(content, "kip-2024.yaml")
    text = words(page)
    assert (
        "What revision 2024.1 changes Repository of skills, dated 1 November 2021. Compared with 2021.11. "
        "Élodie Lambert uploaded kip-2024.yaml"
    ) in text
    assert "144 unchanged 1 reworded" in text
    assert f"Reworded A2, sub-competence line {line_of(b'id: identify-needs', content)} Identifying" in text
    assert (
        "<del>the</del> <ins>all</ins> partners" in page.content.decode() or "<ins>all</ins>" in page.content.decode()
    )
    assert "Ratings: carried. The old wording is shown once, next to the new." in text
    assert "Unchanged: B, C, D, E, F, G." in text
    assert "Nobody has submitted an assessment on 2021.11 yet." in text


def test_a_revision_with_changes_is_published_by_who_read_them(upload, admin, kip, repository_of_skills):
    page = upload(reworded_under("2024.1", repository_of_skills))
    answer = admin.post(reverse("frameworks:publish", args=[draft_of(page).pk]), confirmation(page), follow=True)
    assert "Revision 2024.1 of Repository of skills is published." in words(answer)
    assert Revision.objects.current().get().replaces == kip


def test_the_preview_names_the_language_of_what_it_quotes(upload, kip, repository_of_skills):
    content = as_framework("croatian", repository_of_skills)
    content = content.replace(b"source_language: en", b"source_language: hr").replace(
        b"languages: [en]", b"languages: [hr, en]"
    )
    publish_file(content)
    following = unchanged_under("2024.1", content)
    page = upload(following.replace(b"text: Empathy\n", b"text: {hr: Empathy, en: Feeling with others}\n"))
    assert '<blockquote lang="hr">Empathy</blockquote>' in in_one_line(page)
    assert "<blockquote><ins>Feeling with others</ins></blockquote>" in in_one_line(page)
    assert "Translated D-P2, predisposition" in words(page)
    first = upload(content.replace(b"  id: croatian", b"  id: another"))
    assert '<span lang="hr">Empathy</span>' in first.content.decode()


def test_an_unchanged_revision_says_that_nothing_changes(upload, kip, repository_of_skills):
    text = words(upload(unchanged_under("2024.1", repository_of_skills)))
    assert "Every statement stays as it is, word for word." in text
    assert "Publishing supersedes 2021.11." in text


def test_a_draft_that_no_longer_fits_can_only_be_discarded(upload, admin, kip, repository_of_skills):
    pk = draft_of(upload(unchanged_under("2024.1", repository_of_skills))).pk
    # Another way to the database than the actions, which keep one draft: a restored backup, a second site.
    Revision.objects.filter(pk=kip.pk).update(version="2022.9")
    document = kip.file.document | {"revision": {"version": "2022.9", "date": "2022-09-01"}}
    kip.file.document = document
    kip.file.save()
    page = admin.get(reverse("frameworks:draft", args=[pk]))
    assert "The draft 2024.1 no longer fits" in words(page)
    assert "Publish" not in words(page).partition("What is published stays")[2]
    unticked = admin.post(reverse("frameworks:publish", args=[pk]), {})
    assert unticked.status_code == 422
    assert "Nothing was published: the draft no longer fits the revision in force." in words(unticked)
    admin.post(reverse("frameworks:discard", args=[pk]), confirmation(page))
    assert not Revision.objects.drafts().exists()


# --- Publishing and discarding ------------------------------------------------------------------


def test_a_draft_is_published_after_it_was_read(upload, admin, elodie, repository_of_skills):
    page = upload(repository_of_skills)
    answer = admin.post(reverse("frameworks:publish", args=[draft_of(page).pk]), confirmation(page), follow=True)
    assert answer.redirect_chain == [("/frameworks/kip/", 302)]
    assert "Revision 2021.11 of Repository of skills is published." in words(answer)
    assert Revision.objects.current().get().published_by == elodie


def test_without_the_tick_nothing_is_published(upload, admin, repository_of_skills):
    page = upload(repository_of_skills)
    fields = confirmation(page)
    del fields["has_read"]
    answer = admin.post(reverse("frameworks:publish", args=[draft_of(page).pk]), fields)
    assert answer.status_code == 422
    assert "Read the changes and tick this box to publish." in words(answer)
    assert not Revision.objects.current().exists()
    # The page that asks again can be confirmed.
    admin.post(reverse("frameworks:publish", args=[draft_of(page).pk]), confirmation(answer))
    assert Revision.objects.current().exists()


def test_a_stale_preview_is_not_published(upload, admin, repository_of_skills):
    page = upload(repository_of_skills)
    upload(repository_of_skills + b"# another file\n")
    answer = admin.post(reverse("frameworks:publish", args=[draft_of(page).pk]), confirmation(page), follow=True)
    assert "another file was imported or another revision of Repository of skills was published" in words(answer)
    assert not Revision.objects.current().exists()


def test_who_confirms_second_is_told(upload, admin, repository_of_skills):
    page = upload(repository_of_skills)
    url = reverse("frameworks:publish", args=[draft_of(page).pk])
    admin.post(url, confirmation(page))
    before = rows()
    answer = admin.post(url, confirmation(page), follow=True)
    assert answer.redirect_chain[-1] == ("/frameworks/kip/revisions/2021.11/", 302)
    assert "was published already" in words(answer)
    assert "by Élodie Lambert. Nothing was done twice." in words(answer)
    assert rows() == before


def test_a_draft_is_discarded(upload, admin, leader, repository_of_skills):
    before = rows()
    page = upload(repository_of_skills)
    answer = admin.post(reverse("frameworks:discard", args=[draft_of(page).pk]), confirmation(page), follow=True)
    assert "The draft 2021.11 of Repository of skills is discarded. What is published stays as it was." in words(answer)
    assert rows() == before


def test_a_stale_preview_discards_nothing(upload, admin, repository_of_skills):
    page = upload(repository_of_skills)
    upload(repository_of_skills + b"# another file\n")
    answer = admin.post(reverse("frameworks:discard", args=[draft_of(page).pk]), confirmation(page), follow=True)
    assert "Nothing was published or discarded" in words(answer)
    assert Revision.objects.drafts().exists()


@pytest.mark.parametrize("act", ["publish", "discard"])
def test_a_discarded_draft_is_answered_in_words(act, upload, admin, repository_of_skills):
    page = upload(repository_of_skills)
    draft = draft_of(page)
    actions.discard(draft)
    answer = admin.post(reverse(f"frameworks:{act}", args=[draft.pk]), confirmation(page), follow=True)
    assert answer.redirect_chain == [(MANAGE, 302)]
    assert "This draft is not there any more: it was discarded. Nothing has changed." in words(answer)


def test_the_preview_of_a_published_revision_leads_to_its_page(admin, kip):
    answer = admin.get(reverse("frameworks:draft", args=[kip.pk]))
    assert (answer.status_code, answer.url) == (302, "/frameworks/kip/revisions/2021.11/")


# --- The list -----------------------------------------------------------------------------------


def test_an_empty_site_says_what_to_do(admin):
    assert "No framework has been uploaded yet People can assess themselves as soon as" in words(admin.get(MANAGE))


def test_the_list_shows_what_is_in_force_and_what_is_a_draft(upload, admin, kip, leader, repository_of_skills):
    publish_file(unchanged_under("2024.1", repository_of_skills))
    upload(unchanged_under("2025.1", repository_of_skills, "2024.1"), "kip-2025.yaml")
    text = words(admin.get(MANAGE))
    assert "Repository of skills Draft Read what 2025.1 changes Élodie Lambert uploaded kip-2025.yaml" in text
    assert "In force Revision 2024.1 of Repository of skills Published" in text
    assert "1 is superseded" in text
    assert "Career Management Skills for guidance practitioners In force Revision 1" in text


@pytest.mark.parametrize("number", [1, 3])
def test_the_list_makes_as_many_queries_for_any_number(
    number, admin, elodie, repository_of_skills, django_assert_num_queries
):
    for key in ("one", "two", "three")[:number]:
        publish_file(as_framework(key, repository_of_skills), user=elodie)
        draft = unchanged_under("2024.1", as_framework(key, repository_of_skills))
        actions.import_draft(draft, "draft.yaml", elodie)
    # Session, user, her roles; revisions with their frameworks, files and people; links from modules and required
    # levels to decide; jobs of the worker.
    with django_assert_num_queries(7):
        page = words(admin.get(MANAGE))
    assert page.count("Read what 2024.1 changes") == number


def test_the_preview_makes_as_many_queries_for_any_framework(
    upload, admin, repository_of_skills, leader_cms, django_assert_num_queries
):
    drafts = [draft_of(upload(content)).pk for content in (repository_of_skills, leader_cms)]
    for pk in drafts:
        # Session, user, her roles; draft with its file, the revision in force, published versions, owner of the uuid,
        # ids of earlier scales, competences, statements and outcomes.
        with django_assert_num_queries(11):
            admin.get(reverse("frameworks:draft", args=[pk]))


# --- Who may ------------------------------------------------------------------------------------


def test_only_platform_admins_keep_frameworks(client, kip, repository_of_skills, ana, petra, hugo, elodie):
    draft = actions.import_draft(unchanged_under("2024.1", repository_of_skills), "kip.yaml")
    reads = [MANAGE, reverse("frameworks:draft", args=[draft.pk])]
    writes = [UPLOAD, *(reverse(f"frameworks:{act}", args=[draft.pk]) for act in ("publish", "discard"))]
    before = rows()
    for url in reads:
        assert client.get(url).status_code == 302  # to sign in
    for url in writes:
        assert client.post(url).status_code == 302
    for person in (ana, petra, hugo):
        client.force_login(person)
        assert {client.get(url).status_code for url in reads} == {403}
        assert {client.post(url).status_code for url in writes} == {403}
    client.force_login(elodie)
    assert {client.get(url).status_code for url in reads} == {200}
    assert {client.get(url).status_code for url in writes} == {405}
    assert rows() == before


# --- The administration -------------------------------------------------------------------------

MODELS = [
    "framework",
    "revision",
    "competence",
    "subcompetence",
    "knowledge",
    "skill",
    "predisposition",
    "learningoutcome",
    "scale",
]


@pytest.mark.parametrize("model", MODELS)
def test_the_administration_shows_and_changes_nothing(model, admin, kip):
    url = f"/admin/frameworks/{model}/"
    page = admin.get(url)
    assert page.status_code == 200
    assert admin.get(f"{url}add/").status_code == 403
    pk = apps.get_model("frameworks", model).objects.first().pk
    assert admin.get(f"{url}{pk}/change/").status_code == 200
    before = rows()
    assert admin.post(f"{url}{pk}/change/", {"code": "Z"}).status_code == 403
    assert admin.post(f"{url}{pk}/delete/", {"post": "yes"}).status_code == 403
    assert rows() == before


def test_the_administration_lists_each_kind_by_itself(admin, kip):
    page = admin.get("/admin/frameworks/skill/?q=Teamwork").content.decode()
    assert "A-S6" in page
    assert "C-S8" in page
    assert "A1<" not in page


# --- In a browser -------------------------------------------------------------------------------


def test_a_platform_admin_publishes_a_file_without_javascript(
    open_page, sign_in, elodie, repository_of_skills, tmp_path
):
    file = tmp_path / "repository.yaml"
    file.write_bytes(repository_of_skills)
    page = open_page(java_script_enabled=False)
    sign_in(page, elodie)
    page.goto(MANAGE)
    page.get_by_label("Framework file").set_input_files(file)
    page.get_by_role("button", name="Check the file").click()
    page.get_by_role("heading", name="What Repository of skills 2021.11 brings").wait_for()
    page.get_by_label("I have read the changes").check()
    page.get_by_role("button", name="Publish 2021.11").click()
    page.get_by_text("Revision 2021.11 of Repository of skills is published.").wait_for()
    assert Revision.objects.current().get().published_by == elodie


def test_the_pages_of_platform_admins_are_for_everyone(
    page, sign_in, axe, elodie, kip, leader, repository_of_skills, tmp_path
):
    sign_in(page, elodie)
    bad = tmp_path / "bad.yaml"
    bad.write_bytes(repository_of_skills.replace(b"code: A2", b"code: A1"))
    page.goto(MANAGE)
    page.get_by_label("Framework file").set_input_files(bad)
    page.get_by_role("button", name="Check the file").click()
    page.get_by_role("heading", name="The file was not imported").wait_for()
    axe(page)
    for content in (reworded_under("2024.1", repository_of_skills), as_framework("other", repository_of_skills)):
        draft = actions.import_draft(content, "kip.yaml", elodie)
        page.goto(reverse("frameworks:draft", args=[draft.pk]))
        axe(page)
    page.goto(MANAGE)
    axe(page)


# --- A draft that was made in the browser -------------------------------------------------------


@pytest.fixture
def begun(kip, elodie):
    """A draft that Élodie began in the browser."""
    return begin_draft(kip.framework, "2027.1", date(2027, 1, 31), elodie)


def test_a_draft_that_was_made_in_the_browser_says_who_saved_it_there(admin, begun):
    preview = words(admin.get(reverse("frameworks:draft", args=[begun.pk])))
    for shown in (words(admin.get(MANAGE)), preview):
        assert "Élodie Lambert saved it in the browser on" in shown
        assert "uploaded kip" not in shown
    assert "From Élodie Lambert Saved" in preview


def test_an_upload_in_its_place_was_uploaded(admin, begun, upload, repository_of_skills):
    upload(reworded_under("2027.1", repository_of_skills), "kip-2027.yaml")
    shown = words(admin.get(MANAGE))
    assert "Élodie Lambert uploaded kip-2027.yaml on" in shown
    assert "in the browser on" not in shown


def test_a_draft_of_the_browser_that_no_longer_fits_was_saved_and_not_uploaded(admin, begun, repository_of_skills):
    file = RevisionFile.objects.get(revision=begun)
    begun.delete()
    publish_file(reworded_under("2025.1", repository_of_skills))
    Revision.save(begun)
    file.pk = None
    file.revision = begun
    file.save()
    shown = words(admin.get(reverse("frameworks:draft", args=[begun.pk])))
    assert "Since it was saved in the browser, another revision took force." in shown

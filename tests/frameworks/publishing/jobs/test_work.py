"""Large files and drafts: asked for in a page, done by a worker, told of in a page."""

from datetime import timedelta

import pytest
from django.apps import apps
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from frameworks.files.reading import read_framework
from frameworks.files.tables.writing import to_csv, to_xlsx
from frameworks.files.writing import to_yaml
from frameworks.models import Revision, RevisionJob
from frameworks.publishing import actions
from frameworks.publishing.baseline import current_pk
from frameworks.publishing.jobs.large import is_large_file
from frameworks.publishing.jobs.work import faults_of, publish_draft
from frameworks.signals import revision_published
from kip_site.jobs import watch
from kip_site.jobs.models import Job
from kip_site.jobs.progress import Lost
from tests.frameworks.comparison.revisions_by_chance import framework
from tests.published import line_of, unchanged_under
from tests.words import words

MANAGE, UPLOAD = "/frameworks/manage/", "/frameworks/manage/upload/"


def rows():
    """How many rows each model of the app has, but for the jobs themselves."""
    models = [model for model in apps.get_app_config("frameworks").get_models() if model is not RevisionJob]
    return {model.__name__: model._base_manager.count() for model in models}


@pytest.fixture
def all_is_large(monkeypatch):
    """Every framework counts as large, so that the tests need not wait for one that is."""
    monkeypatch.setattr("frameworks.publishing.jobs.large.LARGE_ELEMENTS", 20)


@pytest.fixture
def admin(client, elodie, all_is_large):
    """The browser of Élodie, the platform admin."""
    client.force_login(elodie)
    return client


@pytest.fixture
def upload(admin):
    def upload(content, name="kip.yaml"):
        return admin.post(UPLOAD, {"file": SimpleUploadedFile(name, content)}, follow=True)

    return upload


@pytest.fixture
def confirm(admin):
    """Tick and publish a draft as it is now."""

    def confirm(draft):
        current = current_pk(draft.framework)
        fields = {"has_read": "on", "sha256": draft.file.sha256, "current": current or ""}
        return admin.post(reverse("frameworks:publish", args=[draft.pk]), fields, follow=True)

    return confirm


@pytest.fixture
def interrupted():
    """Connect a function to the middle of every publication."""
    connected = []

    def interrupted(function):
        def receiver(sender, **arguments):
            function()

        revision_published.connect(receiver, weak=False)
        connected.append(receiver)

    yield interrupted
    for receiver in connected:
        revision_published.disconnect(receiver)


def page_of(job):
    return reverse("job", args=[job.pk])


# --- What is large ------------------------------------------------------------------------------


def test_more_than_two_thousand_elements_are_for_the_worker_in_each_format(repository_of_skills):
    large = framework(1, competences=10, statements=2100, outcomes=0)
    small = read_framework(repository_of_skills, "kip.yaml").document
    for write, name in ((to_yaml, "f.yaml"), (to_csv, "f.csv"), (to_xlsx, "f.xlsx")):
        for document, is_large in ((large, True), (small, False)):
            content = write(document)
            content = content.encode() if isinstance(content, str) else content
            assert is_large_file(content, name) == is_large, name


def test_a_file_over_the_limits_or_no_workbook_at_all_is_refused_at_once():
    assert is_large_file(b"#" * 1_000_001, "big.yaml")
    assert not is_large_file(b"#" * 5_000_001, "too-big.yaml")
    assert not is_large_file(b"PK\x03\x04 is all that it has of a workbook", "broken.xlsx")


# --- Importing ----------------------------------------------------------------------------------


def test_a_large_file_becomes_a_draft_once_the_worker_was_there(upload, admin, once, elodie, repository_of_skills):
    page = upload(repository_of_skills)
    job = Job.objects.get()
    assert page.redirect_chain == [(page_of(job), 302)]
    text = words(page)
    assert "kip.yaml is being checked" in text
    assert "It waits for its turn 0 of 4 steps done" in text
    assert '<progress aria-labelledby="doing" max="4" value="0">' in page.content.decode()
    assert not Revision.objects.exists()
    once()
    draft = Revision.objects.drafts().get()
    assert draft.file.uploaded_by == elodie
    assert bytes(draft.file.content) == repository_of_skills
    job.refresh_from_db()
    assert (job.state, job.attempts, bytes(job.file)) == ("done", 1, b"")
    answer = admin.get(page_of(job), follow=True)
    assert answer.redirect_chain[-1] == (reverse("frameworks:draft", args=[draft.pk]), 302)


def test_the_page_loads_itself_anew_until_it_is_told_not_to(upload, admin, repository_of_skills):
    page = upload(repository_of_skills)
    assert page.headers["Refresh"] == "2"
    still = admin.get(page_of(Job.objects.get()) + "?still")
    assert "Refresh" not in still.headers
    assert "Look again" in words(still)


def test_the_page_tells_the_stage_that_the_worker_is_at(upload, admin, repository_of_skills):
    upload(repository_of_skills)
    Job.objects.update(state="running", stage=2, attempts=2)
    text = words(admin.get(page_of(Job.objects.get()), follow=True))
    assert "It is compared with the revision in force 2 of 4 steps done" in text
    assert "It was interrupted and began anew: attempt 2." in text


def test_a_job_that_waits_for_long_says_what_may_be_wrong(upload, admin, repository_of_skills):
    assert "more than a minute" not in words(upload(repository_of_skills))
    Job.objects.update(due_at=timezone.now() - timedelta(minutes=2))
    assert "ask whoever runs this site to start it" in words(admin.get(page_of(Job.objects.get()), follow=True))


def test_all_faults_of_a_large_file_are_told_with_their_lines(upload, admin, once, leader, repository_of_skills):
    bad = repository_of_skills.replace(b"code: A2", b"code: A1").replace(b"title: Admin", b"titel: Admin")
    upload(bad, "bad.yaml")
    before = rows()
    once()
    assert rows() == before
    text = words(admin.get(page_of(Job.objects.get()), follow=True))
    assert "The file was not imported" in text
    assert "Nothing has changed. bad.yaml has 3 faults" in text
    line, first = line_of(b"code: A2", repository_of_skills), line_of(b"code: A1", repository_of_skills)
    assert f"Line {line} The code A1 is taken since line {first}: choose another code: A1" in text
    # They are found again by who left the page.
    assert "bad.yaml was not imported. Read why" in words(admin.get(MANAGE))


def test_faults_of_a_large_table_are_told_with_their_cells(upload, admin, once, repository_of_skills):
    table = to_csv(read_framework(repository_of_skills, "kip.yaml").document)
    upload(table.replace(b"A2,", b"A1,", 1), "bad.csv")
    once()
    page = admin.get(page_of(Job.objects.get()), follow=True)
    (fault,) = faults_of(Job.objects.get())
    assert (fault.line.column, fault.line.letter, fault.line.text) == ("code", "G", "A1")
    assert f"Row {fault.line.row}, column {fault.line.letter}" in words(page).replace("\u00a0", " ")


def test_a_large_file_that_is_in_force_already_changes_nothing(upload, admin, once, kip, repository_of_skills):
    upload(repository_of_skills)
    before = rows()
    once()
    assert rows() == before
    answer = admin.get(page_of(Job.objects.get()), follow=True)
    assert "kip.yaml holds revision 2021.11 as it is in force. Nothing was changed." in words(answer)


# --- Publishing ---------------------------------------------------------------------------------


def test_a_large_draft_is_published_once_the_worker_was_there(confirm, admin, once, elodie, repository_of_skills):
    draft = actions.import_draft(repository_of_skills, "kip.yaml", elodie)
    page = confirm(draft)
    assert "kip.yaml is being published" in words(page)
    assert "0 of 2 steps done" in words(page)
    assert not Revision.objects.current().exists()
    assert "kip.yaml is being published. See how far it is" in words(admin.get(MANAGE))
    once()
    assert Revision.objects.current().get().published_by == elodie
    answer = admin.get(page_of(Job.objects.get()), follow=True)
    assert answer.redirect_chain[-1] == ("/frameworks/kip/", 302)
    assert "Revision 2021.11 of Repository of skills is published." in words(answer)
    assert "See how far it is" not in words(admin.get(MANAGE))


def test_who_confirms_twice_asks_once(confirm, repository_of_skills):
    draft = actions.import_draft(repository_of_skills, "kip.yaml")
    confirm(draft)
    confirm(draft)
    assert Job.objects.count() == 1


def test_what_was_not_read_is_not_published(confirm, admin, once, repository_of_skills):
    confirm(actions.import_draft(repository_of_skills, "kip.yaml"))
    actions.import_draft(repository_of_skills + b"# another file\n", "kip.yaml")
    once()
    assert not Revision.objects.current().exists()
    answer = admin.get(page_of(Job.objects.get()), follow=True)
    assert "another file was imported or another revision of Repository of skills was published" in words(answer)


def test_a_draft_that_was_discarded_meanwhile_is_told_of(confirm, admin, once, repository_of_skills):
    draft = actions.import_draft(repository_of_skills, "kip.yaml")
    confirm(draft)
    actions.discard(draft)
    once()
    text = words(admin.get(page_of(Job.objects.get()), follow=True))
    assert "The draft was not published This draft is not there any more: it was discarded." in text


@pytest.mark.logs_errors
def test_a_mistake_of_ours_changes_nothing_and_is_told(confirm, admin, once, interrupted, repository_of_skills):
    draft = actions.import_draft(repository_of_skills, "kip.yaml")
    before = rows()
    confirm(draft)
    interrupted(lambda: 1 / 0)
    once()
    assert rows() == before
    answer = admin.get(page_of(Job.objects.get()), follow=True)
    assert answer.redirect_chain[-1] == (reverse("frameworks:draft", args=[draft.pk]), 302)
    assert "Something went wrong on our side. Nothing has changed" in words(answer)


def test_a_worker_that_was_taken_for_dead_changes_nothing(confirm, interrupted, repository_of_skills):
    draft = actions.import_draft(repository_of_skills, "kip.yaml")
    before = rows()
    confirm(draft)
    # While it publishes, another worker begins the same job.
    interrupted(lambda: Job.objects.update(worker="another", attempts=2))
    Job.objects.update(state="running", worker="first", attempts=1)
    with pytest.raises(Lost):
        publish_draft(Job.objects.get())
    assert rows() == before
    assert not Revision.objects.current().exists()


@pytest.mark.parametrize("number", [1, 3])
def test_the_list_makes_as_many_queries_for_any_number_of_jobs(number, upload, admin, django_assert_num_queries):
    for _number in range(number):
        upload(b"code: " * 30)
    # Session, user, her roles; revisions; links from modules and required levels to decide; jobs of the worker.
    with django_assert_num_queries(7):
        page = words(admin.get(MANAGE))
    assert page.count("See how far it is") == number


# --- In a browser -------------------------------------------------------------------------------


def test_an_admin_follows_a_large_file_to_its_publication_without_javascript(
    open_page, sign_in, axe, all_is_large, once, elodie, kip, repository_of_skills, tmp_path
):
    file = tmp_path / "repository.yaml"
    file.write_bytes(unchanged_under("2026.1", repository_of_skills))
    page = open_page(java_script_enabled=False)
    sign_in(page, elodie)
    page.goto(MANAGE)
    page.get_by_label("Framework file").set_input_files(file)
    page.get_by_role("button", name="Check the file").click()
    page.get_by_role("progressbar", name="It waits for its turn").wait_for()
    once()
    page.get_by_role("heading", name="What revision 2026.1 changes").wait_for()
    page.get_by_label("I have read the changes").check()
    page.get_by_role("button", name="Publish 2026.1").click()
    page.get_by_role("link", name="Stop that").click()
    page.get_by_text("This page stays as it is.").wait_for()
    looked_at = open_page()
    sign_in(looked_at, elodie)
    looked_at.goto(page.url)
    axe(looked_at)
    once()
    page.get_by_role("link", name="Look again").click()
    page.get_by_text("Revision 2026.1 of Repository of skills is published.").wait_for()


def test_what_is_forgotten_is_counted_by_jobs(db):
    RevisionJob.objects.create(
        job=Job.objects.create(
            kind="frameworks.import", state="failed", file=b"1", finished_at=timezone.now() - timedelta(days=31)
        )
    )
    assert watch.forget() == 1
    assert not RevisionJob.objects.exists()

"""The pages on which people read frameworks."""

import re

import pytest
from django.urls import reverse

from frameworks import hooks
from frameworks.models import Competence, Statement
from frameworks.publishing.actions import import_draft
from tests.published import as_framework, publish_file, unchanged_under
from tests.words import in_one_line, words

A = "/frameworks/kip/revisions/2021.11/new-partnerships/"


@pytest.fixture
def read(client, ana):
    """Read a page as Ana, a practitioner: its words."""
    client.force_login(ana)
    return lambda url: words(client.get(url))


@pytest.fixture
def without_hooks(monkeypatch):
    """Pages as frameworks alone show them: what the apps above add is counted in their own tests."""
    monkeypatch.setattr(hooks, "modules", lambda revision: {})
    monkeypatch.setattr(hooks, "own_levels", lambda user, revision: {})


# --- The list of frameworks ---------------------------------------------------------------------


def test_the_list_has_every_framework_in_force(kip, leader, read):
    page = read("/frameworks/")
    assert "Repository of skills KEEP IN PACT partnership" in page
    assert "Revision 2021.11 of 1 November 2021." in page
    assert "24 sub-competences, 26 knowledge, 37 skills, 25 predispositions" in page
    assert "Career Management Skills for guidance practitioners LE.A.DE.R. project" in page
    assert "1 knowledge, 3 skills" in page


def test_a_draft_is_not_in_the_list(repository_of_skills, leader, read):
    import_draft(repository_of_skills, "kip.yaml")
    assert "Repository of skills" not in read("/frameworks/")


def test_without_a_framework_the_page_says_what_is_missing(read):
    assert "No framework is published yet A platform administrator imports frameworks." in read("/frameworks/")


def test_without_a_framework_the_platform_admin_finds_the_way(client, elodie):
    client.force_login(elodie)
    response = client.get("/frameworks/")
    assert "Upload a framework file, read what it holds, and publish it." in words(response)
    assert f'href="{reverse("frameworks:manage")}">Upload a framework<' in response.content.decode()


@pytest.mark.parametrize("number", [1, 3])
def test_the_list_makes_as_many_queries_for_any_number_of_frameworks(
    number, client, ana, repository_of_skills, django_assert_num_queries, without_hooks
):
    for key in ("one", "two", "three")[:number]:
        publish_file(as_framework(key, repository_of_skills))
    client.force_login(ana)
    # Session, user, her roles; revisions, competences, statements.
    with django_assert_num_queries(6):
        page = words(client.get("/frameworks/"))
    assert page.count("Repository of skills KEEP IN PACT") == number


# --- One framework ------------------------------------------------------------------------------


def test_the_overview_lists_the_competences_with_what_they_hold(kip, read):
    page = read("/frameworks/kip/")
    assert "Repository of skills “Partnership manager develops, promotes and leads multi-stakeholder" in page
    assert (
        "A A: Developing and formalising new partnerships 5 sub-competences, 6 knowledge, 7 skills, 4 predispositions"
        in page
    )
    assert [page.index(f" {letter}: ") for letter in "ABCDEFG"] == sorted(
        page.index(f" {letter}: ") for letter in "ABCDEFG"
    )


def test_the_overview_explains_the_scale(kip, read):
    page = read("/frameworks/kip/")
    assert "How people rate themselves 5 levels." in page
    assert "Written for this platform; the publication has no scale." in page
    assert "2 With support Sub-competences I do this with guidance or a template. Knowledge I can explain" in page


def test_a_scale_explains_only_the_kinds_that_are_in_use(leader, read):
    page = read("/frameworks/leader-cms/")
    assert "4 levels." in page
    assert (
        "3 Sharing it with others Knowledge I follow how this develops and make it clear to colleagues. Skills" in page
    )
    assert "Predispositions" not in page


def test_the_overview_names_publisher_source_and_licence(kip, read):
    page = read("/frameworks/kip/")
    assert "Publisher KEEP IN PACT partnership" in page
    assert "Licence Published by the Erasmus+ project KEEP IN PACT" in page


def test_the_overview_shows_own_levels_and_modules_of_the_apps_above(kip, read, monkeypatch):
    a, b = Competence.objects.filter(code__in="AB")
    guide, course = hooks.ModuleLink("Guide", "/g/", 30), hooks.ModuleLink("Course", "/c/", 60)
    statements = Statement.objects.filter(competence=a)
    monkeypatch.setattr(
        hooks, "modules", lambda revision: {statements[0].pk: (guide, course), statements[1].pk: (guide,)}
    )
    monkeypatch.setattr(hooks, "own_levels", lambda user, revision: {b.pk: 2.4})
    page = read("/frameworks/kip/")
    assert "The dots show your own level." in page
    assert "4 predispositions Not rated 2 modules B B:" in page


def test_levels_of_ones_own_are_told_and_the_others_are_unknown(kip, ana, luka, client, monkeypatch):
    b = Competence.objects.get(code="B")
    monkeypatch.setattr(hooks, "own_levels", lambda user, revision: {b.pk: 2.4} if user == ana else {})
    client.force_login(ana)
    page = words(client.get("/frameworks/kip/"))
    assert (page.count("Level 2.4 of 4"), page.count("Not rated")) == (1, 6)
    client.force_login(luka)
    page = words(client.get("/frameworks/kip/"))
    assert (page.count("Level 2.4 of 4"), page.count("Not rated")) == (0, 0)


def test_the_footer_names_the_revision(kip, client, ana):
    client.force_login(ana)
    for url in ("/frameworks/kip/", A, "/frameworks/kip/revisions/"):
        assert "Framework: Repository of skills, revision 2021.11" in client.get(url).content.decode()


@pytest.mark.parametrize("framework", ["kip", "leader"])
def test_the_overview_makes_as_many_queries_for_any_framework(
    framework, request, client, ana, django_assert_num_queries, without_hooks
):
    revision = request.getfixturevalue(framework)
    client.force_login(ana)
    # Session, user, her roles; revision with its scale, statements, levels, competences.
    with django_assert_num_queries(7):
        client.get(f"/frameworks/{revision.framework.key}/")


def test_of_the_revisions_a_draft_comes_first_and_then_the_latest(kip, repository_of_skills, client, elodie):
    publish_file(unchanged_under("2026.1", repository_of_skills))
    import_draft(unchanged_under("2027.1", repository_of_skills, replaces="2026.1"), "kip.yaml")
    client.force_login(elodie)
    page = client.get("/frameworks/kip/revisions/")
    assert [revision.version for revision in page.context["revisions"]] == ["2027.1", "2026.1", "2021.11"]


# --- One competence -----------------------------------------------------------------------------


def test_a_competence_says_what_one_does_and_what_it_takes(kip, client, ana):
    client.force_login(ana)
    response = client.get(A)
    assert (
        "<em>Identifying new partners</em> in accordance with the needs of the territory" in response.content.decode()
    )
    page = words(response)
    assert "What you do A1 A1: Identifying new partners" in page
    assert "What it takes Knowledge Knowledge of the actors involved in guidance" in page
    assert "Knowledge of relevant legislative A-K6 Skills Data collecting" in page
    assert "Predispositions Openness and cordiality A-P1" in page


def test_a_competence_says_what_training_leads_to_and_who_wrote_that(kip, read):
    page = read(A)
    assert "What training leads to Map the organisations that matter for guidance" in page
    assert "A-LO5. Leads to “On my own” in A5, A-K6." in page
    assert "Learning outcomes: Written for this platform." in page


def test_a_repeated_text_is_quietly_marked_on_both_sides(kip, client, ana):
    client.force_login(ana)
    assert "Teamwork A-S6, also C-S8" in words(client.get(A))
    coordination = "/frameworks/kip/revisions/2021.11/coordination/"
    assert "Teamwork C-S8, also A-S6" in words(client.get(coordination))
    assert f'<a href="{A}">A-S6</a>' in client.get(coordination).content.decode()


def test_the_text_that_stands_twice_on_one_page_is_marked_without_a_link(kip, client, ana):
    client.force_login(ana)
    response = client.get("/frameworks/kip/revisions/2021.11/administration-finance/")
    page = words(response)
    assert "given elements B-S4, also B-S5" in page
    assert "given elements B-S5, also B-S4" in page
    assert ">B-S5</a>" not in response.content.decode()


def test_a_competence_leads_to_its_neighbours(kip, client, ana):
    client.force_login(ana)
    first, last = (
        client.get(f"/frameworks/kip/revisions/2021.11/{key}/").content.decode()
        for key in ("new-partnerships", "communication-representation")
    )
    assert 'rel="prev"' not in first
    assert (
        'revisions/2021.11/administration-finance/" rel="next">B Administrative and financial monitoring</a>' in first
    )
    assert 'revisions/2021.11/policy-monitoring/" rel="prev">F Monitoring relevant' in last
    assert 'rel="next"' not in last


def test_a_competence_shows_the_modules_of_its_statements(kip, read, monkeypatch):
    guide = hooks.ModuleLink("Mapping who is around you", "/training/modules/mapping/", 40)
    a1, a2, k1 = Statement.objects.filter(code__in=("A1", "A2", "A-K1"))
    monkeypatch.setattr(hooks, "modules", lambda revision: {a1.pk: (guide,), a2.pk: (guide,), k1.pk: (guide,)})
    page = read(A)
    assert "action plan of the service 1 module for A1" in page
    assert "Modules that help Mapping who is around you A1, A2, 40 minutes" in page


def test_a_competence_shows_ones_own_level(kip, read, monkeypatch):
    assert "Your level You have not rated yourself on A yet. Rate yourself" in read(A)
    a = Competence.objects.get(code="A")
    monkeypatch.setattr(hooks, "own_levels", lambda user, revision: {a.pk: 2.0})
    assert "Your level 2.0 Level 2.0 of 4 The average of what you rated here" in read(A)


def test_a_competence_without_sub_competences_begins_with_what_it_takes(leader, read):
    page = read("/frameworks/leader-cms/revisions/1/design-activities/")
    assert "What you do" not in page
    assert "What it takes Skills I can design career guidance activities" in page


@pytest.mark.parametrize("competence", ["new-partnerships", "partners-competences"])
def test_a_competence_makes_as_many_queries_for_any_number_of_statements(
    competence, kip, client, ana, django_assert_num_queries, without_hooks
):
    client.force_login(ana)
    # Session, user, her roles; revision with its scale, competences, statements, repetitions, outcomes, what they
    # serve, levels.
    with django_assert_num_queries(10):
        client.get(f"/frameworks/kip/revisions/2021.11/{competence}/")


# --- Languages ----------------------------------------------------------------------------------


def test_a_text_that_is_in_another_language_than_the_page_says_so(repository_of_skills, client, ana):
    content = (
        repository_of_skills.replace(b"source_language: en", b"source_language: hr")
        .replace(b"languages: [en]", b"languages: [hr, en]")
        .replace(b"text: Teamwork\n", b"text: {hr: Timski rad, en: Teamwork}\n")
        .replace(b"text: Active listening\n", b"text: Aktivno slu\xc5\xa1anje\n")
    )
    publish_file(content)
    client.force_login(ana)
    page = in_one_line(client.get(A))
    assert '<li><span lang="hr">Aktivno slušanje</span>' in page
    assert "<li>Teamwork " in page
    assert "<title>A Developing and formalising new partnerships" in page


# --- Revisions ----------------------------------------------------------------------------------


def test_everybody_sees_the_published_revisions(kip, elodie, repository_of_skills, read):
    publish_file(unchanged_under("2024.1", repository_of_skills), user=elodie)
    import_draft(unchanged_under("2025.1", repository_of_skills, "2024.1"), "kip.yaml")
    page = read("/frameworks/kip/revisions/")
    assert re.search(
        r"In force Revision 2024\.1 Dated 1 November 2021\. Published here on .* by Élodie Lambert\.", page
    )
    assert "Superseded Revision 2021.11" in page
    assert "2025.1" not in page
    assert "Download" not in page


def test_a_platform_admin_sees_the_draft_and_downloads_files(kip, elodie, repository_of_skills, client):
    import_draft(unchanged_under("2025.1", repository_of_skills), "kip-2025.yaml")
    client.force_login(elodie)
    page = words(client.get("/frameworks/kip/revisions/"))
    assert "Draft Revision 2025.1" in page
    assert page.index("Draft Revision 2025.1") < page.index("In force Revision 2021.11")
    response = client.get("/frameworks/kip/revisions/2021.11/download/")
    assert b"".join(response.streaming_content) == repository_of_skills
    assert response.headers["Content-Disposition"] == 'attachment; filename="repository_of_skills.yaml"'


@pytest.mark.parametrize("url", ["/frameworks/kip/revisions/2021.11/", A])
def test_a_superseded_revision_stays_readable_and_points_to_the_one_in_force(url, kip, repository_of_skills, read):
    assert "earlier revision" not in read(url)
    publish_file(unchanged_under("2024.1", repository_of_skills))
    page = read(url)
    assert "You are reading the earlier revision 2021.11." in page
    assert "Read revision 2024.1, which is in force" in page
    assert "Rate yourself" not in page


@pytest.mark.parametrize("number", [1, 3])
def test_the_revisions_make_as_many_queries_for_any_number(
    number, kip, client, ana, repository_of_skills, django_assert_num_queries
):
    before = "2021.11"
    for version in ("2022.1", "2023.1")[: number - 1]:
        publish_file(unchanged_under(version, repository_of_skills, before))
        before = version
    client.force_login(ana)
    # Session, user, her roles; revisions with their files and people.
    with django_assert_num_queries(4):
        page = words(client.get("/frameworks/kip/revisions/"))
    assert page.count("Dated ") == number


# --- Who may read -------------------------------------------------------------------------------

PAGES = ["/frameworks/", "/frameworks/kip/", "/frameworks/kip/revisions/", "/frameworks/kip/revisions/2021.11/", A]


@pytest.mark.parametrize("url", PAGES)
def test_people_of_any_organisation_read_frameworks(url, kip, client, ana, claire, elodie):
    assert client.get(url).status_code == 302  # to sign in
    for person in (ana, claire, elodie):
        client.force_login(person)
        assert client.get(url).status_code == 200


@pytest.mark.parametrize(
    "url",
    [
        "/frameworks/nothing/",
        "/frameworks/nothing/revisions/",
        "/frameworks/kip/revisions/1999/",
        "/frameworks/kip/revisions/2021.11/nothing/",
        "/frameworks/kip/revisions/2025.1/",
        "/frameworks/kip/revisions/2025.1/new-partnerships/",
    ],
)
def test_what_is_not_published_is_not_there(url, kip, repository_of_skills, client, ana, elodie):
    import_draft(unchanged_under("2025.1", repository_of_skills), "kip.yaml")
    for person in (ana, elodie):
        client.force_login(person)
        assert client.get(url).status_code == 404


def test_a_framework_that_is_only_a_draft_is_not_there(repository_of_skills, client, ana):
    import_draft(repository_of_skills, "kip.yaml")
    client.force_login(ana)
    for url in ("/frameworks/kip/", "/frameworks/kip/revisions/"):
        assert client.get(url).status_code == 404


def test_files_are_for_platform_admins(kip, client, ana):
    client.force_login(ana)
    assert client.get("/frameworks/kip/revisions/2021.11/download/").status_code == 403


# --- In a browser -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "url", ["/frameworks/", "/frameworks/kip/", A, "/frameworks/leader-cms/", "/frameworks/kip/revisions/"]
)
def test_the_pages_are_for_everyone(url, kip, leader, ana, page, sign_in, axe):
    sign_in(page, ana)
    page.goto(url)
    axe(page)

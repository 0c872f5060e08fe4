"""Links and files on the page of an update: as on the page of a competence, and back to the update."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from assessments.models import Evidence
from assessments.questionnaire.answers import Answer
from assessments.rating import actions
from assessments.updates import actions as update_actions
from tests.invalid import assert_refused
from tests.revised import Author
from tests.words import words

pytestmark = pytest.mark.django_db

PDF = b"%PDF-1.7\n%agreement"


@pytest.fixture
def update(kip, repository_of_skills, ana, anas):
    """Ana's update: A2 is to be confirmed, E3 is new. Her earlier rating of A2 has a link."""
    needs = anas.ratings.get(statement__code="A2")
    Evidence.objects.create(rating=needs, url="https://kvarner.example/needs", name="Survey of needs")
    author = Author(repository_of_skills)
    author.succeed("identify-needs", "foresee-needs", "Foreseeing needs of the partners")
    author.add("evaluation", "sub_competences", "learn", "E3", "Learning from evaluations").publish("2026.1")
    return update_actions.begin_update(ana, anas)


def statement(update, key):
    return update.form.statements().get(key=key)


def page_of(update, part=1):
    return f"{reverse('assessments:update', args=[update.pk])}?part={part}"


def add(client, update, key, /, **fields):
    """Press "Add it" on the page of the update."""
    pk = statement(update, key).pk
    return client.post(page_of(update), {"add": pk} | {f"q{pk}-{name}": value for name, value in fields.items()})


def names(update, key):
    return list(
        Evidence.objects.filter(rating__assessment=update, rating__statement__key=key).values_list("name", flat=True)
    )


def test_what_came_along_is_shown_and_more_is_added(signed_in, ana, update):
    client = signed_in(ana)
    assert "Survey of needs" in words(client.get(page_of(update)))
    response = add(client, update, "foresee-needs", link="https://kvarner.example/plan")
    assert response.url == f"{page_of(update)}#q{statement(update, 'foresee-needs').pk}"
    assert names(update, "foresee-needs") == ["Survey of needs", "https://kvarner.example/plan"]
    add(client, update, "learn", file=SimpleUploadedFile("agreement.pdf", PDF))
    assert "agreement.pdf" in words(client.get(page_of(update)))


def test_evidence_confirms_nothing(signed_in, ana, update):
    add(signed_in(ana), update, "foresee-needs", link="https://kvarner.example/plan")
    rating = update.ratings.get(statement__key="foresee-needs")
    assert (rating.origin, rating.level, rating.suggested_level.value) == ("suggested", None, 2)
    client = signed_in(ana)
    client.post(page_of(update), {"confirm": statement(update, "foresee-needs").pk})
    assert update.ratings.get(statement__key="foresee-needs").level.value == 2


def test_the_rest_of_the_page_is_saved_too(signed_in, ana, update):
    pk = statement(update, "learn").pk
    other = {f"q{pk}-choice": "3", f"q{pk}-comment": "", f"q{pk}-seen": f"0.{Answer().fingerprint}"}
    needs = statement(update, "foresee-needs").pk
    link = {"add": needs, f"q{needs}-link": "https://kvarner.example/"}
    assert signed_in(ana).post(page_of(update), other | link).status_code == 302
    assert update.ratings.get(statement__key="learn").level.value == 3


def test_a_link_beside_another_button_is_not_lost(signed_in, ana, update):
    pk = statement(update, "learn").pk
    response = signed_in(ana).post(page_of(update), {f"q{pk}-link": "https://kvarner.example/"})
    assert response.url == reverse("assessments:review", args=[update.pk])
    assert names(update, "learn") == ["https://kvarner.example/"]


@pytest.mark.parametrize("button", ["add", "save"])
def test_what_is_no_web_address_is_said_on_the_page_of_the_update(button, signed_in, ana, update):
    client = signed_in(ana)
    if button == "add":
        response = add(client, update, "learn", link="not an address")
    else:
        response = client.post(page_of(update), {f"q{statement(update, 'learn').pk}-link": "not an address"})
    assert assert_refused(response) == [f"q{statement(update, 'learn').pk}-link"]
    shown = response.content.decode()
    assert "<h1>Update your assessment</h1>" in shown
    assert 'value="not an address"' in shown
    assert 'class="error-text"' in shown
    assert names(update, "learn") == []


def test_a_conflict_stands_on_the_page_of_the_update(signed_in, ana, update):
    actions.save_rating(update, statement(update, "learn"), Answer(level=4), 0)
    response = add(
        signed_in(ana), update, "learn", link="https://kvarner.example/", choice="1", comment="",
        seen=f"0.{Answer().fingerprint}",
    )  # fmt: skip
    assert response.status_code == 409
    assert "Update your assessment" in words(response)
    assert "You changed E3 in another window" in words(response)
    assert names(update, "learn") == ["https://kvarner.example/"]


def test_five_are_enough(signed_in, ana, update):
    client = signed_in(ana)
    for number in range(5):
        add(client, update, "learn", link=f"https://kvarner.example/{number}")
    assert f'id="q{statement(update, "learn").pk}-link"' not in client.get(page_of(update)).content.decode()
    # Its field is gone, so that the summary alone says why, and leads to the statement.
    page = add(client, update, "learn", link="https://kvarner.example/6")
    assert assert_refused(page) == [f"q{statement(update, 'learn').pk}"]
    assert "E3: There are 5 links and files here already, which is the most. Remove one first." in words(page)
    assert len(names(update, "learn")) == 5


def test_it_is_removed_and_the_earlier_assessment_keeps_it(signed_in, ana, anas, update):
    found = Evidence.objects.get(rating__assessment=update)
    response = signed_in(ana).post(page_of(update), {"remove": found.pk})
    assert response.url == f"{page_of(update)}#q{statement(update, 'foresee-needs').pk}"
    assert names(update, "foresee-needs") == []
    assert Evidence.objects.filter(rating__assessment=anas).count() == 1


def test_from_the_page_of_a_competence_one_stays_there(signed_in, ana, update):
    pk = statement(update, "learn").pk
    address = reverse("assessments:rate", args=[update.pk, "E"])
    response = signed_in(ana).post(address, {"add": pk, f"q{pk}-link": "https://kvarner.example/"})
    assert response.url == f"{address}#q{pk}"


@pytest.mark.parametrize("part", ["0", "x", "-1", "9" * 30])
def test_from_a_page_that_cannot_be_one_comes_to_the_first(part, signed_in, ana, update):
    pk = statement(update, "learn").pk
    response = signed_in(ana).post(page_of(update, part), {"add": pk, f"q{pk}-link": "https://kvarner.example/"})
    assert response.url == f"{page_of(update)}#q{pk}"

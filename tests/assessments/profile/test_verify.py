"""Anyone who holds a printed profile can check it, and learns nothing else."""

import re

import pytest
from django.urls import reverse

from assessments.models import IssuedProfile
from assessments.profile.verification import tidy
from tests.assessed import SUBMITTED

pytestmark = pytest.mark.django_db


@pytest.fixture
def paper(anas):
    """Ana's printed profile."""
    return IssuedProfile.objects.create(assessment=anas, digest="0" * 64, issued_at=SUBMITTED, code="K7QF-2M9D-XE4T")


def check(client, code):
    response = client.get(reverse("verify"), {"code": code})
    return response, " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def test_a_stranger_checks_a_paper_without_signing_in(client, paper):
    response, page = check(client, "K7QF-2M9D-XE4T")
    assert response.status_code == 200
    for part in ("Ana Šarić", "Essential", "Repository of skills, revision 2021.11", "22 November 2026"):
        assert part in page


def test_the_page_tells_neither_levels_nor_address(client, paper, anas):
    page = check(client, "K7QF-2M9D-XE4T")[1]
    for part in ("ana@kvarner.example", "Kvarner", "Guidance counsellor", "2.2", "rated", "A4"):
        assert part not in page


@pytest.mark.parametrize("typed", ["k7qf-2m9d-xe4t", " K7QF 2M9D XE4T ", "K7QF2M9DXE4T", "k7qf–2m9d–xe4t"])
def test_a_code_is_found_however_it_is_typed(client, paper, typed):
    assert "This code belongs to a profile that was issued here" in check(client, typed)[1]


@pytest.mark.parametrize("typed", ["K7QF-2M9D-XE4U", "K7QF", "'; DROP TABLE", "K" * 5000, "K7QF-2M9D-XE4T-K7QF", "…"])
def test_an_unknown_code_is_said_kindly(client, paper, typed):
    response, page = check(client, typed)
    assert response.status_code == 200
    assert "No profile was issued with this code" in page
    assert "Ana" not in page


def test_without_a_code_the_page_asks_for_one(client):
    response = client.get(reverse("verify"))
    page = response.content.decode()
    assert response.status_code == 200
    assert "No profile was issued" not in page
    assert "issued here" not in page


def test_what_was_typed_is_text(client):
    response, _page = check(client, "<script>alert(1)</script>")
    assert "<script>alert" not in response.content.decode()


def test_codes_are_tidied_into_groups_of_four():
    assert tidy("k7qf2m9dxe4t") == "K7QF-2M9D-XE4T"
    assert tidy("") == ""


def test_a_check_takes_one_query(client, paper, django_assert_num_queries):
    # The issued profile, with assessment, person, form and revision.
    with django_assert_num_queries(1):
        client.get(reverse("verify"), {"code": paper.code})


def test_only_reading_is_possible(client):
    assert client.post(reverse("verify"), {"code": "x"}).status_code == 405

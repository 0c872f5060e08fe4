"""Looking at all answers once more, and submitting, which asks who may see the profile."""

import pytest
from django.urls import reverse

from assessments.models import Assessment
from assessments.questionnaire.answers import Answer
from assessments.rating import actions
from kip_site.accounts.models import Role
from kip_site.accounts.organisation.actions import change_roles
from tests.assessed import choosing, roles_shown
from tests.words import in_one_line


@pytest.fixture
def review(draft):
    return reverse("assessments:review", args=[draft.pk])


@pytest.fixture
def submit(draft):
    return reverse("assessments:submit", args=[draft.pk])


def rate(draft, **answers):
    for code, answer in answers.items():
        actions.save_rating(draft.assessment, draft[code], answer, 0)


def test_what_has_no_answer_stands_first(signed_in, ana, draft, review):
    rate(draft, **{code: Answer(level=2) for code in draft.statements if code not in {"B4", "C1"}})
    page = signed_in(ana).get(review).content.decode()
    assert "2 statements have no answer." in page
    assert f'href="{reverse("assessments:rate", args=[draft.pk, "B"])}#q{draft["B4"].pk}">B4: Projects' in page
    assert page.index("statements have no answer") < page.index('id="r-')
    assert page.count("No answer</span>") == 2


def test_answers_comments_and_evidence_are_shown(signed_in, ana, draft, review):
    rate(draft, A1=Answer(level=3, comment="Two have signed up."), A2=Answer(does_not_apply=True), A3=Answer(level=0))
    actions.add_link(draft.assessment, draft["A1"], "https://kvarner.example/")
    page = in_one_line(signed_in(ana).get(review))
    assert "<strong>3</strong> On my own" in page
    assert "<strong>0</strong> Not yet" in page
    assert "“Two have signed up.”" in page
    assert "1 link or file" in page
    assert "<dt>Rated</dt><dd>2 of 24</dd><dt>Does not apply</dt><dd>1</dd><dt>No answer</dt><dd>21</dd>" in page


def test_it_names_whom_sharing_concerns(signed_in, ana, luka, marco, ivana, hugo, draft, review):
    page = in_one_line(signed_in(ana).get(review))
    assert "<dt>Trainers</dt><dd>Marco Bellini</dd>" in page
    assert "<dt>Managers</dt><dd>Ivana Kovač</dd>" in page
    assert "Hugo Martin" not in page
    assert "Luka Perić" not in page


def test_nobody_to_share_with_is_said(signed_in, ana, draft, review, submit):
    assert "Nobody at Kvarner Guidance Centre could see it" in signed_in(ana).get(review).content.decode()
    rate(draft, A1=Answer(level=3))
    assert signed_in(ana).post(submit, {}).status_code == 302
    assert roles_shown(draft.assessment) == set()


def test_a_role_that_nobody_holds_is_no_choice(signed_in, ana, marco, draft, review, submit):
    page = signed_in(ana).get(review).content.decode()
    assert "My trainers" in page
    assert "My managers" not in page
    rate(draft, A1=Answer(level=3))
    assert signed_in(ana).post(submit, {"audience": "managers"}).status_code == 422


def test_no_choice_of_sharing_is_made_for_her(signed_in, ana, marco, draft, review, submit):
    rate(draft, A1=Answer(level=3))
    client = signed_in(ana)
    assert " checked" not in client.get(review).content.decode()
    response = client.post(submit, {})
    assert response.status_code == 422
    assert "Choose who may see this profile" in response.content.decode()
    assert not Assessment.objects.submitted().exists()


@pytest.mark.parametrize(
    ("audience", "roles"),
    [("nobody", set()), ("trainers", {"trainer"}), ("managers", {"manager"}), ("both", {"trainer", "manager"})],
)
def test_submitting_shares_as_chosen(signed_in, ana, marco, ivana, draft, review, submit, audience, roles):
    rate(draft, A1=Answer(level=3))
    client = signed_in(ana)
    response = client.post(submit, choosing(client.get(review), audience=audience))
    assert response.url == reverse("assessments:profile", args=[draft.pk])
    draft.assessment.refresh_from_db()
    assert draft.assessment.is_submitted
    assert roles_shown(draft.assessment) == roles


def test_submitting_shows_it_to_nobody_whom_the_page_has_not_named(
    signed_in, ana, marco, petra, kvarner, draft, review, submit
):
    rate(draft, A1=Answer(level=3))
    client = signed_in(ana)
    sent = choosing(client.get(review), audience="trainers")
    change_roles(petra, kvarner, [Role.ORG_ADMIN, Role.TRAINER], petra)
    response = client.post(submit, sent)
    assert response.status_code == 422
    assert "Petra Novak would see it now, too" in response.content.decode()
    assert not Assessment.objects.submitted().exists()
    assert client.post(submit, choosing(response, audience="trainers")).status_code == 302
    assert roles_shown(draft.assessment) == {"trainer"}


def test_nothing_answered_is_told(signed_in, ana, draft, submit):
    response = signed_in(ana).post(submit, {"audience": "nobody"})
    assert response.status_code == 422
    assert "Nothing is answered yet" in response.content.decode()


def test_submitting_again_changes_nothing(signed_in, ana, anas):
    address = reverse("assessments:submit", args=[anas.pk])
    before = anas.submitted_at
    assert signed_in(ana).post(address, {"audience": "both"}).status_code == 302
    anas.refresh_from_db()
    assert (anas.submitted_at, roles_shown(anas)) == (before, set())


@pytest.mark.parametrize("rated", [1, 3])
def test_the_review_costs_the_same_however_much_is_rated(
    signed_in, ana, marco, draft, review, rated, django_assert_num_queries
):
    for code in list(draft.statements)[:rated]:
        rate(draft, **{code: Answer(level=1, comment="yes")})
        actions.add_link(draft.assessment, draft[code], "https://kvarner.example/")
    client = signed_in(ana)
    client.get(review)  # what the form asks is kept in memory from now on
    with django_assert_num_queries(6):
        # session, person, assessment with form; answers, trainers and managers, roles for the navigation
        assert client.get(review).status_code == 200

"""The pages of the self-assessment, with and without the script."""

from datetime import UTC, datetime

import pytest
from django.test import Client
from django.urls import reverse

from assessments.models import Assessment, Form
from assessments.questionnaire import content
from assessments.questionnaire.answers import NEVER_SAVED, Answer, Seen
from assessments.rating import actions
from frameworks.models import Revision
from tests.assessed import LEVELS_OF_ANA, module_serving, submitted
from tests.invalid import assert_refused
from tests.words import in_one_line


def sheet(draft, code="A"):
    return reverse("assessments:rate", args=[draft.pk, code])


def save(client, draft, code, choice, comment="", seen=NEVER_SAVED.seen):
    """What the script sends for one answer."""
    address = reverse("assessments:save", args=[draft.pk, draft[code].pk])
    return client.post(address, {"choice": choice, "comment": comment, "seen": str(seen)})


def fields(draft, *, seen=NEVER_SAVED.seen, **answers):
    """The fields of a page without script: `fields(draft, A1="3", A2=("na", "comment"))`."""
    posted = {}
    for code, answer in answers.items():
        choice, comment = (answer, "") if isinstance(answer, str) else answer
        pk = draft[code].pk
        posted |= {f"q{pk}-choice": choice, f"q{pk}-comment": comment, f"q{pk}-seen": str(seen)}
    return posted


# --- Reading ------------------------------------------------------------------------------------


def test_a_page_asks_one_competence_with_all_levels(signed_in, ana, draft):
    page = signed_in(ana).get(sheet(draft)).content.decode()
    assert "<em>Identifying new partners</em> in accordance with the needs" in page
    assert page.count('<fieldset class="question"') == 5
    assert page.count('type="radio"') == 5 * 6
    assert " checked>" not in page
    assert "I improve how we do this and help colleagues learn it." in page
    assert "0 of 5 rated" in page
    assert "Save and go to B" in page


def test_the_last_page_leads_to_the_review(signed_in, ana, draft):
    assert "Save and review" in signed_in(ana).get(sheet(draft, "G")).content.decode()


def test_another_scale_has_as_many_tiles_as_levels(signed_in, luka, leader):
    assessment = actions.begin(luka, Form.objects.get(revision=leader))
    page = signed_in(luka).get(reverse("assessments:rate", args=[assessment.pk, "1"])).content.decode()
    assert page.count('type="radio"') == 4 + 1
    assert 'class="levels levels-4"' in page


def test_a_full_form_asks_by_kind_with_each_kinds_words(signed_in, ana, full):
    assessment = actions.begin(ana, full)
    page = signed_in(ana).get(reverse("assessments:rate", args=[assessment.pk, "A"])).content.decode()
    for heading in ("Sub-competences", "Knowledge", "Skills", "Predispositions"):
        assert f'<h2 class="question-kind">{heading}</h2>' in page
    assert "I know the main ideas and where to look things up." in page
    assert "Others orient themselves by how I do this" in page


def test_the_last_answer_is_shown_but_not_chosen(signed_in, ana, essential, draft):
    submitted(ana, essential, {"A1": 2, "A2": "does not apply"}, on=datetime(2026, 4, 10, tzinfo=UTC))
    page = signed_in(ana).get(sheet(draft)).content.decode()
    assert "Last time: 2, April 2026" in page
    assert "Last time: does not apply, April 2026" in page
    assert page.count("Not rated last time") == 3
    assert page.count("level-last") == 1
    assert " checked>" not in page


def test_the_newest_of_earlier_answers_is_the_last(signed_in, ana, essential, draft):
    submitted(ana, essential, {"A1": 3}, on=datetime(2026, 5, 10, tzinfo=UTC))
    submitted(ana, essential, {"A1": 1}, on=datetime(2025, 5, 10, tzinfo=UTC))
    assert "Last time: 3, May 2026" in signed_in(ana).get(sheet(draft)).content.decode()


def test_what_others_answered_is_nobodys_last_time(signed_in, ana, luka, essential, draft):
    submitted(luka, essential, {"A1": 3})
    assert "ast time" not in signed_in(ana).get(sheet(draft)).content.decode().replace("data-last", "")


@pytest.mark.parametrize("code", ["A 1", "A/1", "A&B", "100 %", "A#?", "Č+"])
def test_a_competence_has_its_page_whatever_its_code(signed_in, ana, kip, draft, code):
    kip.competences.filter(code="A").update(code=code)
    content.forget()
    client = signed_in(ana)
    address = client.get(sheet(draft, code)).context["sheet"].progress.competences[0].url
    assert client.get(address).context["sheet"].competence.code == code


def test_a_question_knows_where_its_answer_goes(signed_in, ana, draft):
    page = in_one_line(signed_in(ana).get(sheet(draft)))
    for code in ("A1", "A5"):
        address = reverse("assessments:save", args=[draft.pk, draft[code].pk])
        assert f'data-code="{code}" data-save="{address}"' in page


def test_outcomes_and_listed_modules_stand_beside_a_statement(signed_in, ana, kip, draft):
    module_serving(kip, "common-goals", "Reaching common goals", 60, ["A4"])
    hidden = module_serving(kip, "withdrawn", "A withdrawn module", 60, ["A4"])
    hidden.is_listed = False
    hidden.save()
    page = signed_in(ana).get(sheet(draft)).content.decode()
    assert f'<a href="{reverse("training:module", args=["common-goals"])}">Reaching common goals</a>' in page
    assert "A withdrawn module</a>" not in page


@pytest.mark.parametrize("earlier", [1, 3])
def test_a_page_costs_the_same_however_much_is_there(
    signed_in, ana, kip, essential, draft, earlier, django_assert_num_queries
):
    for year in range(earlier):
        submitted(ana, essential, LEVELS_OF_ANA, on=datetime(2020 + year, 5, 10, tzinfo=UTC))
        module_serving(kip, f"module-{year}", f"Module {year}", 30, ["A1", "A2"])
    for code in list(draft.statements)[:earlier]:
        actions.save_rating(draft.assessment, draft[code], Answer(level=1, comment="yes"), 0)
        actions.add_link(draft.assessment, draft[code], "https://kvarner.example/")
    client = signed_in(ana)
    client.get(sheet(draft))  # what the form asks is kept in memory from now on
    with django_assert_num_queries(8):
        # session, person, assessment with form and revision, own ratings, earlier ratings, evidence, outcomes with
        # modules, roles for the navigation
        assert client.get(sheet(draft)).status_code == 200


def test_a_competence_that_the_form_leaves_out_is_not_there(signed_in, ana, draft, essential, kip):
    essential.competences.set(kip.competences.filter(code="B"))
    assert signed_in(ana).get(sheet(draft, "A")).status_code == 404
    assert signed_in(ana).get(sheet(draft, "B")).status_code == 200


# --- Saving one answer --------------------------------------------------------------------------


def test_an_answer_saves_itself_and_says_when(signed_in, ana, draft):
    response = save(signed_in(ana), draft, "A1", "3", "since May")
    assert response.status_code == 200
    assert response.json()["saved"].startswith("Saved ")
    assert response.json()["seen"] == str(Seen.of(1, Answer(3, comment="since May")))
    assert draft.answer("A1") == (3, False, "since May", 1)


def test_the_time_is_that_of_the_site(signed_in, ana, draft, settings):
    settings.TIME_ZONE = "Asia/Tokyo"
    actions.save_rating(draft.assessment, draft["A1"], Answer(level=3), 0)
    draft.assessment.ratings.update(saved_at=datetime(2026, 3, 1, 20, 30, tzinfo=UTC))
    assert "Saved 2 March, 05:30" in signed_in(ana).get(sheet(draft)).content.decode()


def test_one_save_is_few_queries(signed_in, ana, draft, django_assert_num_queries):
    client = signed_in(ana)
    with django_assert_num_queries(9):
        # session, person, assessment with its form; SAVEPOINT (on the site: BEGIN), draft touched, competences chosen
        # by the form, statement with level and rating, rating written, RELEASE (on the site: COMMIT)
        assert save(client, draft, "A1", "3").status_code == 200


def test_a_stale_window_is_told_both_answers(signed_in, ana, draft):
    client = signed_in(ana)
    save(client, draft, "A1", "2", "there")
    response = save(client, draft, "A1", "3", "here")
    assert response.status_code == 409
    told = response.json()
    assert (told["choice"], told["comment"]) == ("2", "there")
    for text in ("You changed A1 in another window", "2 With support", "3 On my own", "“there”", "“here”"):
        assert text in told["notice"]
    assert draft.answer("A1") == (2, False, "there", 1)


def test_keeping_mine_after_a_conflict_saves_it(signed_in, ana, draft):
    client = signed_in(ana)
    save(client, draft, "A1", "2")
    seen = save(client, draft, "A1", "3").json()["seen"]
    assert save(client, draft, "A1", "3", seen=seen).status_code == 200
    assert draft.answer("A1") == (3, False, "", 2)


def test_the_same_answer_from_a_stale_window_is_no_conflict(signed_in, ana, draft):
    client = signed_in(ana)
    save(client, draft, "A1", "2")
    assert save(client, draft, "A1", "2").status_code == 200


@pytest.mark.parametrize(
    ("choice", "comment", "seen"),
    [
        ("9", "", NEVER_SAVED.seen),
        ("x", "", NEVER_SAVED.seen),
        ("-1", "", NEVER_SAVED.seen),
        ("12345", "", NEVER_SAVED.seen),
        ("1", "c" * 2001, NEVER_SAVED.seen),
        ("1", "", "nonsense"),
        ("1", "", ""),
    ],
)
def test_bad_input_is_told_and_changes_nothing(signed_in, ana, draft, choice, comment, seen):
    response = save(signed_in(ana), draft, "A1", choice, comment, seen)
    assert response.status_code == 422
    assert response.json()["error"]
    assert draft.answer("A1") is None


def test_a_nul_character_is_refused_and_changes_nothing(signed_in, ana, draft):
    assert save(signed_in(ana), draft, "A1", "1", "a\0b").status_code == 400
    assert draft.answer("A1") is None


def test_a_statement_of_another_form_is_not_there(signed_in, ana, draft, full):
    address = reverse("assessments:save", args=[draft.pk, full.statements().get(code="A-K1").pk])
    assert signed_in(ana).post(address, {"choice": "1", "seen": str(NEVER_SAVED.seen)}).status_code == 404


def test_a_submitted_assessment_says_so(signed_in, ana, anas):
    statement = anas.ratings.first().statement_id
    response = signed_in(ana).post(
        reverse("assessments:save", args=[anas.pk, statement]), {"choice": "0", "seen": str(NEVER_SAVED.seen)}
    )
    assert response.status_code == 409
    assert "stays as it is" in response.json()["error"]


def test_a_draft_is_nobody_elses(signed_in, draft, luka, marco, ivana, petra, elodie, claire, hugo):
    for person, status in [
        (luka, 403), (marco, 403), (ivana, 403), (petra, 403), (elodie, 404), (claire, 404), (hugo, 404),
    ]:  # fmt: skip
        client = signed_in(person)
        assert save(client, draft, "A1", "3").status_code == status, person
        for name in ("contents", "review", "sharing"):
            assert client.get(reverse(f"assessments:{name}", args=[draft.pk])).status_code == status, (person, name)
        assert client.get(sheet(draft)).status_code == status, person
        for name in ("submit", "discard"):
            assert client.post(reverse(f"assessments:{name}", args=[draft.pk])).status_code == status, (person, name)
    assert draft.answer("A1") is None


def test_what_is_shared_to_read_is_not_shared_to_write(signed_in, anas_shared, marco):
    client = signed_in(marco)
    assert client.get(reverse("assessments:rate", args=[anas_shared.pk, "A"])).status_code == 403
    assert client.get(reverse("assessments:sharing", args=[anas_shared.pk])).status_code == 403
    assert client.post(reverse("assessments:sharing", args=[anas_shared.pk]), {"audience": "both"}).status_code == 403


def test_saving_needs_the_token_of_the_page(ana, draft):
    client = Client(enforce_csrf_checks=True)
    client.force_login(ana)
    assert save(client, draft, "A1", "3").status_code == 403
    assert draft.answer("A1") is None


# --- Without the script -------------------------------------------------------------------------


def test_the_button_saves_the_whole_page_and_goes_on(signed_in, ana, draft):
    response = signed_in(ana).post(sheet(draft), fields(draft, A1="3", A2="na", A3=("", "only a thought"), A4=""))
    assert response.status_code == 302
    assert response.url == sheet(draft, "B")
    assert draft.answer("A1") == (3, False, "", 1)
    assert draft.answer("A2") == (None, True, "", 1)
    assert draft.answer("A3") == (None, False, "only a thought", 1)
    assert draft.answer("A4") is None


def test_take_back_removes_the_level_and_keeps_the_comment(signed_in, ana, draft):
    saved = actions.save_rating(draft.assessment, draft["A1"], Answer(2, comment="since May"), 0)
    posted = fields(draft, A1=("2", "since May"), seen=saved.seen) | {"take_back": draft["A1"].pk}
    response = signed_in(ana).post(sheet(draft), posted)
    assert response.url == f"{sheet(draft)}#q{draft['A1'].pk}"
    assert draft.answer("A1") == (None, False, "since May", 2)


def test_questions_that_were_not_touched_do_not_undo_what_another_window_saved(signed_in, ana, draft):
    shown = actions.save_rating(draft.assessment, draft["A1"], Answer(level=2), 0)
    actions.save_rating(draft.assessment, draft["A1"], Answer(level=4), 1)
    posted = fields(draft, A1="2", seen=shown.seen) | fields(draft, A2="1")
    assert signed_in(ana).post(sheet(draft), posted).status_code == 302
    assert draft.answer("A1") == (4, False, "", 2)
    assert draft.answer("A2") == (1, False, "", 1)


def conflicting_page(client, draft):
    """A2 is new; A1 was changed in another window after this one was shown. (The posted fields, the response.)"""
    shown = actions.save_rating(draft.assessment, draft["A1"], Answer(level=2), 0)
    actions.save_rating(draft.assessment, draft["A1"], Answer(level=4), 1)
    posted = fields(draft, A1="3", seen=shown.seen) | fields(draft, A2="1")
    return posted, client.post(sheet(draft), posted)


def test_a_conflict_shows_the_page_again_with_both_answers(signed_in, ana, draft):
    _posted, response = conflicting_page(signed_in(ana), draft)
    page = response.content.decode()
    assert response.status_code == 409
    assert f'<a href="#q{draft["A1"].pk}">A1: There is another answer in another window.</a>' in page
    assert "There it says: 4 Guiding others. Here it says: 3 On my own." in page
    assert f'name="q{draft["A1"].pk}-choice" value="3" checked' in page
    assert draft.answer("A1") == (4, False, "", 2)
    assert draft.answer("A2") == (1, False, "", 1)


def test_pressing_the_main_button_again_does_not_decide_a_conflict(signed_in, ana, draft):
    client = signed_in(ana)
    posted, _response = conflicting_page(client, draft)
    assert client.post(sheet(draft), posted).status_code == 409
    assert draft.answer("A1") == (4, False, "", 2)


def test_keep_mine_and_take_the_other_decide_it(signed_in, ana, draft):
    client = signed_in(ana)
    posted, response = conflicting_page(client, draft)
    current = response.context["sheet"].questions[0].conflict.seen
    pk = draft["A1"].pk
    assert client.post(sheet(draft), posted | {"take": pk}).status_code == 302
    assert draft.answer("A1") == (4, False, "", 2)
    assert client.post(sheet(draft), posted | {"keep": pk, f"q{pk}-current": current}).status_code == 302
    assert draft.answer("A1") == (3, False, "", 3)


def test_a_third_answer_after_the_conflict_is_a_conflict_again(signed_in, ana, draft):
    client = signed_in(ana)
    posted, response = conflicting_page(client, draft)
    current = response.context["sheet"].questions[0].conflict.seen
    actions.save_rating(draft.assessment, draft["A1"], Answer(level=0), 2)
    pk = draft["A1"].pk
    assert client.post(sheet(draft), posted | {"keep": pk, f"q{pk}-current": current}).status_code == 409
    assert draft.answer("A1") == (0, False, "", 3)


def test_too_long_a_comment_is_told_and_kept_on_the_page(signed_in, ana, draft):
    long = "c" * 2001
    response = signed_in(ana).post(sheet(draft), fields(draft, A1=("3", long)) | fields(draft, A2="1"))
    page = response.content.decode()
    assert response.status_code == 422
    assert "it has 2001 characters, and there is room for 2000" in page
    assert long in page
    assert draft.answer("A1") is None
    assert draft.answer("A2") == (1, False, "", 1)


def test_two_thousand_characters_fit_with_line_ends_as_browsers_send_them(signed_in, ana, draft):
    signed_in(ana).post(sheet(draft), fields(draft, A1=("3", "a\r\n" * 999 + "ab")))
    assert len(draft.answer("A1")[2]) == 2000


def test_a_submitted_assessment_cannot_be_rated_page_by_page(signed_in, ana, anas):
    client = signed_in(ana)
    for response in (
        client.get(reverse("assessments:rate", args=[anas.pk, "A"])),
        client.post(reverse("assessments:rate", args=[anas.pk, "A"]), {}),
        client.get(reverse("assessments:review", args=[anas.pk])),
        client.post(reverse("assessments:discard", args=[anas.pk])),
    ):
        assert response.status_code == 409
        assert "This assessment is submitted" in response.content.decode()
    assert Assessment.objects.filter(pk=anas.pk).exists()


def test_pages_with_answers_are_never_kept_by_the_browser(signed_in, ana, draft):
    client = signed_in(ana)
    for address in (sheet(draft), reverse("assessments:contents", args=[draft.pk])):
        assert "no-store" in client.get(address)["Cache-Control"]


# --- Index and contents -------------------------------------------------------------------------


def test_the_index_offers_the_forms_of_every_framework(signed_in, luka, kip, leader, counsellor):
    page = signed_in(luka).get(reverse("assessments:index")).content.decode()
    assert "24 statements," in page
    assert "102 statements," in page
    assert "4 statements," in page
    assert "Guidance counsellor with partnership tasks" in page
    assert page.count('class="button"') == 1


def test_without_a_framework_the_index_says_why(signed_in, luka, db):
    page = signed_in(luka).get(reverse("assessments:index")).content.decode()
    assert "There is nothing to rate yet" in page


def test_the_index_continues_the_open_draft(signed_in, ana, draft):
    actions.save_rating(draft.assessment, draft["C1"], Answer(level=2), 0)
    page = signed_in(ana).get(reverse("assessments:index")).content.decode()
    assert "Continue with C" in page
    assert "0 of 7 competences done" in page
    assert page.count('class="button"') == 1


@pytest.mark.parametrize("forms", [1, 3])
def test_the_index_costs_the_same_however_many_forms(
    signed_in, ana, luka, kip, draft, forms, django_assert_num_queries
):
    for number in range(forms):
        form = Form.objects.create(revision=kip, key=f"form-{number}", title=f"Form {number}", kinds=["skill"])
        form.competences.set(kip.competences.all()[: number + 1])
        Form.objects.create(revision=kip, key=f"other-{number}", title=f"Other {number}", kinds=["skill"])
        actions.begin(ana, form)
    client = signed_in(ana)
    client.get(reverse("assessments:index"))  # what the form asks is kept in memory from now on
    with django_assert_num_queries(12):
        # session, person, drafts, their forms' competences, offered forms, their competences, statements counted;
        # ratings of the newest draft; targets, whether the framework changed, whether anything was submitted, roles
        # for the navigation
        assert client.get(reverse("assessments:index")).status_code == 200


def test_beginning_leads_to_the_contents(signed_in, luka, essential, counsellor):
    response = signed_in(luka).post(reverse("assessments:begin"), {"form": essential.pk, "target": counsellor.pk})
    assessment = Assessment.objects.get(person=luka)
    assert response.url == reverse("assessments:contents", args=[assessment.pk])
    assert assessment.target == counsellor


@pytest.mark.parametrize("form", ["", "x", "99999999", "9" * 30])
def test_beginning_what_is_not_there_is_told(signed_in, luka, essential, form):
    response = signed_in(luka).post(reverse("assessments:begin"), {"form": form}, follow=True)
    assert response.status_code == 422
    assert "This form is not there any more" in response.content.decode()
    assert not Assessment.objects.exists()


def test_a_superseded_form_is_told(signed_in, luka, essential):
    Revision.objects.update(status=Revision.Status.SUPERSEDED)
    response = signed_in(luka).post(reverse("assessments:begin"), {"form": essential.pk}, follow=True)
    assert response.status_code == 422
    assert "This form can no longer be begun" in response.content.decode()


def test_a_target_of_a_form_that_is_not_offered_is_told_without_a_link(signed_in, luka, essential):
    Revision.objects.update(status=Revision.Status.SUPERSEDED)
    response = signed_in(luka).post(reverse("assessments:begin"), {"form": essential.pk, "target": "0"})
    assert assert_refused(response) == []
    assert "This target profile is not offered for this form." in response.content.decode()


def test_the_contents_say_what_is_done(signed_in, ana, draft, django_assert_num_queries):
    for code in ("D1", "D2"):
        actions.save_rating(draft.assessment, draft[code], Answer(level=2), 0)
    actions.save_rating(draft.assessment, draft["A1"], Answer(level=2, comment="since May"), 0)
    client = signed_in(ana)
    client.get(reverse("assessments:contents", args=[draft.pk]))  # what the form asks is kept in memory from now on
    with django_assert_num_queries(5):
        # session, person, assessment with form and target, ratings, roles for the navigation
        page = client.get(reverse("assessments:contents", args=[draft.pk])).content.decode()
    assert "1 of 7 done" in page
    assert "3 of 24 statements rated." in page
    assert "1 of 5 rated, 1 comment" in page
    assert "2 of 2 rated" in page
    assert "Continue with A" in page


def test_the_contents_of_a_submitted_assessment_are_its_profile(signed_in, ana, anas):
    response = signed_in(ana).get(reverse("assessments:contents", args=[anas.pk]))
    assert response.url == reverse("assessments:profile", args=[anas.pk])


def test_discarding_asks_by_post_only(signed_in, ana, draft):
    client = signed_in(ana)
    assert client.get(reverse("assessments:discard", args=[draft.pk])).status_code == 405
    assert client.post(reverse("assessments:discard", args=[draft.pk])).url == reverse("assessments:index")
    assert not Assessment.objects.exists()

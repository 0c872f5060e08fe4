"""The page on which levels are confirmed, and every page that tells of it."""

from dataclasses import asdict, fields
from hashlib import sha256
from json import dumps

import pytest
from django.core.files.base import ContentFile
from django.core.management import call_command
from django.urls import reverse

from assessments.confirmations.actions import confirm_levels
from assessments.models import Assessment, Evidence, IssuedProfile, Rating
from assessments.profile import page as profiles
from assessments.profile import pdf
from assessments.profile.actions import issue_profile
from assessments.profile.verification import digest_of
from assessments.rating import actions
from assessments.updates import actions as update_actions
from frameworks.publishing.actions import import_draft
from tests.assessed import LEVELS_OF_ANA, confirmations_of, confirmed, shown, submitted
from tests.revised import Author
from tests.words import words

pytestmark = pytest.mark.django_db


def address(assessment, page="confirmations"):
    return reverse(f"assessments:{page}", args=[assessment.pk])


def rating(assessment, code):
    return assessment.ratings.get(statement__code=code).pk


@pytest.fixture
def as_marco(signed_in, marco):
    return signed_in(marco)


def rows(response):
    return {row.code: row for part in response.context["page"].parts for row in part.rows}


# --- Confirming -----------------------------------------------------------------------------------


def test_the_page_names_each_level_with_its_statement(as_marco, anas_shared):
    page = as_marco.get(address(anas_shared))
    shown = words(page)
    assert "With a tick you say: I have seen Ana Šarić work at this level." in shown
    assert "A Developing and formalising new partnerships 3 On my own A1 Identifying new partners" in shown
    # B2 does not apply and B4 has no answer: neither is a level.
    assert set(rows(page)) == {code for code, level in LEVELS_OF_ANA.items() if level != "does not apply"}
    assert page.content.decode().count('class="button"') == 1


def test_comments_and_evidence_stand_beside_the_level(as_marco, anas_shared):
    found = anas_shared.ratings.get(statement__code="A1")
    Rating.objects.filter(pk=found.pk).update(comment="Two <b>employers</b>\nhave signed.")
    Evidence.objects.create(rating=found, url="https://kvarner.example/partners", name="Partners")
    file = Evidence.objects.create(
        rating=found, name="agreement.txt", size=5, file=ContentFile(b"Ours.", "agreement.txt")
    )
    page = as_marco.get(address(anas_shared)).content.decode()
    assert "Two &lt;b&gt;employers&lt;/b&gt;<br>have signed." in page
    assert '<a href="https://kvarner.example/partners" rel="noopener noreferrer">Partners</a>' in page
    assert reverse("assessments:evidence", args=[file.pk]) in page


def test_ticks_are_saved_and_shown_again(as_marco, anas_shared):
    response = as_marco.post(
        address(anas_shared), {"confirm": [rating(anas_shared, "A1"), rating(anas_shared, "C1")]}, follow=True
    )
    assert response.redirect_chain == [(address(anas_shared, "profile"), 302)]
    assert "You confirmed 2 levels. Ana Šarić is told by e-mail." in words(response)
    page = as_marco.get(address(anas_shared))
    assert {code for code, row in rows(page).items() if row.is_mine} == {"A1", "C1"}
    assert page.content.decode().count(" checked>") == 2


def test_what_another_confirmed_is_named_and_not_ticked(as_marco, marco, ivana, anas_shared):
    confirmed(anas_shared, marco, ["A2"])
    confirmed(anas_shared, ivana, ["A1", "A2"], role="manager")
    page = as_marco.get(address(anas_shared))
    assert {code for code, row in rows(page).items() if row.is_mine} == {"A2"}
    assert {code: row.others for code, row in rows(page).items() if row.others} == {
        "A1": ("Ivana Kovač (manager)",),
        "A2": ("Ivana Kovač (manager)",),
    }


def test_a_tick_taken_away_takes_the_confirmation_back(as_marco, marco, anas_shared):
    confirmed(anas_shared, marco, ["A1", "A2"])
    first, second = rating(anas_shared, "A1"), rating(anas_shared, "A2")
    response = as_marco.post(address(anas_shared), {"was": [first, second], "confirm": [second]}, follow=True)
    assert "You took back 1 confirmation." in words(response)
    assert confirmations_of(anas_shared) == {("A2", "Marco Bellini", "trainer", "")}


def test_a_window_that_is_late_takes_back_nothing_it_did_not_show(as_marco, marco, anas_shared):
    # Another window has confirmed A1 after this one was opened.
    confirmed(anas_shared, marco, ["A1"])
    as_marco.post(address(anas_shared), {"confirm": [rating(anas_shared, "A2")]})
    assert {code for code, *_rest in confirmations_of(anas_shared)} == {"A1", "A2"}


def test_nothing_ticked_changes_nothing(as_marco, anas_shared):
    response = as_marco.post(address(anas_shared), {}, follow=True)
    assert "Nothing has changed." in words(response)


@pytest.mark.parametrize("sent", ["999999", "-1", "x", "9" * 30, "²"])
def test_what_is_no_level_of_this_profile_changes_nothing(sent, as_marco, anas_shared):
    response = as_marco.post(address(anas_shared), {"confirm": [sent, rating(anas_shared, "B2")]})
    assert response.status_code == 422
    assert "One of these levels is not in this profile. Nothing has changed." in words(response)
    assert confirmations_of(anas_shared) == set()


def test_ana_does_not_confirm_her_own_levels(signed_in, ana, anas_shared):
    client = signed_in(ana)
    assert client.get(address(anas_shared)).status_code == 403
    assert client.post(address(anas_shared), {"confirm": [rating(anas_shared, "A1")]}).status_code == 403
    assert confirmations_of(anas_shared) == set()
    assert "Confirm levels" not in words(client.get(address(anas_shared, "profile")))


@pytest.mark.parametrize(("who", "status"), [("luka", 403), ("petra", 403), ("elodie", 404), ("hugo", 404)])
def test_others_confirm_nothing(who, status, request, signed_in, anas_shared):
    client = signed_in(request.getfixturevalue(who))
    assert client.post(address(anas_shared), {"confirm": [rating(anas_shared, "A1")]}).status_code == status
    assert confirmations_of(anas_shared) == set()


def test_a_page_that_is_stale_changes_nothing(as_marco, anas_shared, monkeypatch):
    sent = {"confirm": [rating(anas_shared, "A1")]}
    shown(anas_shared)
    assert as_marco.post(address(anas_shared), sent).status_code == 403
    # Withdrawn between the look at it and the write, too.
    shown(anas_shared, trainers=True)

    def withdrawn_first(*arguments):
        shown(anas_shared)
        return confirm_levels(*arguments)

    monkeypatch.setattr("assessments.confirmations.actions.confirm_levels", withdrawn_first)
    assert as_marco.post(address(anas_shared), sent).status_code == 403
    assert confirmations_of(anas_shared) == set()


def test_a_draft_has_nothing_to_confirm(as_marco, ana, essential, marco):
    draft = actions.begin(ana, essential)
    assert as_marco.get(address(draft)).status_code == 404


def test_where_nothing_but_does_not_apply_was_answered_the_page_says_so(as_marco, ana, essential):
    found = submitted(ana, essential, {"A1": "does not apply"}, trainers=True)
    assert "There is no level to confirm" in words(as_marco.get(address(found)))


@pytest.mark.parametrize("how_many", [1, 3])
def test_the_page_takes_the_same_queries_however_much_there_is(
    how_many, as_marco, marco, ivana, anas_shared, django_assert_num_queries
):
    codes = ["A1", "A2", "C1"][:how_many]
    confirmed(anas_shared, marco, codes)
    confirmed(anas_shared, ivana, codes, role="manager")
    for code in codes:
        Evidence.objects.create(rating_id=rating(anas_shared, code), url="https://kvarner.example/", name="Us")
    as_marco.get(address(anas_shared))  # what the form asks is kept in memory from now on
    with django_assert_num_queries(9):
        # session, person, what is shared with him, whether a newer one is; ratings, evidence, confirmations; roles
        as_marco.get(address(anas_shared))


@pytest.mark.parametrize("how_many", [1, 3])
def test_saving_takes_the_same_queries_however_many_are_ticked(
    how_many, as_marco, anas_shared, django_assert_num_queries
):
    sent = {"confirm": [rating(anas_shared, code) for code in ["A1", "A2", "C1"][:how_many]]}
    # With the e-mail that tells her: a job that waits already, the e-mail, else the job, its task, its number.
    with django_assert_num_queries(18):
        # session, person, what is shared with him; SAVEPOINT, the same locked, whether a newer one is,
        # whether he is her trainer, what he confirmed, whether these are levels, confirmations written, what lapsed
        # seen, RELEASE
        as_marco.post(address(anas_shared), sent)


# --- Where it is told ------------------------------------------------------------------------------


def test_ana_reads_on_her_profile_who_confirmed_what(signed_in, ana, marco, ivana, anas):
    confirmed(anas, marco, ["A1", "A4", "C1"])
    confirmed(anas, ivana, ["C1"], role="manager")
    shown = words(signed_in(ana).get(address(anas, "profile")))
    assert "3 of 22 levels confirmed by Marco Bellini (trainer), 23 November 2026: A1, A4, C1" in shown
    assert "1 of 22 levels confirmed by Ivana Kovač (manager), 23 November 2026: C1" in shown
    assert "C1 Sharing relevant information with the partners Confirmed by Marco Bellini (trainer), Ivana" in shown
    assert "A4 Discussing and negotiating common goals with the partners Confirmed by Marco Bellini (trainer)" in shown


def test_a_profile_without_confirmations_does_not_speak_of_them(signed_in, ana, anas):
    assert "onfirmed" not in words(signed_in(ana).get(address(anas, "profile")))


def test_ana_reads_it_in_her_history(signed_in, ana, marco, anas):
    confirmed(anas, marco, ["A1", "A4"])
    shown = words(signed_in(ana).get(reverse("assessments:history")))
    assert "2 of 22 levels confirmed by Marco Bellini (trainer), 23 November 2026" in shown


def test_marco_and_ivana_come_from_the_profile_to_the_page(signed_in, marco, ivana, anas_shared):
    for person in (marco, ivana):
        page = signed_in(person).get(address(anas_shared, "profile")).content.decode()
        assert f'href="{address(anas_shared)}"' in page
        assert page.count('class="button"') == 1


def test_marco_reads_among_his_people_how_many_he_confirmed(as_marco, marco, ivana, anas_shared):
    confirmed(anas_shared, marco, ["A1", "A4"])
    confirmed(anas_shared, ivana, ["A5"], role="manager")
    assert "2 of 22 levels of Ana Šarić" in words(as_marco.get(reverse("assessments:people")))


# --- After the framework has changed ---------------------------------------------------------------


@pytest.fixture
def revised(author, anas_shared, marco):
    """Marco confirmed four levels; then A2 was narrowed, E1 and E2 merged and G3 retired."""
    confirmed(anas_shared, marco, ["A1", "A2", "E1", "G3"])
    return (
        author.narrow("identify-needs", "Identifying needs of the partners")
        .merge(["evaluation-tools", "report-evaluations"], "evaluate", "Evaluating and reporting")
        .retire("represent-partnership")
        .publish("2026.1")
    )


def updated(ana, earlier):
    update = update_actions.begin_update(ana, earlier)
    actions.submit(update, {})
    shown(update, trainers=True)
    return Assessment.objects.get(pk=update.pk)


def test_the_notice_says_what_goes_along_and_what_lapses(signed_in, ana, anas_shared, revised):
    shown = words(signed_in(ana).get(address(anas_shared, "changed")))
    assert "1 confirmation of a level goes along, as long as you leave that level as it is." in shown
    assert "3 confirmations by Marco Bellini (trainer) of 23 November 2026 lapsed when the framework changed" in shown
    assert "what revision 2021.11 means by A2, E1, G3." in shown
    assert "They all stay with your earlier assessment." in shown


def test_the_update_says_beside_the_question_that_the_confirmation_does_not_count(signed_in, ana, anas_shared, revised):
    update = update_actions.begin_update(ana, anas_shared)
    said = (
        "The confirmation by Marco Bellini (trainer) of 23 November 2026 was for the old wording; it no longer counts."
    )
    assert words(signed_in(ana).get(address(update, "update"))).count(said) == 2


def test_an_update_that_is_moved_over_says_it_too(signed_in, ana, anas_shared, revised, author):
    open_update = update_actions.begin_update(ana, anas_shared)
    Author(author.content("2026.1")).publish("2027.1")
    client = signed_in(ana)
    assert "3 confirmations by Marco Bellini" in words(client.get(address(open_update, "changed")))
    open_update = Assessment.objects.select_related("form__revision", "person").get(pk=open_update.pk)
    moved = update_actions.move_draft(open_update)
    assert "it no longer counts" in words(client.get(address(moved, "update")))


def test_the_new_profile_says_it_and_the_old_one_stays(signed_in, ana, anas_shared, revised):
    client = signed_in(ana)
    before = words(client.get(address(anas_shared, "profile")))
    update = updated(ana, anas_shared)
    shown = words(client.get(address(update, "profile")))
    assert "1 of 18 levels confirmed by Marco Bellini (trainer), 23 November 2026: A1" in shown
    assert "3 confirmations by Marco Bellini (trainer) of 23 November 2026 lapsed when the framework changed" in shown
    # The way to the update is all that went.
    assert words(client.get(address(anas_shared, "profile"))) == before


def test_marco_is_told_and_confirms_anew(as_marco, ana, anas_shared, revised):
    update = updated(ana, anas_shared)
    people = reverse("assessments:people")
    said = words(as_marco.get(people))
    assert "1 of 18 levels of Ana Šarić" in said
    assert "3 of your confirmations lapsed when the framework changed. Confirm anew: Ana Šarić" in said
    # The older page leads to the newer one.
    response = as_marco.get(address(anas_shared), follow=True)
    assert response.redirect_chain == [(address(update), 302)]
    shown = words(response)
    assert "Some of your confirmations lapsed 3 confirmations by Marco Bellini (trainer)" in shown
    assert "A1 Identifying new partners" in shown
    assert "Confirmed by you, 23 November 2026" in shown
    as_marco.post(address(update), {"was": [rating(update, "A1")], "confirm": [rating(update, "A1")]})
    assert "lapsed" not in words(as_marco.get(people))


def test_a_post_to_the_older_profile_changes_nothing(as_marco, ana, anas_shared, revised):
    sent = {"confirm": [rating(anas_shared, "C1")]}
    newer = updated(ana, anas_shared)
    before = confirmations_of(anas_shared)
    response = as_marco.post(address(anas_shared), sent, follow=True)
    assert response.redirect_chain == [(address(newer), 302)]
    assert "There is a newer assessment on a later revision: this one. Nothing has changed." in words(response)
    assert confirmations_of(anas_shared) == before


def test_the_admin_reads_before_publishing_how_many_lapse(
    signed_in, elodie, author, marco, anas_shared, capsys, tmp_path
):
    confirmed(anas_shared, marco, ["A1", "A2"])
    content = author.narrow("identify-needs", "Identifying needs").content("2026.1")
    draft = import_draft(content, "2026.1.yaml", elodie)
    said = "1 confirmed level loses its confirmation, because its meaning changes."
    assert said in words(signed_in(elodie).get(reverse("frameworks:draft", args=[draft.pk])))
    file = tmp_path / "2026.1.yaml"
    file.write_bytes(content)
    call_command("load_framework", str(file), "--check")
    assert said in " ".join(capsys.readouterr().out.split())


# --- On paper --------------------------------------------------------------------------------------


def issued(assessment):
    return pdf.issue(Assessment.objects.for_profile().get(pk=assessment.pk))[0]


def document(assessment):
    found = Assessment.objects.for_profile().get(pk=assessment.pk)
    profile = profiles.with_record(profiles.build(found), found)
    return pdf.html(profile, issue_profile(found, digest_of(profile)))


def test_the_paper_says_who_confirmed_what(marco, anas):
    confirmed(anas, marco, ["A1", "A4"])
    page = document(anas)
    assert "2 of 22 levels confirmed by Marco Bellini (trainer), 23 November 2026" in page
    assert page.count("Confirmed by Marco Bellini (trainer)</p>") == 2


def test_the_paper_says_what_lapsed(ana, anas_shared, revised):
    assert "3 confirmations by Marco Bellini (trainer) of 23 November 2026 lapsed" in document(
        updated(ana, anas_shared)
    )


def test_a_profile_has_its_code_and_its_bytes_again_once_confirmations_are_taken_back(marco, anas):
    before = issued(anas)
    given = confirmed(anas, marco, ["A1", "A4"])
    after = issued(anas)
    assert after != before
    assert issued(anas) == after
    for each in given:
        each.delete()
    assert issued(anas) == before
    assert IssuedProfile.objects.count() == 2


def test_a_profile_without_confirmations_keeps_the_digest_of_before_there_were_any(anas):
    """The digest of a profile that was issued earlier must be met again: it knew no confirmations."""
    profile = profiles.build(Assessment.objects.for_profile().get(pk=anas.pk))
    names = [field.name for field in fields(profile) if field.name not in {"confirmed", "lapsed"}]
    old = {name: value for name, value in asdict(profile).items() if name in names}
    for lines in ("gaps", "strengths", "at_target", "without_target", "unknown", "left_out"):
        for line in old[lines]:
            del line["confirmed_by"]
    content = dumps(["en", old], default=str, sort_keys=True, ensure_ascii=False)
    assert digest_of(profile) == sha256(content.encode()).hexdigest()


def test_an_old_profile_is_printed_as_before_when_it_was_brought_up_to_date(ana, anas_shared, revised):
    before = issued(anas_shared)
    update = updated(ana, anas_shared)
    shown(update)
    assert issued(anas_shared) == before

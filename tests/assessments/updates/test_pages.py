"""What people see when their framework has changed: the notice, the three numbers, and the short update."""

import pytest
from django.core.management import call_command
from django.urls import reverse

from assessments.models import Assessment, Form, FrameworkNotice, Rating, RequiredLevel, TargetProfile, TargetReview
from assessments.profile import pdf
from assessments.publication import notices
from assessments.questionnaire.answers import Answer
from assessments.rating import actions
from assessments.updates import actions as update_actions
from frameworks.models import Statement
from frameworks.publishing.actions import import_draft, take_back
from kip_site.jobs.models import Job
from tests.assessed import LEVELS_OF_ANA, roles_shown, shown, submitted
from tests.words import in_one_line, words

pytestmark = pytest.mark.django_db


def address(name, assessment):
    return reverse(f"assessments:{name}", args=[assessment.pk])


def statement(update, key):
    return update.form.statements().get(key=key)


def rating(update, key):
    return update.ratings.filter(statement__key=key).values_list("origin", "level__value", "comment").first()


# --- The notice ---------------------------------------------------------------------------------


@pytest.mark.parametrize("page", ["home", "assessments:index"])
def test_the_next_visit_tells_three_numbers(page, signed_in, ana, revised):
    shown = words(signed_in(ana).get(reverse(page)))
    assert "The framework has changed" in shown
    assert (
        "Repository of skills is now revision 2026.1. 19 of your ratings are carried over, 2 are to be confirmed, "
        "1 statement is new. Nothing you did is lost."
    ) in shown


@pytest.mark.parametrize("page", ["home", "assessments:index"])
def test_whoever_never_rated_is_told_nothing(page, signed_in, luka, revised):
    assert "has changed" not in words(signed_in(luka).get(reverse(page)))


@pytest.mark.parametrize("page", ["home", "assessments:index"])
def test_there_is_one_filled_button(page, signed_in, ana, revised, update):
    assert signed_in(ana).get(reverse(page)).content.decode().count('class="button"') == 1


def test_the_old_profile_says_that_it_is_and_leads_to_the_update(signed_in, ana, anas, revised):
    page = signed_in(ana).get(address("profile", anas))
    assert "Repository of skills, revision 2021.11. The framework has a newer revision; this profile stays" in words(
        page
    )
    assert reverse("frameworks:revisions", args=["kip"]) in page.content.decode()
    assert address("changed", anas) in page.content.decode()


def test_a_trainer_sees_the_revision_and_no_way_to_update(signed_in, marco, anas_shared, revised):
    page = signed_in(marco).get(address("profile", anas_shared))
    assert "revision 2021.11. The framework has a newer revision" in words(page)
    assert address("changed", anas_shared) not in page.content.decode()


def test_the_page_of_the_change_explains_the_numbers_and_what_is_gone(signed_in, ana, anas, revised):
    shown = words(signed_in(ana).get(address("changed", anas)))
    assert "19 carried over 2 to confirm 1 new" in shown
    assert "1 of them is worded differently" in shown
    assert "One statement had no answer, and stays so unless you give one." in shown
    assert "No longer in the framework" in shown
    assert "G3 " in shown.partition("No longer in the framework")[2]
    assert "1 First steps, on 22 November 2026, revision 2021.11" in shown


def test_leaving_the_ratings_where_they_are_is_an_answer_too(signed_in, ana, anas, revised):
    client = signed_in(ana)
    assert "stay on revision 2021.11" in words(client.post(address("set_aside", anas), follow=True))
    assert "The framework has changed" not in words(client.get(reverse("home")))
    assert Assessment.objects.count() == 1


def test_an_assessment_of_the_revision_in_force_has_no_such_page(signed_in, ana, anas):
    assert signed_in(ana).get(address("changed", anas)).url == reverse("assessments:index")


# --- The update ---------------------------------------------------------------------------------


def test_the_update_asks_what_needs_asking_and_nothing_else(signed_in, ana, anas, revised):
    page = signed_in(ana).post(address("changed", anas), follow=True)
    shown = words(page)
    assert "Revision 2026.1 asks you 3 things." in shown
    assert shown.count("Does not apply") == 3
    assert "A2, rated 2 With support on 22 November 2026 in revision 2021.11" in shown
    assert "Identifying Foreseeing current and future needs" in shown
    assert "<del>Identifying</del><ins>Foreseeing</ins>" in in_one_line(page)
    assert "E1, rated 1 First steps" in shown
    assert "E2, rated 2 With support" in shown
    assert "Keep 2 With support" in shown
    assert "Keep 1 First steps" in shown
    assert "New" in shown
    # Reworded: both wordings, nothing to do.
    assert "Worded anew, with the same meaning" in shown
    assert "A1 stays 3 On my own" in shown


def test_one_click_keeps_the_level(signed_in, ana, update):
    pk = statement(update, "evaluate").pk
    client = signed_in(ana)
    response = client.post(address("update", update), {"confirm": pk})
    assert response.url == f"{address('update', update)}?part=1#q{pk}"
    assert rating(update, "evaluate") == ("confirmed", 1, "")
    shown = words(client.get(address("update", update)))
    assert "1 of 3 rated" in shown


def fields(update, **answers):
    """What the page sends: statement id=(choice, comment)."""
    posted = {}
    for key, choice in answers.items():
        one = statement(update, key.replace("_", "-"))
        version = update.ratings.filter(statement=one).values_list("version", flat=True).first() or 0
        seen = f"{version}.{Answer().fingerprint}"
        posted |= {f"q{one.pk}-choice": choice, f"q{one.pk}-comment": "", f"q{one.pk}-seen": seen}
    return posted


def test_without_the_script_the_page_saves_all_its_answers_and_goes_on_to_the_review(signed_in, ana, update):
    response = signed_in(ana).post(
        address("update", update), fields(update, evaluate="2", foresee_needs="na", learn="0")
    )
    assert response.url == address("review", update)
    assert rating(update, "evaluate") == ("own", 2, "")
    assert update.ratings.get(statement__key="foresee-needs").does_not_apply
    assert rating(update, "learn") == ("own", 0, "")


def test_an_answer_of_another_window_is_a_conflict(signed_in, ana, update):
    posted = fields(update, evaluate="2")
    actions.save_rating(update, statement(update, "evaluate"), Answer(level=4), 1)
    response = signed_in(ana).post(address("update", update), posted)
    assert response.status_code == 409
    assert "You changed E1 in another window" in words(response)
    assert rating(update, "evaluate") == ("own", 4, "")


@pytest.mark.parametrize("sent", ["x", "0", "99999999", "9" * 30])
def test_confirming_what_is_not_suggested_changes_nothing(sent, signed_in, ana, update):
    before = list(update.ratings.order_by("pk").values_list())
    assert signed_in(ana).post(address("update", update), {"confirm": sent}).status_code == 302
    assert list(update.ratings.order_by("pk").values_list()) == before


def test_the_review_says_what_is_only_suggested_and_shows_the_sharing_of_before(signed_in, ana, anas_shared, revised):
    update = update_actions.begin_update(ana, anas_shared)
    page = signed_in(ana).get(address("review", update))
    assert "2 levels are only suggested. They count as unknown until you confirm them." in words(page)
    assert 'value="both"' in page.content.decode().partition("checked")[0].rpartition("<input")[2] + "".join(
        part for part in page.content.decode().split("<input") if "checked" in part
    )


def test_submitted_unconfirmed_levels_are_unknown_in_the_profile(signed_in, ana, update):
    actions.submit(update, {})
    page = signed_in(ana).get(address("profile", update))
    profile = page.context["profile"]
    # A2 and E1 unconfirmed, E3 new, B4 left open before.
    assert [line.code for line in profile.unknown] == ["A2", "B4", "E1", "E3"]
    assert profile.total.rated == 18
    shown = words(page)
    assert "No longer in the framework" in shown
    assert "The framework has changed" not in words(signed_in(ana).get(reverse("home")))


def test_an_assessment_that_updates_nothing_has_no_update_page(signed_in, ana, draft):
    assert signed_in(ana).get(address("update", draft)).url == address("contents", draft)


@pytest.mark.parametrize("more", [0, 40])
def test_the_update_page_costs_the_same_however_much_is_asked(
    more, author, signed_in, ana, anas, django_assert_num_queries
):
    for number in range(more):
        author.add("evaluation", "sub_competences", f"new-{number}", f"E{number + 9}", f"New thing {number}")
    author.succeed("identify-needs", "foresee-needs", "Foreseeing needs").publish("2026.1")
    update = update_actions.begin_update(ana, anas)
    client = signed_in(ana)
    client.get(address("update", update))  # what the form asks is kept in memory from now on
    with django_assert_num_queries(17):
        # session, person, assessment with what it updates; the plan: ratings, what the form asked (2), revisions,
        # successions, levels, what the form asks (2); the page: answers, old statements, what is untouched,
        # evidence; what others confirmed; roles for the navigation
        page = client.get(address("update", update))
    assert page.context["page"].pages == 1 + more // 20
    assert ("Save and go on" if more else "Save and review") in words(page)
    with django_assert_num_queries(11):
        # session, person, assessment with what it updates; the plan as above
        answer = client.post(address("update", update))
    assert answer.url == (f"{address('update', update)}?part=2" if more else address("review", update))
    assert client.post(f"{address('update', update)}?part=9").url == address("review", update)
    assert len(page.context["page"].questions) == (20 if more else 1)


def test_many_questions_come_page_by_page(author, signed_in, ana, anas):
    for number in range(25):
        author.add("evaluation", "sub_competences", f"new-{number}", f"E{number + 9}", f"New thing {number}")
    author.publish("2026.1")
    client = signed_in(ana)
    page = client.post(address("changed", anas), follow=True)
    assert "Page 1 of 2." in words(page)
    update = Assessment.objects.get(updates=anas)
    following = client.post(address("update", update) + "?part=1", {}).url
    assert following == address("update", update) + "?part=2"
    assert len(client.get(following).context["page"].questions) == 5
    assert client.post(following, {}).url == address("review", update)
    assert client.get(address("update", update) + "?part=77").context["page"].number == 2


def test_where_nothing_needs_asking_one_button_takes_all_over(author, signed_in, ana, anas_shared):
    author.reword("identify-partners", "Finding new partners").publish("2026.1")
    client = signed_in(ana)
    assert "Take over my 23 ratings" in words(client.get(address("changed", anas_shared)))
    response = client.post(address("take_over", anas_shared))
    taken = Assessment.objects.get(updates=anas_shared)
    assert response.url == address("profile", taken)
    assert (taken.is_submitted, roles_shown(taken)) == (True, {"trainer", "manager"})


def test_taking_over_is_refused_where_something_needs_asking(signed_in, ana, anas, revised):
    response = signed_in(ana).post(address("take_over", anas), follow=True)
    assert "Something needs your answer first" in words(response)
    assert Assessment.objects.count() == 1


# --- A draft begun on the revision before -------------------------------------------------------


@pytest.fixture
def old_draft(draft, author):
    actions.save_rating(draft.assessment, draft["A1"], Answer(level=3), 0)
    author.narrow("organise-events", "Organising events").publish("2026.1")
    return draft


def test_the_contents_offer_to_finish_or_to_move_over(signed_in, ana, old_draft):
    page = signed_in(ana).get(address("contents", old_draft))
    assert "You can finish your open assessment on 2021.11, or move it over." in words(page)
    assert address("changed", old_draft) in page.content.decode()
    shown = words(signed_in(ana).get(address("changed", old_draft)))
    assert "Move over to 2026.1" in shown
    assert "Finish it on 2021.11" in shown


def test_moving_over_leads_to_the_new_draft_and_old_windows_are_told(signed_in, ana, old_draft):
    client = signed_in(ana)
    response = client.post(address("changed", old_draft), follow=True)
    moved = Assessment.objects.get(updates=old_draft.pk)
    assert response.redirect_chain[-1][0] == address("contents", moved)
    assert "Every answer came along or is kept." in words(response)
    for stale in (
        client.get(address("contents", old_draft)),
        client.get(reverse("assessments:rate", args=[old_draft.pk, "A"])),
        client.post(address("submit", old_draft), {"audience": "nobody"}),
        client.post(address("discard", old_draft)),
    ):
        assert stale.status_code == 409, stale.request["PATH_INFO"]
        assert "This assessment was moved over" in words(stale)
    save = reverse("assessments:save", args=[old_draft.pk, old_draft["A2"].pk])
    seen = f"0.{Answer().fingerprint}"
    assert client.post(save, {"choice": "2", "comment": "", "seen": seen}).status_code == 409
    assert Rating.objects.filter(assessment=old_draft.pk).count() == 1


# --- History ------------------------------------------------------------------------------------


def test_the_history_keeps_what_is_no_longer_in_the_framework(signed_in, ana, update):
    actions.submit(update, {})
    page = signed_in(ana).get(reverse("assessments:history"))
    shown = words(page)
    assert "No longer in the framework: Repository of skills" in shown
    assert "1 First steps, on 22 November 2026, revision 2021.11" in shown
    # Both revisions stand in one series, and the chart has the mark between them.
    assert "2021.11" in shown
    assert "2026.1" in shown
    (series,) = page.context["all_series"]
    assert len(series.points) == 2
    assert len(series.revised) == 1


# --- The PDF ------------------------------------------------------------------------------------


def test_an_old_pdf_is_the_same_bytes_after_the_framework_changed(author, ana, anas):
    def exported():
        return pdf.issue(Assessment.objects.submitted().for_profile().get(pk=anas.pk))

    before = exported()
    author.succeed("identify-needs", "foresee-needs", "Foreseeing needs").retire("represent-partnership")
    author.publish("2026.1")
    update = update_actions.begin_update(ana, anas)
    actions.submit(update, {})
    shown(update, trainers=True, managers=True)
    assert exported() == before


# --- The e-mail ---------------------------------------------------------------------------------


def test_everybody_with_ratings_gets_one_e_mail(author, ana, luka, marco, claire, anas, essential, mailoutbox):
    submitted(claire, essential, LEVELS_OF_ANA)
    actions.begin(luka, essential)
    revision = author.succeed("identify-needs", "foresee-needs", "Foreseeing needs").publish("2026.1")
    assert sorted(message.to[0] for message in mailoutbox) == [ana.email, claire.email]
    message = next(sent for sent in mailoutbox if sent.to == [ana.email])
    assert message.subject == "The framework has changed: Repository of skills 2026.1"
    assert "22 of your ratings are carried over, 1 is to be confirmed, 0 statements are new." in message.body
    assert f"http://testserver/assessments/{anas.pk}/changed/" in message.body
    assert f"http://testserver/assessments/{anas.pk}/changed/" in message.alternatives[0].content
    call_command("send_revision_notices")
    assert len(mailoutbox) == 2
    assert FrameworkNotice.objects.filter(revision=revision, emailed_at__isnull=False).count() == 2


def test_whoever_was_left_out_is_told_when_it_is_due(author, ana, anas, capsys, mailoutbox):
    author.publish("2026.1")
    Job.objects.all().delete()
    call_command("send_revision_notices", "--dry-run")
    assert capsys.readouterr().out == "ana@kvarner.example: kip 2026.1\n"
    assert mailoutbox == []
    call_command("run_due", "revision-notices")
    call_command("run_due", "revision-notices")
    assert capsys.readouterr().out == "revision-notices: 1\nrevision-notices: 0\n"
    assert len(mailoutbox) == 1


def test_nobody_is_told_of_a_revision_that_was_taken_back_meanwhile(author, ana, anas, mailoutbox, elodie):
    revision = author.publish("2026.1")
    take_back(revision, elodie)
    assert mailoutbox == []


def test_people_who_left_get_no_e_mail(author, ana, anas):
    ana.is_active = False
    ana.save(update_fields=["is_active"])
    assert list(notices.untold(author.publish("2026.1"))) == []


@pytest.mark.django_db(transaction=True)
def test_who_is_deleted_while_people_are_told_keeps_nobody_from_being_told(
    author, ana, anas, claire, essential, monkeypatch, mailoutbox
):
    submitted(claire, essential, LEVELS_OF_ANA)
    people = list(notices.untold(author.publish("2026.1")))
    assert people == [ana, claire]
    type(ana).objects.get(pk=ana.pk).delete()
    monkeypatch.setattr(notices, "untold", lambda revision: people)
    assert [message.to for message in mailoutbox] == [[claire.email]]


# --- Targets to decide --------------------------------------------------------------------------


@pytest.fixture
def target(counsellor, revised):
    return TargetProfile.objects.get(revision=revised)


def test_an_admin_finds_what_is_to_be_decided(signed_in, elodie, target):
    client = signed_in(elodie)
    assert "3 required levels of target profiles wait for a decision." in words(
        client.get(reverse("frameworks:manage"))
    )
    shown = words(client.get(reverse("assessments:target_reviews")))
    assert "Required level of A2" in shown
    assert "Suggested: 3 On my own, the highest level that was required before." in shown
    assert "E3 Learning from evaluations" in shown


def test_whoever_publishes_is_led_to_what_it_leaves_to_decide(signed_in, elodie, counsellor, author):
    content = author.succeed("identify-needs", "foresee-needs", "Foreseeing needs").content("2026.1")
    draft = import_draft(content, "kip.yaml", elodie)
    fields = {"has_read": "on", "sha256": draft.file.sha256, "current": draft.replaces_id}
    page = signed_in(elodie).post(reverse("frameworks:publish", args=[draft.pk]), fields, follow=True)
    assert page.redirect_chain == [(reverse("frameworks:manage"), 302)]
    shown = words(page)
    assert "Revision 2026.1 of Repository of skills is published." in shown
    assert "1 required level of target profiles waits for a decision. Decide the levels" in shown


def review_of(target, key):
    return TargetReview.objects.get(target=target, statement__key=key)


def test_a_level_is_required_or_nothing_is(signed_in, elodie, target):
    client = signed_in(elodie)
    decide = [reverse("assessments:decide_target", args=[review_of(target, key).pk]) for key in ("evaluate", "learn")]
    client.post(decide[0], {"level": "2"})
    client.post(decide[1], {"level": "4", "nothing": "1"})
    required = dict(RequiredLevel.objects.filter(target=target).values_list("statement__key", "level__value"))
    assert required["evaluate"] == 2
    assert "learn" not in required
    assert review_of(target, "learn").decided_by == elodie
    assert "Required level of E1" not in words(client.get(reverse("assessments:target_reviews")))
    # A window that is late changes nothing.
    assert "decided in another window" in words(client.post(decide[0], {"level": "4"}, follow=True))
    assert RequiredLevel.objects.get(target=target, statement__key="evaluate").level.value == 2


@pytest.mark.parametrize("level", ["", "x", "9", "9" * 30])
def test_no_level_is_told(level, signed_in, elodie, target):
    review = review_of(target, "learn")
    page = signed_in(elodie).post(reverse("assessments:decide_target", args=[review.pk]), {"level": level}, follow=True)
    assert page.status_code == 422
    assert "Nothing has changed yet. Please look at: Required level of E3: Choose one of the levels" in words(page)
    assert review_of(target, "learn").decided_at is None


@pytest.mark.parametrize("targets", [1, 3])
def test_the_page_of_decisions_costs_the_same_however_many(
    targets, signed_in, elodie, target, django_assert_num_queries
):
    for number in range(1, targets):
        another = TargetProfile.objects.create(revision=target.revision, key=f"t-{number}", title=f"Target {number}")
        for statement in Statement.objects.filter(revision=target.revision)[:number]:
            TargetReview.objects.create(target=another, statement=statement)
    client = signed_in(elodie)
    with django_assert_num_queries(6):
        # session, person, roles for the navigation; reviews, levels, what the statements continue
        client.get(reverse("assessments:target_reviews"))


def test_the_last_time_is_shown_across_revisions(signed_in, ana, anas, revised):
    draft = actions.begin(ana, Form.objects.get(revision=revised, key="essential"))
    shown = words(signed_in(ana).get(reverse("assessments:rate", args=[draft.pk, "A"])))
    assert "Last time: 3, November 2026" in shown
    assert "Last time, when this meant something else: 2, November 2026" in shown

"""Rating in a real browser: by keyboard, saving itself, in two windows, without a connection, without the script."""

import re

import pytest
from django.contrib.sessions.models import Session
from django.urls import reverse
from playwright.sync_api import expect

from assessments.models import Form
from assessments.questionnaire.answers import Answer
from assessments.rating import actions
from tests.assessed import LEVELS_OF_ANA, module_serving, roles_shown, submitted

pytestmark = pytest.mark.django_db(transaction=True)

SAVED = re.compile(r"^Saved \d\d:\d\d$")
WAITING = "Waiting for a connection; kept on this device"


def sheet(draft, code="A"):
    return reverse("assessments:rate", args=[draft.pk, code])


def question(page, draft, code):
    return page.locator(f"#q{draft[code].pk}")


def choose(page, draft, code, choice):
    question(page, draft, code).locator(f'input[type=radio][value="{choice}"]').check(force=True)


def status(page, draft, code):
    return question(page, draft, code).locator("[data-status]")


def kept_on_device(page):
    return page.evaluate("Object.keys(localStorage).filter((name) => name.startsWith('kip:unsent:')).length")


def chosen(page, draft, code):
    return question(page, draft, code).locator("input[type=radio]:checked").evaluate_all("all => all.map(i => i.value)")


def write_link(place, address):
    """Fill in the link of a question, without adding it yet."""
    if not place.locator("textarea").is_visible():
        place.locator("summary").get_by_text("comment").click()
    place.get_by_text("Add a link or a file").click()
    place.get_by_label("Link").fill(address)


def test_every_choice_saves_itself_and_a_reload_shows_it(page, sign_in, ana, draft):
    sign_in(page, ana)
    page.goto(sheet(draft))
    choose(page, draft, "A1", "3")
    expect(status(page, draft, "A1")).to_have_text(SAVED)
    choose(page, draft, "A2", "na")
    expect(status(page, draft, "A2")).to_have_text(SAVED)
    expect(page.locator(".save-bar")).to_contain_text("2 of 5 rated")
    assert draft.answer("A1") == (3, False, "", 1)
    assert draft.answer("A2") == (None, True, "", 1)
    assert kept_on_device(page) == 0
    page.reload()
    assert chosen(page, draft, "A1") == ["3"]
    assert chosen(page, draft, "A2") == ["na"]


def test_a_screen_reader_says_the_code_and_the_statement_as_words_of_their_own(page, sign_in, ana, draft):
    sign_in(page, ana)
    page.goto(sheet(draft))
    group = page.get_by_role("group", name="A2 Identifying current and future needs of the partners", exact=True)
    expect(group.get_by_role("radio", name="3 On my own")).to_have_count(1)
    expect(group.get_by_role("button", name="Take back the rating of A2", include_hidden=True)).to_have_count(1)


def test_the_keyboard_alone_is_enough(page, sign_in, ana, draft):
    sign_in(page, ana)
    page.goto(sheet(draft))
    for _press in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.type") == "radio":
            break
    page.keyboard.press("Space")
    for _step in range(3):
        page.keyboard.press("ArrowRight")
    expect(status(page, draft, "A1")).to_have_text(SAVED)
    # Levels that the arrows only passed over are not saved, each with a version of its own.
    assert draft.answer("A1")[0] == 3
    assert draft.answer("A1")[3] <= 2
    for _press in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.name") == "take_back":
            break
    page.keyboard.press("Enter")
    expect(page.locator(".save-bar")).to_contain_text("0 of 5 rated")
    expect(status(page, draft, "A1")).to_have_text(SAVED)
    assert draft.answer("A1")[0] is None
    assert page.evaluate("document.activeElement.type") == "radio"


def test_a_comment_saves_itself_after_a_pause(page, sign_in, ana, draft):
    sign_in(page, ana)
    page.goto(sheet(draft))
    place = question(page, draft, "A3")
    place.get_by_text("Add a comment").click()
    place.get_by_label("Comment on A3").type("Two employers have signed up.")
    expect(status(page, draft, "A3")).to_have_text(SAVED)
    assert draft.answer("A3") == (None, False, "Two employers have signed up.", 1)


def test_the_button_waits_for_the_last_answer_and_goes_on(page, sign_in, ana, draft):
    sign_in(page, ana)
    page.goto(sheet(draft))
    choose(page, draft, "A5", "4")
    page.get_by_role("button", name="Save and go to B").click()
    page.wait_for_url(f"**{sheet(draft, 'B')}")
    assert draft.answer("A5") == (4, False, "", 1)


def test_a_stale_second_window_shows_both_answers_and_overwrites_nothing(page, sign_in, ana, draft):
    sign_in(page, ana)
    second = page.context.new_page()
    page.goto(sheet(draft))
    second.goto(sheet(draft))
    choose(page, draft, "A1", "2")
    expect(status(page, draft, "A1")).to_have_text(SAVED)

    choose(second, draft, "A1", "3")
    notice = question(second, draft, "A1").get_by_role("alert")
    expect(notice).to_contain_text("You changed A1 in another window")
    expect(notice).to_contain_text("There it says: 2 With support. Here it says: 3 On my own.")
    assert draft.answer("A1") == (2, False, "", 1)

    second.get_by_role("button", name="Keep mine: 3 On my own").click()
    expect(status(second, draft, "A1")).to_have_text(SAVED)
    expect(notice).to_have_count(0)
    assert draft.answer("A1") == (3, False, "", 2)

    # Now the first window is the stale one, and gives way.
    choose(page, draft, "A1", "0")
    page.get_by_role("button", name="Take the other: 3 On my own").click()
    assert chosen(page, draft, "A1") == ["3"]
    assert draft.answer("A1") == (3, False, "", 2)
    assert kept_on_device(page) == 0
    choose(page, draft, "A1", "1")
    expect(status(page, draft, "A1")).to_have_text(SAVED)
    assert draft.answer("A1") == (1, False, "", 3)


def test_without_a_connection_answers_wait_on_the_device_and_are_sent_later(page, sign_in, ana, draft):
    sign_in(page, ana)
    page.goto(sheet(draft))
    page.context.set_offline(True)
    choose(page, draft, "A1", "3")
    choose(page, draft, "A2", "1")
    expect(status(page, draft, "A1")).to_have_text(WAITING)
    expect(status(page, draft, "A2")).to_have_text(WAITING)
    expect(page.locator(".save-bar")).to_contain_text(WAITING)
    page.get_by_role("button", name="Save and go to B").click()
    expect(page).to_have_url(re.compile(re.escape(sheet(draft)) + "$"))
    assert kept_on_device(page) == 2
    page.context.set_offline(False)
    expect(status(page, draft, "A1")).to_have_text(SAVED)
    expect(status(page, draft, "A2")).to_have_text(SAVED)
    assert draft.answer("A1") == (3, False, "", 1)
    assert draft.answer("A2") == (1, False, "", 1)
    assert kept_on_device(page) == 0


def wait_on_the_device(page, draft, code="A1", choice="3"):
    """Answer without a connection in a window that is then closed."""
    window = page.context.new_page()
    window.goto(sheet(draft))
    page.context.set_offline(True)
    choose(window, draft, code, choice)
    expect(status(window, draft, code)).to_have_text(WAITING)
    window.close()
    page.context.set_offline(False)


def test_an_answer_of_a_closed_page_is_sent_at_the_next_visit(page, sign_in, ana, draft):
    sign_in(page, ana)
    wait_on_the_device(page, draft)
    assert draft.answer("A1") is None
    page.goto(sheet(draft))
    expect(status(page, draft, "A1")).to_have_text(SAVED)
    assert chosen(page, draft, "A1") == ["3"]
    assert draft.answer("A1") == (3, False, "", 1)


def test_the_review_sends_what_waits_before_it_shows_the_answers(page, sign_in, ana, draft):
    sign_in(page, ana)
    wait_on_the_device(page, draft)
    page.goto(reverse("assessments:review", args=[draft.pk]))
    expect(page.locator(".answers").first).to_contain_text("3 On my own")
    assert kept_on_device(page) == 0


def test_a_waiting_answer_that_another_device_overtook_is_a_conflict(page, sign_in, ana, draft):
    sign_in(page, ana)
    wait_on_the_device(page, draft)
    actions.save_rating(draft.assessment, draft["A1"], Answer(level=1), 0)
    page.goto(sheet(draft, "B"))
    expect(page.locator("#unsent")).to_contain_text("Answers that are not sent yet are kept on this device: A1")
    page.locator("#unsent").get_by_role("link", name="A1").click()
    expect(question(page, draft, "A1").get_by_role("alert")).to_contain_text("There it says: 1 First steps.")
    assert draft.answer("A1") == (1, False, "", 1)


def test_an_expired_session_keeps_the_answer_and_leads_to_signing_in(page, sign_in, ana, draft):
    sign_in(page, ana)
    page.goto(sheet(draft))
    Session.objects.all().delete()
    choose(page, draft, "A1", "3")
    expect(status(page, draft, "A1")).to_contain_text("You are signed out; kept on this device.")
    link = status(page, draft, "A1").get_by_role("link", name="Sign in again")
    assert link.get_attribute("href").endswith(f"?next={sheet(draft).replace('/', '%2F')}")
    sign_in(page, ana)
    page.goto(sheet(draft))
    expect(status(page, draft, "A1")).to_have_text(SAVED)
    assert draft.answer("A1") == (3, False, "", 1)


def test_signing_out_leaves_nothing_on_the_device(page, sign_in, ana, draft):
    sign_in(page, ana)
    wait_on_the_device(page, draft)
    page.goto(reverse("account_logout"))
    assert kept_on_device(page) == 1
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_load_state()
    assert kept_on_device(page) == 0


def test_what_waits_of_one_person_is_not_sent_for_another(page, sign_in, ana, luka, essential, draft):
    sign_in(page, ana)
    wait_on_the_device(page, draft)
    other = actions.begin(luka, essential)
    sign_in(page, luka)
    page.goto(reverse("assessments:rate", args=[other.pk, "A"]))
    expect(page.locator(".save-bar")).to_contain_text("0 of 5 rated")
    assert kept_on_device(page) == 1
    assert not other.ratings.exists()
    assert draft.answer("A1") is None


def test_a_server_in_trouble_is_tried_again(page, sign_in, ana, draft):
    sign_in(page, ana)
    page.goto(sheet(draft))
    page.route("**/ratings/**", lambda route: route.fulfill(status=429, body="Too many"), times=1)
    choose(page, draft, "A1", "3")
    expect(status(page, draft, "A1")).to_have_text(WAITING)
    expect(status(page, draft, "A1")).to_have_text(SAVED)
    assert draft.answer("A1") == (3, False, "", 1)


def test_a_submitted_assessment_is_told_in_place(page, sign_in, ana, draft):
    actions.save_rating(draft.assessment, draft["A2"], Answer(level=1), 0)
    sign_in(page, ana)
    page.goto(sheet(draft))
    actions.submit(draft.assessment, {})
    choose(page, draft, "A1", "3")
    expect(status(page, draft, "A1")).to_contain_text("submitted or moved over, and stays as it is")
    assert kept_on_device(page) == 0
    assert draft.answer("A1") is None


def test_without_the_script_the_buttons_do_it_all(open_page, sign_in, ana, draft):
    page = open_page(java_script_enabled=False)
    sign_in(page, ana)
    page.goto(sheet(draft))
    choose(page, draft, "A1", "3")
    choose(page, draft, "A2", "na")
    page.get_by_role("button", name="Save and go to B").click()
    assert page.url.endswith(sheet(draft, "B"))
    page.goto(sheet(draft))
    assert draft.answer("A1") == (3, False, "", 1)
    expect(status(page, draft, "A1")).to_have_text(SAVED)
    page.get_by_role("button", name="Take back the rating of A1").click()
    assert draft.answer("A1") == (None, False, "", 2)

    actions.save_rating(draft.assessment, draft["A2"], Answer(level=1), 1)
    choose(page, draft, "A2", "4")
    page.get_by_role("button", name="Save and go to B").click()
    notice = question(page, draft, "A2").get_by_role("alert")
    expect(notice).to_contain_text("There it says: 1 First steps. Here it says: 4 Guiding others.")
    page.get_by_role("button", name="Keep mine: 4 Guiding others").click()
    assert draft.answer("A2") == (4, False, "", 3)


def test_enter_in_a_text_field_takes_nothing_back(open_page, sign_in, ana, draft):
    actions.save_rating(draft.assessment, draft["A1"], Answer(level=2), 0)
    for javascript in (False, True):
        page = open_page(java_script_enabled=javascript)
        sign_in(page, ana)
        page.goto(sheet(draft))
        write_link(question(page, draft, "A1"), f"https://kvarner.example/{javascript}")
        question(page, draft, "A1").get_by_label("Link").press("Enter")
        expect(page.get_by_role("link", name=f"https://kvarner.example/{javascript}")).to_be_visible()
        assert draft.answer("A1")[0] == 2


def test_a_link_in_its_field_is_not_lost_by_going_on(open_page, sign_in, ana, full):
    assessment = actions.begin(ana, full)
    for number, javascript in enumerate((False, True)):
        page = open_page(java_script_enabled=javascript)
        sign_in(page, ana)
        page.goto(reverse("assessments:rate", args=[assessment.pk, "A"]))
        write_link(page.locator(".question").first, f"https://kvarner.example/{number}")
        page.get_by_role("button", name="Save and go to B").click()
        page.wait_for_url("**/rate/B/")
        assert assessment.ratings.get().evidence.count() == number + 1


def test_a_link_is_added_and_removed(page, sign_in, ana, draft):
    sign_in(page, ana)
    page.goto(sheet(draft))
    place = question(page, draft, "A1")
    write_link(place, "https://kvarner.example/agreement")
    place.get_by_role("button", name="Add it to A1").click()
    expect(place.get_by_role("link", name="https://kvarner.example/agreement")).to_be_visible()
    place.get_by_role("button", name="Remove https://kvarner.example/agreement").click()
    expect(place.get_by_role("link", name="https://kvarner.example/agreement")).to_have_count(0)


def test_from_the_first_answer_to_submitting(page, sign_in, luka, marco, kip, counsellor):
    sign_in(page, luka)
    page.goto(reverse("assessments:index"))
    page.get_by_role("button", name="Begin Essential, Repository of skills").click()
    page.get_by_role("link", name="Begin with A").click()
    page.wait_for_url("**/rate/A/")  # as far as it is there, all() would give its questions
    for _competence in range(7):
        for group in page.locator(".question").all():
            group.locator('input[type=radio][value="2"]').check(force=True)
        following = page.locator("#sheet").get_attribute("data-next")
        page.locator("[data-leave]").click()
        page.wait_for_url(f"**{following}")
    expect(page.get_by_role("heading", level=1)).to_have_text("Check your answers")
    expect(page.locator(".facts").first).to_contain_text("24 of 24")
    page.get_by_label("My trainers", exact=True).check()
    page.get_by_role("button", name="Submit assessment").click()
    expect(page.locator(".messages")).to_contain_text("Your assessment is submitted.")
    assessment = luka.assessments.get()
    assert assessment.is_submitted
    assert roles_shown(assessment) == {"trainer"}
    assert assessment.ratings.filter(level__value=2).count() == 24


@pytest.mark.parametrize("name", ["index", "contents", "rate", "review", "sharing", "submitted"])
def test_pages_are_for_everyone(page, sign_in, axe, ana, luka, marco, kip, essential, full, draft, counsellor, name):
    module_serving(kip, "common-goals", "Reaching common goals with partners", 60, ["A4", "A2"])
    old = submitted(ana, essential, LEVELS_OF_ANA)
    actions.save_rating(draft.assessment, draft["A1"], Answer(level=2, comment="Two have signed up."), 0)
    actions.save_rating(draft.assessment, draft["A2"], Answer(does_not_apply=True), 0)
    actions.add_link(draft.assessment, draft["A1"], "https://kvarner.example/agreement")
    sign_in(page, ana)
    page.goto(
        {
            "index": reverse("assessments:index"),
            "contents": reverse("assessments:contents", args=[draft.pk]),
            "rate": sheet(draft),
            "review": reverse("assessments:review", args=[draft.pk]),
            "sharing": reverse("assessments:sharing", args=[old.pk]),
            "submitted": reverse("assessments:rate", args=[old.pk, "A"]),
        }[name]
    )
    for summary in page.locator("main summary:visible").all():
        summary.click()
    axe(page)


def test_full_forms_and_other_scales_are_for_everyone(page, sign_in, axe, ana, full, leader):
    sign_in(page, ana)
    for assessment, code in (
        (actions.begin(ana, full), "C"),
        (actions.begin(ana, Form.objects.get(revision=leader)), "1"),
    ):
        page.goto(reverse("assessments:rate", args=[assessment.pk, code]))
        axe(page)


def test_a_conflict_is_for_everyone(page, sign_in, axe, ana, draft):
    sign_in(page, ana)
    page.goto(sheet(draft))
    actions.save_rating(draft.assessment, draft["A1"], Answer(level=1, comment="there"), 0)
    choose(page, draft, "A1", "3")
    expect(question(page, draft, "A1").get_by_role("alert")).to_be_visible()
    axe(page)

"""A form that was not accepted, in a real browser: the focus goes to what is wrong, and from there to the fields."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from assessments.rating import actions

pytestmark = pytest.mark.django_db(transaction=True)


def assert_summary_has_focus(page, fault):
    summary = page.locator(".error-summary")
    expect(summary).to_contain_text(fault)
    expect(summary).to_be_focused()
    assert page.title().startswith("Error: ")
    return summary


@pytest.mark.parametrize("has_script", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_the_summary_has_the_focus_time_and_again(open_page, sign_in, ana, has_script):
    page = open_page(java_script_enabled=has_script)
    sign_in(page, ana)
    page.goto(reverse("account"))
    # By its links, the address of the page gets fragments, which must not take the focus away.
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.get_by_label("Your name").fill("")
    page.get_by_role("button", name="Save name").click()
    for _time in range(2):
        assert_summary_has_focus(page, "Your name: Enter your name.")
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        expect(page.get_by_label("Your name")).to_be_focused()
        page.keyboard.press("Enter")
        page.wait_for_url(lambda url: "#" not in url)
    assert_summary_has_focus(page, "Your name: Enter your name.")


@pytest.fixture
def draft(ana, essential):
    return actions.begin(ana, essential)


def account(page, draft, submitted):
    page.goto(reverse("account"))
    page.get_by_label("Your name").fill("")
    page.get_by_role("button", name="Save name").click()


def review(page, draft, submitted):
    page.goto(reverse("assessments:review", args=[draft.pk]))
    page.get_by_role("button", name="Submit assessment").click()


def rating(page, draft, submitted):
    page.goto(reverse("assessments:rate", args=[draft.pk, "A"]))
    question = page.locator(f"#q{draft.form.statements().get(code='A2').pk}")
    question.get_by_text("Add a comment").click()
    question.get_by_text("Add a link or a file").click()
    question.get_by_label("Link").fill("nowhere at all")
    question.get_by_role("button", name="Add it to A2").click()


def target(page, draft, submitted):
    page.goto(reverse("assessments:target", args=[submitted.pk]))
    page.locator("input[name=target]").first.evaluate("node => node.value = 'nowhere'")
    page.locator("input[name=target]").first.check()
    page.get_by_role("button", name="Use this target").click()


FORMS = {
    account: ("Enter your name.", "Your name"),
    review: ("Choose who may see this profile", "Nobody but me"),
    rating: ("A2: Enter a whole web address", "Link"),
    target: ("This target is not offered", None),
}


@pytest.mark.parametrize("send", FORMS, ids=lambda send: send.__name__)
def test_what_is_wrong_is_for_everyone(page, sign_in, axe, ana, draft, anas_shared, send):
    fault, field = FORMS[send]
    sign_in(page, ana)
    send(page, draft, anas_shared)
    summary = assert_summary_has_focus(page, fault)
    axe(page)
    summary.get_by_role("link").click()
    if field:
        assert page.locator(":focus").evaluate("node => node.labels[0].textContent.trim()") == field


def test_what_is_wrong_with_a_file_is_for_everyone(page, sign_in, axe, elodie):
    sign_in(page, elodie)
    page.goto(reverse("frameworks:manage"))
    page.get_by_role("button", name="Check the file").click()
    assert_summary_has_focus(page, "Framework file: Choose a file first.")
    axe(page)
    page.get_by_label("Framework file").set_input_files(
        {"name": "kip.yaml", "mimeType": "text/yaml", "buffer": b"format: kip\n"}
    )
    page.get_by_role("button", name="Check the file").click()
    summary = assert_summary_has_focus(page, "kip.yaml has")
    axe(page)
    summary.get_by_role("link").click()
    expect(page.locator("#faults")).to_be_focused()

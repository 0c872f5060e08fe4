"""The main job, end to end, in a real browser, by the demo accounts: from the framework's file to the PDF.

An admin publishes the Repository of skills from its file → a practitioner assesses herself → she sees her gaps and the
modules that close them → her trainer assigns one → her manager exports her profile as PDF.
"""

import subprocess

import pytest
from django.core.management import call_command

from assessments import demo
from assessments.models import Assessment, Rating
from frameworks.models import Revision, Statement
from training.models import Assignment

FIXTURES = demo.FILE.parent


@pytest.fixture
def demo_people(transactional_db):
    """The accounts of the demonstration; nothing else is there yet."""
    demo.load(demo.FILE.read_bytes())


@pytest.fixture
def at_work(open_page):
    """Sign in through the sign-in page, as everybody does: `at_work("trainer@demo.example")` is a window of theirs."""

    def at_work(email):
        page = open_page()
        page.goto("/")
        page.get_by_label("E-mail").fill(email)
        page.get_by_label("Password").fill(demo.PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        page.wait_for_url("**/")
        return page

    return at_work


def rate_all(page, levels):
    """Rate the statements of the open page with these level values, in their order; None is "does not apply"."""
    questions = page.locator("fieldset.question").all()
    for question, level in zip(questions, levels, strict=True):
        if level is None:
            question.get_by_label("Does not apply").check()
        else:
            question.locator(f"input[type=radio][value='{level}']").check()
    for question in questions:
        question.get_by_text("Saved").wait_for()


ANSWERS = {
    "A": [3, 2, 3, 1, 1], "B": [1, None, 1, 2], "C": [4, 3, 2, 3, 2, 2], "D": [2, 3], "E": [1, 2], "F": [3, 2],
    "G": [3, 3, 1],
}  # fmt: skip


def test_from_the_file_of_a_framework_to_the_pdf_of_a_profile(demo_people, at_work, axe, mailoutbox):
    publish_the_framework(at_work("admin@demo.example"), axe)
    call_command("load_targets", FIXTURES / "target_profiles.yaml", verbosity=0)
    call_command("load_modules", *sorted((FIXTURES / "modules").glob("[a-g].yaml")), verbosity=0)

    ana = at_work("practitioner@demo.example")
    assess_herself(ana)
    see_the_gaps(ana, axe)

    marco = at_work("trainer@demo.example")
    module = assign_a_module(marco, mailoutbox)
    take_the_module(ana, module)
    confirm_the_module(marco, module)

    pdf = export_the_profile(at_work("manager@demo.example"))
    words = subprocess.run(["pdftotext", pdf, "-"], capture_output=True, check=True, text=True).stdout
    text = " ".join(words.split())
    assert "Ana Šarić" in text
    assert "Repository of skills, revision 2021.11" in text
    assert "Discussing and negotiating common goals with the partners" in text


def publish_the_framework(page, axe):
    page.get_by_role("link", name="Import a framework").click()
    page.get_by_label("File").set_input_files(FIXTURES / "repository_of_skills.yaml")
    page.get_by_role("button", name="Check the file").click()
    page.get_by_role("heading", name="What Repository of skills 2021.11 brings").wait_for()
    axe(page)
    assert not Statement.objects.exists(), "nothing may be in force before the admin confirmed"
    page.get_by_label("I have read").check()
    page.get_by_role("button", name="Publish 2021.11").click()
    page.get_by_text("is published").first.wait_for()
    revision = Revision.objects.get()
    assert revision.status == Revision.Status.PUBLISHED
    assert revision.statements.count() == 24 + 26 + 37 + 25


def assess_herself(page):
    page.get_by_role("link", name="Begin your assessment").click()
    page.get_by_label("Compare me with").first.select_option(label="Guidance counsellor with partnership tasks")
    page.get_by_role("button", name="Begin Essential").click()
    page.get_by_role("link", name="Begin with A").click()
    for code, levels in ANSWERS.items():
        page.wait_for_url(f"**/{code}/")
        rate_all(page, levels)
        page.locator(".save-bar").get_by_role("button").click()
        page.wait_for_load_state()
    page.get_by_role("heading", name="Check your answers").wait_for()
    assert Rating.objects.filter(assessment__person__email="practitioner@demo.example").count() == 24
    page.get_by_label("My trainers and my managers").check()
    page.get_by_role("button", name="Submit assessment").click()
    page.get_by_role("heading", name="Your profile").wait_for()


def see_the_gaps(page, axe):
    axe(page)
    first = page.locator("li.gap").first
    assert "2 levels to go" in first.inner_text()
    assert "Discussing and negotiating common goals with the partners" in first.inner_text()
    assert "closes A4 by 2" in first.inner_text()


def assign_a_module(page, mailoutbox):
    """Marco assigns the module that closes Ana's first gap; returns its title."""
    page.get_by_role("link", name="See their profiles").click()
    page.get_by_role("link", name="Ana Šarić").first.click()
    offer = page.locator("li.gap").first
    title = offer.get_by_role("link").first.inner_text()
    offer.get_by_role("link", name="Assign").click()
    page.get_by_label("Message").fill("Let us talk about it on Friday.")
    page.get_by_role("button", name="Assign the module").click()
    page.get_by_text(title).first.wait_for()
    assert [message.to for message in mailoutbox if title in message.body] == [["practitioner@demo.example"]]
    return title


def take_the_module(page, title):
    page.goto("/")
    page.get_by_role("link", name=title).click()
    page.get_by_text("Let us talk about it on Friday.").wait_for()
    page.get_by_role("button", name="Start").click()
    page.get_by_role("button", name="Done").first.wait_for()
    while page.get_by_role("button", name="Done").count():
        page.get_by_role("button", name="Done").first.click()
        page.wait_for_load_state()
    page.get_by_role("button", name="Mark the module complete").click()
    page.get_by_role("link", name="Rate yourself again").first.wait_for()


def confirm_the_module(page, title):
    page.get_by_role("link", name="Assignments").click()
    page.get_by_role("button", name=f"Confirm {title}").click()
    page.get_by_text("confirmed").first.wait_for()
    assert Assignment.objects.get().state == Assignment.State.CONFIRMED


def export_the_profile(page):
    page.get_by_role("link", name="See the profiles").click()
    page.get_by_role("link", name="Ana Šarić").first.click()
    with page.expect_download() as download:
        page.get_by_role("link", name="Download as PDF").click()
    assert Assessment.objects.submitted().count() == 1
    return download.value.path()

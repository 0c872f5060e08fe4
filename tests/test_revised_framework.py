"""A framework changes and nobody loses work: the demonstration draft, end to end, in a real browser.

Ana assessed herself on the published Repository of skills, in both forms; her profiles are shared, and her manager
keeps them as PDFs. Luka and Claire are in the middle of theirs. Élodie publishes the draft that comes with the platform
→ Ana is told what it means for her and updates in minutes → her old profiles stay as they were, to the byte → Luka
moves his draft over, Claire finishes hers where she began → Élodie decides what only a person can decide.
"""

import re
import subprocess
from datetime import timedelta

import pytest
import yaml
from django.core.management import call_command
from django.urls import reverse
from playwright.sync_api import expect

from assessments.models import Assessment, Evidence, Form, Rating, TargetReview
from assessments.rating import actions
from frameworks.models import Revision
from tests.assessed import LEVELS_OF_ANA, SUBMITTED, rate, submitted
from tests.published import FIXTURES
from tests.revised import CLUSTERS
from training.models import LinkReview

DRAFT = FIXTURES / "repository_of_skills_draft.yaml"
# Levels of Ana's for all that the Full form asks; none of them "does not apply", so that the numbers below are plain.
ANAS_LEVELS = (3, 2, 4, 1, 2)


@pytest.fixture
def before(kip, counsellor, ana, luka, claire, ivana, hugo):
    """What people had when the framework changed: "full" and "essential" of Ana, the drafts of "luka" and "claire"."""
    call_command("load_modules", *sorted((FIXTURES / "modules").glob("[a-g].yaml")), verbosity=0)
    forms = {form.key: form for form in Form.objects.filter(revision=kip)}
    codes = list(forms["full"].statements().order_by("position").values_list("code", flat=True))
    levels = {code: ANAS_LEVELS[place % len(ANAS_LEVELS)] for place, code in enumerate(codes)}
    shared = {"target": counsellor, "trainers": True, "managers": True}
    essential = submitted(
        ana, forms["essential"], LEVELS_OF_ANA | {"B2": 2, "B4": 1}, on=SUBMITTED - timedelta(days=200), **shared
    )
    full = submitted(ana, forms["full"], levels, on=SUBMITTED - timedelta(days=20), **shared)
    funds = full.ratings.get(statement__key="find-funds")
    Rating.objects.filter(pk=funds.pk).update(comment="Two sponsors found in 2025.")
    Evidence.objects.create(rating=funds, url="https://kvarner.example/sponsors", name="Our sponsors")
    drafts = {}
    for name, person in (("luka", luka), ("claire", claire)):
        drafts[name] = actions.begin(person, forms["essential"])
        rate(drafts[name], {"A1": 3, "A2": 2, "B1": 1, "B2": 2, "C5": 4})
    return {"full": full, "essential": essential, **drafts}


@pytest.fixture
def at_work(open_page, sign_in):
    """A window of that person's: `at_work(ana)`."""

    def at_work(person):
        page = open_page()
        sign_in(page, person)
        page.goto("/")
        return page

    return at_work


def ratings_of(*assessments):
    """Every rating of some assessments, column by column, as the database holds it."""
    return list(Rating.objects.filter(assessment__in=assessments).order_by("pk").values_list())


def what_the_files_change():
    """{form key: (carried, to confirm, new)} of one who answered everything, counted in the files and nowhere else."""
    old, new = (yaml.safe_load(path.read_bytes()) for path in (FIXTURES / "repository_of_skills.yaml", DRAFT))
    known = {entry["id"] for entry in statements_in(old, CLUSTERS)}
    numbers = {}
    for form, clusters in (("essential", CLUSTERS[:1]), ("full", CLUSTERS)):
        asked = [entry for entry in statements_in(new, clusters) if "same_as" not in entry]
        confirm = [entry for entry in asked if "replaces" in entry or entry.get("narrowed")]
        added = [entry for entry in asked if entry["id"] not in known and "replaces" not in entry]
        numbers[form] = (len(asked) - len(confirm) - len(added), len(confirm), len(added))
    return numbers


def statements_in(document, clusters):
    return [
        entry for competence in document["competences"] for cluster in clusters for entry in competence.get(cluster, ())
    ]


@pytest.mark.django_db(transaction=True)
def test_a_revision_is_published_and_nobody_loses_work(before, at_work, axe, ana, luka, claire, ivana, elodie):
    numbers = what_the_files_change()
    rated = ratings_of(*before.values())
    manager = at_work(ivana)
    papers = {form: download_pdf(manager, before[form]) for form in ("full", "essential")}
    assert "Repository of skills, revision 2021.11" in text_of(papers["full"])

    admin = at_work(elodie)
    upload_and_read(admin, axe, numbers)
    publish(admin, axe)
    revision = Revision.objects.current().get()
    assert ratings_of(*before.values()) == rated

    window = at_work(ana)
    read_what_it_means(window, axe, numbers["full"])
    update = go_through_the_update(window, axe, before["full"], numbers["full"])
    see_the_new_profile(window, update)
    see_the_history(window, axe)

    # Nothing of what was there before has changed, and what comes of it is the same.
    assert ratings_of(*before.values()) == rated
    for form, paper in papers.items():
        assert download_pdf(manager, before[form]) == paper
        check_the_code(manager, paper, "2021.11")
    manager.goto(reverse("assessments:people"))
    manager.get_by_role("link", name="Ana Šarić").first.click()
    expect(manager.get_by_text("Repository of skills, revision 2026.1-draft.")).to_be_visible()
    paper = download_pdf(manager, update)
    assert "Repository of skills, revision 2026.1-draft" in text_of(paper)
    check_the_code(manager, paper, "2026.1-draft")

    move_the_draft_over(at_work(luka), before["luka"], revision)
    finish_where_it_began(at_work(claire), before["claire"])

    decide_the_links(admin, axe)
    decide_the_targets(admin)
    # After all of it: every rating of the old revision as it was, and the one that Claire added there.
    now = ratings_of(*before.values())
    assert [row for row in now if row in rated] == rated
    assert len(now) == len(rated) + 1


# --- Ana's manager ------------------------------------------------------------------------------


def download_pdf(page, assessment):
    """The bytes of a profile, from its own page."""
    page.goto(reverse("assessments:profile", args=[assessment.pk]))
    with page.expect_download() as download:
        page.get_by_role("link", name="Download as PDF").click()
    return download.value.path().read_bytes()


def text_of(pdf):
    words = subprocess.run(["pdftotext", "-", "-"], input=pdf, capture_output=True, check=True).stdout.decode()
    return " ".join(words.split())


def check_the_code(page, pdf, version):
    (code,) = set(re.findall(r"\b[A-Z2-9]{4}-[A-Z2-9]{4}-[A-Z2-9]{4}\b", text_of(pdf)))
    page.goto(reverse("verify"))
    page.get_by_label("Code").fill(code)
    page.get_by_role("button", name="Check the code").click()
    expect(page.get_by_text("This code belongs to a profile that was issued here")).to_be_visible()
    expect(page.get_by_text(f"Repository of skills, revision {version}", exact=True)).to_be_visible()


# --- The admin ----------------------------------------------------------------------------------


def upload_and_read(page, axe, numbers):
    page.get_by_role("navigation", name="Main").get_by_role("link", name="Revisions").click()
    page.get_by_label("Framework file").set_input_files(DRAFT)
    page.get_by_role("button", name="Check the file").click()
    expect(page.get_by_role("heading", name="What revision 2026.1-draft changes")).to_be_visible()
    expect(page.get_by_text("Élodie Lambert uploaded repository_of_skills_draft.yaml on")).to_be_visible()
    counts = page.get_by_role("list", name="Number of changes").get_by_role("listitem").all_inner_texts()
    assert [" ".join(count.split()) for count in counts] == [
        "96 unchanged", "1 moved", "5 recoded", "29 translated", "5 reworded", "1 successor", "4 split", "2 merged",
        "1 widened", "2 narrowed", "1 retired", "18 added",
    ]  # fmt: skip
    # Words that differ are marked, and old codes stand beside new ones.
    reworded = page.locator(".change", has_text="A-K6, knowledge")
    expect(reworded.locator("del")).to_have_text("legislative")
    expect(reworded.locator("ins")).to_have_text("legislation")
    expect(page.get_by_text("B4, sub-competence, becomes B4 and B5")).to_be_visible()
    expect(page.get_by_text("A5, sub-competence, now A6")).to_be_visible()
    split = page.locator(".change", has_text="becomes B4 and B5")
    expect(split).to_contain_text("Ratings: suggested on each part. 1 person confirms or changes it.")
    # The consequences in numbers: of Ana's two assessments, because drafts are their people's own affair.
    consequences = page.get_by_role("complementary", name="Consequences")
    carried, to_confirm, _new = map(sum, zip(*numbers.values(), strict=True))
    for words in (
        f"Ratings carried\n{carried}",
        f"To be confirmed\n{to_confirm} (1 person)",
        "Archived\n1 (1 person)",
        "2 assessments are open; their people finish them on the old revision or move them over.",
        "Essential, form. It grows from 24 to 30 statements; 9 are new or to be confirmed.",
        "Full, form. It grows from 102 to 113 statements; 21 are new or to be confirmed.",
    ):
        assert words in consequences.inner_text()
    axe(page)


def publish(page, axe):
    page.get_by_label("I have read the changes").check()
    page.get_by_role("button", name="Publish 2026.1-draft").click()
    expect(page.get_by_text("Revision 2026.1-draft of Repository of skills is published.")).to_be_visible()
    expect(page.get_by_text("links from modules wait to be decided")).to_be_visible()
    axe(page)


def decide_the_links(page, axe):
    page.goto(reverse("frameworks:manage"))
    page.locator(".notice", has_text="links from modules wait").get_by_role("link").click()
    axe(page)
    waiting = LinkReview.objects.filter(decided_at=None)
    number = waiting.count()
    assert number > 5
    page.get_by_role("button", name=re.compile("^Drop the link")).first.click()
    links = page.get_by_role("button", name=re.compile("^Link "))
    for left in range(number - 1, 0, -1):
        expect(links).to_have_count(left)
        links.first.click()
    expect(page.get_by_role("heading", name="No link waits for you")).to_be_visible()
    expect(page.get_by_text(f"{number} links are decided")).to_be_visible()
    assert not waiting.exists()


def decide_the_targets(page):
    page.goto(reverse("frameworks:manage"))
    expect(page.get_by_text("links from modules wait to be decided")).to_have_count(0)
    page.locator(".notice", has_text="required levels of target profiles wait").get_by_role("link").click()
    requires = page.get_by_role("button", name=re.compile("^Require this level"))
    for left in range(TargetReview.objects.open().count(), 0, -1):
        expect(requires).to_have_count(left)
        level = page.get_by_role("combobox").first
        if not level.input_value():
            level.select_option("3")
        requires.first.click()
    expect(requires).to_have_count(0)
    assert not TargetReview.objects.open().exists()
    page.goto(reverse("frameworks:manage"))
    expect(page.get_by_role("link", name=re.compile("^Decide the (links|levels)"))).to_have_count(0)


# --- Ana ----------------------------------------------------------------------------------------


def read_what_it_means(page, axe, numbers):
    carried, to_confirm, new = numbers
    expect(page.get_by_role("heading", name="The framework has changed")).to_be_visible()
    expect(page.get_by_text("Repository of skills is now revision 2026.1-draft.")).to_contain_text(
        f"{carried} of your ratings are carried over, {to_confirm} are to be confirmed, {new} statements are new."
    )
    page.get_by_role("link", name="See what it means for you").click()
    counts = page.get_by_role("list", name="What it means for you").get_by_role("listitem")
    expect(counts).to_have_text(
        [f"{carried} carried over", f"{to_confirm} to confirm", f"{new} new"], use_inner_text=True
    )
    expect(page.get_by_role("list", name="No longer in the framework")).to_contain_text("B-S3 Administrative skills")
    axe(page)


def go_through_the_update(page, axe, earlier, numbers):
    """Ana keeps all levels but one, changes that one, supports it with a file, and rates what is new."""
    page.get_by_role("button", name="Begin the update").click()
    expect(page.get_by_role("heading", name="Update your assessment")).to_be_visible()
    expect(page.get_by_text(f"Revision 2026.1-draft asks you {sum(numbers[1:])} things.")).to_be_visible()
    update = Assessment.objects.get(updates=earlier)
    funds = page.locator(".question", has_text="Planning and carrying out fundraising")
    expect(funds).to_contain_text("in revision 2021.11")
    expect(funds.locator("textarea")).to_have_value("Two sponsors found in 2025.")
    expect(funds.get_by_role("link", name="Our sponsors")).to_be_visible()
    funds.get_by_text("Add a link or a file").click()
    funds.get_by_label("File").set_input_files(
        {"name": "plan.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7"}
    )
    funds.get_by_role("button", name="Add it").click()
    expect(funds.get_by_role("link", name="plan.pdf")).to_be_visible()
    expect(page.get_by_role("heading", name="Update your assessment")).to_be_visible()
    axe(page)
    asked = confirmed = 0
    is_last = False
    while not is_last:
        asked += page.locator(".question").count()
        for question in page.locator(".question").all():
            keep = question.get_by_role("button", name=re.compile("^Keep "))
            if "fundraising from several" in question.inner_text():
                question.locator("input[type=radio][value='4']").check(force=True)
            elif keep.count():
                keep.click()
                confirmed += 1
            else:
                question.locator("input[type=radio][value='1']").check(force=True)
        expect(page.locator("[data-status]").filter(has_text=re.compile(r"^Saved"))).to_have_count(
            page.locator(".question").count()
        )
        is_last = page.get_by_role("button", name="Save and review").count() == 1
        page.get_by_role("button", name=re.compile("^Save and ")).click()
        page.wait_for_load_state()
    assert asked == sum(numbers[1:])
    expect(page.get_by_role("heading", name="Check your answers")).to_be_visible()
    expect(page.get_by_text("No answer").locator("+ dd")).to_have_text("0")
    page.get_by_role("button", name="Submit assessment").click()
    page.wait_for_url(f"**{reverse('assessments:profile', args=[update.pk])}")
    origins = {origin: update.ratings.filter(origin=origin).count() for origin in Rating.Origin.values}
    assert origins == {"carried": numbers[0], "confirmed": confirmed, "suggested": 0, "own": asked - confirmed}
    assert update.ratings.get(statement__key="raise-funds").level.value == 4
    return update


def see_the_new_profile(page, update):
    expect(page.get_by_role("heading", name="Your profile")).to_be_visible()
    expect(page.get_by_text("Repository of skills, revision 2026.1-draft.")).to_be_visible()
    strengths = page.get_by_role("region", name="Your strengths")
    strengths.get_by_role("link", name="Show all").click()
    # A3 was rated 4 on the old revision and came along; the fundraising is what she says today.
    for words in ("A3 Presenting possible benefits", "B2 Planning and carrying out fundraising"):
        expect(strengths.get_by_role("listitem").filter(has_text=words).last).to_contain_text("4 Guiding others")
    assert update.ratings.answered().count() == update.form.statements().count() == 113


def see_the_history(page, axe):
    page.get_by_role("link", name="All your assessments").click()
    chart = page.get_by_role("img", name=re.compile("Framework revised in"))
    expect(chart).to_be_visible()
    series = page.get_by_role("region", name="Repository of skills, Full form").first
    for version in ("2021.11", "2026.1-draft"):
        expect(series.get_by_role("cell", name=version, exact=True)).to_be_visible()
    gone = page.get_by_role("list", name=re.compile("^No longer in the framework"))
    expect(gone).to_contain_text("B-S3 Administrative skills")
    axe(page)
    page.goto("/")
    expect(page.get_by_text("The framework has changed")).to_have_count(0)


# --- Two who were in the middle -----------------------------------------------------------------


def move_the_draft_over(page, draft, revision):
    page.goto(reverse("assessments:contents", args=[draft.pk]))
    expect(page.get_by_text("You can finish your open assessment on 2021.11, or move it over.")).to_be_visible()
    page.get_by_role("link", name="See what it means for you").click()
    page.get_by_role("button", name="Move over to 2026.1-draft").click()
    expect(page.get_by_text("Every answer came along or is kept.")).to_be_visible()
    moved = Assessment.objects.drafts().get(person=draft.person, form__revision=revision)
    assert dict(moved.ratings.values_list("statement__code", "origin")) == {
        "A1": "carried", "A2": "carried", "B1": "carried", "B2": "suggested", "C5": "suggested",
    }  # fmt: skip
    page.goto("/")
    expect(page.get_by_text("The framework has changed")).to_have_count(0)
    page.goto(reverse("assessments:contents", args=[draft.pk]))
    expect(page.get_by_role("heading", name="This assessment was moved over")).to_be_visible()
    page.get_by_role("link", name="Go to where it goes on").click()
    expect(page.get_by_text("3 of 30 statements rated.")).to_be_visible()


def finish_where_it_began(page, draft):
    page.get_by_role("link", name="See what it means for you").click()
    page.get_by_role("link", name="Finish it on 2021.11").click()
    page.get_by_role("link", name="Ensuring communication and representation activities").click()
    question = page.locator(".question").first
    question.locator("input[type=radio][value='2']").check(force=True)
    expect(question.locator("[data-status]")).to_have_text(re.compile(r"^Saved"))
    page.get_by_role("button", name="Save and review").click()
    page.get_by_label("Nobody but me").check()
    page.get_by_role("button", name="Submit assessment").click()
    expect(page.get_by_text("Repository of skills, revision 2021.11.")).to_be_visible()
    assert draft.ratings.answered().filter(statement__revision__version="2021.11").count() == 6
    # It can be brought up to date, as any other.
    expect(page.get_by_role("link", name="Bring it up to date")).to_be_visible()

"""A platform admin edits a draft in the browser, with buttons that say what she means."""

import re
from datetime import date

import pytest
from django.urls import reverse

from frameworks.models import Revision, RevisionFile, Statement
from frameworks.publishing import actions
from tests.frameworks.editor.drafts import changes, document_of, seen
from tests.published import reworded_under
from tests.words import words

MANAGE = "/frameworks/manage/"
BEGIN = "/frameworks/manage/begin/kip/"


# --- Beginning ----------------------------------------------------------------------------------


def test_a_draft_is_begun_from_the_revision_in_force(admin, kip, elodie):
    page = words(admin.get(MANAGE))
    assert "Begin a draft in the browser" in page
    answer = admin.post(BEGIN, {"version": "2027.1", "day": "2027-01-31"}, follow=True)
    assert "Edit Repository of skills 2027.1 0 entries differ from 2021.11, which is in force." in words(answer)
    draft = Revision.objects.drafts().get()
    assert (draft.version, draft.date, draft.replaces, draft.title) == ("2027.1", date(2027, 1, 31), kip, kip.title)
    assert (draft.file.name, draft.file.uploaded_by) == ("kip-2027.1.yaml", elodie)
    assert changes(draft) == {}
    assert "Begin a draft in the browser" not in words(admin.get(MANAGE))


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({}, "Give the revision a version"),
        ({"version": "a b"}, "Write letters, digits, dots"),
        ({"version": "2027.1", "day": "soon"}, "Write the date as 2027-01-31."),
        ({"version": "2021.11", "day": "2027-01-31"}, "Version 2021.11 is published already"),
    ],
)
def test_a_version_that_cannot_be_is_refused(admin, kip, fields, reason):
    page = admin.post(BEGIN, fields)
    assert page.status_code == 422
    assert reason in words(page)
    assert not Revision.objects.drafts().exists()


def test_only_one_draft_is_begun(admin, draft):
    answer = admin.post(BEGIN, {"version": "2027.2", "day": "2027-01-31"}, follow=True)
    assert "No draft was begun" in words(answer)
    assert Revision.objects.drafts().get() == draft


# --- What the buttons do ------------------------------------------------------------------------


def test_the_page_of_a_statement_says_beforehand_what_happens_to_ratings(admin, draft):
    page = words(admin.get(reverse("frameworks:edit_element", args=[draft.pk, "identify-needs"])))
    assert "Change A2 Sub-competence: Identifying current and future needs of the partners" in page
    assert "Ratings are carried. People see the old wording once, next to the new. The meaning stays the same" in page
    assert "Old levels are suggested and do not count until people confirm or change them." in page
    assert "It lost a part" in page
    assert "The meaning changed" in page
    assert "Ratings leave the totals and stay in the history." in page
    assert "Take the change back" not in page


@pytest.mark.parametrize(
    ("operation", "fields", "expected"),
    [
        ("same", {"text": "Identifying all needs"}, {"identify-needs": ("reworded", "carried")}),
        ("less", {"text": "Identifying needs"}, {"identify-needs": ("narrowed", "suggested")}),
        ("other", {"text": "Foreseeing needs"}, {"foreseeing-needs": ("successor", "suggested")}),
        (
            "split",
            {"first": "Identifying current needs", "second": "Identifying future needs"},
            dict.fromkeys(("identifying-current-needs", "identifying-future-needs"), ("split", "suggested")),
        ),
        ("recode", {"code": "A9"}, {"identify-needs": ("recoded", "carried")}),
    ],
)
def test_each_button_declares_what_it_says(press, draft, operation, fields, expected):
    answer = press("identify-needs", operation, **fields)
    place = reverse("frameworks:edit_competence", args=[draft.pk, "new-partnerships"])
    assert answer.redirect_chain[0][0].startswith(place + "#e-")
    assert changes(draft) == expected


def test_a_statement_is_retired_and_brought_back(press, draft):
    answer = words(press("identify-needs", "retire", note="Nobody does."))
    assert "A2 is out of the draft." in answer
    assert "Retired Ratings of these leave the totals and stay in the history. A2 Identifying current" in answer
    assert changes(draft) == {"identify-needs": ("retired", "archived")}
    assert "The change is taken back." in words(press("identify-needs", "take-back"))
    assert changes(draft) == {}


def test_a_statement_moves_within_and_between_competences(press, draft):
    page = press("identify-needs", "up")
    assert "Change A2" in words(page)
    assert set(changes(draft).values()) == {("moved", "carried")}
    press("identify-needs", "down")
    assert changes(draft) == {}
    press("identify-needs", "move", competence="coordination")
    assert changes(draft) == {"identify-needs": ("moved", "carried")}


def test_a_change_is_taken_back_after_reading_what_that_does(press, admin, draft):
    press("identify-needs", "split", first="Current needs", second="Future needs")
    page = words(admin.get(reverse("frameworks:edit_element", args=[draft.pk, "current-needs"])))
    assert (
        "Goes: A2 “Current needs” A6 “Future needs” Stands again as in force, with its ratings: A2 “Identifying" in page
    )
    assert "The other part keeps what is suggested to people." in page
    press("current-needs", "take-back")
    assert changes(draft) == {}


def test_a_new_statement_is_added_with_a_code_and_an_id_of_its_own(admin, draft):
    url = reverse("frameworks:edit_add_to", args=[draft.pk, "skill", "new-partnerships"])
    page = admin.get(url)
    assert "It begins without ratings." in words(page)
    answer = admin.post(url, {**seen(page), "text": "Working online with partners"}, follow=True)
    assert "“Working online with partners” is added." in words(answer)
    assert changes(draft) == {"working-online-with-partners": ("added", "none")}


def test_a_competence_and_an_outcome_are_added(admin, draft):
    url = reverse("frameworks:edit_add", args=[draft.pk, "competence"])
    admin.post(url, {**seen(admin.get(url)), "text": "Digital work"})
    url = reverse("frameworks:edit_add_to", args=[draft.pk, "skill", "digital-work"])
    admin.post(url, {**seen(admin.get(url)), "text": "Typing", "code": "H-S1", "key": "typing-fast"})
    url = reverse("frameworks:edit_add_to", args=[draft.pk, "learning_outcome", "digital-work"])
    page = admin.get(url)
    level = re.search(r'<option value="([^"]+)"', page.content.decode())[1]
    fields = {**seen(page), "text": "Type fast", "level": level}
    refused = admin.post(url, fields)
    assert refused.status_code == 422
    assert "Choose one statement at least." in words(refused)
    assert "No statement has the code Z9." in words(admin.post(url, fields | {"further": "A1, Z9"}))
    admin.post(url, fields | {"serves": ["typing-fast"], "further": "A1"})
    assert changes(draft) == dict.fromkeys(("digital-work", "typing-fast", "type-fast"), ("added", "none"))
    outcome = RevisionFile.objects.get(revision=draft).document["competences"][-1]["learning_outcomes"][0]
    assert outcome["serves"] == ["typing-fast", "identify-partners"]


def test_what_an_outcome_serves_is_changed(press, draft, kip):
    outcome = RevisionFile.objects.get(revision=draft).document["competences"][0]["learning_outcomes"][0]
    press(outcome["id"], "serve", level="on-my-own", serves=["identify-needs"], further="B1")
    now = RevisionFile.objects.get(revision=draft).document["competences"][0]["learning_outcomes"][0]
    assert now["serves"][0] == "identify-needs"
    assert len(now["serves"]) == 2


def test_a_translation_needs_its_language_first(admin, press, draft):
    page = words(admin.get(reverse("frameworks:edit_element", args=[draft.pk, "identify-needs"])))
    assert "Translate it" not in page
    url = reverse("frameworks:edit_revision", args=[draft.pk])
    fields = {"version": "2027.2", "day": "2027-02-01", "languages": ["hr"], "notes_en": "Now in Croatian."}
    answer = admin.post(url, {**seen(admin.get(url)), **fields}, follow=True)
    assert "The revision is described anew." in words(answer)
    press("identify-needs", "translate", hr="Prepoznavanje potreba partnera")
    draft.refresh_from_db()
    assert (draft.version, draft.languages, draft.notes) == ("2027.2", ["en", "hr"], {"en": "Now in Croatian."})
    assert changes(draft) == {"identify-needs": ("translated", "carried")}


# --- Uploaded drafts, first revisions, queries --------------------------------------------------


def test_an_uploaded_draft_is_edited_and_becomes_plain_yaml(admin, kip, repository_of_skills, elodie):
    draft = actions.import_draft(reworded_under("2024.1", repository_of_skills), "mine.yaml", elodie)
    url = reverse("frameworks:edit_element", args=[draft.pk, "identify-needs"])
    page = admin.get(url)
    assert "In force: A2 Identifying current and future needs of the partners" in words(page)
    old = "Identifying current and future needs of the partners"
    admin.post(url, {**seen(page), "operation": "same", "text": old})
    assert changes(draft) == {}
    assert RevisionFile.objects.get(revision=draft).name == "kip-2024.1.yaml"


def test_a_first_revision_is_edited_without_a_word_on_ratings(admin, leader_cms, elodie, db):
    draft = actions.import_draft(leader_cms, "leader.yaml", elodie)
    assert "A first revision" in words(admin.get(reverse("frameworks:edit", args=[draft.pk])))
    key = draft.file.document["competences"][0]["knowledge"][0]["id"]
    url = reverse("frameworks:edit_element", args=[draft.pk, key])
    page = admin.get(url)
    assert "It is new in this draft, so nobody has rated it. Save the wording" in words(page)
    assert "The meaning changed" not in words(page)
    admin.post(url, {**seen(page), "operation": "same", "text": "Speaking"})
    assert (
        RevisionFile.objects.get(revision=draft).document["competences"][0]["knowledge"][0]["text"]["en"] == "Speaking"
    )


@pytest.mark.parametrize("number", [1, 3])
def test_the_pages_make_as_many_queries_for_any_number_of_changes(
    number, admin, press, draft, django_assert_num_queries
):
    for count in range(number):
        press("new-partnerships", "same", text=f"New partnerships {count}")
        press(("identify-needs", "identify-partners", "find-funds")[count], "recode", code=f"Z{count}")
    # Session, user, her roles; draft with its file, the revision in force with its own, ids of earlier scales,
    # competences, statements and outcomes, published versions.
    for name, arguments in (
        ("edit_element", ["identify-needs"]),
        ("edit_revision", []),
        ("edit_add", ["competence"]),
        ("edit_merge", []),
        ("edit_level", ["first-steps"]),
        ("edit_add_level", []),
    ):
        with django_assert_num_queries(10):
            assert admin.get(reverse(f"frameworks:{name}", args=[draft.pk, *arguments])).status_code == 200
    # And the last change, which may be undone.
    for name, arguments in (("edit", []), ("edit_competence", ["new-partnerships"]), ("edit_scale", [])):
        with django_assert_num_queries(11):
            assert admin.get(reverse(f"frameworks:{name}", args=[draft.pk, *arguments])).status_code == 200


# --- Finding, key phrases, references -----------------------------------------------------------


def test_a_statement_is_found_by_its_code_or_its_words(admin, at, draft):
    page = words(admin.get(at("edit"), {"find": "a2"}))
    assert "1 place found. A2 Identifying current and future needs of the partners Change A2" in page
    page = words(admin.get(at("edit"), {"find": "teamwork"}))
    assert "2 places found. A-S6 Teamwork" in page
    assert "Nothing in the draft has this code or these words." in words(admin.get(at("edit"), {"find": "zebra"}))
    blank = admin.get(at("edit"), {"find": " "})
    assert blank.status_code == 200  # it shows the draft all the same
    assert '<a href="#find">Find by code or words: Write a code or some words first.</a>' in blank.content.decode()


@pytest.mark.parametrize("accent", ["´", "\u0301"])
def test_an_accent_alone_is_found_nowhere(admin, at, accent):
    assert "Nothing in the draft has this code or these words." in words(admin.get(at("edit"), {"find": accent}))


@pytest.mark.parametrize("searched", ["lukasz", "tokmadzic", "STRASSE", "Łukasz Tokmadžić"])
def test_words_are_found_without_the_letters_that_a_keyboard_lacks(admin, at, draft, send, searched):
    send(at("edit_element", "identify-needs"), operation="same", text="As Łukasz Tokmadžić of the Straße does")
    assert "1 place found." in words(admin.get(at("edit"), {"find": searched}))


def test_what_is_found_too_often_is_cut_and_the_page_says_so(admin, at):
    page = words(admin.get(at("edit"), {"find": "a"}))
    assert "50 places found." in page
    assert "more are not shown: write more of the words." in page


def test_the_overview_counts_what_changes_in_each_competence(admin, press, at):
    press("identify-needs", "retire")
    press("identify-partners", "recode", code="A9")
    page = words(admin.get(at("edit")))
    assert "Developing and formalising new partnerships 3 changes 4 sub-competences, 6 knowledge" in page
    assert "Administrative and financial monitoring 4 sub-competences" in page


def test_a_retired_competence_is_brought_back_from_the_overview(admin, press, at, draft):
    press("new-partnerships", "retire")
    page = words(admin.get(at("edit")))
    assert "Retired Ratings of these leave the totals and stay in the history." in page
    assert "Bring it back: A" in page
    press("new-partnerships", "take-back")
    assert changes(draft) == {}


def test_key_phrases_must_stand_in_the_new_wording(press, admin, at, draft):
    page = admin.get(at("edit_element", "identify-needs"))
    assert "Identifying current and future needs</textarea>" in page.content.decode()
    phrases = "Identifying current and future needs"
    page = press("identify-needs", "same", text="Identifying all needs", phrases=phrases)
    assert page.status_code == 422
    assert f"The key phrase “{phrases}” does not stand in the text" in words(page)
    press("identify-needs", "same", text="Identifying all needs", phrases="all\r\nneeds ")
    statement = document_of(draft)["competences"][0]["sub_competences"][1]
    assert statement["emphasis"] == {"en": ["all", "needs"]}
    # Nothing but statements has them.
    assert "Key phrases" not in words(admin.get(at("edit_element", "new-partnerships")))


def test_key_phrases_alone_are_saved_and_the_same_words_again_are_not(press, draft):
    words_in_force = "Identifying current and future needs of the partners"
    press("identify-needs", "same", text=words_in_force, phrases="partners")
    assert document_of(draft)["competences"][0]["sub_competences"][1]["emphasis"] == {"en": ["partners"]}
    page = press("identify-needs", "same", text=words_in_force, phrases="partners")
    assert "The wording is the same as before" in words(page)


def test_a_translation_has_key_phrases_of_its_own(press, send, at, draft):
    send(at("edit_revision"), version="2027.1", day="2027-01-31", languages=["hr"])
    text = "Prepoznavanje potreba partnera"
    page = press("identify-needs", "translate", hr=text, phrases_hr="nema")
    assert "Croatian: The key phrase “nema” does not stand in the text" in words(page)
    press("identify-needs", "translate", hr=text, phrases_hr="potreba")
    assert document_of(draft)["competences"][0]["sub_competences"][1]["emphasis"]["hr"] == ["potreba"]


def test_an_element_refers_to_esco_and_eqf(press, draft):
    press("identify-needs", "refer", esco=" http://data.europa.eu/esco/skill/1 ", eqf="6")
    statement = document_of(draft)["competences"][0]["sub_competences"][1]
    assert (statement["esco"], statement["eqf"]) == ("http://data.europa.eu/esco/skill/1", 6)
    press("new-partnerships", "refer", eqf="5")
    assert document_of(draft)["competences"][0]["eqf"] == 5
    press("identify-needs", "refer", esco="", eqf="")
    assert "esco" not in document_of(draft)["competences"][0]["sub_competences"][1]


def test_outcomes_and_competences_are_reworded_moved_and_retired(press, draft):
    outcome = document_of(draft)["competences"][0]["learning_outcomes"][0]["id"]
    press(outcome, "same", text="Know who is there")
    press(outcome, "move", competence="coordination")
    assert changes(draft)[outcome] == ("moved+reworded", "carried")
    press(outcome, "retire")
    press("coordination", "up")
    press("coordination", "same", text="Coordinating")
    found = changes(draft)
    assert found.pop(outcome) == ("retired", "archived")
    assert "reworded" in found["coordination"][0]
    assert document_of(draft)["competences"][1]["id"] == "coordination"


# --- The whole ----------------------------------------------------------------------------------


def test_a_revision_is_made_in_the_browser_and_published(open_page, sign_in, axe, elodie, kip):
    """Without JavaScript, from the revision in force to the next one."""
    page = open_page(java_script_enabled=False)
    sign_in(page, elodie)
    page.goto(MANAGE)
    page.get_by_role("link", name="Begin a draft in the browser").click()
    page.get_by_label("Version").fill("2027.1")
    page.get_by_role("button", name="Begin the draft").click()

    page.get_by_role("link", name="A: Developing and formalising new partnerships").click()
    page.get_by_role("link", name="Change A2").click()
    page.get_by_label("Wording", exact=True).fill("Identifying all needs of the partners")
    page.get_by_label("Key phrases").fill("all needs")
    page.get_by_role("button", name="The meaning stays the same").click()
    page.get_by_role("status").get_by_text("The new wording of A2 is saved.").wait_for()

    page.get_by_role("link", name="Change A1", exact=True).click()
    page.get_by_text("Split it in two").click()
    page.get_by_label("First part").fill("Finding new partners")
    page.get_by_label("Second part").fill("Choosing new partners")
    page.get_by_role("button", name="Split it").click()
    page.get_by_role("status").get_by_text("A1 is split.").wait_for()

    page.get_by_role("link", name="Next: B").click()
    page.get_by_role("checkbox", name="Merge: B1", exact=True).check()
    page.get_by_role("checkbox", name="Merge: B2", exact=True).check()
    page.get_by_role("button", name="Go on with the ticked ones").click()
    page.get_by_label("Add by code").fill("C1")
    page.get_by_role("button", name="Add to the chosen").click()
    page.get_by_text("3 statements are chosen").wait_for()
    page.get_by_label("Wording of the merged statement").fill("Leading the work together")
    page.get_by_role("button", name="Merge them").click()
    page.get_by_role("status").get_by_text("B1, B2, C1 are merged.").wait_for()

    page.get_by_role("link", name="Before: A").click()
    page.get_by_role("link", name="Change A-S1", exact=True).click()
    page.get_by_text("Retire it").first.click()
    page.get_by_label("Why").fill("It is part of A1.")
    page.get_by_role("button", name="Retire it").click()
    page.get_by_role("status").get_by_text("A-S1 is out of the draft.").wait_for()

    page.get_by_role("link", name="Add: skill").click()
    page.get_by_label("Text").fill("Working online with partners")
    page.get_by_role("button", name="Add it").click()

    page.get_by_role("link", name="Read what it changes").click()
    page.get_by_label("I have read the changes").check()
    page.get_by_role("button", name="Publish 2027.1").click()
    page.get_by_text("Revision 2027.1 of Repository of skills is published.").wait_for()

    published = Revision.objects.current().get()
    assert published.version == "2027.1"
    texts = set(Statement.objects.filter(revision=published).values_list("text__en", flat=True))
    assert texts >= {
        "Identifying all needs of the partners",
        "Finding new partners",
        "Choosing new partners",
        "Leading the work together",
        "Working online with partners",
    }


def test_importing_the_draft_again_changes_nothing(press, draft):
    press("identify-needs", "split", first="Current needs", second="Future needs")
    file = RevisionFile.objects.get(revision=draft)
    again = actions.import_draft(bytes(file.content), "again.yaml")
    assert again == draft
    now = RevisionFile.objects.get(revision=draft)
    assert (now.document, now.sha256) == (file.document, file.sha256)
    published = actions.publish(again)
    assert actions.import_draft(bytes(file.content), "again.yaml") == published


def test_the_pages_are_for_everyone(page, sign_in, axe, elodie, kip, draft, press):
    press("identify-needs", "split", first="Current needs", second="Future needs")
    press("identify-partners", "retire")
    sign_in(page, elodie)
    outcome = draft.file.document["competences"][0]["learning_outcomes"][0]["id"]
    for name, arguments in (
        ("edit", []),
        ("edit_competence", ["new-partnerships"]),
        ("edit_revision", []),
        ("edit_add", ["competence"]),
        ("edit_add_to", ["learning_outcome", "new-partnerships"]),
        ("edit_element", ["current-needs"]),
        ("edit_element", ["new-partnerships"]),
        ("edit_element", [outcome]),
    ):
        page.goto(reverse(f"frameworks:{name}", args=[draft.pk, *arguments]))
        for summary in page.locator("main details > summary").all():
            summary.click()
        axe(page)
        assert page.locator("main .button:not(.button-second, .button-quiet)").count() == 1
    page.goto(reverse("frameworks:edit_element", args=[draft.pk, "current-needs"]))
    page.get_by_label("Wording", exact=True).fill(" ")
    page.get_by_role("button", name="Save the wording").click()
    page.get_by_text("Nothing has changed yet.").wait_for()
    axe(page)
    actions.discard(draft)
    page.goto(BEGIN)
    axe(page)

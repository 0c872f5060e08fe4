"""The levels are edited on pages that say beforehand what ratings turn into."""

import pytest

from frameworks.publishing import actions
from tests.frameworks.editor.drafts import changes, document_of, seen
from tests.words import words

KINDS = ("sub_competence", "knowledge", "skill", "predisposition")
TEXTS = {f"descriptor_{kind}": f"I say this of my {kind}." for kind in KINDS}


@pytest.fixture
def press_level(send, at):
    """Press a button on a level's page: `press_level("first-steps", "up")`."""
    return lambda key, operation, **fields: send(at("edit_level", key), operation=operation, **fields)


def scale_of(draft):
    return document_of(draft)["scale"]


def scale_change(draft):
    return {change for key, (change, _ratings) in changes(draft).items() if key.startswith("kip-")}


def test_the_levels_stand_on_a_page_with_all_they_say(admin, at):
    page = words(admin.get(at("edit_scale")))
    assert "As in force Levels" in page
    assert "5 levels 4 Guiding others Change “Guiding others”" in page
    assert "Predisposition I show this reliably, also under pressure." in page
    assert "What ratings turn into" not in page


def test_a_level_is_reworded_and_taken_back(press_level, admin, at, draft):
    page = words(press_level("first-steps", "reword", label="Beginnings", **TEXTS))
    assert "The new words of “First steps” are saved." in page
    assert "Reworded Beginnings" in page
    assert scale_change(draft) == {"reworded"}
    assert "The words of this level are those in force again." in words(admin.get(at("edit_level", "first-steps")))
    press_level("first-steps", "take-back")
    assert changes(draft) == {}


def test_an_added_level_asks_what_ratings_turn_into(send, at, admin, draft):
    page = words(send(at("edit_add_level"), label="Half way", above="first-steps", **TEXTS))
    assert "The level “Half way” is added." in page
    assert "Say for each level in force which one its ratings turn into." in page
    assert "“First steps” (1) turns into" in page
    assert scale_change(draft) == {"rescaled"}
    numbers = {"from_0": "not-yet", "from_1": "half-way", "from_2": "half-way", "from_3": "on-my-own"}
    page = words(send(at("edit_scale"), from_4="guiding-others", **numbers))
    assert "What ratings turn into is saved." in page
    assert "“First steps” and “With support” become one: ratings at these levels all count as “Half way”." in page
    turns_into = scale_of(draft)["replaces"]["map"]
    assert turns_into["first-steps"] == turns_into["with-support"] == "half-way"
    page = words(send(at("edit_scale"), from_4="guiding-others", **(numbers | {"from_3": "half-way"})))
    assert "“First steps”, “With support” and “On my own” become one:" in page


def test_every_level_in_force_must_turn_into_one(send, at, draft):
    send(at("edit_add_level"), label="Half way", above="first-steps", **TEXTS)
    page = send(at("edit_scale"), from_0="not-yet", from_1="gone")
    assert page.status_code == 422
    assert "Select a valid choice" in words(page)
    assert scale_of(draft)["replaces"]["map"]["first-steps"] == "first-steps"


def test_a_level_is_removed_with_a_word_on_its_ratings_and_outcomes(press_level, admin, at, draft):
    page = words(admin.get(at("edit_level", "on-my-own")))
    assert "Ratings at this level turn into the one that you choose" in page
    assert "learning outcomes lead to this level and will lead to the other one." in page
    assert "Choose the level that takes its place." in words(press_level("on-my-own", "remove"))
    press_level("on-my-own", "remove", instead="with-support")
    assert scale_of(draft)["replaces"]["map"]["on-my-own"] == "with-support"
    assert [level["value"] for level in scale_of(draft)["levels"]] == [0, 1, 2, 3]


def test_levels_change_places_and_numbers(press_level, draft):
    press_level("not-yet", "up")
    assert [level["id"] for level in scale_of(draft)["levels"]][:2] == ["first-steps", "not-yet"]
    press_level("not-yet", "down")
    assert changes(draft) == {}
    assert "from 4 to 1000" in words(press_level("guiding-others", "renumber", value="2"))
    press_level("guiding-others", "renumber", value="7")
    assert scale_of(draft)["levels"][-1]["value"] == 7


def test_the_levels_in_force_come_back_by_one_button(press_level, send, at, draft):
    press_level("on-my-own", "remove", instead="with-support")
    page = words(send(at("edit_scale"), operation="take-back"))
    assert "The levels are those in force again." in page
    assert changes(draft) == {}


def test_a_level_is_translated_once_the_framework_has_the_language(press_level, send, admin, at, draft):
    assert "Translate it" not in words(admin.get(at("edit_level", "not-yet")))
    send(at("edit_revision"), version="2027.1", day="2027-01-31", languages=["hr"])
    page = words(admin.get(at("edit_level", "not-yet")))
    assert "Translate it: Croatian" in page
    press_level("not-yet", "translate", language="hr", label="Još ne")
    assert scale_of(draft)["levels"][0]["label"] == {"en": "Not yet", "hr": "Još ne"}
    assert scale_change(draft) == {"translated"}


def test_a_level_refers_to_other_frameworks(press_level, draft):
    press_level("on-my-own", "refer", eqf="5", esco="http://data.europa.eu/esco/skill/1")
    assert scale_of(draft)["levels"][3]["eqf"] == 5
    assert "Write the whole address" in words(press_level("on-my-own", "refer", esco="skill"))


@pytest.mark.parametrize(
    ("operation", "fields", "reason"),
    [
        ("reword", {"label": "", **TEXTS}, "Write the name first."),
        ("reword", {"label": "One"}, "Write the text first."),
        ("reword", {"label": "a\u202eb", **TEXTS}, "direction"),
        ("renumber", {"value": ""}, "Write the number first."),
        ("renumber", {"value": "1001"}, "1000"),
        ("remove", {"instead": "first-steps"}, "Select a valid choice"),
    ],
)
def test_what_cannot_be_is_answered_on_the_page_and_changes_nothing(press_level, draft, operation, fields, reason):
    page = press_level("first-steps", operation, **fields)
    assert page.status_code == 422
    assert reason in words(page)
    assert changes(draft) == {}


def test_a_page_that_is_out_of_date_saves_nothing(press, admin, at, draft):
    stale = seen(admin.get(at("edit_level", "first-steps")))
    press("find-funds", "recode", code="Z")
    for address in (at("edit_level", "first-steps"), at("edit_scale")):
        admin.post(address, {**stale, "operation": "take-back", "label": "One", **TEXTS}, follow=True)
    page = admin.post(at("edit_level", "first-steps"), {**stale, "operation": "reword", "label": "One", **TEXTS})
    assert page.status_code == 409
    assert 'value="One"' in page.content.decode()
    assert scale_change(draft) == set()


def test_a_level_that_is_gone_leads_to_the_others(admin, at):
    page = admin.get(at("edit_level", "gone"), follow=True)
    assert "This level is not in the draft any more. Nothing was changed." in words(page)


def test_a_first_revision_is_edited_without_a_word_on_ratings(admin, leader_cms, elodie, db):
    draft = actions.import_draft(leader_cms, "leader.yaml", elodie)
    page = words(admin.get(f"/frameworks/manage/drafts/{draft.pk}/edit/levels/"))
    assert "First revision Levels" in page
    assert "What happens to ratings" not in page
    assert "Take them back" not in page


def test_a_rescaled_draft_is_published_and_ratings_follow_its_map(press_level, draft, elodie):
    press_level("on-my-own", "remove", instead="with-support")
    draft.refresh_from_db()
    published = actions.publish(draft, elodie)
    successions = published.level_successions.values_list("source__key", "level__key")
    assert ("on-my-own", "with-support") in set(successions)


def test_the_pages_are_for_everyone(page, sign_in, axe, elodie, draft, press_level, at):
    press_level("on-my-own", "remove", instead="with-support")
    sign_in(page, elodie)
    for address in (at("edit_scale"), at("edit_add_level"), at("edit_level", "first-steps")):
        page.goto(address)
        for summary in page.locator("main details > summary").all():
            summary.click()
        axe(page)
        assert page.locator("main .button:not(.button-second, .button-quiet)").count() == 1
    page.goto(at("edit_competence", "new-partnerships"))
    for code in ("A1", "A2"):
        page.get_by_role("checkbox", name=f"Merge: {code}", exact=True).check()
    page.get_by_role("button", name="Go on with the ticked ones").click()
    axe(page)
    assert page.locator("main .button:not(.button-second, .button-quiet)").count() == 1
    page.goto(f"{at('edit')}?find=partners")
    axe(page)

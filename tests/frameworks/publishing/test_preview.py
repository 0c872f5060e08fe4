"""The preview of a changed revision reads like a good comparison: what changes, for whom, and what is left to do."""

import pytest
from django.urls import reverse

from assessments.models import Form, RequiredLevel, TargetProfile
from frameworks.files.writing import to_yaml
from frameworks.publishing import actions
from frameworks.publishing.baseline import Overtaken, Seen
from frameworks.publishing.preview import preview, preview_of
from tests.assessed import module_serving, submitted
from tests.frameworks.comparison.compared import OLD, revised
from tests.frameworks.comparison.revisions_by_chance import changed, framework
from tests.frameworks.publishing.test_successions import NODDING
from tests.published import publish_file, reworded_under
from tests.words import words

pytestmark = pytest.mark.django_db

SPLIT = (
    NODDING,
    (
        "      - {id: nod, code: A-S3, text: Nodding, replaces: [nodding]}\n"
        "      - {id: smile, code: A-S5, text: Smiling, replaces: [nodding]}\n"
    ),
)


@pytest.fixture
def guidance():
    return publish_file(OLD.encode())


@pytest.fixture
def admin(client, elodie):
    client.force_login(elodie)
    return client


def shown(*changes):
    return preview_of(actions.examine(revised(*changes).encode(), "new.yaml"))


def changes_of(preview):
    return [change for section in preview.sections for change in section.changes]


def test_the_parts_of_a_split_stand_together_with_their_codes(guidance):
    (change,) = changes_of(shown(SPLIT))
    assert (change.label, change.tag_class) == ("Split in 2", "due")
    assert change.heading == "A-S3, skill, becomes A-S3 and A-S5"
    assert [(diff.code, diff.pieces[0].mark, diff.pieces[0].text) for diff in change.diffs] == [
        ("A-S3", "del", "Nodding and smiling"),
        ("A-S3", "ins", "Nodding"),
        ("A-S5", "ins", "Smiling"),
    ]
    assert change.ratings == "Ratings: suggested on each part."


def test_a_part_stands_with_what_is_left_of_the_whole(guidance):
    split_off = (
        NODDING,
        (
            "      - {id: nodding, code: A-S3, text: Nodding, narrowed: true}\n"
            "      - {id: smile, code: A-S5, text: Smiling, replaces: [nodding]}\n"
        ),
    )
    (change,) = changes_of(shown(split_off))
    assert change.heading == "A-S3, skill, becomes A-S3 and A-S5"


def test_an_old_code_stands_beside_the_new_one(guidance):
    (change,) = changes_of(shown(("code: A-S4", "code: A-S9")))
    assert change.heading == "A-S4, skill, now A-S9"


def test_wordings_that_have_little_in_common_stand_whole(guidance):
    (change,) = changes_of(shown(("text: Keeping silent", "text: Letting the other person talk, reworded: true")))
    assert [(piece.mark, piece.text) for piece in change.diffs[0].pieces] == [
        ("del", "Keeping silent"),
        ("ins", "Letting the other person talk"),
    ]


def test_people_are_counted_beside_each_change(guidance, ana, luka):
    form = Form.objects.get(revision=guidance, key="full")
    submitted(ana, form, {"A-S3": 1, "A-S1": 1})
    submitted(luka, form, {"A-S3": "does not apply"})
    silence, split = changes_of(shown(("text: Keeping silent", "text: Being silent, reworded: true"), SPLIT))
    assert silence.consequence == "1 person. The old wording is shown once, next to the new."
    assert split.consequence == (
        "1 person confirms or changes it. For 1 person it does not apply, as before. "
        "The old level is suggested; it does not count until it is confirmed or changed."
    )


def test_the_page_says_what_happens_to_people_and_what_is_left_to_do(admin, elodie, guidance, ana):
    form = Form.objects.get(revision=guidance, key="full")
    submitted(ana, form, {"A-S3": 1, "A-S1": 1})
    target = TargetProfile.objects.create(revision=guidance, key="listener", title="Listener")
    RequiredLevel.objects.create(
        target=target, statement=guidance.statements.get(key="nodding"), level=guidance.scale.levels.last()
    )
    module = module_serving(guidance, "silence", "Being silent", 20, ["A-S1"])
    module.outcomes.set([guidance.competences.get(code="A").learning_outcomes.get(key="can-listen")])
    narrowed = ("text: Keeping silent", "text: Silence, narrowed: true")
    draft = actions.import_draft(revised(SPLIT, narrowed).encode(), "new.yaml", elodie)
    page = admin.get(reverse("frameworks:draft", args=[draft.pk]))
    text = words(page)
    assert "What happens to people Ratings carried 0 To be confirmed 3 (1 person) Archived 0" in text
    assert "Full, form. It grows from 6 to 7 statements; 3 are new or to be confirmed." in text
    assert "Listener, target profile. Required levels: 0 carried, 2 to decide, 0 dropped." in text
    assert "Being silent, module. Its links to A-LO1 wait for a decision." in text
    assert "To do after publishing Decide what target profiles require: 2 levels are open." in text
    assert reverse("training:module", args=["silence"]) in page.content.decode()


def test_what_no_module_serves_is_listed(guidance):
    to_dos = [to_do.text for to_do in shown(("{id: clearly,", "{id: clearly-now, replaces: [clearly],")).to_dos]
    assert "Link modules to the learning outcomes that have none: A-LO1." in to_dos
    assert any("No learning outcome serves these statements" in text and "B-S1" in text for text in to_dos)


def test_modules_stay_where_their_outcome_means_the_same(guidance):
    outcome = guidance.competences.get(code="A").learning_outcomes.get()
    module = module_serving(guidance, "silence", "Being silent", 20, ["A-S1"])
    module.outcomes.set([outcome])
    reworded = shown(("text: Keeping silent", "text: Silence, reworded: true"))
    assert "Being silent" not in [one.title for one in reworded.affected]
    narrowed = shown(("text: Keeping silent", "text: Silence, narrowed: true"))
    assert ("Being silent", "Its links to A-LO1 wait for a decision.") in [
        (one.title, one.what) for one in narrowed.affected
    ]


def test_a_thousand_elements_are_folded_up_by_competence(admin, elodie):
    big = framework(7, competences=25, statements=900, outcomes=60)
    publish_file(to_yaml(big).encode())
    operations = ["merge"] * 100 + ["split"] * 100 + ["reword"] * 150
    draft = actions.import_draft(changed(big, 8, operations).content(), "big.yaml", elodie)
    page = admin.get(reverse("frameworks:draft", args=[draft.pk]))
    assert page.context["page"].preview.is_folded
    html = page.content.decode()
    assert html.count("<details>") == len(page.context["page"].preview.sections) <= 25
    assert "reworded" in words(page)


@pytest.fixture
def thousand_changes(admin, elodie):
    """The address of the preview of a draft with more than a thousand changes."""
    big = framework(7, competences=25, statements=1600, outcomes=60)
    publish_file(to_yaml(big).encode())
    draft = actions.import_draft(changed(big, 8, ["reword"] * 1200).content(), "big.yaml", elodie)
    return reverse("frameworks:draft", args=[draft.pk])


def test_more_than_a_thousand_changes_are_read_one_competence_at_a_time(admin, thousand_changes):
    page = admin.get(thousand_changes)
    sections = page.context["page"].preview.sections
    assert [section.changes for section in sections] == [()] * 25
    assert "1200 reworded" in words(page)
    assert f"{sections[2].summary}. Show them in {sections[2].title}" in words(page)
    assert "<ins>" not in page.content.decode()
    third = admin.get(f"{thousand_changes}?section=3").context["page"].preview.sections
    assert [number for number, section in enumerate(third, 1) if section.changes] == [3]
    assert len(third[2].changes) == third[2].count == sections[2].count


@pytest.mark.parametrize("section", ["0", "26", "-1", "x", "9" * 30])
def test_a_section_that_is_not_there_opens_nothing(section, admin, thousand_changes):
    page = admin.get(thousand_changes, {"section": section})
    assert page.status_code == 200
    assert not any(section.changes for section in page.context["page"].preview.sections)


def test_all_of_them_stand_on_one_page_for_who_asks(admin, thousand_changes):
    page = admin.get(f"{thousand_changes}?all")
    assert sum(len(section.changes) for section in page.context["page"].preview.sections) == 1200
    assert page.content.decode().count("<details>") == 25


@pytest.mark.parametrize("operations", [1, 40])
def test_the_number_of_queries_does_not_grow_with_changes(operations, admin, elodie, django_assert_num_queries):
    document = framework(3, competences=5, statements=90, outcomes=10)
    publish_file(to_yaml(document).encode())
    content = changed(document, 4, ["split"] * operations).content()
    draft = actions.import_draft(content, "new.yaml", elodie)
    # Session, user, draft, revision in force; ids of earlier revisions (scales, competences, statements, outcomes),
    # their versions, another framework with this uuid. Ratings by statement, those suggested, people whose ratings are
    # carried, people in all (those of archived ratings only where something is retired), confirmations, open drafts,
    # people on earlier revisions, required levels, forms, their competences; links of modules, links
    # left undecided. Memberships, for the navigation.
    address = reverse("frameworks:draft", args=[draft.pk])
    with django_assert_num_queries(23):
        admin.get(address)


def test_the_same_is_told_as_text(guidance, ana, tmp_path, capsys):
    from django.core.management import call_command

    submitted(ana, Form.objects.get(revision=guidance, key="full"), {"A-S3": 1})
    file = tmp_path / "new.yaml"
    file.write_text(revised(SPLIT))
    call_command("load_framework", str(file), "--check")
    said = capsys.readouterr().out
    assert "  A  Listening (2 split)\n    Split in 2: A-S3, skill, becomes A-S3 and A-S5 (line " in said
    assert "      A-S3 [-Nodding and smiling-]\n      A-S3 {+Nodding+}\n      A-S5 {+Smiling+}\n" in said
    assert (
        "  What happens to people\n    Ratings carried: 0\n    To be confirmed: 2 (1 person)\n    Archived: 0\n" in said
    )
    assert "  To do after publishing\n" in said


# --- Two admins and changed revisions -----------------------------------------------------------


def test_a_changed_draft_read_before_another_publication_is_not_published(kip, repository_of_skills, elodie):
    draft = actions.import_draft(reworded_under("2024.1", repository_of_skills), "kip.yaml", elodie)
    read = Seen(draft.file.sha256, kip.pk)
    actions.import_draft(reworded_under("2024.2", repository_of_skills), "kip.yaml", elodie)
    with pytest.raises(Overtaken):
        actions.publish(draft, elodie, read)
    following = actions.publish(draft)
    with pytest.raises(Overtaken):
        actions.publish(draft, elodie, read)
    assert following.version == "2024.2"


def test_a_changed_file_in_force_is_no_change(kip, repository_of_skills):
    content = reworded_under("2024.1", repository_of_skills)
    following = publish_file(content)
    assert actions.import_draft(content, "again.yaml") == following
    assert following.successions.count() == 112


def test_what_differs_only_in_details_is_told_without_a_kind_of_change(guidance):
    found = preview(
        *(lambda examined: (examined.document, examined.comparison))(
            actions.examine(revised(("serves: [silence]", "serves: [silence, notes]")).encode(), "new.yaml")
        )
    )
    (change,) = changes_of(found)
    assert (change.label, change.consequence) == ("Same wording", "What differs: statements served.")

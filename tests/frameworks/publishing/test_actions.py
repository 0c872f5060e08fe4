"""A file becomes a draft, a draft is published; whatever is wrong leaves everything as it was."""

from functools import partial
from hashlib import sha256

import pytest
from django.apps import apps

from frameworks.models import Competence, Framework, LearningOutcome, Level, Revision, RevisionFile, Statement
from frameworks.publishing import actions
from frameworks.publishing.baseline import Overtaken, Seen
from frameworks.signals import revision_published
from kip_site.refusals import FaultyFiles
from tests.at_once import at_once
from tests.published import as_framework, line_of, publish_file, reworded_under, unchanged_under

DRAFT, PUBLISHED, SUPERSEDED = Revision.Status


def rows():
    """How many rows each model of the app has."""
    return {model.__name__: model._base_manager.count() for model in apps.get_app_config("frameworks").get_models()}


@pytest.fixture
def told():
    """The arguments of every `revision_published` that was sent."""
    sent = []

    def receiver(sender, **arguments):
        sent.append(arguments)

    revision_published.connect(receiver)
    yield sent
    revision_published.disconnect(receiver)


# --- A file becomes a draft ---------------------------------------------------------------------


def test_an_import_keeps_the_bytes_and_who_brought_them(repository_of_skills, elodie):
    draft = actions.import_draft(repository_of_skills, "drafts/repository.yaml", elodie)
    assert (draft.status, draft.framework.key, draft.version, draft.replaces) == (DRAFT, "kip", "2021.11", None)
    assert bytes(draft.file.content) == repository_of_skills
    assert draft.file.sha256 == sha256(repository_of_skills).hexdigest()
    assert (draft.file.name, draft.file.uploaded_by) == ("repository.yaml", elodie)
    assert draft.file.document["competences"][0]["title"] == {"en": "Developing and formalising new partnerships"}


@pytest.mark.django_db
def test_a_draft_has_no_elements_yet(repository_of_skills):
    actions.import_draft(repository_of_skills, "kip.yaml")
    assert not Competence.objects.exists()
    assert not Statement.objects.exists()


@pytest.mark.django_db
def test_a_second_import_replaces_the_draft(repository_of_skills, elodie):
    first = actions.import_draft(repository_of_skills, "kip.yaml")
    before = rows()
    second = actions.import_draft(repository_of_skills.replace(b'"2021.11"', b'"2021.12"'), "kip-12.yaml", elodie)
    assert rows() == before
    assert second.pk == first.pk
    second.refresh_from_db()
    file = RevisionFile.objects.get()
    assert (second.version, file.name, file.uploaded_by) == ("2021.12", "kip-12.yaml", elodie)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        (b"code: A2", b"code: A1", "taken since line 74"),
        (b"title: Repository of skills", b"titel: Repository of skills", "did you mean `title`"),
        (b"serves: [formalise-partnership, legislation]", b"serves: [formalise]", "formalise"),
        (b"id: kip\n", b"id: manage\n", "another page"),
        (b"id: new-partnerships\n", b"id: download\n", "another page"),
        (b"replaces: null", b'replaces: "2019.1"', "no revision is published yet"),
        (b"version:", b"version: !!str", "tag"),
    ],
)
def test_a_bad_file_is_refused_with_line_and_reason_and_writes_nothing(old, new, reason, repository_of_skills):
    line = line_of(old, repository_of_skills)
    before = rows()
    with pytest.raises(FaultyFiles) as refused:
        actions.import_draft(repository_of_skills.replace(old, new, 1), "kip.yaml")
    assert any(fault.line == line and reason in fault.message for fault in refused.value.faults), str(refused.value)
    assert {fault.file for fault in refused.value.faults} == {"kip.yaml"}
    assert rows() == before


def test_a_bad_file_leaves_the_draft_that_is_there(repository_of_skills, elodie):
    draft = actions.import_draft(repository_of_skills, "kip.yaml", elodie)
    with pytest.raises(FaultyFiles):
        actions.import_draft(repository_of_skills.replace(b"code: A2", b"code: A1"), "bad.yaml", elodie)
    assert bytes(Revision.objects.get(pk=draft.pk).file.content) == repository_of_skills


def test_the_file_in_force_changes_nothing(kip, repository_of_skills):
    before = rows()
    assert actions.import_draft(repository_of_skills + b"# a remark\n", "again.yaml") == kip
    assert rows() == before


def test_other_content_under_a_published_version_is_refused(kip, repository_of_skills):
    with pytest.raises(FaultyFiles, match="published already"):
        actions.import_draft(repository_of_skills.replace(b"Teamwork", b"Team work"), "kip.yaml")


def test_an_id_of_a_superseded_revision_never_comes_back(kip, repository_of_skills):
    publish_file(unchanged_under("2024.1", repository_of_skills))
    # Only the revision that is superseded now knew this id.
    kip.statements.filter(key="flexibility").update(key="suppleness")
    content = unchanged_under("2025.1", repository_of_skills, "2024.1")
    content = content.replace(
        b"      - id: relational-ease\n",
        b"      - {id: suppleness, code: G-P9, text: Suppleness}\n      - id: relational-ease\n",
    )
    with pytest.raises(FaultyFiles, match="never used again"):
        actions.import_draft(content, "kip.yaml")


def test_a_uuid_belongs_to_one_framework(kip, repository_of_skills):
    content = as_framework("other", repository_of_skills).replace(
        b"  id: other\n", f"  id: other\n  uuid: {kip.framework.uuid}\n".encode()
    )
    with pytest.raises(FaultyFiles, match="has this `uuid` already"):
        actions.import_draft(content, "other.yaml")
    assert list(Framework.objects.all()) == [kip.framework]


def test_a_file_checked_before_another_publication_is_refused(kip, repository_of_skills):
    examined = actions.examine(unchanged_under("2024.1", repository_of_skills), "kip.yaml")
    publish_file(unchanged_under("2024.2", repository_of_skills))
    before = rows()
    with pytest.raises(FaultyFiles, match="import it again"):
        actions.keep_draft(examined)
    assert rows() == before


# --- A draft is published -----------------------------------------------------------------------


def test_publishing_makes_the_elements_and_tells_the_apps_above(repository_of_skills, elodie, told):
    draft = actions.import_draft(repository_of_skills, "kip.yaml")
    revision = actions.publish(draft, elodie)
    assert (revision.status, revision.published_by) == (PUBLISHED, elodie)
    assert revision.published_at is not None
    assert (revision.competences.count(), revision.statements.count()) == (7, 112)
    assert (Level.objects.count(), LearningOutcome.objects.count()) == (5, 26)
    (sent,) = told
    assert (sent["revision"], sent["previous"], sent["comparison"].is_first) == (revision, None, True)


def test_elements_keep_what_the_file_says_of_them(kip):
    statement = kip.statements.get(code="A1")
    assert (statement.key, statement.position, statement.competence.code) == ("identify-partners", 1, "A")
    assert statement.emphasis == {"en": ["Identifying new partners"]}
    assert str(statement.uuid) == "3f6c66a4-b6c9-5aa8-877a-0757c519a76c"  # the same on every installation, for ever
    outcome = kip.competences.get(code="A").learning_outcomes.get(code="A-LO5")
    assert outcome.level.key == "on-my-own"
    assert {served.key for served in outcome.serves.all()} == {"formalise-partnership", "legislation"}
    assert list(kip.statements.values_list("position", flat=True)) == list(range(1, 113))


def test_publishing_twice_does_it_once(kip, told):
    before, published_at = rows(), kip.published_at
    again = actions.publish(kip)
    assert (again, again.published_at) == (kip, published_at)
    assert rows() == before
    assert told == []


def test_an_unchanged_revision_supersedes_the_one_before(kip, repository_of_skills, told):
    following = publish_file(unchanged_under("2024.1", repository_of_skills))
    kip.refresh_from_db()
    assert (kip.status, following.status, following.replaces) == (SUPERSEDED, PUBLISHED, kip)
    assert kip.statements.count() == following.statements.count() == 112
    assert set(kip.statements.values_list("uuid")) == set(following.statements.values_list("uuid"))
    assert [(sent["revision"], sent["previous"]) for sent in told] == [(following, kip)]


def test_a_changed_revision_supersedes_the_one_before_and_touches_none_of_its_rows(kip, repository_of_skills, told):
    before = list(kip.statements.values())
    following = publish_file(reworded_under("2024.1", repository_of_skills))
    kip.refresh_from_db()
    assert (kip.status, following.status, following.replaces) == (SUPERSEDED, PUBLISHED, kip)
    assert list(kip.statements.values()) == before
    assert kip.statements.get(code="A2").text != following.statements.get(code="A2").text
    assert [(sent["revision"], sent["previous"]) for sent in told] == [(following, kip)]
    assert told[0]["comparison"].counts()["reworded"] == 1


def test_a_receiver_that_fails_stops_the_publication(repository_of_skills, elodie):
    draft = actions.import_draft(repository_of_skills, "kip.yaml")
    before = rows()

    def fail(sender, **arguments):
        raise RuntimeError("no forms today")

    revision_published.connect(fail)
    try:
        with pytest.raises(RuntimeError, match="no forms today"):
            actions.publish(draft, elodie)
    finally:
        revision_published.disconnect(fail)
    assert rows() == before
    assert Revision.objects.get() in Revision.objects.drafts()


def seen(draft, current=None):
    return Seen(RevisionFile.objects.get(revision=draft).sha256, current and current.pk)


def test_what_was_read_is_published(repository_of_skills, elodie):
    draft = actions.import_draft(repository_of_skills, "kip.yaml")
    assert actions.publish(draft, elodie, seen(draft)).status == PUBLISHED


def test_a_draft_replaced_since_it_was_read_is_not_published(repository_of_skills, elodie):
    draft = actions.import_draft(repository_of_skills, "kip.yaml")
    read = seen(draft)
    actions.import_draft(repository_of_skills + b"# another file\n", "kip.yaml")
    before = rows()
    for act in (lambda: actions.publish(draft, elodie, read), lambda: actions.discard(draft, read)):
        with pytest.raises(Overtaken, match="another file was imported"):
            act()
    assert rows() == before


def test_a_preview_against_another_revision_is_not_published(kip, leader, repository_of_skills, elodie):
    draft = actions.import_draft(unchanged_under("2024.1", repository_of_skills), "kip.yaml")
    with pytest.raises(Overtaken):
        actions.publish(draft, elodie, seen(draft, leader))
    with pytest.raises(Overtaken):
        actions.publish(draft, elodie, seen(draft, None))
    assert actions.publish(draft, elodie, seen(draft, kip)).status == PUBLISHED


def test_who_confirms_second_is_told_who_published(repository_of_skills, elodie):
    draft = actions.import_draft(repository_of_skills, "kip.yaml")
    read = seen(draft)
    actions.publish(draft, elodie, read)
    with pytest.raises(Overtaken, match="by Élodie Lambert"):
        actions.publish(draft, elodie, read)


def test_a_discarded_draft_cannot_be_published(repository_of_skills, elodie):
    draft = actions.import_draft(repository_of_skills, "kip.yaml")
    actions.discard(draft, seen(draft))
    with pytest.raises(Overtaken, match="was discarded"):
        actions.publish(draft, elodie)


def test_discarding_a_first_draft_leaves_nothing(repository_of_skills, leader, elodie):
    before = rows()
    draft = actions.import_draft(repository_of_skills, "kip.yaml", elodie)
    actions.discard(draft)
    assert rows() == before


def test_discarding_never_touches_what_is_published(kip, repository_of_skills):
    before = rows()
    actions.discard(kip)
    assert rows() == before
    draft = actions.import_draft(unchanged_under("2024.1", repository_of_skills), "kip.yaml")
    actions.discard(draft)
    assert rows() == before


@pytest.mark.django_db(transaction=True)
def test_two_admins_at_once_publish_once(repository_of_skills, told):
    draft = actions.import_draft(repository_of_skills, "kip.yaml")
    read = seen(draft)
    outcomes = at_once(*[partial(actions.publish, draft, None, read)] * 2, refused=Overtaken)
    refusals = [outcome for outcome in outcomes if isinstance(outcome, Overtaken)]
    assert [outcome.status for outcome in outcomes if outcome not in refusals] == [PUBLISHED]
    assert ["Nothing was done twice" in str(refusal) for refusal in refusals] == [True]
    assert Revision.objects.get().competences.count() == 7
    assert len(told) == 1


@pytest.mark.django_db(transaction=True)
def test_two_first_imports_at_once_make_one_draft(repository_of_skills):
    drafts = at_once(*[partial(actions.import_draft, repository_of_skills, "kip.yaml")] * 2)
    assert [draft.pk for draft in drafts] == [Revision.objects.get().pk] * 2


def test_the_database_has_the_last_word_where_rows_cannot_be_locked(kip, repository_of_skills):
    draft = actions.import_draft(unchanged_under("2024.1", repository_of_skills), "kip.yaml")
    Revision.objects.filter(pk=kip.pk).update(status=SUPERSEDED)  # by somebody else, after both were read
    with pytest.raises(Overtaken):
        actions._put_in_force(draft, kip, None)
    assert not Revision.objects.current().exists()
    Revision.objects.filter(pk=draft.pk).update(status=PUBLISHED)
    with pytest.raises(Overtaken):
        actions._put_in_force(draft, None, None)
    assert Revision.objects.get(pk=draft.pk).published_at is None

"""What the preview announces of forms, target profiles and modules is what the publication then does to them."""

import re

import pytest

from assessments.models import Form, RequiredLevel, TargetProfile, TargetReview
from frameworks import hooks
from frameworks.models import Succession
from frameworks.publishing import actions
from tests.assessments.publication.test_revisions import TABLE
from tests.published import publish_file
from tests.revised import Author
from training.models import LinkReview, Module

pytestmark = pytest.mark.django_db

HALVED = [(["not-yet", "first-steps", "with-support"], "no", 0), (["on-my-own", "guiding-others"], "yes", 1)]
# Level 3 keeps its number, the levels below and above it do not.
STRETCHED = [
    (["not-yet"], "none", 1), (["first-steps", "with-support"], "some", 2), (["on-my-own"], "own", 3),
    (["guiding-others"], "guide", 7),
]  # fmt: skip

CHANGES = {name: row[0] for name, row in TABLE.items()} | {
    "rescaled to two levels": lambda author: author.rescale("two", HALVED),
    "rescaled around level 3": lambda author: author.rescale("four", STRETCHED),
    "a repeated text narrowed": lambda author: author.narrow("teamwork", "Working in small teams").narrow(
        "coordination-teamwork", "Working in small teams"
    ),
    "the first place of a repeated text retired": lambda author: author.retire("project-application"),
    "many at once": lambda author: (
        author.rescale("two", HALVED)
        .succeed("identify-needs", "foresee-needs", "Foreseeing what partners will need")
        .merge(["evaluation-tools", "report-evaluations"], "evaluate", "Evaluating and reporting")
        .retire("represent-partnership")
        .retire("legislation")
    ),
}


@pytest.fixture
def followed(kip, counsellor):
    """Forms, targets and modules on everything that can change: repeated texts too, and two modules an outcome."""
    evaluation = Form.objects.create(revision=kip, key="evaluation", title="Evaluation", kinds=["sub_competence"])
    evaluation.competences.set(kip.competences.filter(key="evaluation"))
    everything = TargetProfile.objects.create(revision=kip, key="everything", title="Everything", position=9)
    level = kip.scale.levels.get(value=3)
    RequiredLevel.objects.bulk_create(
        RequiredLevel(target=everything, statement=statement, level=level) for statement in kip.statements.all()
    )
    outcomes = list(kip.learningoutcomes.order_by("position"))
    for number, outcome in enumerate(outcomes[1:]):  # the first has none
        module = Module.objects.create(
            key=f"m{number}", title=f"Module {number:02}", from_level=number % 2 * 3, to_level=3 + number % 2
        )
        module.outcomes.set([outcome, outcomes[1]])


def announced(content):
    """{(kind, title): what is said to happen to it}, and the to-dos, before anything is published."""
    found = actions.examine(content, "next.yaml")
    both = (hooks.impact(found.current, found.comparison).affected,
            hooks.affected_modules(found.current, found.comparison))  # fmt: skip
    affected = {(one.kind, one.title): one.what for each in both for one in each.items}
    return affected, [to_do.text for each in both for to_do in each.to_dos]


def numbers(text):
    return [int(number) for number in re.findall(r"\d+", text)]


def links_to_decide(revision):
    """{title of a module: codes of the outcomes of then}"""
    found = {}
    for review in LinkReview.objects.filter(revision=revision).select_related("module", "old_outcome").order_by("pk"):
        found.setdefault(review.module.title, set()).add(review.old_outcome.code)
    return found


def check_modules(affected, to_dos, revision):
    said = {title: what for (kind, title), what in affected.items() if kind == "module"}
    done = links_to_decide(revision)
    assert {title: set(re.findall(r"[A-G]-LO\d+", what)) for title, what in said.items()} == done
    assert [numbers(to_do) for to_do in to_dos if "Decide on the links" in to_do] == ([[len(done)]] if done else [])
    without = revision.learningoutcomes.filter(modules=None).order_by("position").values_list("code", flat=True)
    [to_do] = [to_do for to_do in to_dos if "that have none" in to_do]
    shown, _and, more = to_do.rstrip(".").partition(" and ")
    codes = re.findall(r"[A-G]-LO\d+", shown)
    assert codes == list(without)[: len(codes)]
    assert len(codes) + (numbers(more)[0] if more else 0) == len(without)


def check_targets(affected, to_dos, previous, revision):
    to_decide = 0
    continued = Succession.objects.into(revision).surviving().values("source")
    for target in TargetProfile.objects.filter(revision=previous):
        carried = RequiredLevel.objects.filter(target__revision=revision, target__key=target.key).count()
        reviews = TargetReview.objects.filter(target__revision=revision, target__key=target.key).count()
        dropped = target.required.exclude(statement__in=continued).count()
        to_decide += reviews
        said = affected.get(("target profile", target.title))
        if said is None:
            assert (carried, reviews, dropped) == (target.required.count(), 0, 0)
        else:
            assert numbers(said) == [carried, reviews, dropped]
    said = [numbers(to_do)[0] for to_do in to_dos if "target profiles require" in to_do]
    assert said == ([to_decide] if to_decide else [])


def check_forms(affected, previous, revision):
    asked = Succession.objects.into(revision).filter(ratings__in=["suggested", "none"]).values("statement")
    for form in previous.forms.all():
        before, said = form.statements().count(), affected.get(("form", form.title))
        statements = revision.forms.get(key=form.key).statements()
        after, to_answer = statements.count(), statements.filter(pk__in=asked).count()
        if said is None:
            assert (before, to_answer) == (after, 0)
        else:
            assert numbers(said) == ([before] if before != after else []) + [after, to_answer]


@pytest.mark.parametrize("change", CHANGES)
def test_what_is_announced_is_done(change, author, kip, followed):
    content = CHANGES[change](author).content("2026.1")
    affected, to_dos = announced(content)
    revision = publish_file(content)
    check_forms(affected, kip, revision)
    check_targets(affected, to_dos, kip, revision)
    check_modules(affected, to_dos, revision)


def test_a_module_whose_levels_have_other_numbers_is_announced_and_asked_about(author, kip, followed):
    affected, _to_dos = announced(author.rescale("four", STRETCHED).content("2026.1"))
    # From 0 to 3: "not yet" has another number now. From 3 to 4: so has "guiding others".
    assert {title for kind, title in affected if kind == "module"} == set(
        Module.objects.values_list("title", flat=True)
    )


def test_what_was_left_undecided_is_announced_again(author, kip, followed):
    content = author.narrow("identify-needs", "Needs of today").content("2026.1")
    publish_file(content)
    waiting = links_to_decide(LinkReview.objects.first().revision)
    assert waiting
    third = Author(content).content("2027.1")
    affected, to_dos = announced(third)
    assert {title for kind, title in affected if kind == "module"} == set(waiting)
    revision = publish_file(third)
    assert links_to_decide(revision) == waiting
    check_modules(affected, to_dos, revision)

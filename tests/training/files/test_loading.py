"""Module files: what they say is loaded, all or nothing; every fault is told with its line."""

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from kip_site.refusals import FaultyFiles
from tests.published import FIXTURES, publish_file
from training.files import actions
from training.files.module_files import matched
from training.links import actions as link_actions
from training.models import Assignment, LinkReview, Module, Step

pytestmark = pytest.mark.django_db

AGREEMENTS = """\
format: kip-modules/1
framework: kip
modules:
  - key: agreements
    title: Writing an agreement
    summary: Two pages that everybody signs.
    format: reading
    language: en
    eqf: 6
    from_level: 0
    to_level: 3
    outcomes: [can-write-agreement]
    prerequisites: []
    author: KIP competence platform
    abilities:
      - name the three parts
    source: Written for this platform.
    materials:
      - kind: text
        title: Three parts
        summary: Read what an agreement is for.
        minutes: 12
        body: |
          An agreement has three parts.
      - kind: link
        title: An example
        summary: Look at one.
        minutes: 8
        url: https://keepinpact.eu/
"""


def load(*texts):
    return actions.load_modules([(f"{number}.yaml", text.encode()) for number, text in enumerate(texts, 1)])


def refused(*texts):
    """The faults of files that must be refused, as texts; asserts that nothing was written."""
    before = list(Module.objects.values_list("key", "title"))
    with pytest.raises(FaultyFiles) as caught:
        load(*texts)
    assert list(Module.objects.values_list("key", "title")) == before
    return [str(fault) for fault in caught.value.faults]


def line_of(text, part):
    return next(number for number, line in enumerate(text.splitlines(), 1) if part in line)


def test_a_module_is_loaded_with_its_materials_and_outcomes(kip):
    assert load(AGREEMENTS) == actions.Loaded(created=1)
    module = Module.objects.get(key="agreements")
    assert (module.title, module.eqf, module.from_level, module.to_level) == ("Writing an agreement", 6, 0, 3)
    assert [(m.position, m.kind, m.title, m.minutes) for m in module.materials.all()] == [
        (1, "text", "Three parts", 12),
        (2, "link", "An example", 8),
    ]
    assert module.materials.get(position=1).body == "An agreement has three parts."
    assert [outcome.key for outcome in module.outcomes.all()] == ["can-write-agreement"]


def test_loading_the_same_again_changes_nothing(kip):
    load(AGREEMENTS)
    pks = list(Module.objects.get().materials.values_list("pk", flat=True))
    assert load(AGREEMENTS) == actions.Loaded(unchanged=1)
    assert list(Module.objects.get().materials.values_list("pk", flat=True)) == pks


def test_a_changed_file_changes_its_module(kip):
    load(AGREEMENTS)
    changed = AGREEMENTS.replace("Two pages", "Three pages").replace("can-write-agreement", "can-agree-goals")
    assert load(changed) == actions.Loaded(changed=1)
    module = Module.objects.get()
    assert module.summary == "Three pages that everybody signs."
    assert [outcome.key for outcome in module.outcomes.all()] == ["can-agree-goals"]


def test_steps_stay_done_when_materials_are_moved_renamed_and_added(kip, ana):
    load(AGREEMENTS)
    module = Module.objects.get()
    assignment = Assignment.objects.create(person=ana, module=module, assigned_by=ana)
    _first, second = module.materials.all()
    Step.objects.create(assignment=assignment, material=second)
    # "An example" moves to the front, "Three parts" behind it, and something new comes last.
    head, materials = AGREEMENTS.split("    materials:\n")
    text, link = materials[: materials.index("      - kind: link")], materials[materials.index("      - kind: link") :]
    new = text.replace("Three parts", "Check yourself")
    load(head + "    materials:\n" + link + text + new)
    assert [m.title for m in module.materials.all()] == ["An example", "Three parts", "Check yourself"]
    assert [step.material.title for step in assignment.steps.all()] == ["An example"]


def test_a_material_that_is_gone_takes_its_step_with_it(kip, ana):
    load(AGREEMENTS)
    module = Module.objects.get()
    assignment = Assignment.objects.create(person=ana, module=module, assigned_by=ana)
    Step.objects.create(assignment=assignment, material=module.materials.get(position=2))
    load(AGREEMENTS[: AGREEMENTS.index("      - kind: link")])
    assert module.materials.count() == 1
    assert not assignment.steps.exists()


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("ab", "ab", [0, 1]),
        ("ab", "ba", [1, 0]),
        ("ab", "ac", [0, 1]),  # renamed at its place
        ("ab", "cab", [None, 0, 1]),  # one more in front
        ("abc", "ac", [0, 2]),
        ("aa", "aa", [0, 1]),
        ("", "a", [None]),
    ],
)
def test_a_material_continues_the_one_of_its_title_or_else_of_its_place(old, new, expected):
    assert matched(list(old), list(new)) == expected


def test_modules_of_several_files_may_need_one_another(kip):
    further = AGREEMENTS.replace("key: agreements", "key: renewing").replace(
        "prerequisites: []", "prerequisites: [agreements]"
    )
    assert load(further, AGREEMENTS) == actions.Loaded(created=2)
    assert [m.key for m in Module.objects.get(key="renewing").prerequisites.all()] == ["agreements"]


def test_files_of_several_frameworks_are_loaded_together(kip, leader):
    outcome = leader.learningoutcomes.first()
    value = leader.scale.levels.order_by("-value").first().value
    other = (
        AGREEMENTS.replace("framework: kip", f"framework: {leader.framework.key}")
        .replace("key: agreements", "key: careers")
        .replace("can-write-agreement", outcome.key)
        .replace("from_level: 0", f"from_level: {value - 1}")
        .replace("to_level: 3", f"to_level: {value}")
    )
    assert load(AGREEMENTS, other) == actions.Loaded(created=2)
    assert Module.objects.get(key="careers").outcomes.get() == outcome


@pytest.mark.parametrize(
    ("right", "wrong", "at", "message"),
    [
        ("    title: Writing", "    titel: Writing", "titel", "unknown key `titel`: did you mean `title`?"),
        ("    eqf: 6", "    eqf: 9", "eqf", "`eqf` should be a whole number from 1 to 8"),
        ("to_level: 3", "to_level: 0", "to_level", "`to_level` should be a whole number from 1 to 9"),
        ("from_level: 0", "from_level: 3", "to_level", "`to_level` is 3, but should be above `from_level`, which is 3"),
        ("to_level: 3", "to_level: 7", "to_level", "7 is no level of `kip`: its levels are 0, 1, 2, 3, 4"),
        ("can-write-agreement", "can-write-agreements", "outcomes", "did you mean `can-write-agreement`?"),
        ("prerequisites: []", "prerequisites: [agreement]", "prereq", "there is no module `agreement`: did you mean"),
        ("prerequisites: []", "prerequisites: [agreements]", "prereq", "`agreements` needs this module itself"),
        ("framework: kip", "framework: kop", "framework", "there is no published framework `kop`: did you mean `kip`?"),
        ("format: reading", "format: lecture", "format: lecture", "`format` is `lecture`, but should be one of"),
        ("https://keepinpact.eu/", "javascript:alert(1)", "url", "`url` should be a whole address"),
        ("        url: https://keepinpact.eu/\n", "", "- kind: link", "`url` is missing: a link leads somewhere"),
        ("kind: link", "kind: activity", "url", "`url` belongs to a link or a video"),
        ("kind: link", "kind: file", "kind: file", "`kind` is `file`, but should be one of"),
        ("    language: en\n", "", "- key", "`language` is missing"),
        ("minutes: 12", "minutes: soon", "minutes: soon", "`minutes` should be a whole number from 1 to 600"),
        ("    source: Written for this platform.", "    source: !!python/name:os.system x", "source", "tag"),
    ],
)  # fmt: skip
def test_a_fault_refuses_the_file_and_names_its_line(kip, right, wrong, at, message):
    assert right in AGREEMENTS
    text = AGREEMENTS.replace(right, wrong)
    found = refused(text)
    assert any(fault.startswith(f"1.yaml:{line_of(text, at)}: ") and message in fault for fault in found), found


def test_all_faults_of_all_files_are_told(kip):
    found = refused(AGREEMENTS.replace("eqf: 6", "eqf: six"), AGREEMENTS.replace("can-write-agreement", "can-fly"))
    assert [fault.split(":")[0] for fault in found] == ["1.yaml", "2.yaml"]


def test_a_key_that_stands_twice_is_told_with_its_first_place(kip):
    (found,) = refused(AGREEMENTS, AGREEMENTS)
    assert found == "2.yaml:4: the module `agreements` stands twice, first in 1.yaml:4"


def test_a_good_file_is_not_loaded_beside_a_bad_one(kip):
    refused(AGREEMENTS, "format: kip-modules/1\n")
    assert not Module.objects.exists()


def test_modules_that_need_each_other_are_refused_also_over_what_is_loaded_already(kip):
    load(AGREEMENTS, AGREEMENTS.replace("key: agreements", "key: renewing").replace("sites: []", "sites: [agreements]"))
    (found,) = refused(AGREEMENTS.replace("prerequisites: []", "prerequisites: [renewing]"))
    assert "`renewing` needs this module itself" in found


def test_the_command_says_what_it_did(kip, tmp_path, capsys):
    path = tmp_path / "agreements.yaml"
    path.write_text(AGREEMENTS)
    call_command("load_modules", path)
    assert capsys.readouterr().out == "1 modules added, 0 changed, 0 unchanged.\n"


def test_the_command_tells_faults_with_file_and_line_and_no_traceback(kip, tmp_path, capsys):
    path = tmp_path / "agreements.yaml"
    path.write_text(AGREEMENTS.replace("eqf: 6", "eqf: six"))
    with pytest.raises(CommandError, match=r"1 fault\. Nothing was loaded"):
        call_command("load_modules", path)
    assert capsys.readouterr().err.startswith(f"{path}:9: `eqf` should be")


def test_the_command_says_which_file_cannot_be_read(tmp_path):
    with pytest.raises(CommandError, match=r"absent\.yaml cannot be read: .* Nothing was changed"):
        call_command("load_modules", tmp_path / "absent.yaml")


def test_the_example_in_the_documentation_is_loaded(checkout, kip):
    text = (checkout / "docs/module-format.md").read_text()
    assert load(text.split("```yaml\n")[1].split("```")[0]) == actions.Loaded(created=1)


@pytest.fixture
def catalogue(checkout, kip, leader):
    """All modules of the project, loaded."""
    paths = sorted((checkout / "fixtures/modules").glob("*.yaml"))
    actions.load_modules([(path.name, path.read_bytes()) for path in paths])
    return Module.objects.all()


def test_every_learning_outcome_of_the_repository_of_skills_has_a_module(catalogue, kip):
    without = kip.learningoutcomes.filter(modules=None).values_list("code", flat=True)
    assert list(without) == []


def test_every_module_of_the_project_takes_about_an_hour_and_names_its_source(catalogue):
    assert catalogue.count() >= 7
    for module in catalogue:
        assert 45 <= module.minutes <= 90, f"{module.key}: {module.minutes} minutes"
        assert 3 <= len(module.abilities) <= 5, module.key
        assert "KEEP IN PACT" in module.source or "Pact for Skills" in module.source or "LE.A.DE.R" in module.source


# --- After a revision ---------------------------------------------------------------------------

MONEY = AGREEMENTS.replace("key: agreements", "key: money").replace("can-write-agreement", "can-find-money")


@pytest.fixture
def revision(kip):
    """The demonstration draft, published after the module on money was loaded: B2, which it serves, has a successor."""
    load(MONEY)
    return publish_file((FIXTURES / "repository_of_skills_draft.yaml").read_bytes())


def served(revision):
    return sorted(Module.objects.get().outcomes.filter(revision=revision).values_list("key", flat=True))


def test_what_an_admin_decided_after_a_revision_stays_when_files_are_loaded_again(revision, elodie):
    link_actions.decide_link(
        LinkReview.objects.get(), elodie, [revision.learningoutcomes.get(key="can-plan-fundraising")]
    )
    left_alone = {"money": ["can-find-money", "can-plan-fundraising"]}
    assert load(MONEY) == actions.Loaded(unchanged=1, left_alone=left_alone)
    assert served(revision) == ["can-plan-fundraising"]
    # All else becomes what the file says.
    more = MONEY.replace("[can-find-money]", "[can-find-money, can-run-meetings]")
    assert load(more) == actions.Loaded(changed=1, left_alone=left_alone)
    assert served(revision) == ["can-plan-fundraising", "can-run-meetings"]
    # A file that says what was decided has nothing left to say.
    assert load(MONEY.replace("can-find-money", "can-plan-fundraising")) == actions.Loaded(changed=1)
    assert served(revision) == ["can-plan-fundraising"]


def test_a_link_that_was_dropped_stays_dropped(revision, elodie):
    link_actions.decide_link(LinkReview.objects.get(), elodie)
    assert load(MONEY).left_alone == {"money": ["can-find-money"]}
    assert served(revision) == []


def test_a_link_that_waits_for_a_decision_goes_on_waiting(revision):
    assert load(MONEY).left_alone == {"money": ["can-find-money"]}
    assert served(revision) == []
    assert LinkReview.objects.open().in_force().count() == 1


def test_the_command_says_which_links_it_left_alone(revision, tmp_path, capsys):
    path = tmp_path / "money.yaml"
    path.write_text(MONEY)
    call_command("load_modules", path)
    out = capsys.readouterr().out
    assert out.startswith("0 modules added, 0 changed, 1 unchanged.\nmoney: its links to can-find-money stay")

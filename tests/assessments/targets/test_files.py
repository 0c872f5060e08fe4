"""Target profiles from files: all of a file or nothing, with every fault and its line."""

from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from assessments.models import RequiredLevel, TargetProfile

FILE = """format: kip-targets/1
framework: kip
targets:
  - key: officer
    title: Partnership officer
    levels:
      identify-partners: on-my-own
      identify-needs: with-support
"""


@pytest.fixture
def load(tmp_path, capsys):
    """Run the command on a text; (what it printed, what it printed as faults)."""

    def load(text):
        path = tmp_path / "targets.yaml"
        path.write_text(text, encoding="utf-8")
        call_command("load_targets", str(path))
        return capsys.readouterr().out

    return load


def test_the_projects_own_targets_load_completely(kip, checkout, capsys):
    call_command("load_targets", str(Path(checkout) / "fixtures" / "target_profiles.yaml"))
    assert "3 added, 0 changed, 0 unchanged" in capsys.readouterr().out
    assert [target.title for target in TargetProfile.objects.order_by("position")] == [
        "Partnership manager",
        "Partnership officer",
        "Guidance counsellor with partnership tasks",
    ]
    for target in TargetProfile.objects.all():
        assert target.required.filter(statement__kind="sub_competence").count() > 10


def test_loading_again_changes_nothing_and_a_changed_file_is_followed(kip, load):
    assert "1 added" in load(FILE)
    pks = list(RequiredLevel.objects.values_list("pk", flat=True))
    assert "0 changed, 1 unchanged" in load(FILE)
    assert list(RequiredLevel.objects.values_list("pk", flat=True)) == pks
    assert "1 changed" in load(FILE.replace("identify-needs: with-support", "identify-needs: guiding-others"))
    assert "1 changed" in load(FILE.replace("Partnership officer", "Officer"))
    assert TargetProfile.objects.get().title == "Officer"
    assert set(RequiredLevel.objects.values_list("statement__key", "level__key")) == {
        ("identify-partners", "on-my-own"),
        ("identify-needs", "with-support"),
    }


@pytest.mark.parametrize(
    ("old", "new", "line", "message"),
    [
        ("identify-needs", "identify-need", 8, "there is no statement `identify-need`: did you mean `identify-needs`?"),
        ("with-support", "with-suport", 8, "there is no level `with-suport`: did you mean `with-support`?"),
        ("framework: kip", "framework: kap", 2, "there is no published framework `kap`"),
        ("    title: Partnership officer\n", "", 4, "`title` is missing"),
        ("    title:", "    tilte:", 5, "unknown key `tilte`"),
        ("kip-targets/1", "kip-targets/2", 1, "kip-targets/1"),
        ("on-my-own", "[1]", 7, "should be a text"),
        ("  - key: officer", "  - &a key: officer", 4, ""),
        ("identify-needs", "identify-partners", 8, "identify-partners"),
        ("key: officer", "key: Officer!", 4, "Officer!"),
    ],
)
def test_a_fault_is_told_with_its_line_and_nothing_is_loaded(kip, load, capsys, old, new, line, message):
    with pytest.raises(CommandError):
        load(FILE.replace(old, new, 1))
    told = capsys.readouterr().err
    assert f"targets.yaml:{line}:" in told
    assert message in told
    assert not TargetProfile.objects.exists()


def test_a_repeated_statement_is_named_by_its_first_place(kip, load, capsys):
    repeat = kip.statements.exclude(same_as=None).select_related("same_as").first()
    with pytest.raises(CommandError):
        load(FILE.replace("identify-needs", repeat.key))
    assert f"`{repeat.key}` repeats `{repeat.same_as.key}`" in capsys.readouterr().err


def test_one_faulty_file_keeps_the_others_out(kip, tmp_path):
    good, bad = tmp_path / "good.yaml", tmp_path / "bad.yaml"
    good.write_text(FILE)
    bad.write_text(FILE.replace("kip\n", "nothing\n"))
    with pytest.raises(CommandError):
        call_command("load_targets", str(good), str(bad))
    assert not TargetProfile.objects.exists()


def test_a_file_that_is_not_there_is_told(db, tmp_path):
    with pytest.raises(CommandError, match="cannot be read"):
        call_command("load_targets", str(tmp_path / "missing.yaml"))


def test_the_same_key_twice_is_a_fault(kip, load, capsys):
    with pytest.raises(CommandError):
        load(FILE + FILE.split("targets:\n")[1])
    assert "the target `officer` stands twice" in capsys.readouterr().err

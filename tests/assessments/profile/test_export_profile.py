"""The profile as PDF by command."""

import os
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse

from assessments.models import Assessment
from tests.assessed import LEVELS_OF_ANA, SUBMITTED, submitted

pytestmark = pytest.mark.django_db


def export(email, output):
    call_command("export_profile", email, output=output)


def test_the_command_writes_what_ana_would_download(client, ana, anas, tmp_path, capsys):
    output = tmp_path / "ana.pdf"
    export("ana@kvarner.example", output)
    client.force_login(ana)
    assert output.read_bytes() == client.get(reverse("assessments:profile_pdf", args=[anas.pk])).content
    assert capsys.readouterr().out == f"{output}: the profile of Ana Šarić, assessed on 22 November 2026.\n"
    assert [path.name for path in tmp_path.iterdir()] == ["ana.pdf"]


@pytest.mark.parametrize(("umask", "mode"), [(0o022, 0o644), (0o077, 0o600)])
def test_others_on_the_machine_read_the_file_only_where_new_files_are_for_them(umask, mode, anas, tmp_path):
    before = os.umask(umask)
    try:
        export("ana@kvarner.example", tmp_path / "ana.pdf")
    finally:
        os.umask(before)
    assert (tmp_path / "ana.pdf").stat().st_mode & 0o777 == mode


def test_it_takes_the_newest_and_any_case_of_the_address(ana, anas, essential, tmp_path, capsys):
    submitted(ana, essential, LEVELS_OF_ANA, on=SUBMITTED + timedelta(days=30))
    export("Ana@Kvarner.example", tmp_path / "ana.pdf")
    assert "22 December 2026" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("email", "said"),
    [
        ("nobody@kvarner.example", "Nobody signs in with nobody@kvarner.example. Nothing was written."),
        ("luka@kvarner.example", "Luka Perić has not submitted an assessment yet. Nothing was written."),
    ],
)
def test_without_a_profile_nothing_is_written(luka, anas, tmp_path, email, said):
    with pytest.raises(CommandError) as error:
        export(email, tmp_path / "profile.pdf")
    assert str(error.value) == said
    assert list(tmp_path.iterdir()) == []


def test_a_draft_is_no_profile(ana, essential, tmp_path):
    Assessment.objects.create(person=ana, form=essential)
    with pytest.raises(CommandError, match="has not submitted"):
        export("ana@kvarner.example", tmp_path / "profile.pdf")


def test_a_folder_that_is_not_there_is_named(anas, tmp_path):
    with pytest.raises(CommandError, match=r"gone/profile\.pdf was not written: No such file or directory"):
        export("ana@kvarner.example", tmp_path / "gone" / "profile.pdf")


def test_a_file_that_cannot_be_replaced_leaves_no_rest(anas, tmp_path):
    (tmp_path / "profile.pdf").mkdir()
    with pytest.raises(CommandError, match="was not written"):
        export("ana@kvarner.example", tmp_path / "profile.pdf")
    assert [path.name for path in tmp_path.iterdir()] == ["profile.pdf"]

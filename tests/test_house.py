"""The house itself: health, headers, static files, and what must never stand in the repository."""

import os
import re
import subprocess
import sys

import pytest
from django.db import OperationalError, connection

# Written in parts, so that this file does not find itself.
NEVER = {
    "a package registry": re.compile("py" + r"pi\.org|python" + r"hosted|registry\.npm" + r"js|deb\." + r"debian\.org"),
    "a place on one machine": re.compile(r"(?<![\w.])/(?:ho" + r"me/\w|ro" + r"ot/|wo" + r"rk/|Us" + r"ers/)"),
    "a private key": re.compile("BEGIN [A-Z ]*PRIVATE" + " KEY"),
}


def tracked_files(checkout):
    names = subprocess.run(
        ["git", "ls-files", "-z"], cwd=checkout, capture_output=True, text=True, check=True
    ).stdout.split("\0")
    return [checkout / name for name in names if name and (checkout / name).is_file()]


@pytest.mark.parametrize("what", NEVER)
def test_no_file_names(what, checkout):
    found = []
    for path in tracked_files(checkout):
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue  # a font or a picture
        found += [f"{path.relative_to(checkout)}: {match[0]}" for match in NEVER[what].finditer(text)]
    assert found == []


def test_every_requirement_is_pinned_with_its_hash(checkout):
    for name in ("requirements.txt", "requirements-dev.txt"):
        entries = re.split(r"\n(?=\S)", (checkout / name).read_text().strip())
        assert len(entries) > 30
        assert [entry.split()[0] for entry in entries if "==" not in entry or "--hash=sha256:" not in entry] == []


def test_static_files_can_be_collected_for_production(checkout, tmp_path):
    """The manifest fails on any file that a style sheet names and that is not there."""
    program = (
        "from django.conf import settings; from django.core.management import call_command;"
        f"settings.STATIC_ROOT = {str(tmp_path)!r}; call_command('collectstatic', interactive=False, verbosity=0)"
    )
    result = subprocess.run(
        [sys.executable, "manage.py", "shell", "--no-imports", "-c", program],
        cwd=checkout,
        env={"PATH": os.environ["PATH"], "SECRET_KEY": "for-this-test"},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert result.returncode == 0, result.stderr
    assert (tmp_path / "staticfiles.json").exists()


@pytest.mark.django_db
def test_health_is_public_and_says_ok(client):
    response = client.get("/healthz")
    assert (response.status_code, response.content) == (200, b"ok\n")


@pytest.mark.django_db
@pytest.mark.logs_errors
def test_health_answers_503_when_the_database_does_not(client):
    def gone(execute, sql, params, many, context):
        raise OperationalError("the server closed the connection")

    with connection.execute_wrapper(gone):
        response = client.get("/healthz")
    assert response.status_code == 503
    assert b"database" in response.content


@pytest.mark.django_db
def test_every_answer_carries_the_strict_policy(client):
    policy = client.get("/healthz").headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert "data:" not in policy


INLINE = {
    "style": re.compile(r"<style\b|\sstyle\s*="),
    "script": re.compile(r"<script(?![^>]*\ssrc=)|\son[a-z]+\s*=\s*[\"']|javascript:"),
    "data address": re.compile(r"[\"'(]data:"),
}


@pytest.mark.parametrize("what", INLINE)
def test_no_page_has_an_inline(what, checkout):
    """The policy would block it. E-mails and the PDF are no pages, and follow rules of their own."""
    pages = [
        path
        for path in tracked_files(checkout)
        if path.is_relative_to(checkout / "templates") and not {"email", "emails", "pdf"} & set(path.parts)
    ]
    assert [str(path.relative_to(checkout)) for path in pages if INLINE[what].search(path.read_text())] == []


def test_the_guide_installs_the_system_packages_that_the_makefile_does(checkout):
    named = re.search(r"^PDF_PACKAGES := (.+)$", (checkout / "Makefile").read_text(), re.MULTILINE)[1].split()
    guide = (checkout / "deploy/README.md").read_text()
    assert named
    assert [package for package in named if package not in guide] == []

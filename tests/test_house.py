"""The house itself: health, headers, static files, and what must never stand in the repository."""

import ast
import os
import re
import subprocess
import sys
from importlib.metadata import packages_distributions

import pytest
from django.apps import apps

OUR_PACKAGES = {"kip_site", "frameworks", "training", "assessments"}
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


def asked_for(file):
    """The names of the packages in one of the .in files, in small letters."""
    return re.findall(r"^[a-z][\w-]*", file.read_text().lower(), re.MULTILINE)


def imported_by(path):
    """Top-level names of the modules that a file imports from elsewhere."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level:
            yield node.module.partition(".")[0]


def test_the_site_imports_nothing_that_only_the_tests_install(checkout):
    installed = re.findall(r"^([\w-]+)==", (checkout / "requirements.txt").read_text(), re.MULTILINE)
    packages = packages_distributions()
    product = [path for path in tracked_files(checkout) if path.suffix == ".py" and "tests" not in path.parts]
    own = {path.relative_to(checkout).parts[0] for path in product}
    assert {"frameworks", "kip_site"} <= own
    missing = [
        f"{path.relative_to(checkout)}: {name}"
        for path in product
        for name in imported_by(path)
        if name not in sys.stdlib_module_names | own
        and not {re.sub("[_.]", "-", package.lower()) for package in packages.get(name, ())} & set(installed)
    ]
    assert missing == []


def test_the_readme_tells_what_the_site_needs_from_what_its_tests_need(checkout):
    readme = (checkout / "README.md").read_text().lower()
    for_the_site, for_the_tests = readme.partition("## dependencies")[2].split("for tests and linting:")
    needed = asked_for(checkout / "requirements.in")
    assert "django" in needed
    assert [name for name in needed if name not in for_the_site] == []
    further = asked_for(checkout / "requirements-dev.in")
    assert "jsonschema" in further
    assert [name for name in further if name in for_the_site or name not in for_the_tests] == []


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
def test_every_answer_carries_the_strict_policy(client):
    policy = client.get("/help/").headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert "data:" not in policy


def names_in(module):
    """Every name that a Python file uses: imported, alone, or after a dot."""
    for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
        match node:
            case ast.alias():
                yield from (node.name.split(".")[-1], node.asname)
            case ast.Name():
                yield node.id
            case ast.Attribute():
                yield node.attr


# Outside access.py, whoever may not do a thing does not find it, or is refused by a function that is there.
REFUSALS = {"PermissionDenied", "HttpResponseForbidden"}


def test_one_module_alone_refuses_what_somebody_may_not_do(checkout):
    """Beside the models, whose QuerySets carry the rest of who may do what."""
    refusing = [
        str(path.relative_to(checkout))
        for path in tracked_files(checkout)
        if path.suffix == ".py" and not {"tests", "models", "models.py"} & set(path.relative_to(checkout).parts)
        if REFUSALS.intersection(names_in(path))
    ]
    assert refusing == ["kip_site/accounts/access.py"]


def test_no_template_decides_who_may_do_what(checkout):
    """A view says what to offer; a template knows no more of the user than whether there is one."""
    asking = re.compile(r"\b(?:user\.(?:is_(?!authenticated\b)\w+|roles|own_memberships)|perms\.\w+)")
    found = [
        f"{path.relative_to(checkout)}: {match[0]}"
        for path in tracked_files(checkout)
        if path.is_relative_to(checkout / "templates")
        for match in asking.finditer(path.read_text(encoding="utf-8"))
    ]
    assert found == []


INLINE = {
    "style": re.compile(r"<style\b|\sstyle\s*="),
    "script": re.compile(r"<script(?![^>]*\s(?:src=|type=\"application/json\"))|\son[a-z]+\s*=\s*[\"']|javascript:"),
    "data address": re.compile(r"[\"'(]data:"),
}


@pytest.mark.parametrize("what", INLINE)
def test_no_page_has_an_inline(what, checkout):
    """The policy would block it; it does not block JSON in a `<script>`, which does nothing.

    E-mails and the PDF are no pages, and follow rules of their own.
    """
    pages = [
        path
        for path in tracked_files(checkout)
        if path.is_relative_to(checkout / "templates") and not {"email", "emails", "pdf"} & set(path.parts)
    ]
    assert [str(path.relative_to(checkout)) for path in pages if INLINE[what].search(path.read_text())] == []


def templates_of(checkout):
    return [path for path in tracked_files(checkout) if path.is_relative_to(checkout / "templates")]


# As `max_line_length` of djlint in pyproject.toml.
LONGEST_LINE = 140


def test_no_template_has_a_line_too_long_to_read(checkout):
    """The linter's rule for this passes over comments and translations. In a *.txt e-mail a line is a paragraph."""
    pages = [path for path in templates_of(checkout) if path.suffix == ".html"]
    assert len(pages) > 100
    assert [
        f"{path.relative_to(checkout)}:{number}"
        for path in pages
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if len(line) > LONGEST_LINE
    ] == []


# Only tags that draw nothing stand before it.
OPENING_COMMENT = re.compile(r"(?:{% (?:extends|load|get_current_language) [^\n]*?%}\s*)*(?:{#|{% comment %})\s*\w")


def test_every_partial_says_first_what_it_expects_and_shows(checkout):
    partials = [path for path in templates_of(checkout) if path.name.startswith("_")]
    assert len(partials) > 40
    silent = [path for path in partials if not OPENING_COMMENT.match(path.read_text(encoding="utf-8"))]
    assert [str(path.relative_to(checkout)) for path in silent] == []


def test_no_model_leaves_it_to_the_database_where_null_stands():
    """PostgreSQL sorts NULL after everything, SQLite before."""
    ours = [model for model in apps.get_models() if model.__module__.split(".")[0] in OUR_PACKAGES]
    names = [(model, name) for model in ours for name in model._meta.ordering if isinstance(name, str)]
    assert names
    assert [f"{model.__name__}: {name}" for model, name in names if can_be_null(model, name)] == []


def can_be_null(model, name):
    """Whether anything on the way to this column can be: "-module__title"."""
    first, _dash, rest = name.removeprefix("-").partition("__")
    field = model._meta.pk if first == "pk" else model._meta.get_field(first)
    return field.null or bool(rest and can_be_null(field.related_model, rest))


def test_the_guide_installs_the_system_packages_that_the_makefile_does(checkout):
    named = re.search(r"^PDF_PACKAGES := (.+)$", (checkout / "Makefile").read_text(), re.MULTILINE)[1].split()
    guide = (checkout / "deploy/README.md").read_text()
    assert named
    assert [package for package in named if package not in guide] == []

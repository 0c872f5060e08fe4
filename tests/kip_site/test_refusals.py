"""One exception for a refusal in a sentence, one for faulty files; whatever else there is has an answer of its own."""

import ast
import pkgutil

from frameworks.files.faults import Fault
from frameworks.files.tables.limits import Unreadable
from kip_site.refusals import FaultyFiles

PACKAGES = ("kip_site", "frameworks", "training", "assessments")
# Every exception of the site that is neither Refused nor FaultyFiles, and what answers it.
OTHERS = {
    "assessments.models.ratings.Submitted": "a page of its own that leads on",
    "assessments.rating.actions.Conflict": "both answers side by side",
    "assessments.rating.actions.NotAsked": "404",
    "kip_site.accounts.access.NotAllowed": "403, as Django answers every PermissionDenied",
    "kip_site.accounts.sign_in.limits.CodeNeeded": "a code by e-mail, or a sentence where one is typed already",
    "kip_site.pdf.Broken": "assessments.profile.pdf makes a sentence of it",
    "kip_site.jobs.due.Incomplete": "the part is told as failed, where it was run and on the page of jobs",
    "kip_site.jobs.progress.Later": "the job waits for its turn again",
    "kip_site.jobs.progress.Lost": "the log: nobody waits for it",
    "kip_site.mail.delivery.ServerAway": "the job that delivers waits for its turn again",
    "frameworks.files.faults.TooManyFaultsError": "the reading ends there",
    "frameworks.files.yaml_tree._Stop": "the reading ends there",
}


def imported_in(tree):
    """{name in the module: where it is from}; what is from the site itself is from ""."""
    found = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            # "import a.b" makes the name a.
            found |= {alias.asname or alias.name.split(".")[0]: alias.name for alias in node.names if alias.asname}
            found |= {alias.name.split(".")[0]: alias.name.split(".")[0] for alias in node.names if not alias.asname}
        elif isinstance(node, ast.ImportFrom):
            is_own = node.level or node.module.split(".")[0] in PACKAGES
            for alias in node.names:
                found[alias.asname or alias.name] = "" if is_own else f"{node.module}.{alias.name}"
    return found


def is_exception(base, imported):
    """Whether a base class is an exception of Python's, Django's or another package's."""
    first, _dot, rest = ast.unparse(base).partition(".")
    origin = imported.get(first, f"builtins.{first}")
    try:
        found = pkgutil.resolve_name(f"{origin}.{rest}".strip(".")) if origin else None
    except (AttributeError, ImportError, ValueError):
        return False  # defined in the module itself, or made by a call
    return isinstance(found, type) and issubclass(found, Exception)


def exceptions_in(tree):
    """The names of the classes of a module that derive from an exception that is not the site's own."""
    imported = imported_in(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef) and any(is_exception(base, imported) for base in node.bases):
            yield node.name


def exceptions_of(path, checkout):
    module = ".".join(path.relative_to(checkout).with_suffix("").parts)
    return [f"{module}.{name}" for name in exceptions_in(ast.parse(path.read_text()))]


def test_there_is_one_exception_of_each(checkout):
    found = [
        name
        for package in PACKAGES
        for path in sorted((checkout / package).rglob("*.py"))
        for name in exceptions_of(path, checkout)
    ]
    assert sorted(found) == sorted([*OTHERS, "kip_site.refusals.Refused", "kip_site.refusals.FaultyFiles"])


def test_an_exception_is_seen_whatever_it_derives_from():
    written = """
import django.core.exceptions
from django.core import exceptions
from django.http import Http404 as Gone, HttpResponse
from kip_site.refusals import Refused

class Own(Exception): ...
class Denied(exceptions.PermissionDenied): ...
class Wrong(django.core.exceptions.ValidationError): ...
class Renamed(Gone): ...
class Answer(HttpResponse): ...
class Subclass(Refused): ...
class Below(Own): ...
"""
    assert list(exceptions_in(ast.parse(written))) == ["Own", "Denied", "Wrong", "Renamed"]


def test_faults_are_kept_and_told_a_line_each():
    refused = FaultyFiles([Fault(3, "no title", "kip.yaml"), Fault(7, "no code", "kip.yaml")])
    assert [fault.line for fault in refused.faults] == [3, 7]
    assert str(refused) == "kip.yaml:3: no title\nkip.yaml:7: no code"


def test_a_table_that_cannot_be_read_has_one_fault():
    assert Unreadable(1, "no table").faults == (Fault(1, "no table"),)

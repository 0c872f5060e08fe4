"""One exception for a refusal in a sentence, one for faulty files; whatever else there is has an answer of its own."""

import ast
import builtins

from frameworks.files.faults import Fault
from frameworks.files.tables.limits import Unreadable
from kip_site.refusals import FaultyFiles

# Every exception of the site that is neither Refused nor FaultyFiles, and what answers it.
OTHERS = {
    "assessments.models.ratings.Submitted": "a page of its own that leads on",
    "assessments.rating.actions.Conflict": "both answers side by side",
    "assessments.rating.actions.NotAsked": "404",
    "kip_site.pdf.Broken": "assessments.profile.pdf makes a sentence of it",
    "frameworks.publishing.jobs.work.Lost": "the log: nobody waits for it",
    "frameworks.files.faults.TooManyFaultsError": "the reading ends there",
    "frameworks.files.yaml_tree._Stop": "the reading ends there",
}


def is_exception(base):
    found = getattr(builtins, base.id, None) if isinstance(base, ast.Name) else None
    return isinstance(found, type) and issubclass(found, Exception)


def exceptions_of(path, checkout):
    module = ".".join(path.relative_to(checkout).with_suffix("").parts)
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ClassDef) and any(map(is_exception, node.bases)):
            yield f"{module}.{node.name}"


def test_there_is_one_exception_of_each(checkout):
    packages = ("kip_site", "frameworks", "training", "assessments")
    found = [
        name
        for package in packages
        for path in sorted((checkout / package).rglob("*.py"))
        for name in exceptions_of(path, checkout)
    ]
    assert sorted(found) == sorted([*OTHERS, "kip_site.refusals.Refused", "kip_site.refusals.FaultyFiles"])


def test_faults_are_kept_and_told_a_line_each():
    refused = FaultyFiles([Fault(3, "no title", "kip.yaml"), Fault(7, "no code", "kip.yaml")])
    assert [fault.line for fault in refused.faults] == [3, 7]
    assert str(refused) == "kip.yaml:3: no title\nkip.yaml:7: no code"


def test_a_table_that_cannot_be_read_has_one_fault():
    assert Unreadable(1, "no table").faults == (Fault(1, "no table"),)

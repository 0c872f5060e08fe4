"""A small framework to be edited, and helpers to read its drafts."""

from frameworks.editor.document.working_copy import Baseline, compared
from frameworks.files.document import elements
from frameworks.files.reading import read_framework

PUBLISHED = """\
format: kip-framework/1
framework:
  {id: guidance, title: Guidance, publisher: G, source: S, licence: L, source_language: en, languages: [en, fr]}
revision: {version: "1", date: 2026-05-04, notes: First.}
scale:
  id: two-steps
  levels:
    - {id: low, value: 0, label: Low, descriptors: {skill: I do not, knowledge: I do not know}}
    - {id: high, value: 1, label: High, descriptors: {skill: I do, knowledge: I know}}
competences:
  - id: listen
    code: A
    title: Listening
    knowledge:
      - {id: ears, code: A-K1, text: How people hear}
    skills:
      - {id: silence, code: A-S1, text: {en: Keeping silent, fr: Se taire}}
      - {id: asking, code: A-S2, text: Asking and asking again, emphasis: [Asking, again]}
      - {id: nodding, code: A-S3, text: Nodding and smiling}
      - {id: notes, code: A-S4, text: Taking notes}
    learning_outcomes:
      - {id: can-listen, code: A-LO1, text: Listen for ten minutes, level: high, serves: [silence]}
      - {id: can-ask, code: A-LO2, text: Ask, level: high, serves: [asking, notes]}
  - id: speak
    code: B
    title: Speaking
    skills:
      - {id: clearly, code: B-S1, text: Speaking clearly}
      - {id: silence-there, code: B-S2, text: {en: Keeping silent, fr: Se taire}, same_as: silence}
      - {id: silence-again, code: B-S3, text: {en: Keeping silent, fr: Se taire}, same_as: silence}
"""
OLD = read_framework(PUBLISHED.encode(), "old.yaml").document
BASELINE = Baseline(OLD, retired_before=frozenset(("smiling", "whistling")), published_versions=frozenset(("0", "1")))


def differences(document, baseline=BASELINE):
    """{id: (change, from, ratings)} of all elements whose change is not "unchanged"."""
    comparison = compared(document, baseline)
    assert comparison.faults == ()
    return {
        entry["id"]: (entry["change"], entry["from"], entry["ratings"])
        for entry in comparison.as_list()
        if entry["change"] != "unchanged"
    }


def part(document, key):
    return next(element for element in elements(document) if element.id == key)


def data(document, key):
    return part(document, key).data


def codes(document, competence="listen", cluster="skills"):
    return [entry["code"] for entry in data(document, competence)[cluster]]


def ids(document, competence="listen", cluster="skills"):
    return [entry["id"] for entry in data(document, competence)[cluster]]

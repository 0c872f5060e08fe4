"""Prints how long reading, comparing and writing framework files take; the floor is the YAML parser alone."""

import time

from yaml.cyaml import CParser

from frameworks.comparison.rules import compare
from frameworks.files.reading import read_framework
from frameworks.files.writing import to_yaml
from kip_site.languages import LANGUAGE_NAMES

STATEMENTS = 10_000
SAMPLE = "Identifying new partners in accordance with the needs of the territory and action plan of the service"
LANGUAGES = tuple(LANGUAGE_NAMES)


def made_up_framework(statements, languages=("en",)):
    """The bytes of a framework file with a hundred statements in each competence."""
    lines = [
        "format: kip-framework/1",
        "framework:",
        "  {id: big, title: Big, publisher: P, source: S, licence: L, source_language: en,",
        f"  languages: [{', '.join(languages)}]}}",
        'revision: {version: "1", date: 2026-05-04}',
        "scale: {id: two, levels: [{id: low, value: 0, label: Low, descriptors: {skill: I try}},",
        "  {id: high, value: 1, label: High, descriptors: {skill: I do}}]}",
        "competences:",
    ]
    for number in range(statements):
        competence, place = divmod(number, 100)
        if not place:
            lines += [f"  - id: c{competence}", f"    code: C{competence}", "    title: Competence", "    skills:"]
        lines += [f"      - id: c{competence}-s{place}", f"        code: C{competence}-S{place}"]
        if len(languages) == 1:
            lines += [f"        text: {SAMPLE} {number}", "        emphasis: [Identifying new partners]"]
        else:
            lines += ["        text:", *(f"          {code}: {SAMPLE[:60]} {number}" for code in languages)]
    return ("\n".join(lines) + "\n").encode()


def seconds(act, *arguments):
    """(seconds of the fastest of three runs, result of the last run)"""
    best = float("inf")
    for _ in range(3):
        start = time.perf_counter()
        result = act(*arguments)
        best = min(best, time.perf_counter() - start)
    return best, result


def parse_alone(content):
    parser = CParser(content)
    while parser.get_event() is not None:
        pass
    parser.dispose()


def test_reading_comparing_and_writing(checkout):
    files = {
        "the Repository of skills": (checkout / "fixtures" / "repository_of_skills.yaml").read_bytes(),
        f"{STATEMENTS:,} statements": made_up_framework(STATEMENTS),
        f"{STATEMENTS:,} statements in five languages": made_up_framework(STATEMENTS, LANGUAGES),
    }
    print("\nFramework files: seconds, and how many times what the YAML parser alone takes")
    for name, content in files.items():
        floor, _ = seconds(parse_alone, content)
        reading_time, reading = seconds(read_framework, content, name)
        document = reading.document
        following = document["revision"] | {"version": "next", "replaces": document["revision"]["version"]}
        compare_time, comparison = seconds(compare, document, document | {"revision": following})
        write_time, _ = seconds(to_yaml, document)
        assert not reading.faults
        assert not comparison.faults
        print(f"{name} ({len(content) / 1e6:.1f} MB): parser alone {floor:.3f}")
        for what, taken in (("read", reading_time), ("compare", compare_time), ("write", write_time)):
            print(f"  {what:8} {taken:.3f}  × {taken / floor:.1f}")

"""Prints how long reading, comparing and writing framework files take, against what YAML's parser alone needs.

Run from the checkout: python -m tests.benchmarks.bench_framework_files
"""

import os
import time
from pathlib import Path

import yaml
from yaml.cyaml import CParser

STATEMENTS = 10_000
SAMPLE = "Identifying new partners in accordance with the needs of the territory and action plan of the service"
LANGUAGES = ("en", "fr", "it", "pt", "hr")


def made_up_framework(statements, languages=("en",)):
    """A framework file as bytes, a hundred statements a competence."""
    lines = [
        "format: kip-framework/1",
        "framework: {id: big, title: Big, publisher: P, source: S, licence: L, source_language: en, "
        f"languages: [{', '.join(languages)}]}}",
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
            lines += ["        text:", *(f"          {code}: {SAMPLE[:70]} {number}" for code in languages)]
    return ("\n".join(lines) + "\n").encode()


def seconds(act, times=3):
    """The best of a few runs, and what the last one returned."""
    best = None
    for _ in range(times):
        start = time.perf_counter()
        result = act()
        taken = time.perf_counter() - start
        best = taken if best is None else min(best, taken)
    return best, result


def parse_alone(content):
    parser = CParser(content)
    while parser.get_event() is not None:
        pass
    parser.dispose()


def main():
    import django

    django.setup()
    from frameworks.changes import compare
    from frameworks.reading import read_framework
    from frameworks.writing import to_yaml

    repository = Path(__file__).resolve().parents[2] / "fixtures" / "repository_of_skills.yaml"
    files = {
        "the Repository of skills": repository.read_bytes(),
        f"{STATEMENTS:,} statements": made_up_framework(STATEMENTS),
        f"{STATEMENTS:,} in five languages": made_up_framework(STATEMENTS, LANGUAGES),
    }
    print(f"PyYAML {yaml.__version__}; seconds, and how many times the parser alone")
    for name, content in files.items():
        floor, _ = seconds(lambda: parse_alone(content))  # noqa: B023 - called at once
        reading_time, reading = seconds(lambda: read_framework(content, name))  # noqa: B023
        assert not reading.faults, reading.faults
        document = reading.document
        next_one = document | {"revision": document["revision"] | {"version": "next", "replaces": "1"}}
        compare_time, _ = seconds(lambda: compare(document, next_one, lines=reading.lines))  # noqa: B023
        write_time, _ = seconds(lambda: to_yaml(document))  # noqa: B023
        print(f"{name} ({len(content) / 1e6:.1f} MB): parser alone {floor:.3f}")
        for what, taken in (("read", reading_time), ("compare", compare_time), ("write", write_time)):
            print(f"  {what:8} {taken:.3f}  × {taken / floor:.1f}")


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kip_site.settings")
    os.environ.setdefault("SECRET_KEY", "for-the-benchmark-only")
    main()

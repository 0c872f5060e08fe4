"""Reads hostile files, each in its own process, and prints a line of JSON for each: its memory and its faults.

Run by test_yaml_tree.py as a program, so that a crash or high memory use can be measured from outside.
"""

import json
import os
import resource
import sys

FULL = 4_999_000  # bytes, just under the limit


def filled(text, head="", tail=""):
    return head + text * ((FULL - len(head) - len(tail)) // len(text)) + tail


def counted(form, number):
    return "".join(form.format(i) for i in range(number))[:FULL]


# {name: a function that makes the file (text, or bytes if it is not UTF-8)}
HOSTILE = {
    "nested lists in brackets": lambda: filled("["),
    "nested mappings in braces": lambda: filled("{a: "),
    "nested lists in blocks": lambda: filled("- "),
    "nested keys": lambda: filled("? "),
    "indentation that only grows": lambda: "".join(" " * i + "a:\n" for i in range(3000)),
    "a million entries": lambda: filled("- a\n"),
    "a million empty mappings": lambda: filled("{},", "["),
    "nests next to nests": lambda: filled("[[[[]]]],", "["),
    "pairs without end": lambda: filled("a: b,", "["),
    "a key repeated without end": lambda: filled("a: b\n"),
    "a key repeated on one line": lambda: filled("a,", "{"),
    "keys that all differ": lambda: counted("key-{}: v\n", 400_000),
    "anchors without end": lambda: counted("- &a{} x\n", 400_000),
    "an alias repeated on one line": lambda: filled("*a,", "a: &a [x]\nb: ["),
    "aliases of aliases": lambda: (
        "a0: &a0 [x, x]\n" + "".join(f"a{i}: &a{i} [*a{i - 1}, *a{i - 1}]\n" for i in range(1, 90))
    ),
    "tags without end": lambda: filled("- !!python/object/apply:os.system [x]\n"),
    "documents without end": lambda: filled("---\na\n"),
    "one huge text": lambda: filled("a", 'a: "', '"'),
    "one huge text of emoji": lambda: 'a: "' + "😀" * (FULL // 4 - 10) + '"',
    "one huge key": lambda: filled("a", tail=": b"),
    "a quote that never ends": lambda: filled("a", '"'),
    "line breaks alone": lambda: filled("\n"),
    "control characters without end": lambda: filled("a\x07\n"),
    "direction overrides without end": lambda: "# \u202e\n" * (FULL // 6),
    "Latin-1": lambda: filled("é\n").encode("latin-1"),
    "UTF-16": lambda: ("a: b\n" * 400_000).encode("utf-16"),
    "six megabytes": lambda: b"a: b\n" * 1_200_001,
    "references to nothing": lambda: (
        "competences:\n  - skills:\n" + counted("    - {{id: skill-{0}x, same_as: skill-{0}y}}\n", 30_000)
    ),
}


def measure(content):
    """{extra: megabytes of memory needed for reading, faults: [text, …], document: whether there is one}."""
    from frameworks.files.reading import read_framework

    read_framework(b"a: b", "first.yaml")  # loads the schema and the translations
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    reading = read_framework(content, "hostile.yaml")
    extra = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    return {
        "extra": extra / 1024,
        "faults": [str(fault) for fault in reading.faults],
        "document": reading.document is not None,
    }


def main():
    import django

    django.setup()
    for name, make in HOSTILE.items():
        read_end, write_end = os.pipe()
        process = os.fork()
        if not process:
            content = make()
            result = measure(content if isinstance(content, bytes) else content.encode())
            with os.fdopen(write_end, "w") as pipe:
                json.dump(result, pipe)
            os._exit(0)
        os.close(write_end)
        with os.fdopen(read_end) as pipe:
            text = pipe.read()
        status = os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])
        result = json.loads(text) if text else {}
        sys.stdout.write(json.dumps({"name": name, "status": status} | result) + "\n")


if __name__ == "__main__":
    main()

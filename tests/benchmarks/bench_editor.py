"""Prints how long the pages of the editor take on a draft of 10,000 statements; the floor is loading and comparing."""

import time
from datetime import date

from django.urls import reverse

from frameworks.editor.actions import baseline_of, begin_draft
from frameworks.editor.document.working_copy import compared
from frameworks.models import RevisionFile
from tests.benchmarks.bench_framework_files import made_up_framework, seconds
from tests.frameworks.editor.drafts import seen
from tests.published import publish_file

STATEMENTS = 10_000


def test_editing_a_large_draft(client, elodie):
    client.force_login(elodie)
    published = publish_file(made_up_framework(STATEMENTS), "big.yaml", elodie)
    draft = begin_draft(published.framework, "2", date(2027, 1, 31), elodie)

    def address(name, *arguments):
        return reverse(f"frameworks:{name}", args=[draft.pk, *arguments])

    baseline = baseline_of(published)
    floor, _ = seconds(lambda: compared(RevisionFile.objects.get(revision=draft).document, baseline))
    print(f"\nEditor, {STATEMENTS:,} statements: seconds, and how many times what loading and comparing takes")
    print(f"  {'floor':12} {floor:.3f}")
    for what, url in (
        ("overview", address("edit")),
        ("search", address("edit") + "?find=partners"),
        ("competence", address("edit_competence", "c50")),
        ("statement", address("edit_element", "c50-s50")),
        ("merge", address("edit_merge")),
        ("levels", address("edit_scale")),
    ):
        taken, answer = seconds(client.get, url)
        assert answer.status_code == 200
        print(f"  {what:12} {taken:.3f}  × {taken / floor:.1f}")

    def press(url, **fields):
        hidden = seen(client.get(address("edit_revision")))
        start = time.perf_counter()
        assert client.post(url, {**hidden, **fields}).status_code == 302
        return time.perf_counter() - start

    client.post(address("edit_choose"), {"codes": " ".join(f"C{number}-S7" for number in range(50))})
    for what, taken in (
        ("reword", press(address("edit_element", "c1-s1"), operation="same", text="Other words")),
        ("split", press(address("edit_element", "c1-s2"), operation="split", first="One", second="Two")),
        ("merge fifty", press(address("edit_merge"), text="All of them")),
        ("undo", press(address("edit_undo"))),
    ):
        print(f"  {what:12} {taken:.3f}  × {taken / floor:.1f}")

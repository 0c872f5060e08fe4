"""Keeps the file of a draft before each change in the browser, so that the latest changes can be undone."""

import zlib
from typing import Any

from frameworks.files.faults import shortened
from frameworks.models import DraftStep, Revision, RevisionFile

# Each step is a compressed copy of the file, and nobody remembers more than these.
MOST_STEPS = 20


def keep_step(file: RevisionFile, said: str) -> None:
    """Keep a draft's file as it is before a change; `said` is the message about the change. Drops the oldest steps."""
    DraftStep.objects.create(
        revision_id=file.revision_id,
        said=shortened(said, 300),
        name=file.name,
        content=zlib.compress(bytes(file.content)),
        is_edited=file.is_edited,
        uploaded_at=file.uploaded_at,
        uploaded_by_id=file.uploaded_by_id,
    )
    kept = DraftStep.objects.of(file.revision_id).values_list("pk", flat=True)[:MOST_STEPS]
    DraftStep.objects.of(file.revision_id).exclude(pk__in=list(kept)).delete()


def last_step(draft: Revision) -> DraftStep | None:
    """The latest step, to which undoing goes back, with its content deferred; or None."""
    return DraftStep.objects.of(draft).defer("content").first()


def file_of(step: DraftStep) -> tuple[bytes, dict[str, Any]]:
    """The content of the file that a step kept, and {field: value} of the other fields of RevisionFile."""
    content = zlib.decompress(bytes(step.content))
    return content, {
        "name": step.name,
        "is_edited": step.is_edited,
        "uploaded_at": step.uploaded_at,
        "uploaded_by_id": step.uploaded_by_id,
    }

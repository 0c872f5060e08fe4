"""What a draft was before each change in the browser, kept so that the last changes can be undone."""

import zlib
from typing import Any

from frameworks.files.faults import shortened
from frameworks.models import DraftStep, Revision, RevisionFile

# Nobody remembers more of them, and each is a compressed copy of the file.
MOST_STEPS = 20


def keep_step(file: RevisionFile, said: str) -> None:
    """Keep a draft's RevisionFile as it is before the change that `said` tells of."""
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
    """The DraftStep that undoing goes back to, without its content; or None."""
    return DraftStep.objects.of(draft).defer("content").first()


def file_of(step: DraftStep) -> tuple[bytes, dict[str, Any]]:
    """Of the RevisionFile that a step kept: the content, and {field: value} of those that the content does not give."""
    content = zlib.decompress(bytes(step.content))
    return content, {
        "name": step.name,
        "is_edited": step.is_edited,
        "uploaded_at": step.uploaded_at,
        "uploaded_by_id": step.uploaded_by_id,
    }

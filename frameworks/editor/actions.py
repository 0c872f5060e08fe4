"""Beginning a draft in the browser, saving an edited one, and undoing its last change."""

from datetime import date
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from frameworks.files.document import Document
from frameworks.files.reading import read_any
from frameworks.files.writing import to_yaml
from frameworks.files.yaml_tree import MOST_BYTES
from frameworks.models import DraftStep, Framework, Revision, RevisionFile
from frameworks.publishing.baseline import (
    Overtaken,
    Seen,
    as_it_is_now,
    current_of,
    ids_of_earlier_revisions,
    is_as_seen,
    published_versions,
    storable_name,
)
from frameworks.publishing.rows import revision_fields

from .document import placing
from .document.working_copy import Baseline, CannotEdit
from .undo import file_of, keep_step

if TYPE_CHECKING:
    from kip_site.accounts.models import User


@transaction.atomic
def begin_draft(framework: Framework, version: str, day: date, user: "User | None" = None) -> Revision:
    """Create a draft that follows the revision in force and changes nothing yet; `day` becomes its date.

    Raises Overtaken if the framework has a draft already or no revision in force, and CannotEdit if the version has
    been published before.
    """
    Framework.objects.select_for_update().filter(pk=framework.pk).first()
    current = current_of(framework.key)
    if current is None or Revision.objects.drafts().filter(framework=framework).exists():
        raise Overtaken(
            _("No draft was begun: somebody began one in the meantime, or the revision in force was taken back.")
        )
    document = placing.next_draft(current.file.document, version, day.isoformat(), baseline_of(current))
    draft = Revision.objects.create(framework=framework, replaces=current, **revision_fields(document))
    RevisionFile.objects.create(revision=draft, **_edited_file(document, user))
    return draft


@transaction.atomic
def save_draft_document(draft: Revision, document: Document, user: "User | None", seen: Seen, said: str = "") -> None:
    """Save an edited document as the draft's file. A document that is the same as before is not saved.

    `said` is the message about the change, which the button for undoing shows. Raises Overtaken, with nothing written,
    if the draft or the revision in force is not as `seen`, and CannotEdit if the file would be too big.
    """
    draft = _locked_as_seen(draft, seen)
    if document == draft.file.document:
        return
    keep_step(draft.file, said or _("A change."))
    Revision.objects.filter(pk=draft.pk).update(**revision_fields(document))
    RevisionFile.objects.filter(revision=draft).update(**_edited_file(document, user), uploaded_at=timezone.now())


@transaction.atomic
def undo_last_edit(draft: Revision, seen: Seen) -> str:
    """Restore a draft as it was before its last change in the browser; returns the message about that change.

    The restored file is the same byte for byte. Raises Overtaken, with nothing written, if the draft or the revision in
    force is not as `seen`, or if there is no change to undo.
    """
    draft = _locked_as_seen(draft, seen)
    step = DraftStep.objects.of(draft).first()
    if step is None:
        raise Overtaken(_("Nothing was undone: no change is left that could be."))
    content, fields = file_of(step)
    document = read_any(content, step.name).faultless()
    Revision.objects.filter(pk=draft.pk).update(**revision_fields(document))
    RevisionFile.objects.filter(revision=draft).update(
        content=content, sha256=sha256(content).hexdigest(), document=document, **fields
    )
    step.delete()
    return step.said


def _locked_as_seen(draft: Revision, seen: Seen) -> Revision:
    Framework.objects.select_for_update().filter(pk=draft.framework_id).first()
    draft = as_it_is_now(draft)
    if not is_as_seen(draft, seen):
        raise Overtaken(
            _("Nothing was saved: since you opened this page, somebody changed this draft or published a revision.")
        )
    return draft


def baseline_of(current: Revision | None, key: str = "") -> Baseline:
    """The Baseline of a draft; `current` is the revision in force, or None if the framework `key` has none."""
    key = current.framework.key if current else key
    return Baseline(current.file.document if current else None, ids_of_earlier_revisions(key), published_versions(key))


def in_force(framework: Framework) -> Revision | None:
    """The revision in force with its file, or None."""
    return current_of(framework.key)


def _edited_file(document: Document, user: "User | None") -> dict[str, Any]:
    content = to_yaml(document).encode()
    if len(content) > MOST_BYTES:
        raise CannotEdit(
            _("The framework would have more than %(limit)d MB, which is the most: shorten or remove something first.")
            % {"limit": MOST_BYTES // 1_000_000}
        )
    return {
        "name": storable_name(f"{document['framework']['id']}-{document['revision']['version']}.yaml"),
        "content": content,
        "sha256": sha256(content).hexdigest(),
        "document": document,
        "uploaded_by": user,
        "is_edited": True,
    }

"""What changes frameworks: importing a file as a draft, publishing or discarding a draft, taking a publication back.

The pages and the commands both use these functions, so that they make the same checks.
"""

import logging
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import ProtectedError
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from frameworks import hooks
from frameworks.comparison.rules import Comparison, compare
from frameworks.files.document import Document
from frameworks.files.faults import Fault
from frameworks.files.reading import Reading, read_any
from frameworks.models import DraftStep, Framework, Revision, RevisionFile, element_uuid
from frameworks.signals import revision_published, revision_taken_back
from kip_site.refusals import FaultyFiles, Refused

from .baseline import (
    Overtaken,
    Seen,
    as_it_is_now,
    current_of,
    current_pk,
    ids_of_earlier_revisions,
    is_as_seen,
    published_versions,
    storable_name,
)
from .rows import create_rows, delete_rows, revision_fields
from .successions import write_successions

if TYPE_CHECKING:
    from kip_site.accounts.models import User

logger = logging.getLogger(__name__)

# Ids that a framework or a competence may not have, because other pages of the site have these URLs.
RESERVED_FRAMEWORK_ID = "manage"
RESERVED_COMPETENCE_ID = "download"


@dataclass(frozen=True, slots=True)
class Examination:
    """A file without faults, and what it would change."""

    name: str
    content: bytes
    document: Document
    lines: dict[str, int]
    comparison: Comparison
    current: Revision | None  # the revision in force that it was compared with


# --- A file becomes a draft ---------------------------------------------------------------------


def examine(content: bytes, name: str) -> Examination:
    """Read and check a file and compare it with the revision in force. Writes nothing. Raises FaultyFiles.

    `content` is in any of `formats.FORMATS`; `name` is the file's name as its author knows it.
    """
    return examine_reading(read(content, name), content, name)


def read(content: bytes, name: str) -> Reading:
    """The first half of `examine`: read a file. Raises FaultyFiles if the file alone has faults."""
    reading = read_any(content, name)
    if reading.faults:
        raise FaultyFiles(reading.faults)
    return reading


def examine_reading(reading: Reading, content: bytes, name: str) -> Examination:
    """The second half of `examine`: compare a reading with the revision in force. Raises FaultyFiles."""
    document, lines = reading.faultless(), reading.lines
    key = document["framework"]["id"]
    current = current_of(key)
    comparison = compare(
        current.file.document if current else None,
        document,
        lines=lines,
        name=name,
        retired_before=ids_of_earlier_revisions(key),
        published_versions=published_versions(key),
    )
    faults = [*_faults_of_addresses(document, lines, name), *_faults_of_uuid(document, lines, name), *comparison.faults]
    if faults:
        raise FaultyFiles(sorted(faults, key=lambda fault: fault.line))
    return Examination(name, content, document, lines, comparison, current)


def import_draft(content: bytes, name: str, user: "User | None" = None) -> Revision:
    """Make a file the framework's draft, replacing an existing draft. Raises FaultyFiles, with nothing written.

    A file that is identical to the revision in force changes nothing: that revision is returned.
    """
    return keep_draft(examine(content, name), user)


@transaction.atomic
def keep_draft(examined: Examination, user: "User | None" = None) -> Revision:
    """Like `import_draft`, for a file that has been examined already. Raises FaultyFiles."""
    document = examined.document
    framework = _locked_framework(document)
    if current_pk(framework) != (examined.current and examined.current.pk):
        raise FaultyFiles(
            [Fault(1, _("another revision was published while this file was checked: import it again"), examined.name)]
        )
    if examined.current and examined.comparison.is_identical:
        return examined.current
    draft, _created = Revision.objects.update_or_create(
        framework=framework,
        status=Revision.Status.DRAFT,
        defaults={**revision_fields(document), "replaces": examined.current},
    )
    RevisionFile.objects.update_or_create(
        revision=draft,
        defaults={
            "name": storable_name(examined.name),
            "content": examined.content,
            "sha256": sha256(examined.content).hexdigest(),
            "document": document,
            "uploaded_at": timezone.now(),
            "uploaded_by": user,
            "is_edited": False,
        },
    )
    DraftStep.objects.forget(draft)
    return draft


@transaction.atomic
def discard(draft: Revision, seen: Seen | None = None) -> None:
    """Delete a draft and its file, and the framework if it has no other revision.

    Raises Overtaken if `seen` is given and the draft is not as it was seen.
    """
    Framework.objects.select_for_update().filter(pk=draft.framework_id).first()
    if seen is not None:
        _refuse_unless_as_seen(as_it_is_now(draft), seen)
    Revision.objects.filter(pk=draft.pk, status=Revision.Status.DRAFT).delete()
    Framework.objects.filter(pk=draft.framework_id, revisions=None).delete()


# --- A draft is published -----------------------------------------------------------------------


@transaction.atomic
def publish(draft: Revision, user: "User | None" = None, seen: Seen | None = None) -> Revision:
    """Put a draft in force and return it, read again; a revision that is published already is returned unchanged.

    Raises Refused if the draft no longer fits the revision in force, and Overtaken if the draft is gone or, with `seen`
    given, if the draft or the revision in force is another than the one that was seen.
    """
    Framework.objects.select_for_update().filter(pk=draft.framework_id).first()
    draft = as_it_is_now(draft)
    if seen is not None:
        _refuse_unless_as_seen(draft, seen)
    if draft.status != Revision.Status.DRAFT:
        return draft
    key = draft.framework.key
    previous = current_of(key)
    comparison = compare(
        previous.file.document if previous else None,
        draft.file.document,
        name=draft.file.name,
        retired_before=ids_of_earlier_revisions(key),
        published_versions=published_versions(key),
    )
    if comparison.faults:
        raise Refused(
            _("Revision %(version)s no longer fits what is in force: import its file again.")
            % {"version": draft.version}
        )
    _put_in_force(draft, previous, user)
    DraftStep.objects.forget(draft)
    create_rows(draft, draft.file.document)
    if previous is not None:
        write_successions(draft, previous, comparison)
    revision_published.send(sender=Revision, revision=draft, previous=previous, comparison=comparison)
    return draft


def _put_in_force(draft: Revision, previous: Revision | None, user: "User | None") -> None:
    """Put a draft in force in place of `previous`. Raises Overtaken.

    If two admins publish at the same time, only one succeeds: each update must find the row in the status it had.
    """
    if previous is not None:
        superseded = Revision.objects.current().filter(pk=previous.pk).update(status=Revision.Status.SUPERSEDED)
        if superseded != 1:
            raise Overtaken(_overtaken_message(draft))
    draft.status = Revision.Status.PUBLISHED
    draft.published_at = timezone.now()
    draft.published_by = user
    draft.replaces = previous
    published = (
        Revision.objects.drafts()
        .filter(pk=draft.pk)
        .update(
            status=draft.status,
            published_at=draft.published_at,
            published_by=draft.published_by,
            replaces=draft.replaces,
        )
    )
    if published != 1:
        raise Overtaken(_overtaken_message(draft))


# --- A publication is taken back ----------------------------------------------------------------


def take_back(revision: Revision, user: "User | None" = None) -> Revision:
    """Undo a publication: its revision becomes a draft again, and the previous one is in force again.

    File, document and uploader stay as they are. A revision that is a draft already is returned unchanged. Raises
    Refused, with nothing changed, if people have rated on the revision or if another revision or draft followed it.
    """
    try:
        with transaction.atomic():
            draft = _take_back(revision)
    except (ProtectedError, IntegrityError):
        # Somebody began to use it after the check, which only the constraints of the database can notice.
        raise Refused(
            _("Revision %(version)s is in use since this moment, so it stays in force.") % {"version": revision.version}
        ) from None
    logger.info("The publication of %s was taken back by user %s.", draft, user and user.pk)
    return draft


def _take_back(revision: Revision) -> Revision:
    Framework.objects.select_for_update().filter(pk=revision.framework_id).first()
    try:
        revision = as_it_is_now(revision)
    except Overtaken:
        raise Refused(_("This revision is not there any more: it was taken back and discarded.")) from None
    if revision.status == Revision.Status.DRAFT:
        return revision
    if reason := why_not_taken_back(revision):
        raise Refused(reason)
    previous = revision.replaces
    revision_taken_back.send(sender=Revision, revision=revision, previous=previous)
    delete_rows(revision)
    Revision.objects.filter(pk=revision.pk).update(
        status=Revision.Status.DRAFT, published_at=None, published_by=None, replaces=previous
    )
    if previous is not None:
        Revision.objects.filter(pk=previous.pk).update(status=Revision.Status.PUBLISHED)
    return as_it_is_now(revision)


def why_not_taken_back(revision: Revision) -> str:
    """Why the publication of a revision cannot be taken back, as a sentence; blank if it can be."""
    others = Revision.objects.filter(framework=revision.framework_id).exclude(pk=revision.pk)
    names = {"version": revision.version}
    if revision.status == Revision.Status.SUPERSEDED:
        return _("Revision %(version)s is superseded: only the revision in force can be taken back.") % names
    if draft := others.drafts().first():
        return _(
            "Revision %(version)s would become the draft again, but there is a draft already, %(draft)s: publish or "
            "discard that first."
        ) % (names | {"draft": draft.version})
    return hooks.in_use(revision)


def _refuse_unless_as_seen(draft: Revision, seen: Seen) -> None:
    if draft.status != Revision.Status.DRAFT and draft.file.sha256 == seen.sha256:
        raise Overtaken(
            _("Revision %(version)s was published already, on %(time)s by %(person)s. Nothing was done twice.")
            % {
                "version": draft.version,
                "time": date_format(timezone.localtime(draft.published_at), "DATETIME_FORMAT"),
                "person": draft.published_by or _("somebody who is gone"),
            }
        )
    if not is_as_seen(draft, seen):
        raise Overtaken(_overtaken_message(draft))


def _overtaken_message(draft: Revision) -> str:
    return _(
        "Nothing was published or discarded: since you opened this page, another file was imported or another revision "
        "of %(title)s was published. Read what it changes now."
    ) % {"title": draft.title_text}


def _locked_framework(document: Document) -> Framework:
    """The framework of a document, created if it is new, locked until the transaction ends."""
    key, uuid = document["framework"]["id"], _framework_uuid(document)
    # Two first imports at the same time create only one framework: the second finds it.
    Framework.objects.bulk_create([Framework(key=key, uuid=uuid)], ignore_conflicts=True)
    framework = Framework.objects.select_for_update().get(key=key)
    if str(framework.uuid) != str(uuid):
        # Happens only before the first publication: from then on the comparison refuses another UUID.
        framework.uuid = uuid
        framework.save(update_fields=["uuid"])
    return framework


def _framework_uuid(document: Document) -> str | UUID:
    framework = document["framework"]
    given: str | None = framework.get("uuid")
    return given or element_uuid(framework["id"])


def _faults_of_uuid(document: Document, lines: Mapping[str, int], name: str) -> Iterator[Fault]:
    key = document["framework"]["id"]
    other = Framework.objects.filter(uuid=_framework_uuid(document)).exclude(key=key).first()
    if other:
        message = _("the framework `%(key)s` has this `uuid` already: choose another") % {"key": other.key}
        yield Fault(lines.get("/framework/uuid", 1), message, name)


def _faults_of_addresses(document: Document, lines: Mapping[str, int], name: str) -> Iterator[Fault]:
    message = _("`%(id)s` is the address of another page of this site: choose another id")
    if document["framework"]["id"] == RESERVED_FRAMEWORK_ID:
        yield Fault(lines.get("/framework/id", 1), message % {"id": RESERVED_FRAMEWORK_ID}, name)
    for competence in document["competences"]:
        if competence["id"] == RESERVED_COMPETENCE_ID:
            yield Fault(lines.get(RESERVED_COMPETENCE_ID, 1), message % {"id": RESERVED_COMPETENCE_ID}, name)

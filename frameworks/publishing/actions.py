"""What changes frameworks: a file becomes a draft, a draft is published or discarded, a publication is taken back.

The web page and the command both come through here, so that they check alike.
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

# Addresses of the site that would stand where those of a framework or of a competence do.
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
    """Read and check a file and compare it with the revision in force. Writes nothing; raises FaultyFiles.

    `content` is bytes in any of `formats.FORMATS`, `name` what the author calls the file.
    """
    return examine_reading(read(content, name), content, name)


def read(content: bytes, name: str) -> Reading:
    """The first half of `examine`: the reading.Reading of a file without faults of its own; raises FaultyFiles."""
    reading = read_any(content, name)
    if reading.faults:
        raise FaultyFiles(reading.faults)
    return reading


def examine_reading(reading: Reading, content: bytes, name: str) -> Examination:
    """The second half of `examine`: what was read, compared with the revision in force; raises FaultyFiles."""
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
    """Make a file the framework's draft, in the place of one that is there; raises FaultyFiles, with nothing written.

    A file that says what is in force already changes nothing: its revision, published as it is, is returned.
    """
    return keep_draft(examine(content, name), user)


@transaction.atomic
def keep_draft(examined: Examination, user: "User | None" = None) -> Revision:
    """`import_draft` for a file that was examined before."""
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
    """Delete a draft and its file; the framework too, if it never had another revision. Raises Overtaken."""
    Framework.objects.select_for_update().filter(pk=draft.framework_id).first()
    if seen is not None:
        _refuse_unless_as_seen(as_it_is_now(draft), seen)
    Revision.objects.filter(pk=draft.pk, status=Revision.Status.DRAFT).delete()
    Framework.objects.filter(pk=draft.framework_id, revisions=None).delete()


# --- A draft is published -----------------------------------------------------------------------


@transaction.atomic
def publish(draft: Revision, user: "User | None" = None, seen: Seen | None = None) -> Revision:
    """Put a draft in force in one transaction and return it as it is then; a published one is returned untouched.

    Raises Refused for a draft that no longer fits what is in force; with `seen`, Overtaken unless exactly what was seen
    would be published now.
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
    _take_force(draft, previous, user)
    DraftStep.objects.forget(draft)
    create_rows(draft, draft.file.document)
    if previous is not None:
        write_successions(draft, previous, comparison)
    revision_published.send(sender=Revision, revision=draft, previous=previous, comparison=comparison)
    return draft


def _take_force(draft: Revision, previous: Revision | None, user: "User | None") -> None:
    """Put a draft in force in the place of `previous`; raises Overtaken.

    Two admins may do so at once. The database decides: each update must find the row as it was read.
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
    """Undo a publication that nobody used: its revision is the draft again, and the one before it is in force again.

    File, document and uploader stay as they are. A revision that is a draft already is returned untouched. Raises
    Refused, with nothing changed, once people rated on it, and when another revision or draft followed.
    """
    try:
        with transaction.atomic():
            draft = _take_back(revision)
    except (ProtectedError, IntegrityError):
        # Somebody began to use it in the very moment, which only the database could see.
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
    """What keeps a published revision from being taken back, as a sentence; blank when it can be."""
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
    """The framework of a document, made if it is new, locked until the transaction ends."""
    key, uuid = document["framework"]["id"], _framework_uuid(document)
    # Two first imports at once make one framework: whoever comes second finds it there.
    Framework.objects.bulk_create([Framework(key=key, uuid=uuid)], ignore_conflicts=True)
    framework = Framework.objects.select_for_update().get(key=key)
    if str(framework.uuid) != str(uuid):
        # Only before a first publication: from then on the comparison keeps it.
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

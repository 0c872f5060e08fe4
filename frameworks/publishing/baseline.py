"""The baseline of a draft: the revision in force, the ids and versions in use, and what an admin saw of both."""

from dataclasses import dataclass
from pathlib import PurePath
from typing import TypedDict

from django.utils.translation import gettext as _

from frameworks.models import Competence, Framework, LearningOutcome, Revision, Scale, Statement
from kip_site.refusals import Refused


class Overtaken(Refused):
    """The draft or the revision in force changed after the admin read the page, so her action is refused."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What the page showed when an admin pressed a button: which bytes of a draft, and which revision in force."""

    sha256: str
    current: int | None  # primary key


class SeenFields(TypedDict):
    """A Seen as the values of the hidden fields of a page."""

    sha256: str
    current: int | None


def seen_fields(draft: Revision, current: int | None) -> SeenFields:
    """The values of the hidden fields on a page that shows a draft; `current` is a primary key."""
    return {"sha256": draft.file.sha256, "current": current}


def as_it_is_now(draft: Revision) -> Revision:
    """The draft, read again with its framework and file. Raises Overtaken if it was discarded."""
    try:
        return Revision.objects.select_related("framework", "file", "published_by").get(pk=draft.pk)
    except Revision.DoesNotExist:
        raise Overtaken(
            _("The draft %(version)s was discarded in the meantime. Nothing was published.")
            % {"version": draft.version}
        ) from None


def is_as_seen(draft: Revision, seen: Seen) -> bool:
    """Whether the draft still has the bytes that were seen, and the same revision is in force."""
    is_same = draft.status == Revision.Status.DRAFT and draft.file.sha256 == seen.sha256
    return is_same and current_pk(draft.framework) == seen.current


def current_of(key: str) -> Revision | None:
    """The revision in force of the framework with this id, with its file."""
    return Revision.objects.current().select_related("framework", "file").filter(framework__key=key).first()


def current_pk(framework: Framework) -> int | None:
    """The primary key of the revision in force, or None."""
    return Revision.objects.current().filter(framework=framework).values_list("pk", flat=True).first()


def published_versions(key: str) -> frozenset[str]:
    return frozenset(Revision.objects.issued().filter(framework__key=key).values_list("version", flat=True))


def ids_of_earlier_revisions(key: str) -> frozenset[str]:
    """All ids in superseded revisions; those that the revision in force no longer has were retired."""
    return frozenset(
        identifier
        for model in (Scale, Competence, Statement, LearningOutcome)
        for identifier in model.objects.filter(
            revision__framework__key=key, revision__status=Revision.Status.SUPERSEDED
        ).values_list("key", flat=True)
    )


def storable_name(name: str) -> str:
    """The last part of a path, limited to characters and a length that the database accepts."""
    name = PurePath(name).name.encode("utf-8", "replace").decode()
    return "".join(character for character in name if character.isprintable())[-200:] or "framework.yaml"

"""What the pages for managing frameworks show, loaded before rendering."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from frameworks import hooks
from frameworks.files.faults import Fault
from frameworks.files.formats import FORMATS, Format
from frameworks.hooks import ToDo
from frameworks.models import Framework, Revision, RevisionJob
from kip_site.jobs.page import JobNotice, notices

from . import actions, faults_page
from .faults_page import ShownFault
from .preview import Preview, preview_of


@dataclass(frozen=True)
class KeptFramework:
    """A framework in the list for platform admins: its revision in force, and its draft."""

    framework: Framework
    current: Revision | None
    draft: Revision | None
    superseded: int  # how many revisions

    @property
    def title(self) -> str:
        """The title of the revision in force, or of the draft if there is none in force."""
        shown = self.current or self.draft
        return shown.title_text if shown else ""


@dataclass(frozen=True)
class ManagePage:
    frameworks: tuple[KeptFramework, ...]
    to_dos: tuple[ToDo, ...]
    jobs: tuple[JobNotice, ...]  # those that are unfinished or failed recently
    formats: tuple[Format, ...]  # in which a revision can be downloaded

    @property
    def drafts(self) -> list[Revision]:
        """The drafts, which an uploaded file may replace."""
        return [kept.draft for kept in self.frameworks if kept.draft]


@dataclass(frozen=True)
class DraftPage:
    """A draft that can be published, with all that it changes."""

    revision: Revision
    current: Revision | None
    preview: Preview
    entries: int


@dataclass(frozen=True)
class OutdatedDraftPage:
    """A draft that cannot be published: another revision came into force, on which its file is not based."""

    revision: Revision
    faults: tuple[ShownFault, ...]


@dataclass(frozen=True)
class TakeBackPage:
    """The page for taking a publication back; `reason` says why that is not possible, and is blank if it is."""

    revision: Revision
    reason: str


def load() -> ManagePage:
    """The ManagePage, in a fixed number of queries."""
    revisions = (
        Revision.objects.select_related("framework", "published_by", "file", "file__uploaded_by")
        .defer("file__content", "file__document")
        .order_by("framework")
    )
    by_framework: dict[Framework, list[Revision]] = {}
    for revision in revisions:
        by_framework.setdefault(revision.framework, []).append(revision)
    return ManagePage(
        frameworks=tuple(_kept(framework, found) for framework, found in by_framework.items()),
        to_dos=tuple(to_dos()),
        jobs=notices(row.job for row in RevisionJob.objects.for_notices().select_related("job").defer("job__file")),
        formats=tuple(FORMATS.values()),
    )


def _kept(framework: Framework, revisions: Sequence[Revision]) -> KeptFramework:
    status = Revision.Status
    return KeptFramework(
        framework=framework,
        current=next((revision for revision in revisions if revision.status == status.PUBLISHED), None),
        draft=next((revision for revision in revisions if revision.status == status.DRAFT), None),
        superseded=sum(revision.status == status.SUPERSEDED for revision in revisions),
    )


def to_dos() -> list[ToDo]:
    """What the revisions in force leave for the admin to decide, as ToDos."""
    return [to_do for decision in hooks.decisions if (to_do := decision())]


def load_draft(revision: Revision, opened: int | None) -> DraftPage:
    """The DraftPage of a draft with its file loaded; `opened` is as in `preview.preview`. Raises FaultyFiles."""
    examined = actions.examine(bytes(revision.file.content), revision.file.name)
    return DraftPage(
        revision=revision,
        current=examined.current,
        preview=preview_of(examined, opened),
        entries=len(examined.comparison.entries),
    )


def outdated_draft(revision: Revision, faults: Iterable[Fault]) -> OutdatedDraftPage:
    return OutdatedDraftPage(revision, faults_page.shown(faults))


def load_take_back(revision: Revision) -> TakeBackPage:
    return TakeBackPage(revision, actions.why_not_taken_back(revision))

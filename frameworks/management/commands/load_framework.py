"""Imports framework files from the command line: to set up a site, to check a file, and in tests.

It reads, compares and publishes as the pages under /frameworks/manage/ do. Either all files are imported or none.
"""

import json
from collections.abc import Iterable, Iterator
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils.translation import gettext as _

from frameworks.files.command_line import content_of, tell_faults
from frameworks.files.faults import Fault
from frameworks.models import Revision
from frameworks.publishing import actions
from frameworks.publishing.actions import Examination
from frameworks.publishing.preview import Preview, Section, preview_of
from kip_site.refusals import FaultyFiles, Refused


class Command(BaseCommand):
    help = "Imports framework files (YAML, CSV or XLSX) as drafts, publishes them, or only checks them."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("files", nargs="+", metavar="FILE", help="a framework file in YAML, CSV or XLSX")
        parser.add_argument(
            "--check", action="store_true", help="write nothing; print the comparison with the revision in force"
        )
        parser.add_argument("--publish", action="store_true", help="publish what was imported")
        parser.add_argument(
            "--json",
            action="store_true",
            help='print {"document": …, "comparison": […]} instead of sentences, one line for each file',
        )

    def handle(self, *, files: list[str], check: bool, publish: bool, **options: Any) -> None:
        if check and publish:
            raise CommandError(_("--check writes nothing and --publish does: choose one of them."))
        examined = self.examine(files)
        if not check:
            self.write(examined, publish=publish, is_quiet=options["json"])
        if options["json"]:
            for examination in examined:
                answer = {"document": examination.document, "comparison": examination.comparison.as_list()}
                self.stdout.write(json.dumps(answer, ensure_ascii=False))
        elif check:
            for examination in examined:
                self.report(examination)

    # --- Reading -----------------------------------------------------------------------------

    def examine(self, files: Iterable[str]) -> list[Examination]:
        """An Examination for each file. Raises CommandError, after printing every fault, unless all are faultless."""
        examined: list[Examination] = []
        faults: list[Fault] = []
        named: dict[str, str] = {}
        for file in files:
            try:
                examination = actions.examine(content_of(file), file)
            except FaultyFiles as refused:
                faults += refused.faults
                continue
            key = examination.document["framework"]["id"]
            if key in named:
                message = _("the framework `%(key)s` is in %(file)s too: import one after the other")
                line = examination.lines.get("/framework/id", 1)
                faults.append(Fault(line, message % {"key": key, "file": named[key]}, file))
            named[key] = file
            examined.append(examination)
        if faults:
            raise tell_faults(self, faults, _("Nothing was imported."))
        return examined

    # --- Writing -----------------------------------------------------------------------------

    def write(self, examined: Iterable[Examination], *, publish: bool, is_quiet: bool) -> None:
        sentences: list[str] = []
        try:
            with transaction.atomic():
                for examination in examined:
                    sentences += self.import_one(examination, publish=publish)
        except FaultyFiles as refused:
            raise tell_faults(self, refused.faults, _("Nothing was imported.")) from None
        except Refused as error:
            raise CommandError(f"{error} " + _("Nothing was imported.")) from None
        if not is_quiet:
            for sentence in sentences:
                self.stdout.write(sentence)

    def import_one(self, examination: Examination, *, publish: bool) -> Iterator[str]:
        """Import one file and yield what was done, in sentences."""
        key = examination.document["framework"]["id"]
        replaced = Revision.objects.drafts().filter(framework__key=key).first()
        revision = actions.keep_draft(examination)
        names = {"framework": key, "version": revision.version}
        if revision.status != Revision.Status.DRAFT:
            yield _("%(framework)s %(version)s: no change, this is what is in force.") % names
            return
        if replaced:
            yield _("%(framework)s %(version)s: the draft %(replaced)s was replaced.") % (
                names | {"replaced": replaced.version}
            )
        if publish:
            try:
                actions.publish(revision)
            except Refused as error:
                raise Refused(f"{examination.name}: {error}") from None
            yield _("%(framework)s %(version)s: published.") % names
        else:
            yield _("%(framework)s %(version)s: imported as a draft; --publish puts it in force.") % names

    # --- Reporting ---------------------------------------------------------------------------

    def report(self, examination: Examination) -> None:
        document, comparison = examination.document, examination.comparison
        names = {
            "file": examination.name,
            "framework": document["framework"]["id"],
            "version": document["revision"]["version"],
            "current": examination.current and examination.current.version,
        }
        shown = preview_of(examination)
        if comparison.is_first:
            self.stdout.write(_("%(file)s: %(framework)s %(version)s is a first revision.") % names)
        elif comparison.is_identical:
            self.stdout.write(_("%(file)s: %(framework)s %(version)s is what is in force: no change.") % names)
        else:
            self.stdout.write(_("%(file)s: %(framework)s %(version)s, compared with %(current)s.") % names)
        self.stdout.write("  " + ", ".join(f"{number} {what}" for number, what in shown.counts))
        for competence in shown.incoming:
            self.stdout.write(f"  {competence.code}  {competence.title}: {competence.counts}")
        for section in shown.sections:
            self.report_section(section)
        self.report_consequences(shown)
        self.stdout.write("  " + _("No faults. Nothing was written."))

    def report_section(self, section: Section) -> None:
        self.stdout.write("  " + f"{section.code}  {section.title}".strip() + f" ({section.summary})")
        for change in section.changes:
            self.stdout.write(f"    {change.label}: {change.heading} ({change.place})")
            for diff in change.diffs:
                text = " ".join(_MARKS[piece.mark] % piece.text for piece in diff.pieces)
                self.stdout.write("      " + f"{diff.code} {text}".strip())
            if change.ratings or change.consequence:
                self.stdout.write("      " + f"{change.ratings} {change.consequence}".strip())

    def report_consequences(self, shown: Preview) -> None:
        if shown.totals:
            self.stdout.write("  " + _("What happens to people"))
            for what, number, people in shown.totals:
                self.stdout.write(f"    {what}: {number}" + (f" ({people})" if people else ""))
        for remark in shown.remarks:
            self.stdout.write(f"    {remark}")
        if shown.affected:
            self.stdout.write("  " + _("What follows"))
            for item in shown.affected:
                self.stdout.write(f"    {item.title}, {item.kind}. {item.what}")
        if shown.to_dos:
            self.stdout.write("  " + _("To do after publishing"))
            for to_do in shown.to_dos:
                self.stdout.write(f"    {to_do.text}")


_MARKS = {"": "%s", "ins": "{+%s+}", "del": "[-%s-]"}

"""Writes a published revision as a file that can be imported again: for authors, for another site, as a copy."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from frameworks.files.formats import FORMATS
from frameworks.models import Framework, Revision
from kip_site.refusals import Refused

STANDARD_OUTPUT = "-"


class Command(BaseCommand):
    help = "Writes a published revision of a framework as a file."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("framework", metavar="ID", help="the framework's id, such as kip")
        parser.add_argument("--revision", metavar="V", help="the version to write; without it, the one in force")
        parser.add_argument("--format", choices=list(FORMATS), default="yaml", help="the format of the file")
        parser.add_argument(
            "--output",
            metavar="FILE",
            default=STANDARD_OUTPUT,
            help="where to write; without it or with -, to standard output",
        )

    def handle(self, *, framework: str, revision: str | None, output: str, **options: Any) -> None:
        found = self.revision(framework, revision)
        try:
            content = FORMATS[options["format"]].write(found.file.document)
        except Refused as error:
            raise CommandError(str(error)) from None
        if output == STANDARD_OUTPUT:
            self.write_out(content)
            return
        try:
            Path(output).write_bytes(content)
        except OSError as error:
            raise CommandError(
                _("%(file)s cannot be written: %(reason)s.") % {"file": output, "reason": error.strerror or error}
            ) from None
        self.stdout.write(
            _("%(framework)s %(version)s was written to %(file)s.")
            % {"framework": framework, "version": found.version, "file": output}
        )

    def write_out(self, content: bytes) -> None:
        """Writes bytes to standard output; in tests and notebooks it may accept only text, so they are decoded."""
        stream = getattr(self.stdout, "buffer", None)
        if stream:
            stream.write(content)
            return
        try:
            self.stdout.write(content.decode("utf-8"), ending="")
        except UnicodeDecodeError:
            raise CommandError(_("This format is no text: name a file with --output.")) from None

    @staticmethod
    def revision(key: str, version: str | None) -> Revision:
        issued = Revision.objects.issued().select_related("framework", "file").filter(framework__key=key)
        found = (issued.filter(version=version) if version else issued.current()).first()
        if found:
            return found
        versions = ", ".join(issued.values_list("version", flat=True))
        if versions:
            raise CommandError(
                _("%(framework)s has no published revision %(version)s, but it has %(versions)s.")
                % {"framework": key, "version": version, "versions": versions}
            )
        keys = Framework.objects.filter(pk__in=Revision.objects.issued().values("framework"))
        known = ", ".join(keys.order_by("key").values_list("key", flat=True))
        raise CommandError(
            _("No framework %(framework)s is published here. Published are: %(known)s.")
            % {"framework": key, "known": known or _("none")}
        )

"""Reading files that are named on the command line, and reporting their faults."""

from collections.abc import Iterable
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from .faults import Fault
from .yaml_tree import MOST_BYTES


def content_of(name: str) -> bytes:
    """The bytes of a file, at most one more than allowed, which is enough to see that it is too big.

    Raises CommandError if the file cannot be read.
    """
    try:
        with Path(name).open("rb") as opened:
            return opened.read(MOST_BYTES + 1)
    except OSError as error:
        raise CommandError(
            _("%(file)s cannot be read: %(reason)s. Nothing was changed.")
            % {"file": name, "reason": error.strerror or error}
        ) from None


def tell_faults(command: BaseCommand, faults: Iterable[Fault], message: str) -> CommandError:
    """Writes every fault to the command's standard error; returns a CommandError with `message`, to be raised."""
    for fault in faults:
        command.stderr.write(str(fault))
    return CommandError(message)

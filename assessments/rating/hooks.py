"""The signal receiver of rating, connected in AssessmentsConfig.ready()."""

from functools import partial

from django.db import transaction

from assessments.models import Evidence


def delete_file(sender, instance, **kwargs):
    """Remove the file of deleted evidence from the disk after the commit, unless other evidence still uses it."""
    if instance.file:
        transaction.on_commit(partial(_delete_unless_shared, instance.file))


def _delete_unless_shared(file):
    # An update shares the files of the assessment that it continues.
    if not Evidence.objects.filter(file=file.name).exists():
        file.storage.delete(file.name)

"""What rating receives from elsewhere, connected in AssessmentsConfig.ready().

`delete_file`: evidence is deleted, alone or with its assessment.
"""

from functools import partial

from django.db import transaction

from assessments.models import Evidence


def delete_file(sender, instance, **kwargs):
    """Remove the file of deleted evidence from the disk, once the last row that has it is gone for good."""
    if instance.file:
        transaction.on_commit(partial(_delete_unless_shared, instance.file))


def _delete_unless_shared(file):
    # An update has the files of the assessment that it continues.
    if not Evidence.objects.filter(file=file.name).exists():
        file.storage.delete(file.name)

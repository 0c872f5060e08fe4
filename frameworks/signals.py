"""Signals about revisions for the apps above, which frameworks cannot import."""

from django.dispatch import Signal

# Sent inside the transaction that publishes, after the elements are created; a receiver that raises undoes all of it.
# Arguments: `revision`; `previous`, the revision it supersedes, or None for a first one; `comparison`, the
# frameworks.comparison.rules.Comparison of the two.
revision_published = Signal()

# Sent inside the transaction that takes a publication back, while the elements of the revision still exist: receivers
# delete what they carried over to them. Arguments: `revision`; `previous`, which comes into force again, or None.
revision_taken_back = Signal()

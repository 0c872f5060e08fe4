"""What the apps above are told about frameworks, so that frameworks need not know them."""

from django.dispatch import Signal

# Sent inside the transaction that publishes, after the elements exist, so that a receiver that fails stops it all.
# Arguments: `revision`; `previous`, the revision it supersedes, or None for a first one; `comparison`, the
# frameworks.comparison.rules.Comparison of the two.
revision_published = Signal()

# Sent inside the transaction that takes a publication back, while the elements of the revision still exist: receivers
# remove what they carried to them. Arguments: `revision`, `previous`, which is in force again, or None.
revision_taken_back = Signal()

"""What the apps above are told about frameworks, so that frameworks need not know them."""

from django.dispatch import Signal

# Sent inside the transaction that publishes, after the elements exist, so that a receiver that fails stops it all.
# Arguments: `revision`; `previous`, the revision it supersedes, or None for a first one; `comparison`, the
# frameworks.changes.Comparison of the two.
revision_published = Signal()

"""What other apps may listen to."""

from django.dispatch import Signal

# Somebody has got roles in an organisation that she did not have there before. Sent inside the transaction that gives
# them, with person (User), organisation (Organisation), and roles (a set of values of Role).
roles_given = Signal()

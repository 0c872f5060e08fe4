"""An organisation: who is a member, in which roles, and how one leaves it."""

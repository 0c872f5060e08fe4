"""An organisation: its members, their roles, and leaving it."""

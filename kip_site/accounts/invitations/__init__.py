"""Invitations to an organisation: sending them, and how the invited people answer."""

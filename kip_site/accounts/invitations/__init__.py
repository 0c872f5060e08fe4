"""Invitations to an organisation: how they are sent, and what the invited answer."""

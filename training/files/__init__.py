"""Module files: reading them, and loading them into the catalogue."""

"""Modules that develop competences, and their assignment to people."""

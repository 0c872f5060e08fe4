"""Competence frameworks and their published revisions."""

"""Self-assessment, targets, gaps and the competence profile."""

"""Importing files as drafts, previewing and publishing drafts, taking a publication back, and the jobs for these."""

"""From a file to the revision in force: drafts, previews, publication, taking back, jobs."""

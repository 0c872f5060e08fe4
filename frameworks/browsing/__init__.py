"""Reading frameworks: what everybody sees of their revisions."""

"""People, organisations, their roles, and who may see what."""

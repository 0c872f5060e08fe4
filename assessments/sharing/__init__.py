"""Who may see whose profile."""

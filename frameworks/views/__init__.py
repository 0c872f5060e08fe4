"""Pages about frameworks: reading them (browse) and keeping them (manage)."""

"""Updates: an assessment is continued on a later revision."""

"""What a publication does to forms, targets and people, and how they learn of it."""

"""What publishing a revision changes for forms, targets and people, and how people are told."""

"""What becomes of answers, and of what others confirmed of them, on a later revision."""

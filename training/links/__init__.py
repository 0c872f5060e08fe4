"""What modules serve: their links to learning outcomes, and what becomes of them after a revision."""

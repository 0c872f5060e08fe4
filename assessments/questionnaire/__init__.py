"""What a form asks, what an answer is, and how far somebody has come."""

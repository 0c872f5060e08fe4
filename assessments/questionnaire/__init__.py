"""What a form asks, what an answer is, and how much of a form is answered."""

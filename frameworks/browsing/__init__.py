"""The pages on which everybody reads published frameworks."""

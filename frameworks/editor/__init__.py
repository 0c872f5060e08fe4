"""A draft changed in the browser."""

"""The levels of a draft changed in the browser."""

"""Imports and publications in the background: asked for on a page, done by a worker, told of on a page."""

"""Charts as SVG text: dots, meter, radar, ring and progress line, the same on the page and in the PDF.

Everything is drawn with presentation attributes, because the site's Content-Security-Policy allows no inline style.
Each chart says in words what it shows, as its accessible name or as `title` and `desc`. The person's own scores are a
solid line with dots, the target is a dashed line with diamonds, and an unknown score is drawn as unknown, never as the
lowest level.

All functions are pure: values in, SVG (safe to put into HTML) out. Levels are numbers on any scale.
"""

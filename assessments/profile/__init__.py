"""The results of an assessment: scores, gaps and strengths, on a page, as a PDF and over time."""

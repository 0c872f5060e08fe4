"""What comes of an assessment: scores, gaps, strengths; on a page, as a PDF, over time."""

"""Rating oneself: from the first answer to submitting."""

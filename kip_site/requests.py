"""What views read from a request."""

# The highest key that a database keeps.
MOST = 2**63 - 1


def number(text, most=MOST):
    """The number that a text of plain digits is, from 0 to `most`; None for anything else."""
    # Whatever else Python takes for a number ("٣", "+1", " 1", "1_000"), no page of ours sends.
    if not (text.isascii() and text.isdigit()):
        return None
    digits = text.lstrip("0") or "0"
    # Python itself refuses to read thousands of digits.
    if len(digits) > len(str(most)) or int(digits) > most:
        return None
    return int(digits)

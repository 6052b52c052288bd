"""Whole numbers that stand in a link or come back from a page, where anybody may write anything."""

# As large as the key of a row can be.
LARGEST_KEY = 2**63 - 1


def whole_number(raw: str, *, most: int = LARGEST_KEY) -> int | None:
    """From 0 to `most`, in the digits 0 to 9; None for whatever else.

    Other digits have no place in a link of ours, and thousands of them would take their time.
    """
    if raw.isascii() and raw.isdigit() and len(raw) <= len(str(most)) and int(raw) <= most:
        return int(raw)
    return None

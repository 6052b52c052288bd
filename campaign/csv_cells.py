"""Cells of a CSV file that spreadsheets open as they are: none could be a formula."""

import re

BOM = "\ufeff".encode()
# What makes a spreadsheet calculate: also behind blank space, and in the full width of East Asian
# keyboards. The same pattern in Python and in PostgreSQL.
FORMULA = "^(?:[\\t\\r\\n]|[ \\t\\r\\n\\f\\v\\u00a0\\u3000]*[=+@＝＋－＠-])"
_FORMULA = re.compile(FORMULA)


def text(cell: str) -> str:
    """What somebody typed: guarded, and in quotes whatever it is."""
    return '"' + guarded(cell).replace('"', '""') + '"' if cell else ""


def guarded(cell: str) -> str:
    return f"'{cell}" if _FORMULA.match(cell) else cell


def quoted(cell: str) -> str:
    """Words of ours: only where they must be."""
    if any(each in cell for each in ',;"\r\n'):
        return '"' + cell.replace('"', '""') + '"'
    return cell

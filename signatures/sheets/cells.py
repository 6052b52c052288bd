"""What a spreadsheet does to a cell, told in words."""

import re

from django.utils.translation import gettext as _

# What a spreadsheet would compute; U+FF1D and its like are read as these by some.
_FORMULA = ("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20")
_ERROR = re.compile(r"#(?:N/A|NULL!|DIV/0!|VALUE!|REF!|NAME\?|NUM!|SPILL!|CALC!)", re.IGNORECASE)
# 1.23E+10, which stands for a longer number.
_SHORTENED = re.compile(r"\d+(?:[.,٫]\d+)?[eE][+-]?\d{2,3}")
# A date as a spreadsheet writes it, or what it makes of “March 3”.
_DATE = re.compile(
    r"\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?)?|\d{1,2}[/.]\d{1,2}[/.]\d{2,4}"
    r"|\d{1,2}[-.](?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?(?:-\d{2,4})?",
    re.IGNORECASE,
)


def harm(cell: str, *, may_be_date: bool = False) -> str:
    """Why it cannot be what somebody typed, as a sentence; empty if nothing is wrong with it."""
    if cell.startswith(_FORMULA):
        return _("This begins like a formula of a spreadsheet.")
    if "\ufffd" in cell:
        return _("Some characters cannot be read. Save it as UTF-8.")
    if _ERROR.fullmatch(cell):
        return _("A spreadsheet shows an error here instead of what was typed.")
    if _SHORTENED.fullmatch(cell):
        return _(
            "A spreadsheet has shortened a number here. Format the column as text, and enter it "
            "again."
        )
    if not may_be_date and _DATE.fullmatch(cell):
        return _("There is a date here. A spreadsheet may have made it of something else.")
    return ""

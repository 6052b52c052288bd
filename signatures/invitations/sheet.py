"""A list of people to invite, as a spreadsheet saves it: read whole, and judged row by row.

Nothing is changed by reading. Each row that cannot be used is told by its row and column, in words.
"""

import json
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field

from cryptography.fernet import InvalidToken
from django.conf import settings
from django.utils.translation import gettext as _

from campaign import languages
from campaign.keyed_hash import SealPurpose, cipher
from campaign.letters.models import Letter
from signatures.addresses import AddressRefused, clean_address, email_key
from signatures.errors import SheetUnreadable
from signatures.invitations.inviting import Invitee
from signatures.names.cleaning import NameRefused, clean_name
from signatures.sheets.cells import harm
from signatures.sheets.rows import of_text

MAX_ROWS = 2000
MOST_BYTES = 1024 * 1024
VALID_SECONDS = 3600
_MAX_ROW_LETTERS = 1000

NAME, EMAIL, LANGUAGE, AGENT = "name", "email", "language", "agent"
# Their order where there is no heading.
COLUMNS = (NAME, EMAIL, LANGUAGE, AGENT)
_HEADINGS: Mapping[str, tuple[str, ...]] = {
    NAME: ("name", "full name", "الاسم"),
    EMAIL: ("email", "e-mail", "mail", "e-mail address", "email address", "address", "البريد"),
    LANGUAGE: ("language", "lang", "اللغة"),
    AGENT: ("agent", "agent e-mail", "agent email", "agent’s e-mail", "الوكيل"),
}
_COLUMN_OF = {word: column for column, words in _HEADINGS.items() for word in words}


@dataclass(frozen=True, slots=True)
class Problem:
    """Of a row, and of one of `COLUMNS` if it is one cell's."""

    row: int
    column: str
    why: str


@dataclass(slots=True)
class Sheet:
    invitees: list[Invitee] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    # Addresses that stood there before.
    again: int = 0


class _Unusable(Exception):
    def __init__(self, column: str, why: str) -> None:
        super().__init__(column)
        self.column, self.why = column, why


def read(raw: bytes, *, language: str, line: str) -> Sheet:
    """`language` is for rows that name none, `line` the organizers' words to all of them.

    Raises SheetUnreadable, with a sentence, where no row could be read right.
    """
    if len(raw) > MOST_BYTES:
        raise SheetUnreadable(too_large())
    rows = list(of_text(raw))
    if not rows:
        raise SheetUnreadable(_("The file is empty."))
    columns, has_heading = _columns(rows[0].cells or [])
    if has_heading:
        rows = rows[1:]
    if len(rows) > MAX_ROWS:
        raise SheetUnreadable(too_large())
    sheet = Sheet()
    seen: set[bytes] = set()
    for row in rows:
        try:
            invitee = _invitee(row.cells, columns, language=language, line=line)
        except _Unusable as unusable:
            sheet.problems.append(Problem(row.number, unusable.column, unusable.why))
            continue
        if invitee.key in seen:
            sheet.again += 1
            continue
        seen.add(invitee.key)
        sheet.invitees.append(invitee)
    return sheet


def seal(*, letter: Letter, invitees: list[Invitee]) -> str:
    """What was read, for the page that asks whether to do it: nobody can alter it there."""
    told = [letter.pk, [asdict(each) for each in invitees]]
    text = json.dumps(told, separators=(",", ":"), ensure_ascii=False)
    return cipher(SealPurpose.INVITATION_SHEET).encrypt(zlib.compress(text.encode())).decode()


def unseal(sealed: str, *, letter: Letter) -> list[Invitee]:
    """Raises SheetUnreadable where it is an hour old, cut short, or of another letter."""
    try:
        packed = cipher(SealPurpose.INVITATION_SHEET).decrypt(sealed, ttl=VALID_SECONDS)
    except (InvalidToken, ValueError):
        raise SheetUnreadable(_("Please choose the file once more.")) from None
    letter_id, invitees = json.loads(zlib.decompress(packed))
    if letter_id != letter.pk:
        raise SheetUnreadable(_("Please choose the file once more."))
    return [Invitee(**each) for each in invitees]


def too_large() -> str:
    return _("The file is too large: at most 2,000 rows and 1 MB at once.")


def _columns(first: list[str]) -> tuple[list[str], bool]:
    """What each column holds, and whether the first row says so. Raises SheetUnreadable for a
    heading that names none of name and address, or something that is not read."""
    if any("@" in cell for cell in first):
        return list(COLUMNS), False
    named = [_COLUMN_OF.get(cell.casefold(), "") for cell in first]
    if not any(named):
        return list(COLUMNS), False
    for at, (cell, column) in enumerate(zip(first, named, strict=True), 1):
        if not column:
            raise SheetUnreadable(
                _(
                    "Row 1, column %(column)s: “%(heading)s” is none of the columns that are read. "
                    "These are: name, email, language, agent."
                )
                % {"column": at, "heading": cell[:40]}
            )
    for column in COLUMNS:
        if named.count(column) > 1:
            raise SheetUnreadable(
                _("Row 1: two columns are called “%(heading)s”.") % {"heading": column}
            )
    if NAME not in named or EMAIL not in named:
        raise SheetUnreadable(_("Row 1: there must be a column “name” and a column “email”."))
    return named, True


def _invitee(cells: list[str] | None, columns: list[str], *, language: str, line: str) -> Invitee:
    if cells is None:
        raise _Unusable("", _("A quotation mark is opened and not closed."))
    if sum(map(len, cells)) > _MAX_ROW_LETTERS:
        raise _Unusable("", _("This row is too long."))
    if len(cells) > len(columns):
        raise _Unusable("", _("There are more columns than the ones that are read."))
    found = dict.fromkeys(COLUMNS, "") | dict(zip(columns, cells, strict=False))
    for column, cell in found.items():
        if why := harm(cell):
            raise _Unusable(column, why)
    agent = _address(AGENT, found[AGENT]) if found[AGENT] else ""
    email = _address(EMAIL, found[EMAIL])
    if agent and email_key(agent) == email_key(email):
        raise _Unusable(AGENT, _("This is the address of the person, not of an agent."))
    return Invitee(
        name=_name(found[NAME]),
        email=email,
        language=_language(found[LANGUAGE]) or language,
        agent_email=agent,
        line=line,
    )


def _name(cell: str) -> str:
    try:
        return clean_name(cell)
    except NameRefused as refused:
        raise _Unusable(NAME, refused.sentence) from None


def _address(column: str, cell: str) -> str:
    try:
        return clean_address(cell, allow_reserved=settings.ALLOW_RESERVED_ADDRESSES)
    except AddressRefused as refused:
        raise _Unusable(column, refused.sentence) from None


def _language(cell: str) -> str:
    code = cell.casefold()
    if code and code not in languages.INTERFACE:
        codes = ", ".join(languages.INTERFACE)
        raise _Unusable(LANGUAGE, _("E-mails are in one of these: %(codes)s.") % {"codes": codes})
    return code


def in_words(problems: list[Problem]) -> Iterator[str]:
    """Each as a sentence."""
    for each in problems:
        where = {"row": each.row, "column": each.column, "why": each.why}
        if each.column:
            yield _("Row %(row)s, column “%(column)s”: %(why)s") % where
        else:
            yield _("Row %(row)s: %(why)s") % where

"""What left the list or changed the text: read newest first, in words that name nobody unasked."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from campaign.letters.models import EventKind, Letter
from campaign.templatetags.locale_format import number as in_digits
from signatures.models import Because, Correction

PAGE = 100
_LARGEST_INDEX = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Page:
    lines: Sequence[Correction]
    # `before` of the next page, as an index of the record; None at the end.
    next: int | None


def page(*, letter: Letter, before: int | None = None) -> Page:
    """The corrections that come before this index of the record."""
    found = Correction.objects.filter(letter=letter).order_by("-index")
    if before is not None:
        found = found.filter(index__lt=min(before, _LARGEST_INDEX))
    lines = list(found[: PAGE + 1])
    return Page(lines[:PAGE], lines[PAGE - 1].index if len(lines) > PAGE else None)


def in_words(correction: Correction) -> str:
    """One sentence, in the language that is active."""
    if correction.kind == EventKind.TEXT:
        return _("A new version of the text was published.")
    who = _who(correction)
    match correction.kind:
        case EventKind.WITHDRAW:
            return _("%(who)s was withdrawn by the signer.") % {"who": who}
        case EventKind.ERASE:
            return _("%(who)s was erased at the signer’s wish.") % {"who": who}
        case EventKind.RESTORE:
            return _("%(who)s was put back by the organizers: %(reason)s.") % {
                "who": who,
                "reason": _reason(correction),
            }
        case _:
            return _("%(who)s was taken out by the organizers: %(reason)s.") % {
                "who": who,
                "reason": _reason(correction),
            }


def _who(correction: Correction) -> str:
    if correction.number is None:
        return _("A signature without a number yet")
    number = in_digits(correction.number)
    if correction.name:
        return _("Signature %(n)s (%(name)s)") % {"n": number, "name": correction.name}
    return _("Signature %(n)s") % {"n": number}


def _reason(correction: Correction) -> str:
    known = dict(Because.choices)
    return str(known.get(correction.reason, known[Because.CHECKING]))

"""Finding one signature among all, for those who say who stands on the list."""

from operator import attrgetter

from django.db import transaction
from django.db.models import Q, QuerySet

from campaign.keyset import Page, page_of
from campaign.letters.models import Letter
from campaign.organizers import audit
from campaign.organizers.models import Organizer
from signatures.addresses import email_key
from signatures.listing.name_search import QUERY_LIMIT, WORD_LIMIT, fitting
from signatures.listing.notables import LEVEL, is_vetted
from signatures.listing.queries import SHOWN
from signatures.models import Signature, SignatureState
from signatures.moderation.unreachable import is_unreachable

PAGE_ROWS = 50
_LARGEST_NUMBER = 2**31 - 1

# What may be looked through. Whoever never was public, only by those who may see private data.
LISTED = ""
VETTED = "vetted"
REMOVED = "removed"
ANONYMOUS = "anonymous"
REJECTED = "rejected"
UNREACHABLE = "unreachable"
PRIVATE = (ANONYMOUS, REJECTED, UNREACHABLE)

_WHICH = {
    LISTED: Q(state=SignatureState.CONFIRMED, consent_publish=True, number__isnull=False),
    VETTED: Q(
        state=SignatureState.CONFIRMED,
        consent_publish=True,
        number__isnull=False,
        level__gte=LEVEL,
    )
    & Q(is_vetted()),
    REMOVED: Q(state=SignatureState.REMOVED),
    ANONYMOUS: Q(state=SignatureState.CONFIRMED, consent_publish=False, number__isnull=False),
    REJECTED: Q(state=SignatureState.REJECTED),
    UNREACHABLE: Q(state__in=(SignatureState.CONFIRMED, SignatureState.HELD)) & Q(is_unreachable()),
}
# Numbers are in the list's index; the few that are in no list have none, or an old one.
_BY_NUMBER = (LISTED, VETTED, ANONYMOUS)


def visible(*, letter: Letter, private: bool) -> QuerySet[Signature]:
    """Whose page at the desk there is: all who ever confirmed; without `private` only those whose
    names are public, or were until organizers took them out."""
    confirmed_once = Signature.objects.filter(letter=letter).exclude(state=SignatureState.PENDING)
    if private:
        return confirmed_once
    public = (SignatureState.CONFIRMED, SignatureState.REMOVED)
    return confirmed_once.filter(state__in=public, consent_publish=True)


def page(
    *, letter: Letter, q: str, which: str, after: int | None, private: bool
) -> Page[Signature, int]:
    """Newest first, by key. A number finds its signature, wherever it is now."""
    known = _WHICH if private else _WHICH.keys() - set(PRIVATE)
    which = which if which in known else LISTED
    found = visible(letter=letter, private=private).only(*SHOWN, "state")
    if (number := number_in(q)) is not None:
        return Page(list(found.filter(number=number)), None)
    found = found.filter(_WHICH[which]).filter((fitting(q) | _written(q)) if q.strip() else Q())
    key = "number" if which in _BY_NUMBER else "pk"
    if after is not None:
        found = found.filter(**{f"{key}__lt": after})
    return page_of(found.order_by(f"-{key}"), size=PAGE_ROWS, cursor=attrgetter(key))


def look_up(*, letter: Letter, organizer: Organizer, email: str) -> Signature | None:
    """Who confirmed a signature with exactly this address, however it is spelled; nobody whose
    identity is deleted. The look is in the audit trail, without the address, whether it found
    anybody or not."""
    with transaction.atomic():
        known = visible(letter=letter, private=True).exclude(name="")
        found = known.filter(email_key=email_key(email)).first()
        audit.record(
            team=letter.team,
            organizer=organizer,
            action="look_up_email",
            subject=f"signature {found.public_id}" if found else f"letter {letter.slug}",
        )
    return found


def _written(q: str) -> Q:
    """All the words, wherever they stand in what is told beside the name."""
    written = Q()
    typed = q[:QUERY_LIMIT].replace("\0", "").split()[:WORD_LIMIT]
    for word in typed:
        written &= Q(credit__icontains=word) | Q(affiliation__icontains=word)
    return written if typed else Q(pk__in=())


def number_in(q: str) -> int | None:
    """A signature's number, in whatever digits and with whatever between its thousands."""
    digits = "".join(each for each in q if not each.isspace() and each not in "#.,'’٬،")
    if not digits.isdecimal() or len(digits) > 10 or int(digits) > _LARGEST_NUMBER:
        return None
    return int(digits)

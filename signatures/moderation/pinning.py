"""Who is named first under a letter, and in which order.

Being pinned is only a wish: readers see those who are on the list and vetted at that moment (see
`listing.notables`), so nothing here has to follow what becomes of a signature.
"""

from collections.abc import Mapping, Sequence

from django.db import IntegrityError, transaction
from django.db.models import Max, QuerySet
from django.utils import timezone

from campaign.letters.models import Letter
from campaign.organizers import audit
from campaign.organizers.models import Organizer
from signatures.errors import DetailsChanged, NotNotable, TooManyNotables
from signatures.listing.notables import LEVEL, MAX_NOTABLES, is_vetted
from signatures.locking import locked_as_read
from signatures.models import (
    Notable,
    Signature,
    SignatureState,
)


def notable(*, letter: Letter) -> QuerySet[Signature]:
    """Whom readers may see named first, in no order."""
    return Signature.objects.filter(
        is_vetted(),
        letter=letter,
        state=SignatureState.CONFIRMED,
        consent_publish=True,
        number__isnull=False,
        level__gte=LEVEL,
    )


def is_notable(*, signature: Signature) -> bool:
    """Whether readers may see this signatory named first."""
    return notable(letter=signature.letter).filter(pk=signature.pk).exists()


def shown(*, letter: Letter) -> set[int]:
    """Of those who are pinned, the ids of the signatures that readers see named first now."""
    pinned_now = notable(letter=letter).filter(notable__letter=letter)
    return set(pinned_now.values_list("pk", flat=True))


def pinned(*, letter: Letter) -> QuerySet[Notable]:
    """All of them in their order, whether readers see them now or not."""
    return Notable.objects.filter(letter=letter).select_related("signature")


def pin(*, signature: Signature, organizer: Organizer, expected_revision: int) -> bool:
    """Name this signatory after those who are named first already; False if they are one.

    `expected_revision` is the one that the organizer read. Raises NotNotable, TooManyNotables and
    DetailsChanged.
    """
    try:
        with locked_as_read(
            signature=signature,
            expected_revision=expected_revision,
            states=(SignatureState.CONFIRMED,),
            otherwise=NotNotable,
        ) as held:
            if not is_notable(signature=held):
                raise NotNotable
            mine = Notable.objects.filter(letter=held.letter_id)
            if mine.count() >= MAX_NOTABLES:
                raise TooManyNotables
            Notable.objects.create(
                letter=held.letter,
                signature=held,
                place=(mine.aggregate(last=Max("place"))["last"] or 0) + 1,
                pinned_by=organizer,
                pinned_at=timezone.now(),
            )
            _trace(held.letter, organizer, "pin", f"signature {held.public_id}")
    except IntegrityError:
        # Two at once: the constraint let the other one through.
        return False
    return True


def unpin(*, signature: Signature, organizer: Organizer, expected_revision: int) -> bool:
    """Name this one where everybody is named; False if they are already.

    `expected_revision` is the one that the organizer read. Raises DetailsChanged.
    """
    with transaction.atomic():
        found = pinned(letter=signature.letter).filter(signature=signature).first()
        if found is None:
            return False
        if found.signature.revision != expected_revision:
            raise DetailsChanged
        found.delete()
        _trace(signature.letter, organizer, "unpin", f"signature {signature.public_id}")
    return True


def reorder(
    *,
    letter: Letter,
    order: Sequence[int],
    expected_revisions: Mapping[int, int],
    organizer: Organizer,
) -> bool:
    """Bring them into this order of their ids; False if it is theirs already.

    Who was pinned meanwhile stays, behind all others; an id that is none of theirs says nothing.
    `expected_revisions` has the revision that the organizer read of each. Raises DetailsChanged.
    """
    with transaction.atomic():
        mine = Notable.objects.select_for_update(of=("self",)).select_related("signature")
        rows = {row.pk: row for row in mine.filter(letter=letter)}
        if any(
            rows[each].signature.revision != expected_revisions.get(each)
            for each in order
            if each in rows
        ):
            raise DetailsChanged
        wanted = [rows.pop(each) for each in dict.fromkeys(order) if each in rows] + list(
            rows.values()
        )
        changed = [row for place, row in enumerate(wanted, start=1) if row.place != place]
        for place, row in enumerate(wanted, start=1):
            row.place = place
        if changed:
            Notable.objects.bulk_update(changed, ("place",))
            _trace(letter, organizer, "reorder", f"letter {letter.slug}")
    return bool(changed)


def moved(*, order: Sequence[int], typed: Mapping[int, int]) -> list[int]:
    """This order after a place was typed beside some: whoever was given the place of another comes
    just before them on the way up, and just after them on the way down."""

    def key(at: tuple[int, int]) -> tuple[int, int, int]:
        place, each = at
        wanted = typed.get(each, place)
        return wanted, (wanted > place) - (wanted < place), place

    return [each for _place, each in sorted(enumerate(order, start=1), key=key)]


def _trace(letter: Letter, organizer: Organizer, action: str, subject: str) -> None:
    audit.record(team=letter.team, organizer=organizer, action=action, subject=subject)

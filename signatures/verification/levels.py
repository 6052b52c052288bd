"""The level of a signature: the highest of the proofs that stand, written into the record."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import transaction
from django.db.models import Count, Q

from campaign.letters.models import Letter
from signatures import events, transitions
from signatures.models import Level, Proof, ProofState, Signature, SignatureState
from signatures.verification import registry, vouches
from signatures.verification.method import Word

# What a level is decided from, and what the tally counts it as.
_COUNTED = (
    *("state", "level", "revision", "version"),
    *("kind", "profession", "country", "consent_publish"),
)
_MAX_TRIES = 5


def recompute_level(*, signature: Signature) -> bool:
    """Bring the level to what the standing proofs say; True if it changed, with one `verify` event.

    Safe to call after every change of a proof, twice, and from two places: whoever comes second
    finds nothing to do. A signature that is not confirmed keeps its level. Who is no longer vetted
    no longer vouches for others.
    """
    for _try in range(_MAX_TRIES):
        signature.refresh_from_db(fields=_COUNTED)
        level = earned(signature=signature)
        if signature.state != SignatureState.CONFIRMED or signature.level == level:
            return False
        row = transitions.apply(
            transition=transitions.VERIFY,
            signature=signature,
            expected_revision=signature.revision,
            level=level,
            content=events.Content(after=signature.tally_key_at(level=level)),
        )
        if row is not None:
            if signature.level >= Level.VETTED > level:
                vouches.end_unvetted(voucher=signature)
            events.ask_for_sequencing(letter_id=signature.letter_id)
            return True
    raise RuntimeError("the signature kept changing while its level was settled")


@contextmanager
def locked_signature(*, signature_id: int) -> Iterator[Signature]:
    """A transaction in which nobody else changes this signature or its proofs.

    Change the proofs and call `recompute_level` inside: of two changes at once, the second sees the
    first.
    """
    with transaction.atomic():
        yield Signature.objects.select_for_update().get(pk=signature_id)


def earned(*, signature: Signature) -> Level:
    standing = Proof.objects.filter(signature=signature, state__in=ProofState.counting())
    told = standing.only("method", "by_other_name")
    return max(map(level_of, told), default=Level.CONFIRMED)


def level_of(proof: Proof) -> Level:
    """What a proof lifts to while it counts."""
    # A famous name beside somebody else's membership says little about the name.
    return Level.CONTROLS if proof.by_other_name else registry.of(proof.method).level


def by_list_and_by_call() -> tuple[int, int]:
    """How many of those who are named stand at the highest level under public letters because a
    union's or society's list has them, and how many because of the organizers' call alone.

    Of the others readers know the level alone: where a letter has one list, more would tell who is
    a member."""
    independent = [each for each in registry.every() if each.level == Level.INDEPENDENT]
    by_list = [each.code for each in independent if each.word != Word.ORGANIZERS]
    counted = Proof.objects.filter(
        method__in=[each.code for each in independent],
        state__in=ProofState.counting(),
        by_other_name=False,
        signature__state=SignatureState.CONFIRMED,
        signature__number__isnull=False,
        signature__consent_publish=True,
        signature__letter__in=Letter.objects.public(),
    ).aggregate(
        listed=Count("signature", distinct=True, filter=Q(method__in=by_list)),
        either=Count("signature", distinct=True),
    )
    return counted["listed"], counted["either"] - counted["listed"]

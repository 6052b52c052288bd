"""The signature that an organizer decides about: locked, and still the one that they read."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager

from django.db import transaction

from signatures.errors import DetailsChanged
from signatures.models import Signature, SignatureState


@contextmanager
def locked_as_read(
    *,
    signature: Signature,
    expected_revision: int,
    states: Collection[SignatureState],
    otherwise: type[Exception],
) -> Iterator[Signature]:
    """Its row and letter in a transaction, in which nobody else changes it.

    Every deed of the desk about a signature goes through here. `expected_revision` is the one that
    the organizer read. Raises `otherwise` when it is in none of these states by now, or erased, and
    DetailsChanged when its signer changed something since.
    """
    with transaction.atomic():
        locked = Signature.objects.select_for_update(of=("self",)).select_related("letter__team")
        held = locked.filter(pk=signature.pk).first()
        if held is None or held.state not in states:
            raise otherwise
        if held.revision != expected_revision:
            raise DetailsChanged
        yield held

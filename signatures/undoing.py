"""What happens when the owner of an address undoes what somebody did with their link.

The link to undo stands in the notice alone, and using it makes every earlier link of the signature
void: so whoever was forwarded one can do nothing more.
"""

import secrets
from contextlib import suppress
from dataclasses import replace

from django.db import transaction
from django.utils import timezone

from signatures import confirmation, editing, transitions
from signatures.details import Details
from signatures.errors import NotSigned, TextReplaced
from signatures.models import Delivery, Message, Signature
from signatures.record.format.commitment import fresh_salt
from signatures.signing import new_public_id


def undo(*, notice: Delivery) -> Signature:
    """The signature as it is now, under new links.

    A withdrawal is undone by signing anew, with the details that stand there: under a new number,
    looked at first where the name has to wait. If another text stands by now, it waits for them to
    read and confirm that one. Of a change of name the earlier name comes back. Raises NotSigned
    when there is nothing to undo, and LetterNotOpen.
    """
    with transaction.atomic():
        mine = Signature.objects.select_for_update(of=("self",)).select_related(
            "letter", "translation"
        )
        signature = mine.filter(pk=notice.signature_id).first()
        if signature is None:
            raise NotSigned
        if notice.message == Message.WITHDRAWN:
            _sign_anew(signature)
        else:
            details = replace(Details.of(signature), name=notice.earlier_name)
            editing.edit(
                signature=signature,
                expected_revision=signature.revision,
                details=details,
                tells_address=False,
            )
        Signature.objects.filter(pk=signature.pk).update(nonce=secrets.token_bytes(8))
    signature.refresh_from_db()
    return signature


def _sign_anew(signature: Signature) -> None:
    row = transitions.apply(
        transition=transitions.UNDO_WITHDRAWAL,
        signature=signature,
        expected_revision=signature.revision,
        changes={
            "public_id": new_public_id(),
            "salt": fresh_salt(),
            "number": None,
            "withdrawn_at": None,
            "asked_at": timezone.now(),
        },
    )
    if row is None:
        raise NotSigned
    signature.refresh_from_db()
    with suppress(TextReplaced):
        confirmation.confirm(signature=signature, expected_revision=signature.revision)

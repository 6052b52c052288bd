"""What happens when a signer changes how they appear."""

from dataclasses import replace

from django.utils import timezone

from campaign import engine
from campaign.letters.models import EventKind
from signatures.confirmation import WRITE_EVENT, WRITTEN, ask_for_sequencing
from signatures.details import Details
from signatures.errors import DetailsChanged, NotSigned
from signatures.models import Signature, SignatureState
from signatures.press.search_key import search_key
from signatures.record.commitment import fresh_salt

_EDIT = """
    UPDATE signatures_signature SET
        name = %s, name_key = %s, profession = %s, country = %s, credit = %s, affiliation = %s,
        consent_publish = %s, consent_updates = %s, consented_at = %s, salt = %s,
        revision = revision + 1
    WHERE id = %s AND state = 'confirmed' AND revision = %s AND level = %s
    RETURNING id, letter_id, public_id
"""


def edit(*, signature: Signature, seen: int, details: Details) -> bool:
    """Change what is shown and write it into the record; False if nothing is different.

    Whether it is a person or an organisation stays as it was signed. The new version of the
    details gets a salt of its own. Raises NotSigned, and DetailsChanged when it was edited
    elsewhere since `seen`.
    """
    if signature.state != SignatureState.CONFIRMED:
        raise NotSigned
    if signature.revision != seen:
        raise DetailsChanged
    details = replace(details, kind=signature.kind)
    if details == Details.of(signature):
        return False
    salt = fresh_salt()
    after = Signature(
        kind=signature.kind, level=signature.level, consent_publish=details.consent_publish
    ).shape
    row = engine.insert_after(
        first=_EDIT,
        first_params=(
            details.name,
            search_key(details.name),
            str(details.profession),
            details.country,
            details.credit,
            details.affiliation,
            details.consent_publish,
            details.consent_updates,
            timezone.now(),
            salt,
            signature.pk,
            seen,
            signature.level,
        ),
        columns=WRITTEN,
        then=WRITE_EVENT,
        params=(
            EventKind.EDIT.value,
            signature.level,
            None,
            details.commitment(salt=salt),
            signature.shape,
            after,
        ),
    )
    if row is None:
        raise DetailsChanged
    ask_for_sequencing(letter_id=signature.letter_id)
    return True

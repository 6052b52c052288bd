"""What happens when a signer changes whether they are named, before they confirm."""

from dataclasses import dataclass

from django.db.models import F
from django.utils import timezone

from signatures import consent
from signatures.errors import DetailsChanged
from signatures.models import Kind, Signature, SignatureState


@dataclass(frozen=True, slots=True)
class Choice:
    """To be named or not, and the language in which they read what that means."""

    publish: bool
    language: str


def choose(*, signature: Signature, expected_revision: int, choice: Choice) -> int:
    """The revision that holds the choice: `expected_revision`, if it did already. Organisations are
    named.

    The given signature is brought up to date. Raises DetailsChanged.
    """
    if signature.kind == Kind.ORGANISATION or signature.consent_publish == choice.publish:
        return expected_revision
    changed = Signature.objects.filter(
        pk=signature.pk, state=SignatureState.PENDING, revision=expected_revision
    ).update(
        consent_publish=choice.publish,
        consent_version=consent.version_in(choice.language),
        consented_at=timezone.now(),
        revision=F("revision") + 1,
    )
    if not changed:
        raise DetailsChanged
    signature.consent_publish, signature.revision = choice.publish, expected_revision + 1
    return expected_revision + 1

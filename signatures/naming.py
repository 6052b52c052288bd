"""What happens when a signer changes whether they are named, before they confirm."""

from dataclasses import dataclass

from django.db.models import F
from django.utils import timezone

from signatures import consent
from signatures.errors import DetailsChanged
from signatures.models import Kind, Signature, SignatureState


@dataclass(frozen=True, slots=True)
class Choice:
    """To be named or not, if they chose anew, and the language in which they read what that means.
    `least_age` is how old they say to be at least, if they were asked."""

    publish: bool | None
    language: str
    least_age: int | None = None


def choose(*, signature: Signature, expected_revision: int, choice: Choice) -> int:
    """The revision that holds the choice: `expected_revision`, if it did already. Organisations are
    named.

    The given signature is brought up to date. Raises DetailsChanged.
    """
    is_open = signature.kind == Kind.PERSON and choice.publish is not None
    publish = choice.publish if is_open else signature.consent_publish
    said = consent.age_of(signature.consent_version)
    least_age = choice.least_age or said
    if (publish, least_age) == (signature.consent_publish, said):
        return expected_revision
    changed = Signature.objects.filter(
        pk=signature.pk, state=SignatureState.PENDING, revision=expected_revision
    ).update(
        consent_publish=publish,
        consent_version=consent.version_in(choice.language, least_age=least_age),
        consented_at=timezone.now(),
        revision=F("revision") + 1,
    )
    if not changed:
        raise DetailsChanged
    signature.consent_publish, signature.revision = bool(publish), expected_revision + 1
    return expected_revision + 1

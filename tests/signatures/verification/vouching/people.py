"""People whose word counts, and those whom they speak for."""

from campaign.letters.models import Letter
from campaign.organizers.models import Organizer
from signatures.models import Signature, Vouch
from signatures.moderation import attestation
from signatures.verification.vouching import codes, giving
from tests.signatures.factories import Person, confirmed, load, make_organizer, someone

RELATION = "we share a studio"


def vetter(letter: Letter) -> Organizer:
    found = Organizer.objects.filter(email="vetter@team.example").first()
    return found or make_organizer(team=letter.team, email="vetter@team.example")


def vetted(letter: Letter, who: Person | None = None, *, number: int = 0) -> Signature:
    """Confirmed, and known to the organizers: may vouch."""
    signature = confirmed(letter, who or someone(number))
    attestation.vet(
        signature=signature,
        organizer=vetter(letter),
        expected_revision=signature.revision,
        evidence="we met",
    )
    return load(signature.pk)


def vouch(voucher: Signature, signature: Signature, *, relation: str = RELATION) -> Vouch:
    return giving.vouch(
        voucher=voucher,
        code=codes.code_for(signature=signature),
        expected_revision=signature.revision,
        relation=relation,
    )


def level_of(signature: Signature) -> int:
    signature.refresh_from_db()
    return signature.level

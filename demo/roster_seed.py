"""The society whose list of members the demo's organizers have uploaded.

On it are some who have shown it already, and a thousand who have not signed yet: they do when
somebody presses the button.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import cache

from campaign.letters.models import Letter
from campaign.organizers.models import Organizer
from demo.people import Person, people
from signatures.models import Kind, Level, Proof, Roster, Signature
from signatures.verification.rosters import upload
from signatures.verification.rosters.membership import line_key, member_key, once_key

NAME = "Society of Invented Arts"
_SEED = 4711
_TO_COME = 1_000
# Every so manieth of the highest level is a member; the others were called back.
_EVERY = 2


@cache
def members_to_come() -> dict[str, Person]:
    """By number, always the same ones."""
    named = (each for each in people(count=2 * _TO_COME, seed=_SEED) if each.kind == Kind.PERSON)
    return {_number(place): person for place, person in zip(range(_TO_COME), named, strict=False)}


class Society:
    """Founded with those of the signatories who are members."""

    def __init__(
        self,
        *,
        letter: Letter,
        signatures: Sequence[Signature],
        organizers: Sequence[Organizer],
        since: datetime,
    ) -> None:
        highest = (
            each
            for each in signatures
            if each.level == Level.INDEPENDENT and each.kind == Kind.PERSON
        )
        members = [each for place, each in enumerate(highest) if place % _EVERY == 0]
        self._numbers = {
            each.public_id: _number(_TO_COME + place) for place, each in enumerate(members)
        }
        lines = {line_key(number=number, name=name) for number, name in self._lines(members)}
        self._roster = upload.upload(letter=letter, name=NAME, organizer=organizers[0], lines=lines)
        upload.confirm(roster=self._roster, organizer=organizers[1], proposal=1)
        Roster.objects.filter(pk=self._roster.pk).update(uploaded_at=since)

    def has(self, signature: Signature) -> bool:
        return signature.public_id in self._numbers

    def prove(self, proof: Proof) -> None:
        number = self._numbers[proof.signature.public_id]
        line = line_key(number=number, name=proof.signature.name)
        proof.subject = NAME
        proof.private = member_key(roster_id=self._roster.pk, line=line).hex()
        proof.exclusive_key = once_key(roster=self._roster, number=number)

    def _lines(self, members: Sequence[Signature]) -> Iterator[tuple[str, str]]:
        for number, person in members_to_come().items():
            yield number, person.name
        for member in members:
            yield self._numbers[member.public_id], member.name


def _number(place: int) -> str:
    return f"SIA-{place + 1:05}"

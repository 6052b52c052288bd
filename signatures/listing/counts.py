"""A letter's count as programs read it."""

import base64
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.utils import timezone

from campaign.letters.models import Letter
from campaign.letters.texts import published_numbers
from signatures.listing import counts
from signatures.models import Checkpoint, Signature, SignatureState
from signatures.record import tally


def told_count(*, letter: Letter) -> dict[str, Any]:
    """People and organisations are the total, and so are the levels; the held are outside it.

    `versions` says how many signed each published version of the text, and is the total, too.
    `size` and `root` are those of the checkpoint that it was counted with.
    """
    checkpoint = tally.latest(letter_id=letter.pk)
    if checkpoint is None:
        # Before the first checkpoint there is nothing to count, and no root to give.
        checkpoint = Checkpoint(letter=letter, size=0, root=b"", as_of=timezone.now())
    return {
        "total": checkpoint.total,
        "people": checkpoint.people,
        "organisations": checkpoint.organisations,
        "anonymous": checkpoint.anonymous,
        "levels": checkpoint.levels,
        "versions": told_versions(
            checkpoint=checkpoint, numbers=published_numbers(letters=[letter]).get(letter.pk, ())
        ),
        "held": counts.held(letter_id=letter.pk),
        "size": checkpoint.size,
        "root": base64_of(checkpoint.root),
        "as_of": moment(checkpoint.as_of),
    }


def told_versions(*, checkpoint: Checkpoint | None, numbers: Iterable[int]) -> list[dict[str, int]]:
    """How many signed each of these versions of the text."""
    return [
        {"version": each, "total": checkpoint.of_version(each).total if checkpoint else 0}
        for each in numbers
    ]


def base64_of(data: bytes | memoryview) -> str:
    return base64.b64encode(bytes(data)).decode()


def moment(when: datetime) -> str:
    """RFC 3339, in UTC."""
    return when.strftime("%Y-%m-%dT%H:%M:%SZ")


def held(*, letter_id: int) -> int:
    """How many are neither shown nor counted because the organizers have not let them."""
    return Signature.objects.filter(letter=letter_id, state=SignatureState.HELD).count()

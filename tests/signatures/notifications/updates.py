"""Updates for tests: written, released and owed, as organizers do it."""

from copy import deepcopy
from dataclasses import replace
from typing import Any

from django.utils import timezone

from campaign.letters import updates
from campaign.letters.models import Letter, Update, UpdateState
from campaign.letters.updates import Content, Words
from campaign.organizers.models import Organizer, Role
from signatures.addresses import email_key
from signatures.models import Signature, UpdateDelivery
from signatures.notifications import fan_out, releasing
from tests.signatures.factories import Person, confirmed, make_organizer, sequence, someone

NEWS = {
    "en": Words("We were heard", "The *committee* meets on Friday.\n\nhttps://quayside.example")
}
BOTH = NEWS | {"ar": Words("سُمع صوتنا", "تجتمع *اللجنة* يوم الجمعة.")}


def editor(letter: Letter, name: str = "editor") -> Organizer:
    found = Organizer.objects.filter(email=f"{name}@{letter.team.slug}.example").first()
    return found or make_organizer(
        team=letter.team, email=f"{name}@{letter.team.slug}.example", role=Role.EDITOR
    )


def draft(letter: Letter, **content: Any) -> Update:
    chosen: dict[str, Any] = {"words": NEWS, "audience": {}} | content
    return updates.create(letter=letter, organizer=editor(letter), content=Content(**chosen))


def released(letter: Letter, **content: Any) -> Update:
    update = draft(letter, **content)
    releasing.release(
        update=update,
        organizer=editor(letter),
        expected_revision=update.revision,
        now=timezone.now(),
    )
    update.refresh_from_db()
    return update


def owed(letter: Letter, **content: Any) -> Update:
    update = released(letter, **content)
    assert fan_out.fan_out(update=update, now=timezone.now())
    update.refresh_from_db()
    return update


def sent_publicly(letter: Letter, **content: Any) -> Update:
    """As if its mails were all gone, to however many; everyone may read it."""
    update = draft(letter, **{"is_public": True} | content)
    now = timezone.now()
    Update.objects.filter(pk=update.pk).update(
        state=UpdateState.SENT,
        seal=updates.seal_of(update=update),
        released_by=update.created_by,
        started_at=now,
        finished_at=now,
    )
    update.refresh_from_db()
    return update


def hearing(letter: Letter, count: int, *, language: str = "en", **details: Any) -> list[Person]:
    """So many who signed in this language and asked for news."""
    people = [
        replace(someone(place).but(consent_updates=True, **details), language=language)
        for place in range(count)
    ]
    for each in people:
        confirmed(letter, each)
    sequence(letter)
    return people


def crowd(letter: Letter, count: int) -> list[str]:
    """The addresses of so many who hear news, made in one go: copies of one who signed."""
    [one] = hearing(letter, 1)
    pattern = Signature.objects.get(letter=letter, email=one.email)
    copies: list[Signature] = []
    for place in range(count - 1):
        copy = Signature.objects.get(pk=pattern.pk) if not copies else deepcopy(copies[0])
        copy.pk, copy.number = None, None
        copy.email = f"crowd{place}@quayside.example"
        copy.email_key = email_key(copy.email)
        copy.public_id = f"{place:022}"
        copies.append(copy)
    Signature.objects.bulk_create(copies)
    return [one.email, *(each.email for each in copies)]


def states(update: Update) -> list[str]:
    rows = UpdateDelivery.objects.filter(update=update).order_by("pk")
    return list(rows.values_list("state", flat=True))

"""Packages for tests, made as the worker makes them, without the compiler."""

from collections.abc import Iterator
from contextlib import contextmanager
from unittest.mock import patch

from django.utils import timezone

from campaign.letters.models import Letter
from campaign.organizers.models import Organizer
from signatures.models import Handover, HandoverPackage
from signatures.press.handover import noting, packing
from signatures.press.handover.noting import Told
from signatures.press.paper import typesetting


@contextmanager
def without_compiler() -> Iterator[None]:
    with patch.object(
        typesetting, "pdf", lambda _told, template="letter": b"%PDF-" + template.encode()
    ):
        yield


def packed(letter: Letter, organizer: Organizer) -> HandoverPackage:
    packing.ask(letter=letter, organizer=organizer, now=timezone.now())
    with without_compiler():
        packing.make_due()
    return HandoverPackage.objects.filter(letter=letter, made_at__isnull=False).latest("pk")


def told(recipient: str = "The Ministry of Culture", **more: str) -> Told:
    return Told(delivered_on=timezone.now().date(), recipient=recipient, **more)


def noted(letter: Letter, organizer: Organizer, recipient: str = "The Ministry") -> Handover:
    return noting.note(
        letter=letter,
        package_id=packed(letter, organizer).pk,
        organizer=organizer,
        told=told(recipient),
        now=timezone.now(),
    )

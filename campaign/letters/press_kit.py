"""What organizers tell the press: a kit in each language, and words that may be quoted.

Whatever adds or changes holds the letter's row first, so that two people at once neither pass the
limits nor write over each other unseen.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from campaign.letters import errors
from campaign.letters.models import Letter, PressKit, Quote

MAX_QUOTES = 30
# What stands and falls together: a name without its address is no contact.
PARTS = {
    "embargo": ("embargo",),
    "facts": ("facts",),
    "organizers": ("organizers",),
    "funding": ("funding",),
    "reuse_text": ("reuse_text",),
    "reuse_list": ("reuse_list",),
    "reuse_quotes": ("reuse_quotes",),
    "reuse_pictures": ("reuse_pictures",),
    "contact": ("contact_name", "contact_email", "contact_phone"),
}
FIELDS = tuple(field for fields in PARTS.values() for field in fields)
# What holds where the organizers say nothing else, in the language of the page.
REUSE = {
    "reuse_text": _(
        "You may print, broadcast and translate the letter, whole or in part, at no charge, with "
        "its title and its address. Say so if a translation is yours."
    ),
    "reuse_list": _(
        "Everybody on the list agreed to be named under this letter, and so shows a political "
        "opinion. You may name them, count them and quote numbers when you report on it. Please do "
        "not republish the whole list, join it with other data about the same people, or use it to "
        "write to them or to judge them for anything else. Look again before you print: people "
        "can withdraw."
    ),
    "reuse_quotes": _(
        "You may use the quotes on this page, unchanged, with the name beside each. For other "
        "words, ask whose they are."
    ),
    "reuse_pictures": _(
        "You may use the pictures on this page in reports on the letter, at no charge, with the "
        "credit beside each. You may make them smaller, and otherwise not change them."
    ),
}


def save_kit(
    *, letter: Letter, language: str, expected_seal: str | None = None, **fields: str
) -> PressKit:
    """Create or change the kit in one language.

    `expected_seal` is the seal of the kit that the writer started from: if somebody saved another
    one meanwhile, KitChangedMeanwhile is raised and nothing is overwritten.
    """
    with _held(letter):
        stored = PressKit.objects.filter(letter=letter, language=language).first()
        if expected_seal is not None and expected_seal != seal_of(stored):
            raise errors.KitChangedMeanwhile(stored)
        kit, _created = PressKit.objects.update_or_create(
            letter=letter, language=language, defaults={name: fields[name] for name in FIELDS}
        )
    return kit


def seal_of(kit: PressKit | None) -> str:
    """A hash of what stands in it; that of an empty kit where there is none."""
    words = [getattr(kit, name) if kit else "" for name in FIELDS]
    return hashlib.sha256(json.dumps(words).encode()).hexdigest()


def shown(*, kits: Iterable[PressKit], preferred: Sequence[str]) -> dict[str, PressKit]:
    """The kit that tells each part: in the first of these languages that has it, else in any."""
    ordered = sorted(kits, key=lambda kit: (_rank(kit.language, preferred), kit.language))
    found = {}
    for part, fields in PARTS.items():
        for kit in ordered:
            if any(getattr(kit, field) for field in fields):
                found[part] = kit
                break
    return found


def quotes_in_one_language(*, quotes: Sequence[Quote], preferred: Sequence[str]) -> list[Quote]:
    """Those in the first of these languages that has any, else in any one."""
    spoken = sorted(
        {quote.language for quote in quotes}, key=lambda code: (_rank(code, preferred), code)
    )
    return [quote for quote in quotes if quote.language == spoken[0]]


def add_quote(
    *, letter: Letter, language: str, words: str, speaker: str, about: str, public_id: str = ""
) -> Quote:
    """Put after the others. Raises EnoughForThePress. The same one twice is one.

    `public_id` is that of the speaker's signature, if they are known to have signed.
    """
    with _held(letter):
        quotes = Quote.objects.filter(letter=letter)
        said = quotes.filter(language=language, words=words, speaker=speaker, about=about)
        if same := said.first():
            if public_id:
                said.update(public_id=public_id)
            return same
        if quotes.count() >= MAX_QUOTES:
            raise errors.EnoughForThePress
        last = quotes.order_by("-place").first()
        return Quote.objects.create(
            letter=letter,
            language=language,
            words=words,
            speaker=speaker,
            about=about,
            public_id=public_id,
            place=last.place + 1 if last else 1,
        )


def change_quote(
    *, quote: Quote, words: str, speaker: str, about: str, place: int, public_id: str = ""
) -> None:
    """Nothing happens if it was taken out meanwhile."""
    mine = Quote.objects.filter(pk=quote.pk)
    mine.update(words=words, speaker=speaker, about=about, place=place, public_id=public_id)


def remove_quote(*, quote: Quote) -> None:
    """Removing it twice is fine."""
    Quote.objects.filter(pk=quote.pk).delete()


@contextmanager
def _held(letter: Letter) -> Iterator[None]:
    with transaction.atomic():
        Letter.objects.select_for_update().values_list("pk").get(pk=letter.pk)
        yield


def _rank(language: str, preferred: Sequence[str]) -> int:
    return preferred.index(language) if language in preferred else len(preferred)

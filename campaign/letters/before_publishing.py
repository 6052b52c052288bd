"""What a letter lacks that readers, signers or journalists would miss: told before its text is
frozen, and no reason to refuse. The app above asks some of it (`also_ask`)."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import Enum, auto

from django.db.models import Q

from campaign.letters import markdown
from campaign.letters.models import Letter, PressKit, Text
from campaign.letters.together import following, keeping
from campaign.mail.doctor import results


class Lack(Enum):
    UNTRANSLATED = auto()
    # The text that counts changed since.
    OUTDATED = auto()
    INSECURE_LINK = auto()
    CONTACT = auto()
    FUNDING = auto()
    CLOSING_DATE = auto()
    WATCHED_NAMES = auto()
    TRUSTED_MAIL = auto()


@dataclass(frozen=True, slots=True)
class Lacking:
    lack: Lack
    # Of which text, where it is of one.
    language: str = ""


_asked_above: dict[Lack, Callable[[Letter], bool]] = {}


def also_ask(lack: Lack, is_lacking: Callable[[Letter], bool]) -> None:
    """Called once, when the app that knows it is ready."""
    _asked_above[lack] = is_lacking


def lacking(*, letter: Letter, text: Text, now: datetime) -> list[Lacking]:
    return [
        *_in_translations(text),
        *_in_links(text),
        *(Lacking(each) for each in _of(letter, now)),
    ]


def _in_translations(text: Text) -> Iterator[Lacking]:
    draft = keeping.latest_draft(text=text)
    for each in text.translations.all() if draft else ():
        beside = following.beside(draft=draft, language=each.language) if draft else None
        if beside and beside.is_untranslated:
            yield Lacking(Lack.UNTRANSLATED, each.language)
        elif beside and beside.changed:
            yield Lacking(Lack.OUTDATED, each.language)


def _in_links(text: Text) -> Iterator[Lacking]:
    for each in text.translations.all():
        links = markdown.read(each.body).links
        if any(link.address.lower().startswith("http:") for link in links):
            yield Lacking(Lack.INSECURE_LINK, each.language)


def _of(letter: Letter, now: datetime) -> Iterator[Lack]:
    kits = PressKit.objects.filter(letter=letter)
    if not kits.exclude(Q(contact_email="") & Q(contact_phone="")).exists():
        yield Lack.CONTACT
    if not kits.exclude(funding="").exists():
        yield Lack.FUNDING
    if letter.closes_at is None:
        yield Lack.CLOSING_DATE
    for lack, is_lacking in _asked_above.items():
        if is_lacking(letter):
            yield lack
    if results.worst(now=now):
        yield Lack.TRUSTED_MAIL

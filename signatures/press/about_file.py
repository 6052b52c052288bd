"""What a file with the list says about itself: which names of which letter, as of when, and on what
terms."""

from collections.abc import Iterator
from dataclasses import asdict
from urllib.parse import urlencode

from django.conf import settings
from django.urls import reverse
from django.utils.translation import get_language, gettext

from campaign.letters import press_kit
from campaign.letters.models import PressKit
from campaign.letters.texts import current_text, main_translation, published_numbers
from campaign.templatetags.locale_format import listed
from signatures.listing.counts import base64_of, moment
from signatures.listing.queries import Filters
from signatures.models import Kind, Level, Profession
from signatures.names import countries
from signatures.press.downloads import ListQuery
from signatures.press.serializers import page_of


def source(asked: ListQuery) -> str:
    """The address of the very list."""
    chosen = {name: value for name, value in asdict(asked.filters).items() if value}
    here = f"{settings.SITE_URL}{reverse('signatories', args=[asked.letter.slug])}"
    return f"{here}?{urlencode(chosen)}" if chosen else here


def terms(asked: ListQuery) -> str:
    """What may be done with the list: the organizers' words, else those that hold anyway."""
    kits = PressKit.objects.filter(letter=asked.letter)
    said = press_kit.shown(kits=kits, preferred=(get_language() or "en", "en"))
    kit = said.get("reuse_list")
    return str(kit.reuse_list if kit else press_kit.REUSE["reuse_list"])


def rows(asked: ListQuery) -> Iterator[tuple[str, str | int]]:
    """For people, in the language that is active."""
    letter, checkpoint = asked.letter, asked.checkpoint
    main = main_translation(current_text(letter=letter))
    yield gettext("Letter"), main.title if main else letter.slug
    yield gettext("Address of the letter"), page_of(letter)
    yield gettext("Names in this file"), _chosen(asked.filters) or gettext("all who are named")
    yield gettext("How many names"), asked.listed
    yield gettext("Where they come from"), source(asked)
    if checkpoint:
        yield gettext("As of (UTC)"), moment(checkpoint.as_of)
        yield gettext("Signatures that count"), checkpoint.total
        for number in published_numbers(letters=[letter]).get(letter.pk, ()):
            words = gettext("Of these, signed version %(version)s of the text")
            yield words % {"version": number}, checkpoint.of_version(number).total
        yield gettext("Not named, by their own choice"), checkpoint.anonymous
        yield gettext("Lines in the record"), checkpoint.size
        yield gettext("Root"), base64_of(checkpoint.root)
    yield gettext("Terms of use"), terms(asked)
    yield (
        gettext("Apostrophes"),
        gettext(
            "Where a cell would be taken for a formula, an apostrophe stands ahead of it that is "
            "not part of the text."
        ),
    )


def _chosen(filters: Filters) -> str:
    """The choice in words, such as `poet, Ireland`."""
    told = [
        str(Profession(filters.profession).label) if filters.profession else "",
        countries.names(get_language() or "en").get(filters.country, filters.country),
        str(Level(filters.level).label) if filters.level else "",
        str(Kind(filters.kind).label) if filters.kind else "",
        gettext("version %(version)s of the text") % {"version": filters.version}
        if filters.version
        else "",
        gettext("name with “%(typed)s”") % {"typed": filters.q} if filters.q.strip() else "",
    ]
    return listed(filter(None, told))

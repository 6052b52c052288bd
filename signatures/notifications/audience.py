"""Who gets an update: those who hear news of the letter, or some of them.

Whoever is chosen by profession or country is named on the list. What only few have would otherwise
tell organizers who may not see them, by a count, who signed without their name.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from typing import Any

from django.db.models import Count, QuerySet

from campaign.letters.models import Update
from signatures.models import Signature
from signatures.notifications import leaving

EXAMPLES_SHOWN = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Audience:
    """What organizers choose by; empty means everybody. Within one field any of the values fits,
    and every field has to. Those who are not named fit no country and no profession."""

    languages: Sequence[str] = ()
    countries: Sequence[str] = ()
    professions: Sequence[str] = ()
    levels: Sequence[int] = ()
    kinds: Sequence[str] = ()
    # Numbers of the texts that were signed.
    versions: Sequence[int] = ()

    def stored(self) -> dict[str, list[Any]]:
        """As `Update.audience` keeps it: sorted, and only what narrows."""
        return {name: sorted(values) for name, values in asdict(self).items() if values}


# By the name of the field, how many have each value.
Occurring = Mapping[str, Counter[Any]]

_COLUMNS = {
    "languages": "language",
    "countries": "country",
    "professions": "profession",
    "levels": "level",
    "kinds": "kind",
    "versions": "version",
}


# Facts of people that are known to readers of those alone who are named.
_OF_NAMED_ALONE = ("countries", "professions")


def audience_of(update: Update) -> Audience:
    stored: Mapping[str, Any] = update.audience
    return Audience(**{each.name: tuple(stored.get(each.name, ())) for each in fields(Audience)})


def recipients(*, letter_id: int, audience: Audience) -> QuerySet[Signature]:
    """Of those who hear news of the letter at this moment."""
    chosen = {
        f"{_COLUMNS[name]}__in": values for name, values in asdict(audience).items() if values
    }
    if any(getattr(audience, name) for name in _OF_NAMED_ALONE):
        chosen["consent_publish"] = True
    return leaving.hearing(letter_id=letter_id).filter(**chosen)


def count(*, letter_id: int, audience: Audience) -> int:
    return recipients(letter_id=letter_id, audience=audience).count()


def by_language(*, letter_id: int, audience: Audience) -> Counter[str]:
    """How many of them signed in each language."""
    cells = recipients(letter_id=letter_id, audience=audience).order_by().values_list("language")
    return Counter(dict(cells.annotate(rows=Count("pk"))))


def examples(*, letter_id: int, audience: Audience) -> list[Signature]:
    """The latest few of them. Only what is public of them is loaded."""
    found = recipients(letter_id=letter_id, audience=audience)
    shown = ("number", "name", "language", "country", "profession", "kind", "consent_publish")
    return list(found.order_by("-pk").only(*shown)[:EXAMPLES_SHOWN])


def occurring(*, letter_id: int) -> Occurring:
    """What those have who hear news of the letter, in one query: what can be chosen by."""
    columns = tuple(_COLUMNS.values())
    hearing = leaving.hearing(letter_id=letter_id).order_by()
    cells = hearing.values_list("consent_publish", *columns).annotate(rows=Count("pk"))
    found: dict[str, Counter[Any]] = {name: Counter() for name in _COLUMNS}
    for is_named, *values, count in cells:
        for name, value in zip(_COLUMNS, values, strict=True):
            if is_named or name not in _OF_NAMED_ALONE:
                found[name][value] += count
    for counts in found.values():
        # Organizations have no profession.
        del counts[""]
    return found

"""Whether the name of one team would be taken for that of another.

Readers believe a letter by who stands behind it. So a new team that is called nearly like one that
is here waits for a site operator, who sees both names; nobody is refused.
"""

import re
import unicodedata

from anyascii import anyascii
from rapidfuzz import fuzz

from campaign.organizers.models import Team

# Of 100: one letter in eight is another.
_ALIKE_PERCENT = 88
# Shorter ones stand in many longer names.
_MIN_LETTERS_INSIDE = 8
_NO_LETTERS = re.compile(r"[\W_]+")


def alike(*, name: str) -> list[Team]:
    """Those who are here, by what their names sound like in small Latin letters without spaces and
    signs: the same, one letter away, or one inside the other."""
    key = _key(name)
    return [team for team in Team.objects.order_by("pk") if _is_alike(key, _key(team.name))]


def _is_alike(one: str, other: str) -> bool:
    shorter, longer = sorted((one, other), key=len)
    if len(shorter) >= _MIN_LETTERS_INSIDE and shorter in longer:
        return True
    return fuzz.ratio(one, other) >= _ALIKE_PERCENT


def _key(name: str) -> str:
    return _NO_LETTERS.sub("", anyascii(unicodedata.normalize("NFKC", name)).casefold())

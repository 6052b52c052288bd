"""Addresses for people who do not exist, in the reserved domain `.example` (RFC 2606)."""

import re
import unicodedata
from collections.abc import Container

from demo.credits import all_of, invent
from demo.rng import Chance

# Beyond NFKD: letters that Unicode does not take apart.
_PLAIN_LETTERS = str.maketrans(
    {
        "ł": "l",
        "ø": "o",
        "đ": "d",
        "ð": "d",
        "þ": "th",
        "æ": "ae",
        "œ": "oe",
        "ß": "ss",
        "ı": "i",
        "ɛ": "e",
    }
)


def address(chance: Chance, latin: str, taken: set[str], *, office: bool = False) -> str:
    words = [_plain(word) for word in latin.split(" ")]
    words = [word for word in words if word]
    shared = invent(chance, "mail")
    first, last = words[0], words[-1]
    if len(words) == 1:
        local, domain = first, shared
    elif office:
        local, domain = "office", "-".join(words)
    else:
        local, domain = chance.one_of(
            (
                (f"{first}.{last}", shared),
                (f"{first[0]}{last}", shared),
                (f"{first}{last}", shared),
                (f"{last}.{first}", shared),
                ("post", f"{first}{last}"),
                (first, last if len(last) > 3 else f"{first}-{last}"),
            )
        )
    address, number = f"{local}@{domain}.example", 1
    while address in taken:
        number += 1
        address = f"{local}{number}@{domain}.example"
    taken.add(address)
    return address


def site_of(email: str, taken: Container[str]) -> str:
    """A site that fits to the address: its own domain where that is nobody else's."""
    local, _at, domain = email.partition("@")
    label = domain.removesuffix(".example")
    if label in all_of("mail"):
        label = local.replace(".", "-")
    host, number = f"{label}.example", 1
    while host in taken:
        number += 1
        host = f"{label}{number}.example"
    return host


def _plain(word: str) -> str:
    """The ASCII letters of a Latin word, for an address."""
    decomposed = unicodedata.normalize("NFKD", word.lower().translate(_PLAIN_LETTERS))
    return re.sub(r"[^a-z]", "", decomposed)

"""The line that a signer places in public, and how it is read there."""

from urllib.parse import urlsplit

from django.conf import settings
from django.utils.text import slugify

from signatures.names.words import in_latin_letters

# What stands before the token wherever it is a line of text.
LABEL = "undersigned-verify="
# So that a link can lead to the letter and still carry it: of a signature, in words that anyone who
# places it reads; and of a report, or as it was for signatures before.
SIGNED_AS = "signed-as-"
FRAGMENT = "u-"
_MAX_NAME = 60


def named(token: str, *, name: str) -> str:
    """The token behind the name that it is for. So nobody is talked into placing what shows them to
    be somebody else, and what is placed says that they signed."""
    readable = slugify(in_latin_letters(name))[:_MAX_NAME].strip("-")
    return f"{readable}-{token}" if readable else token


def is_line(text: str, token: str) -> bool:
    return text.strip().removeprefix(LABEL) == token


def is_link(href: str, token: str) -> bool:
    """Whether it leads to us, and carries the token."""
    try:
        parts = urlsplit(href.strip())
    except ValueError:
        return False
    carried = (SIGNED_AS + token, FRAGMENT + token)
    return parts.netloc == settings.SITE_HOST and parts.fragment in carried

"""The line that a signer places in public, and how it is read there."""

from urllib.parse import urlsplit

from django.conf import settings

# What stands before the token wherever it is a line of text.
LABEL = "undersigned-verify="
# So that a link can lead to the letter and still carry it.
FRAGMENT = "u-"


def is_line(text: str, token: str) -> bool:
    return text.strip().removeprefix(LABEL) == token


def is_link(href: str, token: str) -> bool:
    """Whether it leads to us, and carries the token."""
    try:
        parts = urlsplit(href.strip())
    except ValueError:
        return False
    return parts.netloc == settings.SITE_HOST and parts.fragment == FRAGMENT + token

"""A letter on other people's pages: the frame to paste, and what oEmbed (oembed.com, 1.0) says."""

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.urls import Resolver404, resolve, reverse
from django.utils import translation as language_of_words
from django.utils.html import escape

from campaign import languages
from campaign.letters.models import Letter, LetterState, Translation
from signatures.press import card

WIDTH, HEIGHT = 600, 200
# A narrow frame puts the title under the count.
NARROW, HEIGHT_WHEN_NARROW = 480, 220
# As long as the pages' own caches, so that a count is never older there.
CACHE_SECONDS = 60


class NoSuchLetter(Exception):
    """The address is not that of a letter of this site."""


def address(view_name: str, *args: object) -> str:
    """The whole address of a page, in the active language."""
    return f"{settings.SITE_URL}{reverse(view_name, args=args)}"


def frame(*, letter: Letter, shown: Translation, width: int = WIDTH, height: int = HEIGHT) -> str:
    """HTML to paste into any page, with the frame in the active language.

    The link before the frame is what is left where a site takes frames out, or forbids theirs to
    open a page: WordPress does both to a site that it does not know, shows the frame in a sandbox,
    and follows a link only where the frame asks it to by its own message (static/js/embed.js). The
    classes are those that WordPress looks for; it also names the frame by a secret of its own.

    Plain text to us, so that a template that shows it escapes it.
    """
    title = escape(shown.title)
    return (
        f'<blockquote class="wp-embedded-content" lang="{escape(shown.language)}"'
        f' dir="{shown.direction}"><a href="{escape(address("letter", letter.slug))}">{title}</a>'
        "</blockquote>"
        f'<iframe class="wp-embedded-content" src="{escape(address("embed", letter.slug))}"'
        f' title="{title}" width="{width}" height="{height}" loading="lazy"'
        ' style="border:0;max-width:100%"></iframe>'
    )


def letter_at(url: str) -> tuple[str, str]:
    """Slug and language of the letter whose page this is; whether it is public is not asked.

    The last slash may be missing, as where the site leads on to the same address with it.
    """
    try:
        parts = urlsplit(url)
        first = parts.path.split("/", 2)[1]
        language = first if first in languages.NAMES else "en"
        with language_of_words.override(language):
            found = resolve(f"{parts.path.removesuffix('/')}/")
    except (ValueError, IndexError, Resolver404):
        raise NoSuchLetter from None
    ours = parts.scheme in ("http", "https") and parts.netloc.lower() == settings.SITE_HOST.lower()
    if not ours or found.url_name != "letter":
        raise NoSuchLetter
    return found.kwargs["slug"], language


def oembed(
    *, letter: Letter, shown: Translation, most_wide: int | None, most_high: int | None
) -> dict[str, Any]:
    """A "rich" answer no larger than asked, in the active language."""
    width = min(WIDTH, most_wide or WIDTH)
    height = HEIGHT if width >= NARROW else HEIGHT_WHEN_NARROW
    height = min(height, most_high or height)
    answer: dict[str, Any] = {
        "version": "1.0",
        "type": "rich",
        "title": shown.title,
        "provider_name": "Undersigned",
        "provider_url": f"{settings.SITE_URL}/",
        "cache_age": CACHE_SECONDS,
        "html": frame(letter=letter, shown=shown, width=width, height=height),
        "width": width,
        "height": height,
    }
    if letter.closes_at and letter.state == LetterState.PUBLISHED:
        # Not of the standard, whose readers leave out what they do not know.
        answer["closes_at"] = f"{letter.closes_at:%Y-%m-%dT%H:%M:%SZ}"
    if (most_wide or card.WIDTH) >= card.WIDTH and (most_high or card.HEIGHT) >= card.HEIGHT:
        answer |= {
            "thumbnail_url": address("card", letter.slug),
            "thumbnail_width": card.WIDTH,
            "thumbnail_height": card.HEIGHT,
        }
    return answer

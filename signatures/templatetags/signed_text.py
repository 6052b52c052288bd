"""Counts and titles with the text that was signed: each takes a `Standing`, and nothing less."""

from datetime import datetime
from typing import Any

from django import template
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from campaign.letters.models import Letter
from campaign.templatetags.locale_format import number
from signatures.models import Signature
from signatures.press.standing import Standing

register = template.Library()


@register.inclusion_tag("signatures/_tally.html")
def tally_of(
    standing: Standing, *, as_of: str = "", is_open: bool = False, linked: bool = True
) -> dict[str, Any]:
    """The figure, its parts, and who signed other versions. `as_of` is the time in words, if not
    that of the page's other times."""
    return _given(standing) | {"as_of": as_of, "is_open": is_open, "linked": linked}


@register.inclusion_tag("signatures/_others.html")
def others_of(standing: Standing, *, linked: bool = True) -> dict[str, Any]:
    """Who signed other versions, in sentences; nothing where nobody did."""
    return _given(standing) | {"linked": linked}


@register.simple_tag
def signed_otherwise(signatory: Signature, standing: Standing) -> SafeString | str:
    """Beside a name: which version they signed, where it is another than the one that is shown."""
    if standing.is_of(signatory.version):
        return ""
    words = gettext("Signed version %(version)s") % {"version": number(signatory.version)}
    return format_html("<small>{}</small>", words)


@register.simple_tag
def changes_url(letter: Letter, before: int, after: int) -> str:
    """Of the page that shows what changed from one version to another, the earlier first."""
    return reverse("changes", args=[letter.slug, min(before, after), max(before, after)])


def _given(standing: Standing) -> dict[str, Any]:
    if not isinstance(standing, Standing):
        raise TypeError("a count needs the text that it is of")
    when: datetime | None = standing.checkpoint.as_of if standing.checkpoint else None
    return {
        "standing": standing,
        "letter": standing.letter,
        "text": standing.text,
        "tally": standing.tally,
        "when": when,
    }

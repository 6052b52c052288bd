"""How long checking takes, and whose signature it is, in words for templates."""

from datetime import datetime, timedelta
from math import ceil
from typing import Literal

from django import template
from django.utils import timezone
from django.utils.translation import gettext, npgettext

from campaign.templatetags.locale_format import number
from signatures.models import ClaimantProof
from signatures.verification.evidence.identifiers import link_to
from signatures.verification.network import hosts

register = template.Library()

_MINUTE = 60
_HOUR = 60 * _MINUTE
_DAY = 24 * _HOUR


@register.filter
def usually(wait: timedelta | None) -> str:
    """A sentence for the signer. Rounded up: who waits shall rather be surprised early."""
    if wait is None:
        return gettext("The organizers look at each of these themselves; it can take a few days.")
    return gettext("This is usually done within %(time)s.") % {"time": within(wait)}


@register.filter
def within(wait: timedelta | None) -> str:
    """20 minutes, 5 hours, 3 days; rounded up. Empty for None."""
    if wait is None:
        return ""
    kind, count = _rounded(wait)
    times = {
        # Translators: stands after "within".
        "minutes": npgettext("within", "%(n)s minute", "%(n)s minutes", count),
        "hours": npgettext("within", "%(n)s hour", "%(n)s hours", count),
        "days": npgettext("within", "%(n)s day", "%(n)s days", count),
    }
    return times[kind] % {"n": number(count)}


@register.filter
def lasting(wait: timedelta | None) -> str:
    """20 minutes, 5 hours, 3 days; rounded up. Empty for None."""
    if wait is None:
        return ""
    kind, count = _rounded(wait)
    if kind == "minutes" and count <= 1:
        return gettext("less than a minute")
    times = {
        # Translators: stands alone, as in a cell of a table.
        "minutes": npgettext("alone", "%(n)s minute", "%(n)s minutes", count),
        "hours": npgettext("alone", "%(n)s hour", "%(n)s hours", count),
        "days": npgettext("alone", "%(n)s day", "%(n)s days", count),
    }
    return times[kind] % {"n": number(count)}


def _rounded(wait: timedelta) -> tuple[Literal["minutes", "hours", "days"], int]:
    seconds = max(wait.total_seconds(), 1)
    if seconds <= 59 * _MINUTE:
        return "minutes", ceil(seconds / _MINUTE)
    if seconds <= 2 * _DAY:
        return "hours", ceil(seconds / _HOUR)
    return "days", ceil(seconds / _DAY)


@register.filter
def ago(when: datetime | None) -> str:
    """How long since, as `lasting` tells it."""
    return lasting(timezone.now() - when) if when else ""


@register.filter
def host_shown(host: str) -> str:
    return hosts.shown(host)


@register.filter
def record_page(proof: ClaimantProof) -> str:
    """The entry that a claimant named, for a person to open."""
    return link_to(proof.source, proof.identifier)


@register.filter
def masked(address: str) -> str:
    """Enough of an address to tell two apart: its first letter and its domain."""
    local, _at, domain = address.rpartition("@")
    return f"{local[:1]}…@{domain}"

"""How long checking takes, and whose signature it is, in words for templates."""

from datetime import datetime, timedelta
from math import ceil

from django import template
from django.utils import timezone
from django.utils.translation import gettext, ngettext

from campaign.templatetags.locale_format import number

register = template.Library()

_HOUR = 3600
_DAY = 24 * _HOUR


@register.filter
def usually(wait: timedelta | None) -> str:
    """A sentence for the signer. Rounded up: who waits shall rather be surprised early."""
    if wait is None:
        return gettext("The organizers look at each of these themselves; it can take a few days.")
    return gettext("This is usually done within %(time)s.") % {"time": lasting(wait)}


@register.filter
def lasting(wait: timedelta | None) -> str:
    """An hour, 5 hours, 3 days; rounded up. Empty for None."""
    if wait is None:
        return ""
    seconds = wait.total_seconds()
    if seconds <= _HOUR:
        return gettext("an hour")
    if seconds <= 2 * _DAY:
        hours = ceil(seconds / _HOUR)
        return ngettext("%(n)s hour", "%(n)s hours", hours) % {"n": number(hours)}
    days = ceil(seconds / _DAY)
    return ngettext("%(n)s day", "%(n)s days", days) % {"n": number(days)}


@register.filter
def ago(when: datetime | None) -> str:
    """How long since, as `lasting` tells it."""
    return lasting(timezone.now() - when) if when else ""


@register.filter
def masked(address: str) -> str:
    """Enough of an address to tell two apart: its first letter and its domain."""
    local, _at, domain = address.rpartition("@")
    return f"{local[:1]}…@{domain}"

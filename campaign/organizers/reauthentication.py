"""That it is really they: asked for once more before private data leaves the site.

A session that was left open is not enough. allauth's own decorator keeps what was posted in the
session until somebody has come back, and what is posted here is kept nowhere.
"""

from urllib.parse import urlencode

from allauth.account import app_settings
from allauth.account.internal.flows import reauthentication
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.http import HttpRequest, HttpResponseRedirect
from django.urls import reverse


def is_recent(request: HttpRequest) -> bool:
    """Whether password or second factor was asked for again in this session, minutes ago."""
    return reauthentication.did_recently_reauthenticate(request)


def lasts_minutes() -> int:
    return int(app_settings.REAUTHENTICATION_TIMEOUT // 60)


def ask(*, then: str) -> HttpResponseRedirect:
    """Lead there, and back to the page."""
    query = urlencode({REDIRECT_FIELD_NAME: then})
    return HttpResponseRedirect(f"{reverse('account_reauthenticate')}?{query}", status=303)

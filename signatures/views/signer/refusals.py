"""What is said to somebody who is refused by a limit: when to try again."""

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from campaign.templatetags.locale_format import number


def try_again_in(seconds: int) -> str:
    minutes = -(-seconds // 60)
    return ngettext(
        "Please try again in %(n)s minute.", "Please try again in %(n)s minutes.", minutes
    ) % {"n": number(minutes)}


def with_wait(response: HttpResponse, seconds: int) -> HttpResponse:
    response["Retry-After"] = str(seconds)
    return response


def said_too_many_codes(seconds: int) -> str:
    """Wrong ones, of all that sign from the same network."""
    told = _(
        "Too many wrong codes came from your network. The link in the e-mail works all the same."
    )
    return f"{told} {try_again_in(seconds)}"

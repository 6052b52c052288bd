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


def said_not_delivered(reply: str) -> str:
    """Why the mail did not arrive, by the codes of the mail server that refused it."""
    enhanced = reply.rpartition(" ")[2].partition(".")[2]
    if enhanced in {"1.1", "1.3", "1.6", "2.1"}:
        return _("The mail server of this address refused it: there is no such mailbox.")
    if enhanced in {"1.2", "1.10", "4.4"}:
        return _("No mail server takes e-mail for what stands behind the @ of this address.")
    if enhanced == "2.2":
        return _("The mailbox of this address is full.")
    if reply[:1].isdigit():
        return _("The mail server of this address refused it (%(reply)s).") % {"reply": reply}
    return _("The mail server of this address could not be reached for days.")

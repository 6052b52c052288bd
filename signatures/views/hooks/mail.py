"""What mail services tell of mail that came back, or was complained about."""

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse

from signatures.notifications import bounces
from signatures.views.hooks.base import hook, not_allowed, said


@hook
def returned(request: HttpRequest, provider: str) -> HttpResponse:
    """Stored, then answered: a service tells again whatever is not answered so. Without a secret
    for the service there is no such address."""
    secret = settings.MAIL_WEBHOOKS.get(provider)
    if not secret:
        return said("not found", status=404)
    # By which some services look whether there is anything.
    if request.method == "HEAD":
        return said("ready")
    if request.method != "POST":
        return not_allowed()
    from campaign.mail import webhooks  # noqa: PLC0415 -- slow import

    try:
        told = webhooks.read(provider=provider, secret=secret, request=request)
    except RequestDataTooBig:
        return said("too large", status=413)
    except webhooks.Forged:
        return said("forbidden", status=403)
    except webhooks.Unreadable:
        return said("unreadable", status=400)
    bounces.store(told)
    return said("stored")

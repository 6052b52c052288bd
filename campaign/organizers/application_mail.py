"""What applicants and operators are mailed about an application.

The first e-mail goes to an address that somebody typed, so nothing else that was typed is in it.
"""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from campaign import limits
from campaign.mail.composing import Content, render
from campaign.organizers import account_mail
from campaign.organizers.models import Application, Organizer, Team


def owe_link(*, application: Application, token: str, days: int) -> None:
    _owe_applicant(application, "confirm", {"days": days}, token=token)


def owe_approved(*, application: Application, team: Team, token: str, days: int) -> None:
    _owe_applicant(application, "approved", {"team": team.name, "days": days}, token=token)


def owe_declined(*, application: Application, reason: str, days: int) -> None:
    context = {"team": application.team_name, "reason": reason, "days": days}
    _owe_applicant(application, "declined", context)


def owe_waiting(*, application: Application) -> None:
    """To the operators, up to a number of such e-mails a day."""
    if limits.hit(limits.Limit.APPLICATIONS_TOLD, b"operators"):
        content = waiting(application=application)
        for address in _operators():
            account_mail.owe(content=content, to=address)


def waiting(*, application: Application) -> Content:
    """In the language of who applies, as the application is."""
    path = reverse("admin:organizers_application_change", args=[application.pk])
    with translation.override(application.language):
        return _render(
            "waiting",
            {"team": application.team_name, "link": settings.SITE_URL + path},
            why=_("You get this e-mail because you run the site at %(host)s."),
        )


def _owe_applicant(
    application: Application, name: str, context: Mapping[str, Any], *, token: str = ""
) -> None:
    with translation.override(application.language):
        link = {"link": settings.SITE_URL + reverse("application", args=[token])} if token else {}
        content = _render(
            name,
            {**context, **link},
            why=_(
                "You get this e-mail because somebody applied at %(host)s with this address to "
                "publish an open letter."
            ),
        )
    account_mail.owe(content=content, to=application.email)


def _render(name: str, context: Mapping[str, Any], *, why: str) -> Content:
    return render(
        template=f"campaign/organizers/email/application_{name}",
        context=context,
        why=why % {"host": settings.SITE_HOST},
    )


def _operators() -> list[str]:
    """The contact that the site names, or each operator where that is a page."""
    if "@" in settings.OPERATOR_CONTACT and "://" not in settings.OPERATOR_CONTACT:
        return [settings.OPERATOR_CONTACT]
    operators = Organizer.objects.filter(is_staff=True, is_active=True)
    return list(operators.order_by("pk").values_list("email", flat=True))
